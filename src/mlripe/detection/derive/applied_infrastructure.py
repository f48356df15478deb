"""Infrastructure code that automation applies: what it sets up (alarms, capture of requests) runs as deployed."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.detection.observations import Sign
from mlripe.kinds import ProgramEffect
from mlripe.readers.store import FactStore
from mlripe.wiring import StartKind, Wiring

__all__ = ["applied"]

_PUSHED = frozenset((StartKind.PUSH, StartKind.TAG, StartKind.RELEASE))


def applied(signs: list[Sign], store: FactStore, wiring: Wiring) -> Iterator[Sign]:
    """Makes roots of the folders that a pushed `terraform apply` works on; a plan sets nothing up."""
    tools = wiring.words.programs.doing(ProgramEffect.PROVISIONS)
    for place in sorted(wiring.reached()):
        unit = wiring.edges.unit(place) if not place.path.endswith((".py", ".ipynb")) else None
        if unit is None or not wiring.kinds(place) & _PUSHED:
            continue
        words = {command.line: wiring.words.unwrapped(command.argv) for command in unit.commands}
        lines = {line for line, argv in words.items() if argv[:1] and argv[0] in tools and "apply" in argv}
        for folder, hop, _ in wiring.following(place) if lines else ():
            if folder.unit == "terraform" and hop.line in lines:
                wiring.add_root(folder, StartKind.DEPLOYMENT, hop, via=place)
    return iter(())
