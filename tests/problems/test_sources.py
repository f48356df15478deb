"""Sources of defects: each word that a rule may ask for has its function, and what becomes of what that gives."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import pytest

from mlripe.assessment import Assessment
from mlripe.catalog import load
from mlripe.evidence import Defect, Sighting
from mlripe.problem_kinds import DefectKind
from mlripe.problems import licence
from mlripe.problems.sources import SOURCES
from tests.conftest import Assess

CODE = {"README.md": "# Churn\n", "train.py": "import pandas\n", "app.py": "import flask\n"}
Finding = Callable[..., Assessment]


@pytest.mark.parametrize("kind", DefectKind)
def test_every_word_has_a_function_and_a_rule_that_asks_for_it(kind: DefectKind) -> None:
    module, _, name = SOURCES[kind].partition(":")
    assert callable(getattr(import_module(module), name))
    assert [rule.id for rule in load().problem_rules.values() if rule.finds == kind]


@pytest.fixture
def finding(assess: Assess, monkeypatch: pytest.MonkeyPatch) -> Finding:
    """The assessment where the source of a kind gives these defects."""

    def assessed(*defects: Defect) -> Assessment:
        monkeypatch.setattr(licence, "without_licence", lambda _: defects)
        return assess(CODE)

    return assessed


def test_faults_of_one_cause_are_one_problem_at_the_first(finding: Finding) -> None:
    found = finding(
        Defect("app.py", 1, "needs a.txt", cause="a.txt", beside=(Sighting("README.md", 1, "names it"),)),
        Defect("train.py", 1, "needs a.txt too", cause="a.txt"),
        Defect("train.py", 1, "needs b.txt", cause="b.txt"),
    )
    assert [(each.key, [(s.path, s.says) for s in each.evidence]) for each in found.problems] == [
        ("a.txt", [("app.py", "needs a.txt"), ("train.py", "needs a.txt too"), ("README.md", "names it")]),
        ("b.txt", [("train.py", "needs b.txt")]),
    ]


def test_a_fault_may_weigh_less_and_be_less_certain_and_hang_on_something(finding: Finding) -> None:
    (found,) = finding(Defect("app.py", 1, "x", slight=True, likely=True, hangs_on="a variable")).problems
    assert (found.severity, found.certainty, found.hangs_on) == ("untidy", "likely", "a variable")


def test_a_fault_of_another_word_is_not_of_this_rule(finding: Finding) -> None:
    assert finding(Defect("app.py", 1, "x", finds="another")).problems == ()


def test_of_one_kind_as_many_are_listed_as_a_person_reads(finding: Finding) -> None:
    found = finding(*(Defect("app.py", 1, "x", cause=f"{number:03}") for number in range(70)))
    assert (len(found.problems), found.problems_left) == (50, 20)


@pytest.mark.parametrize(("folder", "severity"), [("shop", "broken"), ("old/shop", "untidy"), ("examples", "untidy")])
def test_what_cannot_work_weighs_less_where_it_is_put_by(folder: str, severity: str, assess: Assess) -> None:
    step = f"      - run: docker build -f {folder}/Dockerfile .\n"
    workflow = (
        f"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n{step}"
    )
    named = {".github/workflows/a.yml": workflow, **CODE}
    found = [each for each in assess(named).problems if each.id == "cannot-work"]
    assert [each.severity for each in found] == ["broken"], "the step is no archive, whatever it names"
    code = {f"{folder}/run.py": "from shop_parts.absent import load\n\nload()\n", "shop_parts/__init__.py": "", **CODE}
    assert {each.severity for each in assess(code).problems if each.id == "cannot-work"} == {severity}


@pytest.mark.parametrize(
    ("type", "says"),
    [
        ("aws_db_instance", "a database"),
        ("aws_rds_cluster_instance", "a database"),
        ("aws_redshift_cluster", "a database"),
        ("aws_mq_broker", "a message broker"),
        ("aws_dms_replication_instance", "a server that copies databases"),
        ("aws_sagemaker_something", "a service"),
    ],
)
def test_what_the_internet_may_reach_is_called_by_its_type(type: str, says: str, assess: Assess) -> None:
    text = f'resource "{type}" "scores" {{\n  publicly_accessible = true\n}}\n'
    told = [each.evidence[0].says for each in assess({"main.tf": text}).problems if each.id == "open-network"]
    assert told == [f"{says} that the internet may reach"]
