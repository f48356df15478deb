"""The labelled repositories of benchmarks/accuracy: their form, their words, and the score against them."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from mlripe.catalog import load

HERE = Path(__file__).parents[1] / "benchmarks" / "accuracy"
LABELS = sorted((HERE / "labels").glob("*.yaml"))
VOCABULARY = yaml.load((HERE / "vocabulary.yaml").read_text(), yaml.CSafeLoader)
KEYS = {"repo", "commit", "kind", "summary", "levels", "capabilities", "unsure", "notes"}
PLACE = re.compile(r"\S.*:\d+")


def module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


@pytest.mark.parametrize("path", LABELS, ids=lambda path: path.stem)
def test_a_label_is_well_formed(path: Path) -> None:
    label: dict[str, Any] = yaml.load(path.read_text(), yaml.CSafeLoader)
    assert set(label) <= KEYS
    assert path.stem == label["repo"].replace("/", "+")
    assert re.fullmatch(r"[0-9a-f]{40}", str(label["commit"]))
    assert label["kind"] in {kind.id for kind in load().kinds}
    assert {*label["capabilities"], *(label.get("unsure") or ())} <= set(VOCABULARY["capabilities"])
    for model, levels in (("azure", 5), ("google", 3)):
        assert label["levels"][model]["level"] in (None, *range(levels))
    for name, told in label["capabilities"].items():
        assert told["strength"] in VOCABULARY["strengths"], name
        assert told["strength"] == "none" or all(map(PLACE.fullmatch, told["evidence"])), name


def test_the_vocabulary_is_that_of_the_catalogue() -> None:
    assert set(VOCABULARY["capabilities"]) == set(load().capabilities)


def test_each_label_belongs_to_one_round() -> None:
    rounds = yaml.load((HERE / "rounds.yaml").read_text(), yaml.CSafeLoader)
    names = [name for each in rounds.values() for name in each["labels"]]
    assert sorted(names) == [path.stem for path in LABELS]


def test_the_score() -> None:
    score = module("score")
    labels = {
        "a": {
            "kind": "library",
            "levels": {"azure": {"level": 2}, "google": {"level": None}},
            "capabilities": {
                "x": {"strength": "automated"},
                "y": {"strength": "present"},
                "u": {"strength": "enforced"},
            },
            "unsure": ["u"],
        },
        "b": {"kind": "non-ml", "levels": {"azure": {"level": 1}}, "capabilities": {"x": {"strength": "present"}}},
    }
    report = {
        "repository": {"kind": "library"},
        "models": {"azure": {"level": 3}},
        "capabilities": {"x": {"strength": "enforced"}, "z": {"strength": "present"}},
    }
    result = score.score(labels, {"a": report}, ["x", "y", "z", "u"])
    present, automated = result.at_least("present"), result.at_least("automated")
    assert (present.tp, present.fp, present.fn) == (1, 1, 2)
    assert (automated.tp, automated.fp, automated.fn) == (1, 0, 0)
    assert result.missing == ["b"]
    assert (result.exact(), result.level("azure"), result.level("azure", within=1)) == (0, 0, 1)
    assert result.kinds == 1
    assert score.difference(labels["a"], report, ["x", "y", "z", "u"]) == [
        "x: label automated, report enforced",
        "y: label present, report none",
        "z: label none, report present",
    ]
