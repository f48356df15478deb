"""The flow of data over files, cells and calls; each kind of defect has its cases in rules/problems."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from mlripe.auditing import inspection
from mlripe.detection.data_flow import defects_of_data_flow
from mlripe.evidence import Defect
from mlripe.snapshot.memory import MemorySnapshot
from mlripe.wiring import Wiring

HEAD = """\
import glob
import joblib
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
"""
SPLIT = "train, test = train_test_split(rows, random_state=1)\n"
MEASURED = """
df = pd.read_csv("churn.csv")
X, y = df.drop(columns=["churned"]), df["churned"]
model = RandomForestClassifier().fit(X, y)
print(accuracy_score(y, model.predict(X)))
"""
UNSEEDED = """
df = pd.read_csv("churn.csv")
X, y = df.drop(columns=["churned"]), df["churned"]
X_train, X_test, y_train, y_test = train_test_split(X, y)
print(RandomForestClassifier().fit(X_train, y_train).score(X_test, y_test))
"""
MOCK = """
import random
from fastapi import FastAPI

app = FastAPI()


@app.post("/predict")
def predict(row: dict):
    return {"prediction": random.random()}
"""
TRAIN = """
df = pd.read_csv("churn.csv")
X, y = df.drop(columns=["churned"]), df["churned"]
scaler = StandardScaler()
model = RandomForestClassifier().fit(scaler.fit_transform(X), y)
joblib.dump(model, "churn.joblib")
"""
SERVE = """
import joblib
from fastapi import FastAPI

app = FastAPI()
model = joblib.load("churn.joblib")


@app.post("/predict")
def predict(row: dict):
    return {"churn": int(model.predict([list(row.values())])[0])}
"""


def found(files: Mapping[str, str | bytes]) -> tuple[Defect, ...]:
    """All defects in a small repository."""
    content = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
    store = inspection(MemorySnapshot(content)).store
    return defects_of_data_flow(store, Wiring(store))


def kinds(files: Mapping[str, str | bytes]) -> list[tuple[str, str, int]]:
    return [(each.finds, each.path, each.line) for each in found(files)]


def test_a_function_of_another_file_is_followed() -> None:
    prepare = HEAD + "\n\ndef prepared(df):\n    return StandardScaler().fit_transform(df)\n"
    train = HEAD + "from prepare import prepared\n\nrows = prepared(pd.read_csv('a.csv'))\n" + SPLIT
    (defect,) = found({"src/prepare.py": prepare, "src/train.py": train})
    assert (defect.finds, defect.path, defect.line) == ("fitted-before-split", "src/prepare.py", 11)
    assert [(each.path, each.line) for each in defect.beside] == [("src/train.py", 11)]


def test_a_program_that_only_calls_the_steps_of_others_is_followed() -> None:
    steps = HEAD + (
        "\n\ndef prepared(df):\n    return StandardScaler().fit_transform(df)\n"
        "\n\ndef parted(rows):\n    return train_test_split(rows, random_state=1)\n"
    )
    main = (
        "import pandas\n\nfrom steps import parted, prepared\n\n\ndef main():\n"
        "    return parted(prepared(pandas.read_csv('a.csv')))\n\n\nmain()\n"
    )
    assert kinds({"steps.py": steps, "main.py": main}) == [("fitted-before-split", "steps.py", 11)]


def test_a_method_of_an_object_of_another_file_is_followed() -> None:
    prepare = HEAD + (
        "\n\nclass Prepared:\n    def __init__(self):\n        self.scaler = StandardScaler()\n\n"
        "    def rows(self, df):\n        return self.scaler.fit_transform(df)\n"
    )
    train = HEAD + "from prepare import Prepared\n\nrows = Prepared().rows(pd.read_csv('a.csv'))\n" + SPLIT
    assert kinds({"prepare.py": prepare, "train.py": train}) == [("fitted-before-split", "prepare.py", 15)]


def test_the_cells_of_a_notebook_are_one_program_in_their_order() -> None:
    cells = [
        HEAD,
        "%matplotlib inline\ndf = pd.read_csv('a.csv')",
        "rows = StandardScaler().fit_transform(df)",
        SPLIT,
    ]
    text = _notebook(cells)
    (defect,) = found({"explore.ipynb": text})
    assert defect.finds == "fitted-before-split"
    assert text.split("\n")[defect.line - 1].strip() == '"rows = StandardScaler().fit_transform(df)"'


def test_a_notebook_of_databricks_is_one_program() -> None:
    text = (
        "# Databricks notebook source\n"
        + HEAD
        + "# MAGIC %md what is done\n# COMMAND ----------\nrows = StandardScaler().fit_transform(pd.read_csv('a.csv'))\n"
        + SPLIT
    )
    assert kinds({"explore.py": text}) == [("fitted-before-split", "explore.py", 11)]


def test_a_model_that_another_program_evaluates_is_not_accused() -> None:
    evaluate = HEAD + "\nprint(accuracy_score(pd.read_csv('a'), pd.read_csv('b')))\n"
    assert [kind for kind, *_ in kinds({"train.py": HEAD + MEASURED})] == ["scored-on-training-data"]
    assert kinds({"train.py": HEAD + MEASURED, "evaluate.py": evaluate}) == []


def test_a_seed_that_another_program_sets_counts() -> None:
    seeds = "import numpy as np\n\n\ndef fix():\n    np.random.seed(3)\n"
    assert [kind for kind, *_ in kinds({"train.py": HEAD + UNSEEDED})] == ["unseeded-split"]
    assert kinds({"train.py": HEAD + UNSEEDED, "seeds.py": seeds}) == []


def test_a_mock_among_the_tests_is_what_tests_need() -> None:
    assert [kind for kind, *_ in kinds({"app.py": MOCK})] == ["faked-prediction"]
    assert kinds({"tests/app.py": MOCK}) == []


def test_a_handler_that_asks_a_function_without_a_model_is_told_at_its_answer() -> None:
    app = (
        "from fastapi import FastAPI\n\nfrom services.model import predict_wine\n\napp = FastAPI()\n\n\n"
        '@app.post("/predict")\ndef predict(row: dict):\n    return predict_wine(row)\n'
    )
    service = "def predict_wine(row):\n    return {'quality': 7, 'raw_score': 1}\n"
    model = "import joblib\n\n\ndef predict_wine(row):\n    return {'raw_score': joblib.load('m').predict([row])[0]}\n"
    assert kinds({"app.py": app, "services/model.py": service}) == [("faked-prediction", "services/model.py", 2)]
    assert kinds({"app.py": app, "services/model.py": model}) == []


SERVICE = """
import joblib
import pandas as pd

from features import build


class Service:
    def __init__(self):
        self.model = joblib.load("churn.joblib")

    def predict(self, rows):
        try:
            return {"prediction": self.model.predict(build(pd.DataFrame(rows)))[0]}
        except ValueError:
            return {"error": "rows"}
"""
FEATURES = """
import pandas as pd
from sklearn.preprocessing import StandardScaler


def scaled(df):
    df[["age"]] = StandardScaler().fit_transform(df[["age"]])
    return df


def build(df):
    return scaled(df.fillna(0))
"""
INJECTED = """
from fastapi import Depends, FastAPI

from service import Service

app = FastAPI()


@app.post("/predict")
def predict(rows: list, service: Service = Depends(Service)):
    return service.predict(rows)
"""
IMPORTED = """
from fastapi import FastAPI

from shared import service

app = FastAPI()


@app.post("/predict")
def predict(rows: list):
    return service.predict(rows)
"""
SHARED = "import joblib\n\nfrom service import Service\n\nservice = Service()\n"


@pytest.mark.parametrize("app", [INJECTED, IMPORTED], ids=["injected", "imported"])
def test_a_service_that_a_handler_gets_is_followed_to_what_it_fits(app: str) -> None:
    files = {"app.py": app, "service.py": SERVICE, "features.py": FEATURES, "shared.py": SHARED}
    assert kinds(files) == [("refitted-in-serving", "features.py", 7)]


def test_a_service_may_prepare_its_data_by_itself() -> None:
    own = SERVE.replace("list(row.values())", "(row['age'] - MEAN) / SPREAD").replace(
        "app = ", "MEAN, SPREAD = 40.0, 12.5\napp = "
    )
    assert [kind for kind, *_ in kinds({"train.py": HEAD + TRAIN, "app.py": SERVE})] == ["transformer-left-behind"]
    assert kinds({"train.py": HEAD + TRAIN, "app.py": own}) == []


PATHS = {"train.py", "explore.ipynb"}
HOSTILE = {
    "functions that call each other": "def a(x):\n    return b(x)\n\n\ndef b(x):\n    return a(x)\n\n\na(1)\n",
    "many calls of calls": "".join(
        f"def f{n}(x):\n    return f{n + 1}(x), f{n + 1}(x), f{n + 1}(x)\n" for n in range(40)
    )
    + "f0(1)\n",
    "a list that doubles": "x = [1]\n" + "x = x + x\n" * 400,
    "a tuple that holds itself twice": "x = (1,)\n"
    + "x = (x, x)\n" * 60
    + "rows = StandardScaler().fit_transform(x)\n",
    "a table that holds itself": "x = {}\nx['x'] = x\nrows = StandardScaler().fit_transform(x)\njoblib.dump(x, 'a.b')\n",
    "a pipeline of pipelines": "from sklearn.pipeline import make_pipeline\np = make_pipeline(StandardScaler())\n"
    + "p = make_pipeline(p, p)\n" * 60
    + "rows = p.fit_transform(pd.read_csv('a.csv'))\n",
    "branches in branches": "".join("    " * n + f"if rows[{n}]:\n" for n in range(80)) + "    " * 80 + "rows = 1\n",
    "branches after branches": "if a:\n    rows = 1\nelse:\n    rows = 2\n" * 3000,
    "expressions in expressions": "rows = " + "(" * 90 + "df" + ")" * 90 + "[0]" * 900 + "\n",
    "a long chain": "rows = df" + ".dropna()" * 900 + "\n",
    "comprehensions in comprehensions": "rows = " + "[" * 60 + "df" + " for x in df]" * 60 + "\n",
    "many names": "".join(f"n{n} = {n}\nif n{n}:\n    pass\n" for n in range(4000)),
    "odd arguments": "train_test_split()\ntrain_test_split(*df, **df)\nStandardScaler().fit_transform()\njoblib.dump()\n"
    "train_test_split(1, 2, 3)[9]\npd.concat()\nzip()\nnext(df)\nopen()\n",
}


@pytest.mark.parametrize("program", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_program_takes_bounded_work(program: str) -> None:
    text = HEAD + program + "\ntrain_test_split(rows)\n"
    assert {each.path for each in found({"train.py": text, "explore.ipynb": _notebook([text])})} <= PATHS


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"def f(:\n", b"{", b'{"cells": 3}', b"\x00train_test_split("])
def test_what_cannot_be_read_tells_nothing(content: bytes) -> None:
    told = content + b"\n#train_test_split( .fit("
    assert found({"a.py": told, "b.ipynb": told}) == ()


def _notebook(cells: list[str]) -> str:
    """A notebook as Jupyter writes it."""
    code = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": cell.splitlines(keepends=True)} for cell in cells
    ]
    language = {"language_info": {"name": "python"}}
    return json.dumps({"cells": code, "metadata": language, "nbformat": 4}, indent=1)
