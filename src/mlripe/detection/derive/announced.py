"""Practices that CI only announces: a step called "Deploy" whose commands print, and do nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mlripe.detection.observations import Observation
from mlripe.evidence import Strength
from mlripe.facts import Unit
from mlripe.kinds import ProgramEffect
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring

__all__ = ["announced"]

# what a step is called, in front of what it would show
_NAMES: Final = (
    (lazy_regex(r"(?i)\b(?:deploy(?:ment|s|ing)?|roll ?out)\b"), ("deployment-automation", "release-automation")),
    (lazy_regex(r"(?i)\b(?:release|publish)\b"), ("release-automation",)),
    (lazy_regex(r"(?i)\b(?:(?:unit|integration)[ -])?tests?\b"), ("code-testing",)),
    (lazy_regex(r"(?i)\b(?:lint(?:ing)?|code quality|type ?check\w*)\b"), ("code-quality-checks",)),
    (lazy_regex(r"(?i)\b(?:security scan\w*|vulnerabilit\w+)\b"), ("security-scanning",)),
    (lazy_regex(r"(?i)\bretrain(?:ing)?\b"), ("automated-retraining",)),
    (lazy_regex(r"(?i)\bdrift\b"), ("drift-detection",)),
)
# a step that tells how another one went
_TELLS = lazy_regex(
    r"(?i)\b(?:summar\w+|notif\w+|inform\w*|info|report\w*|status|result\w*|success\w*|fail\w*|complete\w*|finish\w*|"
    r"done|skip\w*|url|link|print|show|display|comment|message|log|debug|output\w*|version)\b"
)
_COMMENTS: Final = (":", "true", "set", "pwd", "date")  # programs that change nothing


def announced(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """An observation, declared at most, for each step of CI that has such a name and only prints."""
    idle = {*wiring.words.programs.doing(ProgramEffect.PRINTS), *_COMMENTS}
    for path in store.ci_files:
        for unit in store.of(path).units if store.role(path) is None else ():
            called = unit.says.replace("_", " ").replace("-", " ")
            if not unit.commands or unit.uses or _TELLS.search(called):
                continue
            if not all(command.argv[:1] and command.argv[0] in idle for command in unit.commands):
                continue
            for name, capabilities in _NAMES:
                if name.search(called):
                    yield from _observations(path, unit, capabilities)


def _observations(path: str, unit: Unit, capabilities: tuple[str, ...]) -> Iterator[Observation]:
    says = f"only prints: {unit.says}"
    for capability in capabilities:
        least = Strength.declared
        yield Observation(capability, "announced", Place(path, unit.id), unit.line, says, least, least)
