"""In which order a plan tells what to mend and what to do."""

from __future__ import annotations

from mlripe.assessment import ProblemResult
from mlripe.auditing import Inspection
from mlripe.catalog import load
from mlripe.evidence import Strength
from mlripe.planning.cheapest_way import cheapest
from mlripe.planning.mending import repairs
from mlripe.planning.order import with_relaxed
from mlripe.planning.plan import Plan
from mlripe.planning.planner import planned
from mlripe.problem_kinds import Severity
from mlripe.snapshot.memory import MemorySnapshot

RULES = load().plan_book.rules
TRAIN = "import pandas as pd\nfrom sklearn.svm import SVC\ntable = pd.read_csv('data.csv')\nSVC().fit(table[['a']], table.y)\n"

SERVICE = """import joblib
from fastapi import FastAPI
app = FastAPI()
model = joblib.load("m.joblib")
@app.post("/predict")
def predict(row: dict):
    return {"y": float(model.predict([[row["a"]]])[0])}
"""


def plan(files: dict[str, str]) -> Plan:
    inspection = Inspection(MemorySnapshot(files), load())
    return planned(inspection.catalog, inspection.assessment(["azure"]), files=files)


def problem(id: str, severity: str) -> ProblemResult:
    return ProblemResult(id, f"{id} is there", Severity(severity), "certain", "It does harm.", "Mend it.")


def test_a_problem_of_a_kind_that_the_rules_do_not_name_is_mended_as_it_weighs() -> None:
    found = [problem("own-outage", "broken"), problem("own-danger", "dangerous"), problem("own-look", "misleading")]
    told = list(repairs([*found, problem("credentials", "dangerous")], RULES.mend, None, ()))
    assert [(each.problem, each.later) for each in told] == [
        ("credentials", False),
        ("own-outage", False),
        ("own-danger", True),
    ]


def test_what_a_step_mends_as_well_is_told_once() -> None:
    loose = [problem("unpinned-environment", "dangerous")]
    assert list(repairs(loose, RULES.mend, None, {"environment-definition"})) == []
    assert len(list(repairs(loose, RULES.mend, None, {"code-testing"}))) == 1


def test_a_secret_comes_before_what_cannot_work_and_versions_come_after_the_first_steps() -> None:
    found = plan(
        {
            "requirements.txt": "fastapi\njoblib\npandas\nscikit-learn\nuvicorn\n",
            "data.csv": "a,y\n1,2\n",
            "m.joblib": "model",
            "train.py": TRAIN,
            "main.py": SERVICE,
            **{f"{name}.py": "def ask(a):\n    return a\n" for name in ("mail", "orders", "prices", "rooms", "users")},
            "Dockerfile": "FROM python:3.11.9\nCOPY main.py ./\nCOPY settings.toml ./\nCMD uvicorn main:app\n",
            "compose.yaml": "services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: Kestrel.92-plum\n",
        }
    )
    assert [each.problem for each in found.mended_first] == ["credentials", "cannot-work"]
    assert [each.problem for each in found.mended_later] == ["unpinned-environment"]


def test_names_without_versions_hold_up_no_test() -> None:
    order = with_relaxed(RULES.order, RULES.relaxed, {"environment-definition": Strength.declared})
    assert order.index("code-testing") < order.index("environment-definition")
    order = with_relaxed(RULES.order, RULES.relaxed, {})
    assert order.index("environment-definition") < order.index("code-testing")


def test_what_few_need_is_taken_only_where_nothing_else_does() -> None:
    from mlripe.catalog.needs import parse

    serving = parse({"any": [{"batch-inference": "present"}, {"online-serving": "present"}]})
    assert list(cheapest([serving], {}, load().capabilities, RULES)) == ["online-serving"]
    assert "batch-inference" in cheapest([parse({"batch-inference": "present"})], {}, load().capabilities, RULES)


def test_two_levels_are_planned_and_no_more() -> None:
    found = plan({"requirements.txt": "scikit-learn==1.5.2\n", "train.py": TRAIN})
    assert [stage.goal.level for stage in found.stages if stage.goal] == [1, 2]
    assert "two levels at once" in found.jumping


def test_training_on_data_in_git_begins_when_they_change() -> None:
    found = plan(
        {"requirements.txt": "scikit-learn==1.5.2\npandas==2.2.3\n", "train.py": TRAIN, "data.csv": "a,y\n1,2\n"}
    )
    step = next(each for each in found.steps if each.edit.endswith("train.yml"))
    assert 'push: {paths: ["data.csv", "train.py"]}' in step.snippet
    assert "whenever the data in git or the training changes" in step.how


def test_a_clock_of_the_programs_own_is_looked_at_first() -> None:
    serving = "from apscheduler.schedulers.background import BackgroundScheduler\nfrom jobs import renew\nclock = BackgroundScheduler()\ndef start():\n    clock.add_job(renew, 'cron', hour=0)\n"
    found = plan(
        {"requirements.txt": "scikit-learn==1.5.2\n", "jobs.py": TRAIN + "def renew():\n    pass\n", "main.py": serving}
    )
    step = next(each for each in found.steps if each.edit.endswith("train.yml"))
    assert [(each.path, each.line) for each in step.near] == [("main.py", 5)]


def test_lessons_and_what_no_machine_learning_is_in_climb_no_levels() -> None:
    found = plan({"shop.py": "def price(a):\n    return a * 2\n", "requirements.txt": "flask==3.0.0\n"})
    assert found.says.startswith("mlripe found no machine learning in it")
    assert [step.capability for step in found.steps] == ["code-testing", "code-testing"]
