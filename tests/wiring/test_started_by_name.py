"""Names that are sent to orchestrators lead back to the files that define what they mean."""

from __future__ import annotations

import pytest

from mlripe.readers.store import FactStore
from mlripe.snapshot.memory import MemorySnapshot
from mlripe.wiring.started_by_name import DAG, FLOW, JENKINS, KUBEFLOW, Named

WORKFLOW = (
    "name: Train\non: {workflow_dispatch: , repository_dispatch: {types: [drift]}}\njobs: {a: {steps: [{run: x}]}}\n"
)
TRAIN = ".github/workflows/train.yml"
FILES = {
    TRAIN: WORKFLOW,
    "dags/churn.py": "from airflow import DAG\nwith DAG('churn') as dag:\n    pass\n",
    "flow.py": "from prefect import flow\n@flow\ndef score_all():\n    pass\n",
    "pipeline.py": "from kfp import dsl\n@dsl.pipeline(name='p')\ndef churn():\n    pass\n",
    "Jenkinsfile": "pipeline { stages { stage('a') { steps { sh 'x' } } } }\n",
    "jobs/fit/Jenkinsfile": "pipeline { stages { stage('a') { steps { sh 'x' } } } }\n",
}


@pytest.fixture
def named() -> Named:
    store = FactStore(MemorySnapshot(FILES), (), lambda *_: True)
    store.load()
    return Named(store)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("https://api.github.com/repos/a/b/actions/workflows/train.yml/dispatches", TRAIN),
        ("https://api.github.com/repos/{}/actions/workflows/tra{}.yml/dispatches", TRAIN),
        ("createWorkflowDispatch({owner: o, workflow_id: 'train.yml'})", TRAIN),
        ('curl https://api.github.com/repos/a/b/dispatches -d {"event_type": "drift"}', TRAIN),
        ("http://airflow:8080/api/v1/dags/churn/dagRuns", "dags/churn.py"),
        ("https://jenkins/job/team/job/fit/buildWithParameters", "jobs/fit/Jenkinsfile"),
    ],
)
def test_a_request_names_what_it_starts(named: Named, text: str, path: str) -> None:
    assert [place.path for place in named.asked_for(text)] == [path]


@pytest.mark.parametrize(
    "text",
    [
        "https://api.github.com/repos/a/b/actions/workflows/docs.yml/dispatches",
        "https://api.github.com/repos/a/b/actions/workflows/deploy-{}.yml/dispatches",
        "https://api.github.com/repos/a/b/dispatches {event_type: docs}",
        "https://api.github.com/repos/a/b/actions/workflows/train.yml/runs",
        "http://airflow:8080/api/v1/dags/fraud/dagRuns",
        "https://example.org/dispatches/of/1914",
    ],
)
def test_another_name_or_another_request_starts_nothing(named: Named, text: str) -> None:
    assert not named.asked_for(text)


def test_orchestrators_write_one_name_in_several_ways(named: Named) -> None:
    assert [place.path for place in named.find(FLOW, "score-all/nightly")] == ["flow.py"]
    assert [place.path for place in named.find(JENKINS, "Fit")] == ["jobs/fit/Jenkinsfile"]


def test_without_a_name_the_only_one_there_is_is_meant(named: Named) -> None:
    assert [place.path for place in named.find(KUBEFLOW, None)] == ["pipeline.py"]
    assert [place.path for place in named.find(JENKINS, "{}")] == ["jobs/fit/Jenkinsfile"]  # pushes start the other
    assert not named.find(DAG, None)
