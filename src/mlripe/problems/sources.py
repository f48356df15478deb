"""Sources of defects: functions that find what no condition over observations can say, each loaded when it is asked.

A source gives places and words (`evidence.Defect`). Titles, texts, severities and whom a kind spares stand in the rule
of `rules/problems/` that asks for it by `finds`.

To add one: a word in `problem_kinds.DefectKind`, a row in SOURCES with a function `(Examined) -> Iterable[Defect]`, a
rule with cases. A function may stand in several rows: it runs once, and each defect's own `finds` says of which word.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from importlib import import_module
from typing import Final

from msgspec import Struct

from mlripe.catalog import Catalog
from mlripe.detection.engine import Detection
from mlripe.evidence import Defect, Unresolved
from mlripe.problem_kinds import DefectKind
from mlripe.readers.budgets import told_by_name
from mlripe.readers.store import FactStore
from mlripe.wiring import Wiring

__all__ = ["SOURCES", "Examined", "defects_by_kind"]


class Examined(Struct, frozen=True):
    """What a source may ask: the facts, what was observed, how it is wired, and what the catalogue knows."""

    store: FactStore
    detection: Detection
    catalog: Catalog
    unresolved: tuple[Unresolved, ...] = ()  # places that could not be followed

    @property
    def paths(self) -> list[str]:
        """The files by whose names a source may look: without those whose paths are too long to be told."""
        return told_by_name(self.store.entries)

    @property
    def wiring(self) -> Wiring:
        """How the repository is wired."""
        return self.detection.wiring


Source = Callable[[Examined], Iterable[Defect]]

_DATA_FLOW: Final = "mlripe.problems.data_flow:data_flow"
SOURCES: Final[Mapping[DefectKind, str]] = {
    DefectKind.CANNOT_WORK: "mlripe.problems.cannot_work:cannot_work",
    DefectKind.FAILS_WHEN_CALLED: "mlripe.problems.uses:fails_when_called",
    DefectKind.MACHINE_PATH: "mlripe.problems.machine_paths:machine_paths",
    DefectKind.ABSENT_DATA: "mlripe.problems.absent_data:absent_data",
    DefectKind.ABSENT_IN_DOCS: "mlripe.problems.absent_in_docs:absent_in_docs",
    DefectKind.UNREADABLE_SOURCE: "mlripe.problems.unreadable_sources:unreadable_sources",
    DefectKind.DIFFERING_VERSIONS: "mlripe.problems.python_versions:differing_versions",
    DefectKind.MOCK_ANSWERS: "mlripe.problems.mock_answers:mock_answers",
    DefectKind.MODEL_FROM_NOWHERE: "mlripe.problems.committed_models:models_from_nowhere",
    DefectKind.FITTED_BEFORE_SPLIT: _DATA_FLOW,
    DefectKind.RESAMPLED_BEFORE_SPLIT: _DATA_FLOW,
    DefectKind.FITTED_ON_TEST: _DATA_FLOW,
    DefectKind.SCORED_ON_TRAINING: _DATA_FLOW,
    DefectKind.CHOSEN_ON_TEST: _DATA_FLOW,
    DefectKind.TARGET_IN_FEATURES: _DATA_FLOW,
    DefectKind.REFITTED_IN_SERVING: _DATA_FLOW,
    DefectKind.TRANSFORMER_LEFT_BEHIND: _DATA_FLOW,
    DefectKind.FAKED_PREDICTION: _DATA_FLOW,
    DefectKind.FAKED_ON_ERROR: _DATA_FLOW,
    DefectKind.MADE_UP_DATA: _DATA_FLOW,
    DefectKind.UNSEEDED_SPLIT: _DATA_FLOW,
    DefectKind.FILES_IN_NO_ORDER: _DATA_FLOW,
    DefectKind.CREDENTIAL: "mlripe.problems.credentials:credentials",
    DefectKind.DEFAULT_PASSWORD: "mlripe.problems.credentials:credentials",
    DefectKind.UNPICKLED_DOWNLOAD: "mlripe.problems.downloads:downloads",
    DefectKind.NO_TESTS: "mlripe.problems.untested:untested",
    DefectKind.TESTS_NOT_RUN: "mlripe.problems.untested:untested",
    DefectKind.TESTS_CANNOT_FAIL: "mlripe.problems.untested:untested",
    DefectKind.TESTS_ASSERT_NOTHING: "mlripe.problems.untested:untested",
    DefectKind.SWALLOWED_CHECK: "mlripe.problems.swallowed_checks:swallowed_checks",
    DefectKind.UNSEEDED_TRAINING: "mlripe.problems.seeds:unseeded_training",
    DefectKind.REMOVED_INTERFACE: "mlripe.problems.packages:packages",
    DefectKind.UNDECLARED_PACKAGE: "mlripe.problems.packages:packages",
    DefectKind.UNPINNED: "mlripe.problems.environments:environments",
    DefectKind.FLOATING_IMAGE: "mlripe.problems.environments:environments",
    DefectKind.FLOATING_SERVICE: "mlripe.problems.service_images:service_images",
    DefectKind.DEVELOPMENT_SERVER: "mlripe.problems.development_servers:development_servers",
    DefectKind.RELEASE_BEFORE_CHECKS: "mlripe.problems.releases:releases",
    DefectKind.ALWAYS_HOLDS: "mlripe.problems.releases:releases",
    DefectKind.MOVING_NAME: "mlripe.problems.releases:releases",
    DefectKind.OPEN_NETWORK: "mlripe.problems.exposure:exposure",
    DefectKind.TRACKED_BUILD: "mlripe.problems.copies:copies",
    DefectKind.DIVERGING_COPIES: "mlripe.problems.copies:copies",
    DefectKind.NO_LICENCE: "mlripe.problems.licence:without_licence",
}


def defects_by_kind(asked: Collection[str], examined: Examined) -> Mapping[str, list[Defect]]:
    """The defects of each of these words of `DefectKind`, in the order in which their sources give them."""
    wanted: dict[str, list[DefectKind]] = {}
    for kind, function in SOURCES.items():
        if kind in asked:
            wanted.setdefault(function, []).append(kind)
    found: dict[str, list[Defect]] = {}
    for function, kinds in wanted.items():
        module, _, name = function.partition(":")
        source: Source = getattr(import_module(module), name)
        for defect in source(examined):
            for kind in kinds:
                if defect.finds in ("", kind):
                    found.setdefault(kind, []).append(defect)
    return found
