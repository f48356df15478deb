"""What a plan says is understood at the first reading."""

from __future__ import annotations

from mlripe.auditing import Inspection
from mlripe.catalog import load
from mlripe.planning.plan import Plan
from mlripe.planning.planner import planned
from mlripe.reports import Options
from mlripe.reports.plan import FORMATS
from mlripe.snapshot.memory import MemorySnapshot

TRAIN = "from sklearn.svm import SVC\nSVC().fit([[1]], [1])\n"


def plan(files: dict[str, str]) -> Plan:
    inspection = Inspection(MemorySnapshot(files), load())
    return planned(inspection.catalog, inspection.assessment(["azure"]), files=files)


def test_what_cannot_work_is_told_in_words() -> None:
    image = 'FROM python:3.11.9\nCOPY train.py ./\nCOPY settings.toml ./\nCMD ["python", "train.py"]\n'
    text = FORMATS["terminal"]("churn", plan({"train.py": TRAIN, "Dockerfile": image}), Options())
    assert "Dockerfile:3 (absent source settings.toml)" in text


def test_nobody_is_told_to_commit_a_key() -> None:
    image = 'FROM python:3.11.9\nCOPY train.py ./\nCOPY vertex-sa-key.json ./\nCMD ["python", "train.py"]\n'
    repair = plan({"train.py": TRAIN, "Dockerfile": image}).mended_first[0]
    assert repair.how.startswith("Keep it out of git and of the image")


def test_a_schedule_that_mlripe_did_not_see_train_is_looked_at_first() -> None:
    jobs = "resources:\n  jobs:\n    daily:\n      schedule: {quartz_cron_expression: '0 0 6 * * ?', timezone_id: UTC}\n      tasks:\n        - task_key: a\n          notebook_task: {notebook_path: /Shared/a}\n"
    files = {
        "train.py": TRAIN,
        "requirements.txt": "scikit-learn==1.5.2\n",
        "databricks.yml": f"bundle: {{name: a}}\n{jobs}",
    }
    step = next(each for each in plan(files).steps if each.edit.endswith("train.yml"))
    assert "databricks.yml" in {each.path for each in step.near}


def test_where_nothing_is_missing_the_plan_says_so() -> None:
    checks = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: pip install -r requirements.txt pytest\n      - run: python -m pytest tests\n"
    files = {
        "shop.py": "def price(a):\n    return a * 2\n",
        "requirements.txt": "flask==3.0.0\n",
        "tests/test_shop.py": "from shop import price\ndef test_price():\n    assert price(1) == 2\n",
        ".github/workflows/ci.yml": checks,
        "LICENSE": "MIT License\n",
    }
    assert plan(files).says.endswith("mlripe misses nothing of what such a repository should have.")
