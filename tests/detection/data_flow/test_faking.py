"""Faked results: an answer that says it is a prediction comes from a model."""

from __future__ import annotations

import pytest

from tests.detection.data_flow.conftest import Check

HEAD = """\
import logging
import os
import random

import joblib
from fastapi import FastAPI, HTTPException
from flask import Flask, jsonify, request
from pydantic import BaseModel

app = FastAPI()
web = Flask(__name__)
logger = logging.getLogger(__name__)


class Answer(BaseModel):
    prediction: float
    confidence: float = 0.0
"""
FAKED = {
    "a number that is written out": """
@app.post("/predict")
def predict(row: dict):
    logger.info("asked %s", row)
    return {"prediction": 0.87, "model": "v1"}  # <-- faked-prediction
""",
    "a number by chance": """
@web.route("/predict", methods=["POST"])
def predict():
    row = request.get_json()
    score = random.random()
    return jsonify({"row": row, "score": score})  # <-- faked-prediction
""",
    "a label by a remainder": """
LABELS = ["cat", "dog"]


@app.post("/classify")
def classify(name: str):
    label = LABELS[len(name) % len(LABELS)]
    return {"prediction": label}  # <-- faked-prediction
""",
    "a class of answers": """
@app.post("/v1/predict", response_model=Answer)
async def answer(row: dict):
    return Answer(prediction=1.0, confidence=random.uniform(0.8, 0.99))  # <-- faked-prediction
""",
    "a route that is called a mock": """
@app.post("/mock/predict")
def predict(row: dict):  # <-- faked-prediction
    return answer(row)
""",
    "a failure that is answered like a prediction": """
model = joblib.load("model.joblib")


@app.post("/predict")
def predict(row: dict):
    try:
        score = float(model.predict([list(row.values())])[0])
        return {"prediction": score}
    except Exception:
        logger.exception("failed")
        return {"prediction": 0.5}  # <-- faked-on-error
""",
    "a failure that is answered by chance": """
model = joblib.load("model.joblib")


@web.route("/predict", methods=["POST"])
def predict():
    try:
        scores = model.predict_proba([request.get_json()["row"]])
        return jsonify({"prediction": int(scores.argmax()), "confidence": float(scores.max())})
    except ValueError:
        return jsonify({"prediction": 1, "confidence": round(random.uniform(0.7, 0.9), 2)})  # <-- faked-on-error
""",
    "a class of answers for failures": """
model = joblib.load("model.joblib")


@app.post("/predict")
def predict(row: dict):
    try:
        return Answer(prediction=model.predict([row])[0], confidence=0.9)
    except Exception as error:
        logger.warning("failed: %s", error)
        return Answer(prediction=0.0, confidence=0.5)  # <-- faked-on-error
""",
}
SOUND = {
    "a model answers": """
model = joblib.load("model.joblib")


@app.post("/predict")
def predict(row: dict):
    return {"prediction": float(model.predict([list(row.values())])[0])}
""",
    "a service answers": """
@app.post("/predict")
def predict(row: dict):
    return {"prediction": scorer.ask(row)["score"], "confidence": 1.0}
""",
    "a baseline": """
@app.post("/baseline/predict")
def predict_baseline(row: dict):
    return {"prediction": 0.0}
""",
    "a documented demonstration": """
@app.post("/predict")
def predict(row: dict):
    if settings.demo_mode:
        return {"prediction": 0.5}
    return {"prediction": scorer.ask(row)}
""",
    "a sign of life": """
@app.get("/health")
def health():
    return {"status": "ok", "score": 1.0}
""",
    "a failure that is told": """
model = joblib.load("model.joblib")


@app.post("/predict")
def predict(row: dict):
    try:
        return {"prediction": float(model.predict([list(row.values())])[0])}
    except Exception as error:
        raise HTTPException(500, "the model failed") from error
""",
    "a failure that the answer admits": """
model = joblib.load("model.joblib")


@app.post("/predict")
def predict(row: dict):
    try:
        return {"prediction": float(model.predict([list(row.values())])[0])}
    except Exception:
        return {"prediction": 0.0, "fallback": True}
""",
    "a failure without a prediction": """
model = joblib.load("model.joblib")


@app.post("/predict")
def predict(row: dict):
    try:
        return {"prediction": float(model.predict([list(row.values())])[0]), "error": None}
    except Exception as error:
        return {"prediction": None, "error": str(error)}
""",
    "one of several models by chance": """
models = [joblib.load("a.joblib"), joblib.load("b.joblib")]


@app.post("/predict")
def predict(row: dict):
    chosen = random.choice(models)
    return {"prediction": float(chosen.predict([list(row.values())])[0])}
""",
    "what is written out is no prediction": """
@app.get("/predictions/columns")
def columns():
    return {"columns": ["age", "income"], "threshold": 0.5}
""",
}


@pytest.mark.parametrize("program", FAKED.values(), ids=FAKED)
def test_an_answer_that_no_model_gave(check: Check, program: str) -> None:
    check({"app.py": HEAD + program})


@pytest.mark.parametrize("program", SOUND.values(), ids=SOUND)
def test_what_looks_faked_is_not(check: Check, program: str) -> None:
    check({"app.py": HEAD + program})


def test_a_mock_among_the_tests_is_what_tests_need(check: Check) -> None:
    check({"tests/app.py": HEAD + FAKED["a number by chance"].replace("  # <-- faked-prediction", "")})
