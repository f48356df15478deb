"""Skew: a service prepares its data as training did, by what training learned."""

from __future__ import annotations

import pytest

from tests.detection.data_flow.conftest import Check

HEAD = """\
import joblib
import pandas as pd
from fastapi import FastAPI
from flask import Flask, request
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestClassifier
from sklearn.preprocessing import LabelEncoder, Normalizer, StandardScaler

app = FastAPI()
model = joblib.load("model.joblib")
"""
REFITTED = {
    "a scaler learns from the request": """
@app.post("/predict")
def predict(row: dict):
    rows = pd.DataFrame([row])
    scaler = StandardScaler()
    scaled = scaler.fit_transform(rows)  # <-- refitted-in-serving
    return {"churn": int(model.predict(scaled)[0])}
""",
    "an encoder learns from the request": """
web = Flask(__name__)


@web.route("/predict", methods=["POST"])
def predict():
    rows = pd.DataFrame([request.get_json()])
    rows["plan"] = LabelEncoder().fit_transform(rows["plan"])  # <-- refitted-in-serving
    return str(model.predict(rows)[0])
""",
    "a helper that the handler calls": """
def prepared(rows):
    scaler = StandardScaler()
    scaler.fit(rows)  # <-- refitted-in-serving
    return scaler.transform(rows)


@app.post("/predict")
def predict(row: dict):
    return {"churn": int(model.predict(prepared(pd.DataFrame([row])))[0])}
""",
    "the predict method of a served class": """
import mlflow.pyfunc


class Served(mlflow.pyfunc.PythonModel):
    def load_context(self, context):
        self.model = joblib.load(context.artifacts["model"])

    def predict(self, context, model_input):
        rows = StandardScaler().fit_transform(model_input)  # <-- refitted-in-serving
        return self.model.predict(rows)
""",
    "a page of Streamlit": """
import streamlit as st

age = st.number_input("Age")
income = st.slider("Income", 0, 100)
rows = pd.DataFrame({"age": [age], "income": [income]})
rows = StandardScaler().fit_transform(rows)  # <-- refitted-in-serving
if st.button("Predict"):
    st.write(model.predict(rows))
""",
    "a column for each category of the request": """
@app.post("/predict")
def predict(row: dict):
    rows = pd.get_dummies(pd.DataFrame([row]))  # <-- dummies-in-serving
    return {"churn": int(model.predict(rows)[0])}
""",
    "a handler that a platform calls by its name": """
def transform_fn(model, data, content_type, accept):
    rows = StandardScaler().fit_transform(pd.read_csv(data))  # <-- refitted-in-serving
    return model.predict(rows)
""",
    "columns of a form": """
import streamlit as st

plan = st.selectbox("Plan", ["free", "paid"])
rows = pd.get_dummies(pd.DataFrame([{"plan": plan}]))  # <-- dummies-in-serving
st.write(model.predict(rows))
""",
    "columns of a form, in a function": """
import streamlit as st


def page():
    plan = st.selectbox("Plan", ["free", "paid"])
    table = pd.DataFrame([{"plan": plan}])
    table = pd.get_dummies(table, columns=["plan"])  # <-- dummies-in-serving
    st.write(model.predict(table))


page()
""",
}
SOUND = {
    "what training saved": """
scaler = joblib.load("scaler.joblib")


@app.post("/predict")
def predict(row: dict):
    rows = scaler.transform(pd.DataFrame([row]))
    return {"churn": int(model.predict(rows)[0])}
""",
    "a saved pipeline": """
@app.post("/predict")
def predict(row: dict):
    return {"churn": int(model.predict(pd.DataFrame([row]))[0])}
""",
    "training when asked for": """
@app.post("/train")
def train(path: str):
    df = pd.read_csv(path)
    scaler = StandardScaler()
    model = RandomForestClassifier().fit(scaler.fit_transform(df.drop(columns=["y"])), df["y"])
    joblib.dump((scaler, model), "model.joblib")
    return {"rows": len(df)}
""",
    "lazy training at the first request": """
@app.post("/predict")
def predict(row: dict):
    known = pd.read_csv("train.csv")
    truth = known.pop("y")
    scaler = StandardScaler().fit(known)
    fresh = RandomForestClassifier().fit(scaler.transform(known), truth)
    return {"churn": int(fresh.predict(scaler.transform(pd.DataFrame([row])))[0])}
""",
    "rows beside those of training": """
@app.post("/predict")
def predict(row: dict):
    both = pd.concat([pd.DataFrame([row]), pd.read_csv("train.csv")])
    rows = StandardScaler().fit_transform(pd.get_dummies(both))[:1]
    return {"churn": int(model.predict(rows)[0])}
""",
    "groups of what somebody uploads": """
import streamlit as st

rows = StandardScaler().fit_transform(pd.read_csv(st.file_uploader("Rows")))
groups = KMeans(n_clusters=3)
groups.fit(rows)
st.write(groups.predict(rows))
""",
    "a model of what somebody uploads": """
import streamlit as st

df = pd.read_csv(st.file_uploader("Rows"))
truth = df.pop("y")
rows = StandardScaler().fit_transform(df)
fresh = RandomForestClassifier().fit(rows, truth)
st.write(fresh.predict(rows))
""",
    "each row by itself": """
@app.post("/predict")
def predict(row: dict):
    return {"churn": int(model.predict(Normalizer().fit_transform(pd.DataFrame([row])))[0])}
""",
    "an online learner": """
@app.post("/learn")
def learn(row: dict, churned: bool):
    model.partial_fit(pd.DataFrame([row]), [churned])
    return {"learned": True}
""",
    "a shared preparation that is told not to fit": """
def prepared(rows, scaler=None):
    if scaler is None:
        scaler = StandardScaler()
        return scaler.fit_transform(rows), scaler
    return scaler.transform(rows), scaler


kept = joblib.load("scaler.joblib")


@app.post("/predict")
def predict(row: dict):
    rows, _ = prepared(pd.DataFrame([row]), StandardScaler())
    return {"churn": int(model.predict(rows)[0])}
""",
    "columns as in training": """
@app.post("/predict")
def predict(row: dict):
    rows = pd.get_dummies(pd.DataFrame([row])).reindex(columns=model.feature_names_in_, fill_value=0)
    return {"churn": int(model.predict(rows)[0])}
""",
    "columns that are missing are put in": """
COLUMNS = joblib.load("columns.joblib")


@app.post("/predict")
def predict(row: dict):
    rows = pd.get_dummies(pd.DataFrame([row]))
    for column in COLUMNS:
        if column not in rows:
            rows[column] = 0
    return {"churn": int(model.predict(rows[COLUMNS])[0])}
""",
    "a batch that learns from its own file": """
def batch(path):
    rows = StandardScaler().fit_transform(pd.read_csv(path))
    return model.predict(rows)
""",
}


@pytest.mark.parametrize("program", REFITTED.values(), ids=REFITTED)
def test_a_service_learns_from_what_it_is_asked(check: Check, program: str) -> None:
    check({"app.py": HEAD + program})


@pytest.mark.parametrize("program", SOUND.values(), ids=SOUND)
def test_what_looks_like_skew_is_none(check: Check, program: str) -> None:
    check({"app.py": HEAD + program})


TRAIN = """\
import joblib
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

df = pd.read_csv("churn.csv")
X, y = df.drop(columns=["churned"]), df["churned"]
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=1)
"""
LOSES = """
scaler = StandardScaler()
X_train = scaler.fit_transform(X_train)  # <-- transformer-left-behind
X_test = scaler.transform(X_test)
model = LogisticRegression().fit(X_train, y_train)
print(model.score(X_test, y_test))
joblib.dump(model, "models/churn.joblib")
"""
SERVE = """\
import joblib
import pandas as pd
from fastapi import FastAPI

app = FastAPI()
model = joblib.load("models/churn.joblib")


@app.post("/predict")
def predict(row: dict):
    return {"churn": int(model.predict(pd.DataFrame([row]))[0])}
"""
OTHER_SERVE = """\
import os
import pickle

import streamlit as st

with open(os.path.join("models", "churn.joblib"), "rb") as file:
    model = pickle.load(file)
age = st.number_input("Age")
st.write(model.predict([[age]]))
"""
LOSES_MORE = LOSES.replace("StandardScaler()\n", "make_pipeline(StandardScaler())\n")
KEEPS = {
    "the scaler is saved as well": LOSES.replace("joblib.dump(", 'joblib.dump(scaler, "scaler.joblib")\njoblib.dump('),
    "both are saved in one file": LOSES.replace("joblib.dump(model", 'joblib.dump({"scaler": scaler, "model": model}'),
    "the scaler goes to somebody else": LOSES + "register(scaler)\n",
    "a pipeline of both": """
model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X_train, y_train)
joblib.dump(model, "models/churn.joblib")
""",
    "the model is saved under another name": LOSES.replace("churn.joblib", "other.joblib"),
}


@pytest.mark.parametrize("serve", [SERVE, OTHER_SERVE], ids=["an API", "a page"])
@pytest.mark.parametrize("train", [LOSES, LOSES_MORE], ids=["a scaler", "a pipeline without the model"])
def test_a_model_is_served_without_what_prepared_its_data(check: Check, train: str, serve: str) -> None:
    check({"train.py": TRAIN + train, "app.py": serve})


@pytest.mark.parametrize("train", KEEPS.values(), ids=KEEPS)
def test_what_prepared_the_data_may_be_served(check: Check, train: str) -> None:
    check({"train.py": TRAIN + train.replace("  # <-- transformer-left-behind", ""), "app.py": SERVE})


def test_a_service_may_prepare_its_data_by_itself(check: Check) -> None:
    train = TRAIN + LOSES.replace("  # <-- transformer-left-behind", "")
    serve = SERVE.replace("pd.DataFrame([row])", "(pd.DataFrame([row]) - MEAN) / SPREAD")
    check({"train.py": train, "app.py": serve.replace("app = ", "MEAN, SPREAD = 40.0, 12.5\napp = ")})
