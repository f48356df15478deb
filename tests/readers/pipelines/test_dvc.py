"""DVC: stages with their commands and files, what needs what, pointers and configuration."""

from __future__ import annotations

import pytest

from mlripe.facts import Unit
from mlripe.readers.pipelines.dvc import read_dvc_config, read_dvc_lock, read_dvc_pointer, read_dvc_yaml


def stages(text: str, path: str = "dvc.yaml") -> dict[str, Unit]:
    return {unit.id: unit for unit in read_dvc_yaml(path, text.encode()).units}


PIPELINE = """\
vars:
  - model: {name: rf}
stages:
  prepare:
    wdir: ..
    cmd: python ml/prepare.py
    deps:
      - ml/prepare.py
    outs:
      - data/clean/x.csv
      - data/clean/y.csv:
          cache: false
  train:
    desc: Fit it
    cmd:
      - python train.py --m ${model.name}
      - |
        set -e
        python report.py
    deps: [../data/clean]
    params:
      - lr
      - conf.yaml:
          - train.epochs
      - all.yaml:
    outs: [models]
    metrics:
      - metrics.json:
          cache: false
    plots: [plots/roc.csv]
  evaluate:
    cmd: cd src && python evaluate.py
    deps: [models/rf.pkl]
    frozen: true
metrics:
  - other.json
"""


def test_stages() -> None:
    units = stages(PIPELINE, "ml/dvc.yaml")
    assert [(unit.id, unit.kind, unit.line, unit.directory) for unit in units.values()] == [
        ("prepare", "stage", 4, ""),
        ("train", "stage", 13, "ml"),
        ("evaluate", "stage", 31, "ml"),
    ]
    assert units["prepare"].reads == ("ml/prepare.py",)
    assert units["prepare"].writes == ("data/clean/x.csv", "data/clean/y.csv")
    assert units["train"].writes == ("models", "metrics.json", "plots/roc.csv")
    assert units["train"].inputs == {"params": ("lr", "conf.yaml:train.epochs", "all.yaml:"), "desc": "Fit it"}
    assert units["evaluate"].inputs == {"frozen": True}


def test_a_stage_needs_what_writes_its_files() -> None:
    units = stages(PIPELINE, "ml/dvc.yaml")
    assert units["prepare"].needs == ()
    assert units["train"].needs == ("prepare",)  # reads a folder that holds its outputs
    assert units["evaluate"].needs == ("train",)  # reads a file in a folder that is its output


def test_commands_of_stages() -> None:
    units = stages(PIPELINE, "ml/dvc.yaml")
    assert [(c.line, " ".join(c.argv)) for c in units["train"].commands] == [
        (16, "python train.py --m rf"),
        (18, "set -e"),
        (19, "python report.py"),
    ]
    assert [(c.line, c.directory) for c in units["evaluate"].commands] == [(32, ""), (32, "src")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("foreach: [a, b]\n    do:\n      cmd: run ${item}", {"s@a": "run a", "s@b": "run b"}),
        (
            "foreach:\n      x: {lr: 1}\n      y: {lr: 2}\n    do:\n      cmd: run ${key} ${item.lr}",
            {"s@x": "run x 1", "s@y": "run y 2"},
        ),
        ("foreach: ${models}\n    do:\n      cmd: run ${item}", {"s": "run ${item}"}),
        (
            "matrix:\n      m: [a, b]\n      f: [1]\n    cmd: run ${item.m} ${item.f}",
            {"s@a-1": "run a 1", "s@b-1": "run b 1"},
        ),
    ],
)
def test_one_entry_may_make_several_stages(text: str, expected: dict[str, str]) -> None:
    units = stages(f"stages:\n  s:\n    {text}\n")
    assert {name: " ".join(unit.commands[0].argv) for name, unit in units.items()} == expected


def test_the_document_is_kept() -> None:
    (document,) = read_dvc_yaml("dvc.yaml", PIPELINE.encode()).documents
    assert document.line_of(("metrics",)) == 35
    (lock,) = read_dvc_lock("dvc.lock", b"schema: '2.0'\nstages: {}\n").documents
    assert lock.data == {"schema": "2.0", "stages": {}}


def test_a_pointer() -> None:
    facts = read_dvc_pointer("data/raw.dvc", b"outs:\n- md5: 0a.dir\n  path: raw\n")
    assert facts.units == ()
    assert len(facts.documents) == 1


def test_an_import_is_frozen_to_a_source() -> None:
    text = b"frozen: true\ndeps:\n- path: data.csv\n  repo: {url: https://x/y}\nouts:\n- path: data.csv\n"
    (unit,) = read_dvc_pointer("d/data.csv.dvc", text).units
    assert (unit.id, unit.kind, unit.line, unit.directory) == ("data.csv", "import", 2, "d")
    assert (unit.inputs, unit.writes) == ({"frozen": True}, ("data.csv",))


def test_the_configuration_of_remotes() -> None:
    text = (
        b"[core]\n    remote = s\n    autostage = true\n['remote \"s\"']\n    url = s3://b/p\n"
        b'# c\n[remote "t"]\nurl=/x\n'
    )
    (document,) = read_dvc_config(".dvc/config", text).documents
    assert document.data == {
        "core": {"remote": "s", "autostage": "true"},
        "remote": {"s": {"url": "s3://b/p"}, "t": {"url": "/x"}},
    }
    assert document.line_of(("remote", "s", "url")) == 5


@pytest.mark.parametrize("text", ["stages: x", "stages:\n  a: b\n  c: {cmd: {}, deps: x, foreach: 3}", "[1]", "x: y"])
def test_odd_pipelines(text: str) -> None:
    assert read_dvc_yaml("dvc.yaml", text.encode()).read_faults == ()
