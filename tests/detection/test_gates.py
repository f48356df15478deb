"""Where the outcome of a comparison goes, over functions and files, until it decides about a model; and where not."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Assess

CI = ".github/workflows/ci.yml"
TRAIN = "import joblib\nfrom sklearn.svm import SVC\njoblib.dump(SVC().fit(x, y), 'model.joblib')\n"
REGISTER = "import mlflow\ndef register():\n    mlflow.register_model('runs:/1/model', 'churn')\n"
READ = "import json\nmetrics = json.load(open('metrics.json'))\n"


def run(*commands: str) -> str:
    steps = "".join(f"      - run: {command}\n" for command in commands)
    return f"on: push\njobs:\n  all:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"


@pytest.mark.parametrize(
    ("files", "strength"),
    [
        pytest.param({"main.py": READ + "from judge import judge\nfrom register import register\n"
                                 "good, why = judge(metrics)\nif good:\n    register()\nelse:\n    print(why)\n",
                      "judge.py": "def judge(metrics):\n    return metrics['f1'] >= 0.8, 'too low'\n"},
                     "enforced", id="an outcome that another file returns with a message"),
        pytest.param({"main.py": READ + "from judge import judge\nfrom register import register\n"
                                 "why, good = judge(metrics)\nif why:\n    register()\n",
                      "judge.py": "def judge(metrics):\n    return 'too low', metrics['f1'] >= 0.8\n"},
                     "none", id="the message that stands before it"),
        pytest.param({"main.py": READ + "from register import register\nfailures = []\nif metrics['f1'] < 0.8:\n"
                                 "    failures.append('f1')\nif failures:\n    raise SystemExit(1)\nregister()\n"},
                     "enforced", id="a list of what failed"),
        pytest.param({"main.py": READ + "from register import register\nchecks = {'f1': metrics['f1'] > 0.8, "
                                 "'auc': metrics['auc'] > 0.9}\nif not all(checks.values()):\n    exit(1)\nregister()\n"},
                     "enforced", id="a table of outcomes"),
        pytest.param({"main.py": READ + "from register import register\nchecks = {'f1': metrics['f1'] > 0.8}\n"
                                 "if checks:\n    register()\n"},
                     "none", id="a table, which is true whatever it holds"),
        pytest.param({"main.py": READ + "from register import register\nstatus = 'good'\nif metrics['f1'] < 0.8:\n"
                                 "    status = 'bad'\nif status == 'good':\n    register()\n"},
                     "enforced", id="a word that a branch sets"),
        pytest.param({"evaluate.py": READ + "json.dump({'is_good': metrics['f1'] > 0.8}, open('verdict.json', 'w'))\n",
                      "main.py": "import evaluate\nimport json\nimport mlflow\nverdict = json.load(open('verdict.json'))\n"
                                 "if verdict['is_good']:\n    mlflow.register_model('runs:/1/model', 'churn')\n"},
                     "enforced", id="a file that another program reads"),
        pytest.param({"evaluate.py": READ + "json.dump({'is_good': metrics['f1'] > 0.8}, open('verdict.json', 'w'))\n",
                      "main.py": "import evaluate\nimport json\nimport mlflow\nverdict = json.load(open('verdict.json'))\n"
                                 "if verdict['rows']:\n    mlflow.register_model('runs:/1/model', 'churn')\n"},
                     "none", id="another key of that file"),
        pytest.param({"main.py": READ + "from register import register\nclass Gate:\n    def check(self):\n"
                                 "        self.good = metrics['f1'] > 0.8\n    def act(self):\n        if self.good:\n"
                                 "            register()\ngate = Gate()\ngate.check()\ngate.act()\n"},
                     "enforced", id="an attribute that another method asks"),
        pytest.param({"main.py": READ + "import mlflow\ndef ship(good):\n    if not good:\n        return\n"
                                 "    mlflow.register_model('runs:/1/model', 'churn')\nship(metrics['f1'] > 0.8)\n"},
                     "enforced", id="an argument"),
        pytest.param({"main.py": READ + "import mlflow\ndef ship(good):\n    mlflow.register_model('runs:/1/model', 'churn')\n"
                                 "ship(metrics['f1'] > 0.8)\n"},
                     "none", id="an argument that nothing asks"),
        pytest.param({"main.py": READ + "def judge():\n    if metrics['f1'] < 0.8:\n        raise ValueError\n"
                                 "try:\n    judge()\nexcept Exception:\n    print('too low')\n"},
                     "automated", id="raised by a function, swallowed by its caller"),
        pytest.param({"main.py": READ + "def judge():\n    if metrics['f1'] < 0.8:\n        raise ValueError\n"
                                 "try:\n    judge()\nexcept Exception:\n    print('too low')\n    raise\n"},
                     "enforced", id="raised by a function, and passed on by its caller"),
        pytest.param({"main.py": READ + "if metrics['f1'] < 0.8:\n    raise ValueError\n",
                      CI: run("python train.py", "python main.py", "python ship.py"), "ship.py": REGISTER + "register()\n"},
                     "enforced", id="before the registration"),
        pytest.param({"main.py": READ + "if metrics['f1'] < 0.8:\n    raise ValueError\n",
                      CI: run("python train.py", "python ship.py", "python main.py"), "ship.py": REGISTER + "register()\n"},
                     "automated", id="after the registration"),
        pytest.param({"main.py": READ + "if not 0 <= metrics['f1'] <= 1:\n    raise ValueError\n"},
                     "none", id="whether a number can be a measure"),
        pytest.param({"main.py": READ + "best = 0\nfor metrics in [metrics]:\n    if metrics['f1'] > best:\n"
                                 "        best = metrics['f1']\n        print('better')\n"},
                     "none", id="the best so far"),
        pytest.param({"main.py": "import sys\nif len(sys.argv) < 3:\n    raise ValueError('f1 is wanted')\n"},
                     "none", id="a number of arguments"),
        pytest.param({"main.py": "from deepeval import evaluate\nresult = evaluate([], [])\nif result.score < threshold:\n"
                                 "    raise SystemExit(1)\n", "requirements.txt": "deepeval\n"},
                     "none", id="the answers of a language model, which are no trained model"),
    ],
)  # fmt: skip
def test_what_a_comparison_decides(files: dict[str, str], strength: str, assess: Assess) -> None:
    own = {"train.py": TRAIN, "register.py": REGISTER, CI: run("python train.py", "python main.py"), **files}
    assert assess(own).capabilities["model-validation-gate"].strength.name == strength


def test_the_place_of_a_gate_is_its_comparison(assess: Assess) -> None:
    files = {
        "main.py": READ + "good = metrics['f1'] > 0.8\n\nif not good:\n    raise SystemExit(1)\n",
        CI: run("python main.py"),
    }
    evidence = assess({"train.py": TRAIN, **files}).capabilities["model-validation-gate"].evidence
    assert [(each.path, each.line) for each in evidence] == [("main.py", 3)]


def test_functions_that_ask_each_other_come_to_an_end(assess: Assess) -> None:
    """Each of many functions returns, keeps and gives on what all others do."""
    names = [f"step_{number}" for number in range(60)]
    calls = " or ".join(f"{name}(good)" for name in names)
    body = "".join(f"def {name}(good):\n    state['{name}'] = {calls}\n    return good or {calls}\n" for name in names)
    files = {f"part_{n}.py": f"from part_{(n + 1) % 5} import *\nstate = {{}}\n{body}" for n in range(5)}
    files["main.py"] = (
        READ + "from part_0 import step_0\nif not step_0(metrics['f1'] > 0.8):\n    raise SystemExit(1)\n"
    )
    start = time.process_time()
    found = assess({"train.py": TRAIN, CI: run("python main.py"), **files}).capabilities["model-validation-gate"]
    assert found.strength.name == "enforced"
    assert time.process_time() - start < 20


def test_deep_and_wide_expressions_are_bounded(assess: Assess) -> None:
    deep = "not " * 80 + "metrics['f1'] > 0.8"
    wide = " or ".join(f"metrics['f1'] > 0.{number}" for number in range(1, 3000))
    files = {"main.py": READ + f"if {deep}:\n    raise SystemExit(1)\nif {wide}:\n    raise SystemExit(1)\n"}
    start = time.process_time()
    assess({"train.py": TRAIN, CI: run("python main.py"), **files})
    assert time.process_time() - start < 10
