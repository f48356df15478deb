"""DAGs in YAML, as dag-factory reads them."""

from __future__ import annotations

import pytest

from mlripe.readers.formats.cursor import Node
from mlripe.readers.formats.documents import load_yaml
from mlripe.readers.pipelines.airflow_yaml import dag_factory_facts

TASK = (
    "tasks: {fit: {operator: a.PythonOperator, python_callable_name: fit, python_callable_file: /opt/dags/ml/fit.py}}"
)


def read(text: str) -> list[tuple[str, list[tuple[str, bool]]]]:
    (document,) = load_yaml(text.encode())
    units = dag_factory_facts("dags/late.yml", Node.root(document)).units
    return [(unit.id, [(t.kind, t.active) for t in unit.triggers]) for unit in units]


@pytest.mark.parametrize(
    ("dag", "expected"),
    [
        ('schedule_interval: "0 3 * * *"', [("schedule", True)]),
        ('schedule: "@daily", is_paused_upon_creation: true', [("schedule", False)]),
        ("schedule: null", []),
        ('schedule: "None"', []),
        ('schedule: "@once"', []),
        ("schedule: [{dataset: rows}]", [("event", True)]),
        ("owner: me", []),
    ],
)
def test_when_a_dag_starts(dag: str, expected: list[tuple[str, bool]]) -> None:
    assert read(f"late: {{{dag}, {TASK}}}\n") == [("pipeline/late", expected), ("pipeline/late/fit", [])]


def test_a_callable_is_looked_for_below_the_root_that_the_scheduler_sees() -> None:
    (document,) = load_yaml(f"late: {{{TASK}}}\n".encode())
    task = dag_factory_facts("dags/late.yml", Node.root(document)).units[1]
    assert {"./dags/ml/fit.py:fit", "./ml/fit.py:fit", "./fit.py:fit"} <= set(task.uses)


@pytest.mark.parametrize(
    "text", ["a: {tasks: {b: {image: x}}}", "a: 1", "tasks: {a: {operator: x}}", "a: {tasks: [1]}"]
)
def test_other_documents(text: str) -> None:
    assert read(text + "\n") == []
