"""How a person deploys a model's service: by a manifest or a compose file, and the command that is written for it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from mlripe.detection.observations import Observation
from mlripe.evidence import Hop, Strength
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, StartKind, Wiring

__all__ = ["deployed_by_hand"]

MOST_DOCUMENTS: Final = 60
LONGEST: Final = 200_000  # characters of one document
_APPLIES = lazy_regex(
    r"\b(?:kubectl|oc|k3s kubectl)\s+(?:-\S+\s+\S+\s+)?(?:apply|create|rollout|set image|argo rollouts)\b"
    r"|\bhelm\s+(?:install|upgrade)\b|\bkustomize build\b|\bskaffold (?:run|dev)\b"
)
_AZD = lazy_regex(r"\bazd (?:up|deploy)\b")
_BRINGS_UP = lazy_regex(r"\bdocker[- ]compose\b[^\n`]{0,80}\bup\b|\bdocker stack deploy\b")


def deployed_by_hand(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """deployment-automation, present: a manifest or an azure.yaml that runs a service with a model, or a service of a
    compose file that loads whatever model the registry holds, where a document or a script has the command that starts
    it."""
    served = [s for s in observations if s.capability == "online-serving" and s.strength >= Strength.present]
    found = {
        start.chain[0].path: (start.chain[0], _APPLIES)
        for observation in served
        for start in wiring.starts(observation.place)
        if start.kind == StartKind.MANIFEST
    }
    registry = {s.place for s in observations if s.capability == "model-registry" and s.strength >= Strength.present}
    for path, facts in list(store.loaded()) if served else ():
        by_azd = posixpath.basename(path) in ("azure.yaml", "azure.yml")
        for unit in facts.units if (by_azd or registry) and store.role(path) is None and path not in found else ():
            below = wiring.below([Place(path, unit.id)]) if unit.kind == "service" and unit.id != "run" else set()
            if any(s.place in below for s in served) and (by_azd or not below.isdisjoint(registry)):
                found[path] = Hop(path, unit.line, unit.says), _AZD if by_azd else _BRINGS_UP
    written = {command: _is_written(command, store) for command in dict.fromkeys(c for _, c in found.values())}
    for path, (hop, command) in sorted(found.items()):
        if written[command]:
            says = f"runs a service with a model behind it: {hop.says}"
            yield Observation("deployment-automation", "serving", Place(path), hop.line, says, most=Strength.present)


def _is_written(command: re.Pattern[str], store: FactStore) -> bool:
    """Whether any command of a file, or any document for people, has such a command."""
    commands = (each for _, facts in list(store.loaded()) for unit in facts.units for each in unit.commands)
    if any(command.search(each.text) for each in commands):
        return True
    documents = [path for path in store.entries if path.lower().endswith((".md", ".rst", ".txt"))][:MOST_DOCUMENTS]
    return any(command.search(store.text(path)[:LONGEST].decode("utf-8", "replace")) for path in documents)
