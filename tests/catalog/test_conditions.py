"""Conditions of kinds of problem: what a sound one means, and what a wrong one is told."""

from __future__ import annotations

from typing import Any

import pytest

from mlripe.catalog.conditions import STARTS, Group, Seen, check, in_lines, parse
from mlripe.wiring import StartKind

CAPABILITIES = ("data-versioning", "lineage", "training-code")
ROLES = {"baked-model": "a model's file is copied into an image", "web": "a web application"}


def faults(condition: object) -> list[str]:
    return check(condition, CAPABILITIES, ROLES)


def test_a_sound_one_is_read_into_a_tree() -> None:
    condition = {"any": [{"seen": "web", "under": ["training-code"]}, {"all": [{"unseen": "baked-model"}]}]}
    assert faults(condition) == []
    tree = parse(condition)
    assert isinstance(tree, Group)
    assert not tree.every
    assert tree.parts[0] == Seen("web", under=("training-code",))


def test_it_is_said_in_words() -> None:
    condition = {
        "all": [
            {"seen": "baked-model", "places": 2, "started": ["schedule"]},
            {"below": {"lineage": "present"}},
            {"any": [{"reached": {"training-code": "present"}}, {"unseen": "web"}]},
            {"count": list(CAPABILITIES), "least": {"declared": 2}, "most": {"automated": 0}},
        ]
    }
    assert in_lines(parse(condition), ROLES) == (
        "a model's file is copied into an image (baked-model), at 2 places, started by schedule",
        "lineage is below present",
        "training-code is at least present; or nowhere: a web application (web)",
        "at least 2 of data-versioning, lineage, training-code are declared, and at most 0 automated",
    )


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ({}, "must be a mapping with one of seen, unseen, below, reached, count, all, any"),
        ([], "must be a mapping with one of"),
        ({"seen": "web", "unseen": "web"}, "must be a mapping with one of"),
        ({"seen": "baked"}, "seen: 'baked' is no capability and no role; did you mean 'baked-model'?"),
        ({"seen": ["web"]}, "is no capability and no role"),
        ({"seen": "web", "place": 2}, "place: unknown key beside seen; did you mean 'places'?"),
        ({"seen": "web", "places": 0}, "places: must be a number from 1, not 0"),
        ({"seen": "web", "under": "web"}, "under: must be a list, not 'web'"),
        ({"seen": "web", "started": ["cron"]}, "started: 'cron' is no kind of start"),
        ({"below": {}}, "below: must be a mapping from capability to strength, and not empty"),
        ({"below": {"lineag": "present"}}, "below: no capability is called 'lineag'; did you mean 'lineage'?"),
        ({"below": {"web": "present"}}, "below: no capability is called 'web'"),
        ({"reached": {"lineage": "automatic"}}, "reached.lineage: 'automatic' is not one of declared, present, auto"),
        ({"reached": {"lineage": "none"}}, "reached.lineage: 'none' is not one of"),
        ({"all": []}, "all: must be a list with at least one condition"),
        ({"all": [{"any": [{"seen": "wep"}]}]}, "all[0].any[0].seen: 'wep' is no capability and no role"),
        ({"count": ["lineage"], "least": {"present": 1}}, "most: must be one {strength: number}"),
        (
            {"count": ["lineage"], "least": {"present": 2}, "most": {"automated": 0}},
            "least.present: must be a number from 1 to 1, not 2",
        ),
    ],
    ids=str,
)
def test_a_wrong_one_is_told_its_place_and_remedy(condition: Any, says: str) -> None:
    assert any(says in fault for fault in faults(condition)), faults(condition)


def test_a_deep_one_is_refused() -> None:
    condition: dict[str, Any] = {"seen": "web"}
    for _ in range(30):
        condition = {"all": [condition]}
    assert faults(condition)[0].endswith("is nested deeper than 8 levels; write it flatter")


def test_the_kinds_of_start_are_those_of_the_wiring() -> None:
    assert {value for name, value in vars(StartKind).items() if name.isupper()} == STARTS
