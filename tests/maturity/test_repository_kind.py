"""What sort of repository it is, and what a repository of that sort cannot have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Assess

LIBRARY = {
    "setup.py": "from setuptools import setup\nsetup(name='lib', classifiers=['Development Status :: 4 - Beta'])\n",
    "lib/__init__.py": "",
}
NOTEBOOK = '{"cells": [{"cell_type": "code", "source": ["from sklearn.svm import SVC\\n", "SVC().fit(x, y)\\n"]}]}'
TUNE = "from trl import SFTTrainer\ntrainer = SFTTrainer(model)\ntrainer.train()\n"
ASK = "from openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(model='m', messages=[])\n"
LOAD = "from transformers import AutoModelForCausalLM\nmodel = AutoModelForCausalLM.from_pretrained('m')\n"
SERVE = (
    "import fastapi, joblib\napp = fastapi.FastAPI()\nmodel = joblib.load('m')\n"
    "@app.post('/predict')\ndef predict(x):\n    return model.predict(x)\n"
)
DEMO = '{"cells": [{"cell_type": "code", "source": ["import gradio as gr, joblib\\n", "m = joblib.load(\'m\')\\n", "gr.Interface(m.predict, \'text\', \'text\').launch()\\n"]}]}'
PAGE = "import streamlit as st, joblib\nm = joblib.load('m')\nst.write(m.predict([[st.number_input('x')]]))\n"
MOCK = "import fastapi\napp = fastapi.FastAPI()\n@app.get('/segment')\ndef segment():\n    return {'segment': 3}\n"
MODULE = '# SageMaker\nmodule "x" {\n  source = "me/x/aws"\n}\n'
NOTEBOOKS = 'resource "aws_sagemaker_notebook_instance" "n" {\n  name = "n"\n}\n'
BUCKET = 'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n}\n'
ACTION = "name: a\nruns:\n  using: node20\n  main: dist/index.js\n"
ASK_TS = "import OpenAI from 'openai';\nexport const a = new OpenAI().chat.completions.create({});\n"
NODE = '{\n  "name": "@me/x",\n  "version": "1.0.0"\n}\n'
R_PACKAGE = {
    "DESCRIPTION": "Package: trees\nTitle: Random forests and boosted trees\n",
    "NAMESPACE": "export(grow)\n",
    "R/grow.R": "grow <- function(x) xgboost::xgb.train(params = list(), data = x)\n",
}
LEARNS = {
    "x/fit.py": "from sklearn.svm import SVC\n",
    "requirements.txt": "scikit-learn\npytorch\n",
    "setup.cfg": "# for scikit-learn, pytorch",
}
FIT = "from sklearn.svm import SVC\nmodel = SVC()\nmodel.fit(x, y)\n"
WEB = "from fastapi import FastAPI\napp = FastAPI()\n@app.post('/ask')\ndef ask(q):\n    return client\n"
START = "from sagemaker.estimator import Estimator\nEstimator(entry_point='tune.py').fit()\n"
SPEAKS = "# Stops\nModels forecast the stops. Each model is trained daily; predictions of all models are kept.\n"
NUGET = {
    "src/Tracks/Tracks.csproj": "<Project/>",
    "src/Tracks/Run.cs": "using Microsoft.ML;\nvar m = pipeline.Fit(data);\n",
    ".github/workflows/r.yml": "on: release\njobs: {r: {steps: [{run: dotnet nuget push *.nupkg}]}}\n",
}
DVC = "stages:\n  train:\n    cmd: python train.py\n    deps: [train.py]\n"
IMAGE = "FROM python:3\nEXPOSE 80\nCMD gunicorn lib.app\n"


@pytest.mark.parametrize(
    ("kind", "files"),
    [
        ("ml-library", {**LIBRARY, "README.md": "# Encoders for machine learning\nFor pipelines of machine learning."}),
        ("mlops-tool", {**LIBRARY, "README.md": "# MLOps\nExperiment tracking for machine learning."}),
        (
            "ml-library",
            {**LIBRARY, "README.md": "# Blocks\nBlocks for scikit-learn pipelines, as scikit-learn has them."},
        ),
        ("non-ml", {**LIBRARY, "README.md": "# HTTP\nRequests for people, also for those of JAX."}),
        ("notebooks", {f"c{n}/a.ipynb": NOTEBOOK for n in range(4)} | {"utils.py": FIT}),
        ("ml-application", {"a.ipynb": NOTEBOOK, "train.py": FIT, "serve.py": "x = 1\n"}),
        ("llm-application", {"ask.py": ASK, "tune.py": TUNE}),
        ("ml-application", {"ask.py": ASK, "train.py": FIT}),
        ("ml-template", {"README.md": "This is an example of training.", "train.py": FIT}),
        ("teaching", {"README.md": "# Detector\nThis guide provides step-by-step instructions.", "train.py": FIT}),
        ("teaching", {"README.md": "# MLOps\nRepository for course 12 at the school.", "train.py": FIT}),
        ("teaching", {"README.md": "# ML\nCourse material and website for a course.", "train.py": FIT}),
        # a reference is a template where others are asked to take it, and a way to speak of one's own work elsewhere
        (
            "ml-template",
            {"README.md": "# P\nA reference platform for training.\nFork it for your own models.", "train.py": FIT},
        ),
        ("ml-application", {"README.md": "# P\nA reference platform for training.", "train.py": FIT}),
        ("ml-template", {"README.md": "# Kit\nThis is a starter pack for models.", "train.py": FIT}),
        ("ml-template", {"README.md": "# P\nBanner\n## About the Solution Accelerator\n", "train.py": FIT}),
        ("ml-application", {"README.md": "# P\nSentences come from templates (see data).", "train.py": FIT}),
        ("ml-application", {"README.md": "# P\nGet the best out of the template.", "train.py": FIT}),
        ("ml-application", {"README.md": "# Iris\nThis is an example demo project of serving.", "train.py": FIT}),
        ("ml-template", {"README.md": "# CI\nIt provides an example of how to train.", "train.py": FIT}),
        ("ml-template", {"README.md": "# Cloud\nA collection of MLOps sample codes.", "train.py": FIT}),
        ("ml-application", {"README.md": "# Blood\nThe table contains blood samples.", "train.py": FIT}),
        ("ml-template", {**LIBRARY, "README.md": "# MLOps Template\nFor machine learning and tracking experiments."}),
        ("ml-template", {"README.md": "# Template for ML projects\nIt has your ML models.", "a.py": "x = 1\n"}),
        ("non-ml", {"README.md": "# Template for shops\nIt has a basket.", "a.py": "x = 1\n"}),
        ("ml-research", {"README.md": "# Cells\nMy solution came in third place.", "train.py": FIT}),
        ("ml-template", {"README.md": "# Cloud Sample: deploy a model\n", "train.py": FIT}),
        ("ml-application", {"README.md": "# iris-pipeline-example\n", "train.py": FIT}),
        # several examples of one thing show how it is used
        ("teaching", {"README.md": "# Stream Engine Examples\nThree pipelines.", "train.py": FIT}),
        ("ml-application", {"README.md": "# Steps\nThis repo contains the code for the runs.", "train.py": FIT}),
        ("ml-application", {"README.md": "# Steps\nThis guide explains how to set it up.", "train.py": FIT}),
        ("ml-application", {"README.md": "# Fraud\nMade during a bootcamp.", "train.py": FIT}),
        # a service of language models that a guide leads through is one
        ("llm-application", {"README.md": "# Ask\nIn this guide, we learn to ask.", "app.py": ASK + WEB}),
        ("teaching", {"README.md": "# Ask\nIn this guide, we learn to ask.", "app.py": ASK}),
        # somebody's thesis or study, with the pages of a demo at most
        ("ml-research", {"README.md": "# Defaults\nSource code of my bachelor's thesis.", "train.py": FIT}),
        ("ml-research", {"README.md": "# Ausf\u00e4lle\nCode der Masterarbeit.", "train.py": FIT}),
        ("ml-research", {"README.md": "# Cells\n## Abstract\nWe compare nets.", "train.py": FIT, "app.py": PAGE}),
        ("ml-research", {"README.md": "# Cells\nThe ablation study is below.", "train.py": FIT, "api.py": MOCK}),
        ("ml-application", {"README.md": "# Cells\nAn abstract of a thesis is below.", "a.py": FIT, "b.py": SERVE}),
        ("ml-research", {"README.md": "# Zellen\nPh.D. thesis of one of us.", "train.py": FIT}),
        ("ml-research", {"README.md": "# \u7ec6\u80de\n\u6bd5\u4e1a\u8bbe\u8ba1", "train.py": FIT}),
        ("ml-application", {"README.md": "# Cells\nWe test the hypothesis.", "train.py": FIT}),
        # the words of others' studies, and of what is not one
        ("ml-application", {"README.md": "# Shares\nScores every investment thesis.", "train.py": FIT}),
        ("ml-application", {"README.md": "# Shares\nIt answers research questions.", "train.py": FIT}),
        ("ml-application", {"README.md": "# Shares\nLayers can be left out for ablations.", "train.py": FIT}),
        ("ml-application", {"README.md": "# \u7ec6\u80de\n\u53c2\u8003\u8bba\u6587", "train.py": FIT}),
        ("ml-research", {"README.md": "# A replication of Deep Cells\nDOI: 10.1016/j.x.2021", "train.py": FIT}),
        ("ml-application", {"README.md": "# Cells\nReproduces its runs.\nData: no number", "train.py": FIT}),
        ("ml-application", {"README.md": "# Cells\nData: https://doi.org/10.24432/C5XW20", "train.py": FIT}),
        ("ml-research", {f"chapters/{n}.tex": "x" for n in range(3)} | {"train.py": FIT}),
        ("ml-application", {"docs/report.tex": "x", "train.py": FIT}),
        ("ml-application", {f"report/{n}.tex": "x" for n in range(3)} | {"train.py": FIT, "api.py": MOCK}),
        # a service of a trained model, with a language model on the side
        ("ml-application", {"README.md": "# Loans\nPredicts approvals.", "api.py": SERVE, "help.py": ASK}),
        ("llm-application", {"README.md": "# Help\nA chatbot with an LLM.", "api.py": SERVE, "help.py": ASK}),
        ("llm-application", {"README.md": "# Loans\nAnswers questions.", "help.py": ASK}),
        # what it is, its README in English says
        (
            "mlops-tool",
            {"README.md": "# Y", "README_EN.md": "# Y\nAn AutoML platform. Users upload datasets.", "train.py": FIT},
        ),
        # what its experiments show
        ("ml-research", {"README.md": "# Detection Benchmark\n", "train.py": FIT}),
        ("ml-research", {"CITATION.cff": "title: x\n", "train.py": FIT}),
        ("ml-research", {**{f"experiments/0{n}_run.py": "x = 1\n" for n in range(3)}, "train.py": FIT}),
        ("ml-application", {"experiments/run.py": "x = 1\n", "experiments/readme.py": "x = 1\n", "train.py": FIT}),
        # others bring their data to it, or build with it, though nothing publishes it
        (
            "mlops-tool",
            {"README.md": "# Auto\nAn automated machine learning platform with dataset management.", "train.py": FIT},
        ),
        ("ml-application", {"README.md": "# Churn\nAn MLOps platform that predicts churn.", "train.py": FIT}),
        ("mlops-tool", {"README.md": "# Lift\nThe service can train your models on a cluster.", "train.py": FIT}),
        ("mlops-tool", {"README.md": "# F\nAn MLOps platform.\n## Model lifecycle management", "train.py": FIT}),
        ("ml-application", {"README.md": "# F\nYou can train your models with it later.", "train.py": FIT}),
        ("ml-application", {"README.md": "# F\nWith a key it can deploy your models.", "train.py": FIT}),
        (
            "mlops-tool",
            {"README.md": "# x\nA minimal Go client for the MLflow API.", "go.mod": "", "x.go": "package x"},
        ),
        ("llm-application", {"README.md": "# Ask\nMLOps, with the tracing library for LLMs.", "ask.py": ASK}),
        ("non-ml", {"README.md": "# x\nA minimal Go client for the weather.", "go.mod": "", "x.go": "package x"}),
        # language models asked by most programs, another model trained on the side
        ("llm-application", {"README.md": "# An LLM of law", **{f"a{n}.py": ASK for n in range(4)}, "train.py": FIT}),
        ("ml-application", {"README.md": "# An LLM of law", **{f"a{n}.py": ASK for n in range(3)}, "train.py": FIT}),
        ("ml-application", {"README.md": "# Sorted bugs", **{f"a{n}.py": ASK for n in range(4)}, "train.py": FIT}),
        ("llm-application", {"ask.py": ASK, "tune.py": TUNE, "start.py": START}),
        ("ml-application", {"ask.py": ASK, "start.py": START}),
        # models in other languages, models of one's own, and an environment to build them in
        ("ml-application", {"Score.scala": "import org.jpmml.evaluator.Evaluator\n"}),
        ("llm-application", {"Ask.java": "import dev.langchain4j.model.chat.ChatModel;\n"}),
        ("ml-application", {"README.md": SPEAKS, "run.py": "import numpy as np\n"}),
        ("non-ml", {"README.md": SPEAKS, "run.py": "import json\n"}),
        ("non-ml", {"README.md": "# Stops\nA model of the timetable.", "run.py": "import numpy as np\n"}),
        ("ml-application", {"README.md": "# MLflow on a cloud\n", "main.tf": BUCKET}),
        ("ml-application", {"README.md": "# Client\nAsks a model server of Seldon.", "Ask.java": "class Ask { }\n"}),
        ("non-ml", {"README.md": "# Links\nAll on machine learning.", "page.js": "x()\n"}),
        ("non-ml", {"README.md": "# Buckets on a cloud\n", "main.tf": BUCKET}),
        ("ml-template", {"README.md": "# mlflow in an image", "Dockerfile": "FROM python:3\nRUN pip install mlflow\n"}),
        # published to the index of another language; trained, or run by an image, where it lies
        ("mlops-tool", {**NUGET, "README.md": "# Tracks\nExperiment tracking.\ndotnet add package Tracks\n"}),
        ("ml-application", {**NUGET, "README.md": "# Tracks\nExperiment tracking.\n"}),
        ("ml-application", {**LIBRARY, "README.md": "# Names\nA neural network.", "dvc.yaml": DVC, "train.py": FIT}),
        ("ml-library", {**LIBRARY, "README.md": "# Names\nNeural networks: deep learning.", "train.py": FIT}),
        ("ml-application", {**LIBRARY, "README.md": SPEAKS, "lib/a.py": "import numpy\n", "Dockerfile": IMAGE}),
        ("ml-application", {"README.md": "# Model\nA 300-line boilerplate training loop.", "train.py": FIT}),
        ("ml-template", {**LIBRARY, "README.md": "For machine learning.", "{{cookiecutter.name}}/train.py": FIT}),
        # what it links to or uses is not what it is
        ("llm-application", {"README.md": "# Agent\nSee our course (and course repo [here](x)).", "ask.py": ASK}),
        ("llm-application", {"README.md": "# Bot\nIt fills prompt templates; copy .env.template.", "ask.py": ASK}),
        ("ml-application", {"README.md": "# Tiles\nSee the blog post for an explanation.", "train.py": FIT}),
        ("teaching", {"README.md": "# Model\nBlog post: https://example.org", "train.py": FIT}),
        # a title says what it is, unless it was made for that
        ("teaching", {"README.md": "# course-basics\n", "train.py": FIT}),
        ("teaching", {"README.md": "# A workshop on boosting\n", "train.py": FIT}),
        ("ml-application", {"README.md": "# Final project of the MLOps course\n", "train.py": FIT}),
        # lectures, and numbered parts that READMEs explain, teach; steps of a pipeline do not
        ("teaching", {"lectures/a.py": FIT}),
        ("teaching", {"Loans-Lab-Guide.docx": "x", "train.py": FIT}),
        ("ml-application", {"docs/lab.md": "# Blood from the lab", "style-guide.md": "x", "train.py": FIT}),
        ("teaching", {f"Taller/Step-{n}-x/{name}": FIT for n in range(3) for name in ("Readme.md", "a.py")}),
        ("ml-application", {f"pipeline/step_{n}/a.py": FIT for n in range(3)}),
        # the entry to a competition is an experiment, data from a competition's page alone is none
        ("ml-research", {"README.md": "https://www.kaggle.com/c/cells\n## Submit\nUpload it.", "train.py": FIT}),
        ("ml-application", {"README.md": "Data: https://www.kaggle.com/c/cells", "train.py": FIT}),
        # to load the weights that are tuned is not to ask a model
        ("ml-application", {"tune.py": TUNE, "load.py": LOAD}),
        ("ml-research", {"README.md": "@article{x}", "tune.py": TUNE, "make_data.py": ASK}),
        ("ml-research", {"README.md": "## Cells 2nd place solution", "train.py": FIT, "serve.py": SERVE}),
        # a demonstration in a notebook serves nobody
        ("ml-research", {"README.md": "@article{x}", "train.py": FIT, "demo.ipynb": DEMO}),
        ("ml-application", {"README.md": "@article{x}", "train.py": FIT, "serve.py": SERVE}),
        # infrastructure code that others call, an action that others use
        ("mlops-tool", {"README.md": MODULE, "variables.tf": "", "main.tf": NOTEBOOKS}),
        ("non-ml", {"README.md": MODULE.replace("SageMaker", "bucket"), "variables.tf": "", "main.tf": BUCKET}),
        ("mlops-tool", {"README.md": "# Action for prompt evaluation", "action.yml": ACTION, "src/a.ts": ASK_TS}),
        ("llm-application", {"README.md": "# Reviews by an LLM", "action.yml": ACTION, "src/a.ts": ASK_TS}),
        # what is installed by its own name is a library, in Node and R too
        (
            "ml-library",
            {"README.md": "# x\n pip install x", "setup.py": "setup(name='x')", "x/__init__.py": "", **LEARNS},
        ),
        ("ml-application", {"README.md": "# x\n pip install y", "setup.py": "setup(name='x')", "train.py": FIT}),
        ("mlops-tool", {"README.md": "# x\nMLOps.\nnpm i -g @me/x", "package.json": NODE, "src/a.ts": ASK_TS}),
        ("llm-application", {"README.md": "# x\nMLOps.\nnpm i", "package.json": NODE, "src/a.ts": ASK_TS}),
        ("ml-library", {"README.md": 'install.packages("trees")', **R_PACKAGE}),
        ("ml-application", {"README.md": 'install.packages("trees")', **R_PACKAGE, "plumber.R": "x"}),
        # a package is about what it needs when it runs; an application may be installed as well
        (
            "ml-library",
            {**LIBRARY, "README.md": "# Cut\nCuts images with neural networks.", "requirements.txt": "onnxruntime"},
        ),
        ("non-ml", {**LIBRARY, "README.md": "# Cut\nCuts images.", "requirements.txt": "pillow"}),
        ("llm-application", {**LIBRARY, "README.md": "x is an open assistant.", "ask.py": ASK, "Dockerfile": "FROM a"}),
        (
            "ml-library",
            {**LIBRARY, "README.md": "LLMs: x is an agent framework.", "ask.py": ASK, "Dockerfile": "FROM a"},
        ),
        (
            "ml-template",
            {
                "cookiecutter.json": "{}",
                "{{cookiecutter.name}}/pyproject.toml": '[project]\nname = "x"\ndependencies = ["mlflow>=2"]\n',
                "{{cookiecutter.name}}/src/run.py": "x = 1\n",
            },
        ),
    ],
)
def test_kinds(kind: str, files: dict[str, str], assess: Assess) -> None:
    assert assess(files).repository.kind == kind


def test_a_web_application_has_no_practices_of_a_model(assess: Assess) -> None:
    files = {
        "shop/urls.py": "from django.urls import path\nurlpatterns = []\n",
        "tests/test_pages.py": (
            "from django.test import Client\ndef test_home():\n    assert Client().get('/home').status_code == 200\n"
        ),
    }
    found = assess(files)
    strengths = {name: result.strength.name for name, result in found.capabilities.items() if result.evidence}
    assert found.repository.kind == "non-ml"
    assert strengths == {"code-testing": "present"}


def test_the_same_tests_are_serving_tests_where_a_model_is_served(assess: Assess) -> None:
    files = {
        "train.py": FIT,
        "tests/test_pages.py": (
            "from django.test import Client\ndef test_home():\n    assert Client().get('/home').status_code == 200\n"
        ),
    }
    assert assess(files).capabilities["serving-tests"].strength.name == "present"


def test_what_is_seeded_where_nothing_trains_is_no_training(assess: Assess) -> None:
    serve = "import torch\nfrom fastapi import FastAPI\ntorch.manual_seed(0)\napp = FastAPI()\nmodel = torch.jit.load('m.pt')\n@app.post('/predict')\ndef predict(x: float):\n    return model(x)\n"  # fmt: skip
    train = "import torch\ndef train(model, rows):\n    optimizer = torch.optim.Adam(model.parameters())\n    for row in rows:\n        model(row).backward()\n        optimizer.step()\ntrain(1, 2)\n"  # fmt: skip
    found = assess({"serve.py": serve})
    assert found.repository.kind == "ml-application"
    assert found.capabilities["training-determinism"].strength.name == "none"
    assert (
        assess({"serve.py": serve, "train.py": train}).capabilities["training-determinism"].strength.name == "present"
    )


def test_an_action_or_module_has_no_practices_of_a_model(assess: Assess) -> None:
    served = 'resource "aws_sagemaker_endpoint" "e" {\n  name = "e"\n  endpoint_config_name = "c"\n}\n'
    module = assess({"README.md": MODULE, "variables.tf": "", "main.tf": served})
    assert module.repository.kind == "mlops-tool"
    assert module.capabilities["online-serving"].strength.name == "none"
    assert module.capabilities["infrastructure-as-code"].strength.name == "present"
    own = assess({"README.md": "# Endpoint", "variables.tf": "", "main.tf": served})
    assert own.capabilities["online-serving"].strength.name == "automated"
