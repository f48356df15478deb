"""What becomes of predictions: a service keeps them, a batch writes them, over functions and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Assess

APP = """\
import joblib
from fastapi import BackgroundTasks, FastAPI

from store import note

app = FastAPI()
model = joblib.load("model.joblib")


@app.post("/score")
def score(row: dict, tasks: BackgroundTasks):
    answer = float(model.predict([list(row.values())])[0])
    {keeps}
    return {{"answer": answer}}
"""
STORE = """\
import sqlite3


def note(row, answer):
    with sqlite3.connect("a.db") as db:
        db.execute("INSERT INTO seen VALUES (?, ?)", (str(row), {value}))
"""
OF_THAT_NAME = """\
import sqlite3


class Store:
    def write(self, row):
        with sqlite3.connect("a.db") as db:
            db.execute("INSERT INTO seen VALUES (?)", (row,))
"""
MODEL = """\
import joblib


def answer(rows):
    return joblib.load("model.joblib").predict(rows)
"""
JOB = """\
import pandas as pd

from model import answer


def main():
    rows = pd.read_parquet("new.parquet")
    rows["answer"] = {value}
    rows.to_parquet("out.parquet")


if __name__ == "__main__":
    main()
"""


def batch(value: str = "answer(rows)", model: str = MODEL) -> dict[str, str]:
    return {"job.py": JOB.format(value=value), "model.py": model}


def service(keeps: str, value: str = "answer") -> dict[str, str]:
    return {"app.py": APP.format(keeps=keeps), "store.py": STORE.format(value=value)}


@pytest.mark.parametrize(
    ("files", "strength"),
    [
        pytest.param(service("note(row, answer)"), "present", id="a function of another file keeps it"),
        pytest.param(service("tasks.add_task(note, row, answer)"), "present", id="after the answer"),
        pytest.param(service("note(row, 1)"), "none", id="only what was asked is kept"),
        pytest.param(service("note(row, answer)", "'seen'"), "none", id="a row without the answer"),
        pytest.param(service("pass"), "none", id="nothing calls the function"),
        pytest.param({**service("open('a.txt').write(str(answer))"), "store.py": OF_THAT_NAME},
                     "none", id="a file, not a function of that name"),
        pytest.param(batch(), "none", id="what a batch writes is its product"),
    ],
)  # fmt: skip
def test_prediction_logging(files: dict[str, str], strength: str, assess: Assess) -> None:
    assert assess(files).capabilities["prediction-logging"].strength.name == strength


def test_what_a_deployed_service_keeps_is_kept_by_automation(assess: Assess) -> None:
    deploys = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: gcloud run deploy score --source .\n"
    image = 'FROM python:3.11\nCOPY . .\nCMD ["uvicorn", "app:app"]\n'
    files = {**service("note(row, answer)"), "Dockerfile": image, ".github/workflows/cd.yml": deploys}
    assert assess(files).capabilities["prediction-logging"].strength.name == "automated"


NIGHTLY = "on:\n  schedule:\n    - cron: '0 3 * * *'\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: python job.py\n"


@pytest.mark.parametrize(
    ("files", "strength"),
    [
        pytest.param(batch(), "present", id="a script"),
        pytest.param({**batch(), ".github/workflows/n.yml": NIGHTLY}, "automated", id="every night"),
        pytest.param(batch("rows.a + 1"), "none", id="a table without predictions"),
        pytest.param(batch("len(answer(rows))"), "none", id="a table that tells how many there are"),
        pytest.param(batch(model=MODEL.replace('joblib.load("model.joblib")', "SVC().fit(rows, rows.y)").replace(
            "import joblib", "from sklearn.svm import SVC")), "none", id="predictions of the training itself"),
        pytest.param(service("note(row, answer)"), "none", id="what a service keeps"),
    ],
)  # fmt: skip
def test_batch_inference(files: dict[str, str], strength: str, assess: Assess) -> None:
    assert assess(files).capabilities["batch-inference"].strength.name == strength


WORKER = """\
from kafka import KafkaConsumer, KafkaProducer

from ranking import Engine

producer = KafkaProducer()
engine = Engine()


def answer(message):
    items = engine.recommend(message.value)
    tell({"id": message.key, "items": VALUE})


def tell(row):
    producer.send("ranked", row)


for message in KafkaConsumer("asked"):
    answer(message)
"""
RANKING = """\
import joblib


class Engine:
    def __init__(self):
        self.factors = joblib.load("factors.joblib")

    def recommend(self, asked):
        return sorted(asked, key=self.factors.get)[:3]
"""


@pytest.mark.parametrize(("value", "strength"), [("items", "present"), ("message.value", "none")])
def test_streaming_inference(value: str, strength: str, assess: Assess) -> None:
    files = {"worker.py": WORKER.replace("VALUE", value), "ranking.py": RANKING}
    assert assess(files).capabilities["streaming-inference"].strength.name == strength
