"""DAGs that are started by an id that none has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlripe.problem_kinds import FaultKind

if TYPE_CHECKING:
    from tests.detection.cannot_work.conftest import Faults

STARTING = """\
from airflow import DAG
from airflow.operators.trigger_dagrun import TriggerDagRunOperator

with DAG(dag_id="watch") as dag:
    TriggerDagRunOperator(
        task_id="start",
        trigger_dag_id={wanted},
    )
"""
FIT = "from airflow import DAG\n\nwith DAG({named}) as dag:\n    pass\n"


@pytest.mark.parametrize(
    ("wanted", "named"),
    [('"fit"', '"fit_model"'), ('"fit_dag"', 'dag_id="fit"'), ('"rollback"', 'dag_id="fit", schedule=None')],
)
def test_a_dag_that_no_file_defines(wanted: str, named: str, faults: Faults) -> None:
    (fault,) = faults({"dags/watch.py": STARTING.format(wanted=wanted), "dags/fit.py": FIT.format(named=named)})
    assert (fault.kind, fault.path, fault.line) == (FaultKind.ABSENT_JOB, "dags/watch.py", 7)


@pytest.mark.parametrize(
    ("wanted", "more"),
    [
        ('"fit"', {"dags/fit.py": FIT.format(named='"fit"')}),
        ("NAME", {"dags/fit.py": FIT.format(named='"other"')}),
        ('"{{ params.dag }}"', {"dags/fit.py": FIT.format(named='"other"')}),
        ('"fit"', {"dags/fit.py": FIT.format(named="NAME")}),
        ('"fit"', {"dags/fit.py": "from airflow.decorators import dag\n\n@dag()\ndef fit():\n    pass\n"}),
        ('"fit"', {"dags/fit.py": "from factory import make\n\nmake('fit', hours=3)\n"}),
        ('"fit"', {"dags/all.yaml": "fit:\n  schedule: '@daily'\n"}),
    ],
)
def test_a_dag_that_may_be_there(wanted: str, more: dict[str, str], faults: Faults) -> None:
    assert not faults({"dags/watch.py": STARTING.format(wanted=wanted), **more})
