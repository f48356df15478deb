"""Sources of faults: functions that find what no condition over observations can say, each loaded when it is asked.

A source gives places and words (`evidence.Fault`). Titles, texts, severities and whom a kind spares stand in the rule
of `rules/problems/` that asks for it by `finds`.

To add one: a word in `kinds.FaultKind`, a row in SOURCES with a function `(Examined) -> Iterable[Fault]`, a rule with
cases. A function may stand in several rows: it runs once, and each fault's own `finds` says which word it is of.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from mlripe.catalog import Catalog
from mlripe.detection.engine import Detection
from mlripe.evidence import Fault
from mlripe.kinds import FaultKind
from mlripe.readers.store import FactStore
from mlripe.wiring import Wiring

__all__ = ["SOURCES", "Examined", "faults_by_kind"]


@dataclass(frozen=True, slots=True)
class Examined:
    """What a source may ask: the facts, what was observed, how it is wired, and what the catalogue knows."""

    store: FactStore
    detection: Detection
    catalog: Catalog

    @property
    def wiring(self) -> Wiring:
        """How the repository is wired."""
        return self.detection.wiring


Source = Callable[[Examined], Iterable[Fault]]

SOURCES: Final[Mapping[FaultKind, str]] = {
    FaultKind.NO_LICENCE: "mlripe.problems.licence:without_licence",
}


def faults_by_kind(asked: Collection[str], examined: Examined) -> Mapping[str, list[Fault]]:
    """The faults of each of these words of `FaultKind`, in the order in which their sources give them."""
    wanted: dict[str, list[FaultKind]] = {}
    for kind, function in SOURCES.items():
        if kind in asked:
            wanted.setdefault(function, []).append(kind)
    found: dict[str, list[Fault]] = {}
    for function, kinds in wanted.items():
        module, _, name = function.partition(":")
        source: Source = getattr(import_module(module), name)
        for fault in source(examined):
            for kind in kinds:
                if fault.finds in ("", kind):
                    found.setdefault(kind, []).append(fault)
    return found
