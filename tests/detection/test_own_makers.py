"""Starts that functions and classes of a repository's own make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Assess

FIT = "import joblib\nfrom sklearn.svm import SVC\ndef fit():\n    joblib.dump(SVC().fit(x, y), 'm')\n"
USE = "from make import make\nfrom fit import fit\n"
IMPORTS = "from airflow import DAG\nfrom airflow.operators.python import PythonOperator\n"
BODY = "    with DAG(%s) as d:\n        PythonOperator(task_id='a', python_callable=what)\n    return d\n"
FLOW = "from prefect import flow\ndef make(what, cron):\n    flow(what).serve(name='a', cron=cron)\n"


def strength(assess: Assess, make: str, use: str) -> str:
    found = assess({"fit.py": FIT, "make.py": make, "late.py": USE + use})
    return found.capabilities["continuous-training"].strength.name


@pytest.mark.parametrize(
    ("takes", "gives", "use", "expected"),
    [
        ("what, every", "'a', schedule=every", "make(fit, '@daily')", "automated"),
        ("what, every", "'a', schedule=every", "make(fit, None)", "none"),
        ("what, every", "'a', schedule=every", "make(every=None, what=fit)", "none"),
        ("what, every='@daily'", "'a', schedule=every", "make(fit)", "automated"),
        ("what, every=None", "'a', schedule=every", "make(fit)", "none"),
        ("what, **more", "'a', **more", "make(fit, schedule='@daily')", "automated"),
        ("what, **more", "'a', **more", "make(fit, catchup=False)", "none"),
        ("what, settings", "'a', schedule=settings['every']", "make(fit, {'every': '@daily'})", "automated"),
        ("what, settings", "'a', schedule=settings.get('every')", "make(fit, {'name': 'a'})", "none"),
        ("what, settings", "'a', **settings", "make(fit, dict(schedule='@daily'))", "automated"),
        ("what, every", "'a', schedule=every", "DAILY = '@daily'\nmake(fit, DAILY)", "automated"),
        ("what, every", "'a', schedule=every", "def again(every):\n    make(fit, every)\nagain('@daily')", "automated"),
        ("what, every", "'a', schedule=every", "def again(every):\n    make(fit, every)\nagain(None)", "none"),
    ],
)
def test_a_schedule_is_what_the_callers_give(takes: str, gives: str, use: str, expected: str, assess: Assess) -> None:
    make = f"{IMPORTS}def make({takes}):\n{BODY % gives}"
    assert strength(assess, make, use + "\n") == expected


def test_a_flow_is_served_by_a_function(assess: Assess) -> None:
    assert strength(assess, FLOW, "make(fit, '0 3 * * *')\n") == "automated"


@pytest.mark.parametrize(
    "make",
    [
        f"{IMPORTS}def make(what, every):\n    make(what, every)\n{BODY % 'schedule=every'}",
        (
            f"{IMPORTS}def make(what, every):\n    other(what, every)\n{BODY % 'schedule=every'}"
            "def other(what, every):\n    make(what, every)\n"
        ),
        f"{IMPORTS}class make(DAG, make):\n    def __init__(self, *a, **b):\n        make.__init__(self, *a, **b)\n",
    ],
)
def test_makers_that_make_each_other_come_to_an_end(make: str, assess: Assess) -> None:
    assert strength(assess, make, "make(fit, '@daily')\n") in ("none", "automated")
