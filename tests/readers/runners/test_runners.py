"""Files that give commands a name: tox, MLproject, npm, Taskfile, pre-commit, console scripts, Snakemake, targets."""

from __future__ import annotations

import pytest

from mlripe.facts import FileFacts, Unit
from mlripe.readers.pipelines.workflow_languages import read_snakefile, read_targets
from mlripe.readers.runners.pre_commit import read_pre_commit
from mlripe.readers.runners.project_scripts import (
    console_scripts_from_text,
    read_pixi_tasks,
    read_pyproject,
    read_setup_cfg,
    read_setup_py_scripts,
)
from mlripe.readers.runners.python_tasks import read_sessions
from mlripe.readers.runners.task_files import read_mlproject, read_package_json_scripts, read_taskfile
from mlripe.readers.runners.tox import read_tox
from mlripe.readers.runners.tox_toml import read_tox_toml


def by_id(facts: FileFacts) -> dict[str, Unit]:
    return {unit.id: unit for unit in facts.units}


def lines(unit: Unit) -> list[tuple[int, str]]:
    return [(command.line, " ".join(command.argv)) for command in unit.commands]


# --- tox -------------------------------------------------------------------------------------------------------------


TOX = """\
[tox]
envlist =
    py{310,311}-{test,lint}, docs  # all
[testenv]
commands_pre = pip check
commands =
    pytest {posargs:tests} \\
        -x
    - ruff check
    lint: mypy {toxinidir}/src
[testenv:docs]
depends = py311-test
changedir = docs
commands = {[testenv:build]commands}
    python {env:SCRIPT:a.py}
[testenv:build]
commands = make html
[testenv:release{1,2}]
skip_install = true
"""


def test_environments() -> None:
    units = by_id(read_tox("pkg/tox.ini", TOX.encode()))
    assert list(units) == [
        "py310-test",
        "py310-lint",
        "py311-test",
        "py311-lint",
        "docs",
        "build",
        "release1",
        "release2",
    ]
    assert [unit.inputs.get("default", False) for unit in units.values()] == [True] * 5 + [False] * 3
    assert (units["py310-test"].line, units["docs"].line, units["release2"].line) == (3, 11, 18)
    assert (units["py310-test"].directory, units["docs"].directory) == ("pkg", "pkg/docs")
    assert units["docs"].needs == ("py311-test",)


def test_commands_of_environments() -> None:
    units = by_id(read_tox("tox.ini", TOX.encode()))
    assert lines(units["py310-test"]) == [(5, "pip check"), (7, "pytest tests -x"), (9, "ruff check")]
    assert [command.allow_failure for command in units["py310-test"].commands] == [False, False, True]
    assert lines(units["py311-lint"])[-1] == (10, "mypy ./src")
    assert lines(units["docs"]) == [(5, "pip check"), (17, "make html"), (15, "python a.py")]


def test_tox_in_setup_cfg_and_console_scripts() -> None:
    text = (
        b"[options.entry_points]\nconsole_scripts =\n    run = a.b:main\n"
        b"[tox:tox]\nenvlist = t\n[testenv]\ncommands = pytest\n"
    )
    units = by_id(read_setup_cfg("setup.cfg", text))
    assert (units["console/run"].kind, units["console/run"].line) == ("console", 3)
    assert units["console/run"].inputs == {"entry": "a.b:main"}
    assert lines(units["t"]) == [(7, "pytest")]
    assert read_setup_cfg("setup.cfg", b"[flake8]\nmax-line-length = 3\n") == FileFacts()


# --- pyproject.toml and setup.py -------------------------------------------------------------------------------------


PYPROJECT = '''\
[project.scripts]
run = "a.b:main"
[tool.poetry.scripts]
old = {callable = "a.c:main"}
[tool.poe.tasks]
run = "python run.py"
test.cmd = "pytest"
test.cwd = "sub"
test.ignore_fail = true
all = ["lint", "test", {cmd = "echo done"}]
fit = {script = "a.fit:main(1)", deps = ["run"]}
lint.shell = """
ruff check
mypy src
"""
[tool.taskipy.tasks]
tidy = {cmd = "ruff format"}
[tool.pdm.scripts]
_.env_file = ".env"
ship = {composite = ["test", "tidy"]}
start = {call = "a.app:serve"}
words = {cmd = ["python", "-m", "a"]}
[tool.hatch.envs.default.scripts]
cov = ["- coverage erase", "pytest --cov"]
[tool.hatch.envs.docs.scripts]
build = "mkdocs build"
[tool.pixi.tasks]
train = {cmd = "python train.py", depends-on = ["run"]}
[tool.pixi.feature.dev.tasks]
nb = "jupyter lab"
[tool.tox]
legacy_tox_ini = """
[tox]
envlist = py
[testenv]
commands = pytest -q
"""
'''


def test_console_scripts_of_a_project() -> None:
    units = by_id(read_pyproject("x/pyproject.toml", PYPROJECT.encode()))
    consoles = [(unit.id, unit.line, unit.inputs["entry"]) for unit in units.values() if unit.kind == "console"]
    assert consoles == [("console/run", 2, "a.b:main"), ("console/old", 4, "a.c:main")]
    assert units["console/run"].directory == "x"


@pytest.mark.parametrize(
    ("name", "line", "says", "expected"),
    [
        ("run", 6, "poe run", ["python run.py"]),
        ("test", 7, "poe test", ["pytest"]),
        ("fit", 11, "poe fit", ["python -c from a.fit import main; main()"]),
        ("lint", 12, "poe lint", ["ruff check", "mypy src"]),
        ("tidy", 17, "task tidy", ["ruff format"]),
        ("start", 21, "pdm run start", ["python -c from a.app import serve; serve()"]),
        ("words", 22, "pdm run words", ["python -m a"]),
        ("cov", 24, "hatch run cov", ["coverage erase", "pytest --cov"]),
        ("docs:build", 26, "hatch run docs:build", ["mkdocs build"]),
        ("train", 28, "pixi run train", ["python train.py"]),
        ("nb", 30, "pixi run nb", ["jupyter lab"]),
        ("py", 34, "tox py", ["pytest -q"]),
    ],
)
def test_tasks_of_a_project(name: str, line: int, says: str, expected: list[str]) -> None:
    unit = by_id(read_pyproject("pyproject.toml", PYPROJECT.encode()))[name]
    assert (unit.line, unit.says, [argv for _, argv in lines(unit)]) == (line, says, expected)


def test_a_text_that_begins_below_its_key() -> None:
    units = by_id(read_pyproject("pyproject.toml", PYPROJECT.encode()))
    assert lines(units["lint"]) == [(13, "ruff check"), (14, "mypy src")]
    assert lines(units["py"]) == [(36, "pytest -q")]


def test_tasks_of_tasks() -> None:
    units = by_id(read_pyproject("x/pyproject.toml", PYPROJECT.encode()))
    assert units["all"].needs == ("lint", "test")
    assert units["fit"].needs == ("run",)
    assert units["ship"].needs == ("test", "tidy")
    assert (units["test"].directory, units["test"].allow_failure) == ("x/sub", True)
    assert [command.allow_failure for command in units["cov"].commands] == [True, False]


def test_what_is_no_toml_is_told_elsewhere() -> None:
    assert read_pyproject("pyproject.toml", b"[") == FileFacts()


def test_pixi() -> None:
    text = (
        b"[workspace]\nname = 'x'\n[tasks]\na = 'python a.py'\n[feature.t.tasks.b]\ncmd = 'pytest'\ndepends_on = 'a'\n"
    )
    units = by_id(read_pixi_tasks("pixi.toml", text))
    assert lines(units["a"]) == [(4, "python a.py")]
    assert units["b"].needs == ("a",)


def test_console_scripts_of_a_setup_py() -> None:
    text = (
        "setup(\n  entry_points={\n    'console_scripts': [\n      'run = a.b:main',\n"
        "      \"x=a:f [extra]\",\n    ],\n    'other': ['y = z:w'],\n  })\n"
    )
    assert [(u.id, u.line, u.inputs["entry"]) for u in console_scripts_from_text(text)] == [
        ("console/run", 4, "a.b:main"),
        ("console/x", 5, "a:f"),
    ]
    assert read_setup_py_scripts("p/setup.py", text.encode()).units[0].directory == "p"


# --- MLproject, npm, Taskfile ----------------------------------------------------------------------------------------


def test_an_mlflow_project() -> None:
    text = b"""\
name: p
python_env: python_env.yaml
docker_env:
  image: me/train:1
entry_points:
  main:
    parameters:
      lr: {type: float, default: 0.1}
      data: path
      n: 3
    command: "python train.py {lr} {data} {n} {other}"
"""
    facts = read_mlproject("p/MLproject", text)
    (unit,) = facts.units
    assert (unit.id, unit.kind, unit.line, unit.directory, unit.inputs) == ("main", "target", 6, "p", {"default": True})
    assert lines(unit) == [(11, "python train.py 0.1 path 3 {other}")]
    assert unit.reads == ("python_env.yaml",)
    assert [(r.type, r.line) for r in facts.resources] == [("image:me/train", 4)]


def test_npm_scripts() -> None:
    facts = read_package_json_scripts(
        "web/package.json", b'{"scripts": {\n  "pretest": "tsc",\n  "test": "jest && npm run x"\n}}'
    )
    units = by_id(facts)
    assert lines(units["test"]) == [(3, "jest"), (3, "npm run x")]
    assert (units["test"].needs, units["test"].directory) == (("pretest",), "web")
    assert len(facts.documents) == 1
    assert read_package_json_scripts("package.json", b"{") == FileFacts()


def test_a_taskfile() -> None:
    text = b"""\
version: '3'
includes:
  docs: ./docs/Taskfile.yml
tasks:
  default: task --list
  train:
    dir: ml
    deps: [data, {task: env}]
    sources: [train.py]
    generates: [model.pkl]
    cmds:
      - python train.py {{ .ARGS }}
      - task: report
      - cmd: ruff check
        ignore_error: true
      - |
        a
        b
"""
    units = by_id(read_taskfile("Taskfile.yml", text))
    assert units["default"].inputs == {"default": True}
    assert lines(units["train"]) == [(12, "python train.py ${{.ARGS}}"), (14, "ruff check"), (17, "a"), (18, "b")]
    assert [command.allow_failure for command in units["train"].commands] == [False, True, True, False]
    assert units["train"].needs == ("report", "data", "env")
    assert (units["train"].directory, units["train"].reads, units["train"].writes) == (
        "ml",
        ("train.py",),
        ("model.pkl",),
    )
    assert units["include"].uses == ("./docs/Taskfile.yml",)


# --- pre-commit ------------------------------------------------------------------------------------------------------


def test_hooks() -> None:
    text = b"""\
repos:
  - repo: https://github.com/u/ruff
    rev: v1
    hooks:
      - id: ruff
        args: [--fix]
      - id: ruff
        stages: [manual]
  - repo: local
    hooks:
      - id: data
        name: check the data
        entry: python check.py
        language: system
"""
    units = by_id(read_pre_commit(".pre-commit-config.yaml", text))
    assert [(u.id, u.kind, u.line, u.parent) for u in units.values()] == [
        ("pre-commit", "hooks", 1, ""),
        ("ruff", "hook", 5, "pre-commit"),
        ("2/ruff", "hook", 7, "pre-commit"),
        ("data", "hook", 11, "pre-commit"),
    ]
    assert (units["ruff"].uses, units["ruff"].inputs) == (("https://github.com/u/ruff",), {"args": ("--fix",)})
    assert units["2/ruff"].inputs == {"stages": ("manual",)}
    assert units["data"].inputs == {"entry": "python check.py", "language": "system"}
    assert lines(units["data"]) == [(13, "python check.py")]


# --- Snakemake and targets -------------------------------------------------------------------------------------------


SNAKEFILE = '''\
include: "rules/common.smk"
configfile: "config.yaml"

rule all:
    input: "report.html"  # "not.this"

rule clean:
    input:
        "raw.csv",
    output:
        csv="clean.csv"
    shell:
        "python clean.py {input} "
        "--out {output}"

rule train:
    input: rules.clean.output.csv, expand("p/{x}.yaml", x=X)
    output: "model.pkl"
    script: "scripts/train.py"

rule report:
    input:
        "model.pkl"
    output:
        "report.html"
    shell:
        """
        cd docs
        make html
        """
'''


def test_rules() -> None:
    units = by_id(read_snakefile("workflow/Snakefile", SNAKEFILE.encode()))
    assert [(u.id, u.kind, u.line, u.needs) for u in list(units.values())[:-1]] == [
        ("all", "stage", 4, ("report",)),
        ("clean", "stage", 7, ()),
        ("train", "stage", 16, ("clean",)),
        ("report", "stage", 21, ("train",)),
    ]
    assert (units["clean"].reads, units["clean"].writes) == (("raw.csv",), ("clean.csv",))
    assert lines(units["clean"]) == [(13, "python clean.py {input} --out {output}")]
    assert lines(units["train"]) == [(19, "scripts/train.py")]
    assert lines(units["report"]) == [(28, "cd docs"), (29, "make html")]
    assert units["include/1"].uses == ("./workflow/rules/common.smk",)
    assert units["all"].directory == ""


def test_targets() -> None:
    text = b"""\
library(targets)
tar_option_set(packages = "dplyr")
source("R/functions.R")
list(
  tar_target(file, "data.csv", format = "file"),
  tar_target(name = data, command = read_csv(file)),  # model
  tar_target(
    model,
    fit(data)
  ),
  tarchetypes::tar_render(report, "report.Rmd")
)
"""
    units = by_id(read_targets("_targets.R", text))
    assert [(u.id, u.kind, u.line, u.needs) for u in units.values()] == [
        ("file", "stage", 5, ()),
        ("data", "stage", 6, ("file",)),
        ("model", "stage", 7, ("data",)),
        ("report", "stage", 11, ()),
    ]
    assert units["model"].uses == ("./R/functions.R",)


# --- what is odd -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("read", [read_mlproject, read_taskfile, read_pre_commit])
@pytest.mark.parametrize(
    "text", [b"", b"[1]", b"tasks: x\nrepos: {a: 1}\nentry_points: [1]", b"tasks: {a: 1, b: [{}]}\nrepos: [1]"]
)
def test_odd_documents(read: object, text: bytes) -> None:
    assert callable(read)
    assert read("x", text).read_faults == ()


def test_odd_texts() -> None:
    for text in (
        b"",
        b"\xff\xfe\x00",
        b"[tox\n[testenv]\ncommands\n = x",
        b"rule x:\n  shell: '''never closed\nrule y:",
    ):
        for read in (read_tox, read_snakefile, read_targets, read_setup_cfg):
            assert read("x", text).read_faults == ()


def test_tox_in_its_own_toml() -> None:
    content = b"""\
env_list = ["fit"]
[env_run_base]
commands = [["pytest"]]
[env.fit]
change_dir = "{tox_root}/ml"
commands = [["python", "train.py"], ["-", "rm", "old.txt"]]
[env.plain]
"""
    fit, plain = read_tox_toml("tox.toml", content).units
    assert [(command.argv, command.allow_failure) for command in fit.commands] == [
        (("python", "train.py"), False),
        (("rm", "old.txt"), True),
    ]
    assert (fit.directory, fit.inputs) == ("ml", {"default": True})
    assert [command.text for command in plain.commands] == ["pytest"]


def test_environments_of_a_list_need_no_table_of_their_own() -> None:
    content = b"""\
env_list = ["3.12", { product = [["unit", "all"], { prefix = "py3", start = 12, stop = 13 }], exclude = ["all-py313"] }]
labels = { quick = ["3.12"] }
[env_run_base]
deps = ["-r requirements.txt", "pytest"]
commands = [["pytest", { replace = "posargs", default = ["tests"], extend = true }]]
[env_base.unit]
factors = [["unit"], ["py312", "py313"]]
commands = [{ replace = "ref", of = ["env_run_base", "commands"], extend = true }, ["coverage", "report"]]
[env.fit]
commands = [["python", "{tox_root}/train.py"]]
"""
    units = by_id(read_tox_toml("tox.toml", content))
    found = {name: [text for _, text in lines(unit)][1:] for name, unit in units.items()}
    tests, covered = ["pytest tests"], ["pytest tests", "coverage report"]
    assert found == {
        "fit": ["python ./train.py"], "3.12": tests, "unit-py312": covered, "unit-py313": covered, "all-py312": tests
    }  # fmt: skip
    assert lines(units["3.12"])[0] == (4, "pip install -r requirements.txt")
    assert units["3.12"].inputs == {"default": True, "labels": ("quick",)}
    assert not units["fit"].inputs


@pytest.mark.parametrize(
    "content",
    [
        b"[env_run_base]\ncommands = [{ replace = 'ref', of = ['env_run_base', 'commands'] }]\n",
        b"env_list = [{ product = [{ prefix = 'a', start = 1, stop = 99999999 }, { prefix = 'b', start = 1 }] }]\n",
        b"env_list = [{ product = [{ start = 'x' }, 5] }, 7, [], {}]\n[env_base]\na = 1\nb = { factors = 3 }\n",
    ],
)
def test_a_tox_toml_that_is_odd(content: bytes) -> None:
    assert len(read_tox_toml("tox.toml", content).units) <= 300


# --- task files in Python --------------------------------------------------------------------------------------------


def test_sessions_run_words_and_tasks_run_lines() -> None:
    nox = b"import nox\n\n@nox.session\ndef lint(session):\n    session.install('flake8')\n    session.run('flake8', *session.posargs, 'src')\n"
    assert lines(by_id(read_sessions("noxfile.py", nox))["lint"]) == [(5, "pip install flake8"), (6, "flake8 src")]
    tasks = b"from invoke import task\n\n@task\ndef check(c):\n    c.run('black --check . && pytest -q')\n"
    assert lines(by_id(read_sessions("tasks.py", tasks))["check"]) == [(5, "black --check ."), (5, "pytest -q")]


def test_tasks_of_a_queue_are_no_task_file() -> None:
    assert (
        read_sessions("tasks.py", b"from celery import shared_task\n\n@shared_task\ndef fit(m):\n    m.run('a b')\n")
        == FileFacts()
    )


def test_a_module_takes_the_rules_of_another_file_in() -> None:
    text = b'module a:\n    snakefile: "../train/Snakefile"\n    config: config\n\nmodule b:\n    snakefile:\n        "more.smk"\n\nuse rule * from a\n'
    units = read_snakefile("workflow/Snakefile", text).units
    assert [(unit.line, unit.uses) for unit in units] == [(1, ("./train/Snakefile",)), (5, ("./workflow/more.smk",))]
