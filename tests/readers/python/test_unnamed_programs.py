"""Programs in Python whose file has no ending are read as Python, and told under the name that they have."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from mlripe.assessment import Assessment
from mlripe.auditing import audit
from mlripe.evidence import Strength
from mlripe.readers.python.unnamed_programs import unnamed_programs
from mlripe.snapshot.memory import MemorySnapshot

TRAIN = "#!/usr/bin/env python3\nfrom sklearn.linear_model import Ridge\nRidge().fit([[1]], [1])\n"
SERVE = "#!/usr/bin/python\nimport subprocess\nsubprocess.Popen(['gunicorn', 'wsgi:app'])\n"
SERVICE = (
    "import joblib\nfrom flask import Flask\napp = Flask(__name__)\nmodel = joblib.load('/opt/ml/model/a.joblib')\n\n\n"
    "@app.route('/invocations', methods=['POST'])\ndef predict():\n    return str(model.predict([[1]]))\n"
)
IMAGE = "FROM python:3.11\nENV PATH=/opt/program:$PATH\nCOPY algorithm /opt/program\nWORKDIR /opt/program\n"


@pytest.mark.parametrize(
    ("first", "found"),
    [
        ("#!/usr/bin/python3", True),
        ("#! /usr/bin/env python", True),
        ("#!/usr/bin/env -S uv run --script", True),
        ("#!/usr/bin/python3 -u", True),
        ("#!/bin/bash", False),
        ("#!/usr/bin/env pythonista", False),
        ("import os", False),
    ],
)
def test_the_first_line_says_what_a_program_is_written_in(first: str, found: bool) -> None:
    files = {"app/train": f"{first}\nimport os\n", "app/wsgi.py": "", "app/LICENSE": f"{first}\n"}
    readings = unnamed_programs(MemorySnapshot(files))
    assert [path for reading in readings for path in files if reading.holds(path)] == ["app/train"] * found


def judged(folder: Path, files: Mapping[str, str]) -> Assessment:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return audit(folder)


CONTAINER = {
    "container/Dockerfile": IMAGE,
    "container/algorithm/train": TRAIN,
    "container/algorithm/serve": SERVE,
    "container/algorithm/wsgi.py": SERVICE,
}


def test_an_image_of_sagemaker_is_started_by_the_word_for_its_program(tmp_path: Path) -> None:
    found = judged(tmp_path, CONTAINER).capabilities
    training = found["training-code"]
    assert (training.strength, training.evidence[0].path) == (Strength.present, "container/algorithm/train")
    assert found["model-packaging"].evidence[0].path == "container/Dockerfile"


def test_an_image_without_such_a_program_packs_no_model(tmp_path: Path) -> None:
    files = {path: text for path, text in CONTAINER.items() if not path.endswith("serve")}
    assert judged(tmp_path, files).capabilities["model-packaging"].strength == Strength.none


def test_a_command_starts_it_by_its_name(tmp_path: Path) -> None:
    step = "on: push\njobs:\n  j:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
    files = {".github/workflows/ci.yml": step + "      - run: ./app/train\n", "app/train": TRAIN, "app/x.py": ""}
    proof = judged(tmp_path, files).capabilities["training-code"].evidence[0]
    assert (proof.strength, proof.path, proof.line) == (Strength.automated, "app/train", 3)
