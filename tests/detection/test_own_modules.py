"""A module of the repository that bears a tool's name is not the tool."""

from __future__ import annotations

import pytest

from mlripe.catalog import load
from mlripe.detection.engine import detect
from mlripe.evidence import Strength
from mlripe.readers.store import FactStore
from mlripe.snapshot.memory import MemorySnapshot


def shown(files: dict[str, str]) -> set[str]:
    """The capabilities that a whole repository shows, by more than a mention."""
    store = FactStore(MemorySnapshot(files), (), lambda *_: True)
    store.load()
    return {e.capability for e in detect(store, load()).evidence if e.strength >= Strength.present}


TRAINS = "import comet_ml\ncomet_ml.Experiment().log_metric('a', 1)\n"
AGENT = "from agents import Agent, Runner\nRunner.run(Agent(instructions='play'))\n"


def test_the_tool() -> None:
    assert "experiment-tracking" in shown({"train.py": TRAINS})
    assert "agent-runtime" in shown({"play.py": AGENT})


@pytest.mark.parametrize("where", ["comet_ml.py", "comet_ml/__init__.py", "src/comet_ml.py"])
def test_an_own_module_that_offers_what_is_taken(where: str) -> None:
    assert not shown({"train.py": TRAINS, where: "class Experiment:\n    def log_metric(self, a, b): ...\n"})


def test_an_own_package_that_passes_on_what_is_taken() -> None:
    own = {
        "agents/__init__.py": "from .dqn import Agent\nRunner = Agent\n",
        "agents/dqn.py": "class Agent:\n    pass\n",
    }
    assert "agent-runtime" not in shown({"play.py": AGENT, **own})
    assert "agent-runtime" not in shown({"play.py": AGENT, "agents/__init__.py": "from .all import *\n"})


def test_a_submodule_of_an_own_package() -> None:
    taken = "from ray.tune import run\nrun(1)\n"
    assert "hyperparameter-tuning" in shown({"scan.py": taken})
    own = {"ray/__init__.py": "", "ray/tune.py": "def run(angle):\n    return angle\n"}
    assert "hyperparameter-tuning" not in shown({"scan.py": taken, **own})


@pytest.mark.parametrize(
    "own",
    [
        pytest.param({"comet_ml.py": "KEY = 'a'\n"}, id="it has no such thing"),
        pytest.param({"other/comet_ml.py": "class Experiment:\n    pass\n"}, id="it lies out of reach"),
        pytest.param({"comet_ml/notes.py": "class Experiment:\n    pass\n"}, id="a folder that is no package"),
    ],
)
def test_still_the_tool(own: dict[str, str]) -> None:
    assert "experiment-tracking" in shown({"train.py": TRAINS, **own})


def test_a_module_beside_in_a_package_is_not_meant_by_an_absolute_name() -> None:
    own = {"app/__init__.py": "", "app/comet_ml.py": "class Experiment:\n    pass\n"}
    assert "experiment-tracking" in shown({"app/train.py": TRAINS, **own})


def test_a_method_keeps_its_name() -> None:
    """What is trained through an own module is still trained: only the tool's name is taken away."""
    files = {
        "ray.py": "def model():\n    ...\n",
        "fit.py": "import ray\nfrom sklearn.svm import SVC\nray.model()\nSVC().fit(x, y)\n",
    }
    assert "training-code" in shown(files)
