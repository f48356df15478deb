"""A wrong kind of repository changes no level: each kind is forced on small repositories, and what moves is held.

Two kinds may move a level, and say so: `non-ml` leaves it out, and a tool that is published is not judged by what only
looks like the practice of a model around it.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from mlripe.auditing import Inspection, inspection
from mlripe.catalog import load
from mlripe.catalog.schema import Kind
from mlripe.kinds import Feature, FileRole
from mlripe.maturity.repository_kind import confined, features
from mlripe.settings.load import ConfigError
from mlripe.snapshot.memory import MemorySnapshot
from tests.maturity.blocks import repository
from tests.maturity.test_every_level import EVERY
from tests.test_kinds_of_repository import FIT, KINDS, LOG, TRACKER, library

JUDGED = ("azure", "google", "genaiops")
FORCED = {kind.id: kind for kind in load().kinds}
REPOSITORIES = {
    **{f"{kind}: {what}": files for kind, what, files in KINDS},
    **{f"{model} {level}": repository(*blocks) for (model, level), (blocks, _) in EVERY.items() if model in JUDGED},
}
# what a published tool trains and keeps beside its product
BESIDE = library("trackit", "Experiment tracking for machine learning.") | {"train.py": FIT + LOG}


def levels(files: Mapping[str, str], kind: Kind | None = None) -> tuple[str, dict[str, int | None]]:
    """The kind that a repository has by itself, and its levels as a repository of another kind."""
    judged = inspection(MemorySnapshot(files))
    own = judged.kind.id
    if kind:
        judged.__dict__["kind"] = confined(kind, _known(judged))
    return own, {name: result.level for name, result in judged.assessment(JUDGED).models.items()}


def _known(judged: Inspection) -> dict[Feature, bool]:
    return features(judged.store, judged.detection, judged.catalog.detectors)


@pytest.mark.parametrize("what", REPOSITORIES)
def test_a_wrong_kind_moves_no_level(what: str) -> None:
    files = REPOSITORIES[what]
    own, found = levels(files)
    published = _known(inspection(MemorySnapshot(files)))[Feature.PUBLISHED]
    moved = {name for name, kind in FORCED.items() if kind.level and levels(files, kind)[1] != found}
    may_move = set(FORCED) if own == "non-ml" else {"mlops-tool"} if published else set()
    assert moved <= may_move, (own, found, {name: levels(files, FORCED[name])[1] for name in moved - may_move})
    assert set(levels(files, FORCED["non-ml"])[1].values()) == {None}


def test_what_is_no_machine_learning_is_judged_when_it_is_said_to_be() -> None:
    files = {"a.py": "print(1)\n"}
    assert set(levels(files)[1].values()) == {None}
    assert levels({**files, "mlripe.toml": "kind = 'ml-application'\n"})[1]["azure"] == 0


@pytest.mark.parametrize(
    ("settings", "set_aside"),
    [
        ("", True),
        ("kind = 'mlops-tool'\n", True),
        ("kind = 'ml-application'\n", False),
        ("profile = 'service'\n", False),
        ("profile = 'research'\nkind = 'ml-library'\n", True),
        ("kind = 'ml-application'\n[paths]\nproduct = ['src/']\n", True),
    ],
)
def test_the_settings_say_whether_there_is_a_product(settings: str, set_aside: bool) -> None:
    store = inspection(MemorySnapshot({**TRACKER, "mlripe.toml": settings})).store
    assert bool(store.set_aside().get(FileRole.PRODUCT)) is set_aside


def test_a_kind_that_the_settings_name_is_told_with_its_source() -> None:
    found = inspection(MemorySnapshot({**TRACKER, "mlripe.toml": "kind = 'ml-application'\n"})).assessment()
    assert (found.repository.kind, found.repository.why_kind) == ("ml-application", "mlripe.toml says so")
    assert found.capabilities["training-code"].strength.name == "present"


def test_a_published_tool_is_not_judged_by_what_stands_beside_its_product() -> None:
    found = inspection(MemorySnapshot(BESIDE)).assessment()
    assert found.repository.kind == "mlops-tool"
    assert found.capabilities["training-code"].strength.name == "none"
    said = inspection(MemorySnapshot({**BESIDE, "mlripe.toml": "kind = 'ml-application'\n"})).assessment()
    assert said.capabilities["training-code"].strength.name == "present"


def test_another_profile_than_that_of_the_settings_looks_at_the_product_again() -> None:
    judged = inspection(MemorySnapshot(TRACKER))
    assert judged.kind.id == "mlops-tool"
    assert judged.under("research").kind.id != "mlops-tool"


def test_a_kind_that_there_is_not_is_told_with_its_remedy() -> None:
    with pytest.raises(
        ConfigError, match=r"^mlripe\.toml: kind: there is no kind 'mlops-tol'; did you mean 'mlops-tool'"
    ):
        inspection(MemorySnapshot({**TRACKER, "mlripe.toml": "kind = 'mlops-tol'\n"}))
