"""Training by chance that nothing makes repeatable: no argument of the call, and no seed anywhere in the programs."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from mlripe.evidence import Defect
from mlripe.kinds import Names
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import DefectKind
from mlripe.problems.sources import Examined

__all__ = ["unseeded_training"]

_SEEDS: Final = lazy_regex(
    rb"(?i)(?:random\.|manual_|set_|global_|_)seed\w*\s*\(|seed_everything|set_seed|RandomState|default_rng\(\s*\w|enable_op_determinism"
)
_ARGUMENT: Final = lazy_regex(rb"(?i)seed|random_state")
_MOST: Final = 8


def unseeded_training(examined: Examined) -> Iterator[Defect]:
    """The calls that fit or draw by chance, where nothing in the repository's programs sets a seed for all."""
    store = examined.store
    rows = [row.split() for row in examined.catalog.knowledge.named(Names.STOCHASTIC_MODELS)]
    own = [
        (path, facts)
        for path, facts in list(store.loaded())
        if path.endswith(".py") and store.role(path) is None and not store.from_template(path)
    ]
    if any(_SEEDS.search(store.text(path)) for path, _ in own):
        return
    found, known = 0, dict[str, str]()
    for path, facts in own:
        given: bool | None = None  # whether the file speaks of a seed: asked where it matters
        for call in facts.calls:
            if call.name not in known:
                known[call.name] = next((row[1] for row in rows if _is(call.name, row[0])), "")
            seed = known[call.name]
            if not seed or seed in call.keywords or "**" in call.keywords or found >= _MOST:
                continue
            if seed == "-" and given is None:
                given = _ARGUMENT.search(store.text(path)) is not None
            if seed == "-" and given:
                continue
            found += 1
            says = f"{call.name.rpartition('.')[2]} without a seed"
            yield Defect(path, call.line, says, "seed", finds=DefectKind.UNSEEDED_TRAINING)


def _is(name: str, glob: str) -> bool:
    """Whether a glob means a name: `**` any parts, `*` anything within one."""
    parts = "**" in glob or name.count(".") == glob.count(".")
    return parts and fnmatchcase(name, glob.replace("**", "*"))
