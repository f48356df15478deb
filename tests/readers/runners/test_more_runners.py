"""Task runners beside make, tox and nox: Earthly, doit, mise, hatch.toml, Pipfile; and what tasks take and choose."""

from __future__ import annotations

import pytest

from mlripe.facts import FileFacts, Unit
from mlripe.readers.runners.earthfile import read_earthfile
from mlripe.readers.runners.project_scripts import read_hatch_scripts, read_mise_tasks, read_pipenv_scripts
from mlripe.readers.runners.python_tasks import read_dodo, read_sessions
from mlripe.readers.runners.task_files import read_taskfile
from mlripe.readers.runners.tox import read_tox


def by_id(facts: FileFacts) -> dict[str, Unit]:
    return {unit.id: unit for unit in facts.units}


def said(unit: Unit) -> list[str]:
    return [" ".join(command.argv) for command in unit.commands]


def test_an_earthfile() -> None:
    text = (
        b"VERSION 0.8\nFROM python:3.11\n\nbase:\n    COPY . .\n\nfit: # trains\n    FROM +base\n"
        b"    RUN --mount=type=cache,target=/root pip install -r requirements.txt && \\\n        python train.py\n"
        b"all:\n    BUILD +fit\n"
    )
    units = by_id(read_earthfile("ml/Earthfile", text))
    assert list(units) == ["base", "fit", "all"]
    assert said(units["fit"]) == ["pip install -r requirements.txt", "python train.py"]
    assert (units["fit"].needs, units["all"].needs, units["fit"].directory) == (("base",), ("fit",), "ml")


def test_tasks_of_doit() -> None:
    text = b"""\
DOIT_CONFIG = {"default_tasks": ["fit"]}
FIT = "python train.py"


def task_fit():
    return {"actions": [FIT, ["ls", "-l"], print], "task_dep": ["rows"]}


def task_rows():
    yield {"name": "a", "actions": ["python rows.py a"]}


def helper():
    return {"actions": ["python no.py"]}
"""
    units = by_id(read_dodo("dodo.py", text))
    assert list(units) == ["task_fit", "task_rows"]
    assert (said(units["task_fit"]), units["task_fit"].needs) == (["python train.py", "ls -l"], ("task_rows",))
    assert (units["task_fit"].inputs, units["task_rows"].inputs) == ({"default": True}, {})


@pytest.mark.parametrize(
    ("read", "path", "text", "wanted"),
    [
        (read_mise_tasks, "mise.toml", '[tasks.fit]\nrun = "python train.py"\n', {"fit": ["python train.py"]}),
        (
            read_mise_tasks,
            "mise.toml",
            '[tasks]\nfit = ["ls", "python train.py"]\n',
            {"fit": ["ls", "python train.py"]},
        ),
        (read_pipenv_scripts, "Pipfile", '[scripts]\nfit = "python train.py"\n', {"fit": ["python train.py"]}),
        (
            read_hatch_scripts,
            "hatch.toml",
            '[envs.default.scripts]\nfit = "python train.py"\n[envs.ml.scripts]\nall = ["prepare", "fit {args}"]\n',
            {"fit": ["python train.py"], "ml:fit": ["python train.py"], "ml:all": ["prepare", "fit {args}"]},
        ),
    ],
)
def test_tables_of_tasks(read: object, path: str, text: str, wanted: dict[str, list[str]]) -> None:
    units = by_id(read(path, text.encode()))  # type: ignore[operator]
    assert {name: said(unit) for name, unit in units.items()} == wanted


def test_scripts_of_hatch_need_each_other() -> None:
    text = b'[envs.ml.scripts]\nfit = "python train.py"\nall = ["fit --quiet", "- echo done"]\n'
    assert by_id(read_hatch_scripts("hatch.toml", text))["ml:all"].needs == ("ml:fit", "ml:echo")


def test_sessions_with_names_and_tags() -> None:
    text = b"""\
import nox

nox.options.sessions = ["fit-model"]


@nox.session(name="fit-model", tags=["nightly"])
def fit(session):
    session.run(*["python", "train.py"])
    session.run(*"python evaluate.py --fast".split())


@nox.session
def lint(session):
    session.run("ruff", "check")
"""
    units = by_id(read_sessions("noxfile.py", text))
    assert said(units["fit"]) == ["python train.py", "python evaluate.py --fast"]
    assert units["fit"].inputs == {"name": "fit-model", "tags": ("nightly",), "default": True}
    assert units["lint"].inputs == {}


def test_labels_and_the_default_environment_of_tox() -> None:
    labelled = (
        b"[tox]\nlabels =\n    check = lint\n    nightly = fit, lint\n[testenv:lint]\ncommands = ruff check\n"
        b"[testenv:fit]\nlabels = slow\ncommands = python train.py\n"
    )
    units = by_id(read_tox("tox.ini", labelled))
    assert (units["lint"].inputs["labels"], units["fit"].inputs["labels"]) == (
        ("check", "nightly"),
        ("slow", "nightly"),
    )
    alone = by_id(read_tox("tox.ini", b"[testenv]\ncommands = pytest\n"))
    assert {name: (said(unit), unit.inputs) for name, unit in alone.items()} == {"py": (["pytest"], {"default": True})}


def test_a_taskfile_with_variables_loops_and_namespaces() -> None:
    text = b"""\
version: '3'
vars: {SCRIPT: train.py, NAMES: a b, WHEN: {sh: date}}
includes:
  ml: {taskfile: ./tasks/ml.yml, dir: ./ml}
  docs: ./docs
  flat: {taskfile: flat.yml, flatten: true}
tasks:
  fit: python {{.SCRIPT}} --when {{.WHEN}}
  each:
    cmds:
      - for: {var: NAMES}
        cmd: python {{.ITEM}}.py
      - for: [c]
        cmd: python {{.ITEM}}.py
"""
    units = by_id(read_taskfile("Taskfile.yml", text))
    assert said(units["fit"]) == ["python train.py --when ${{.WHEN}}"]
    assert said(units["each"]) == ["python a.py", "python b.py", "python c.py"]
    included = units["include"]
    assert (included.inputs["ml"], included.inputs["dir ml"]) == (("./tasks/ml.yml",), "ml")
    assert "./docs/Taskfile.yml" in included.uses
    assert ("flat" in included.inputs, "./flat.yml" in included.uses) == (False, True)
