"""What an expression takes from the environment and from other modules, part by part."""

from __future__ import annotations

import pytest

from mlripe.facts import Call
from mlripe.readers.python.held_values import Elsewhere, Holding, Text, Variable

IMPORTS = (
    "import os\nfrom os import environ, getenv\nfrom pathlib import Path\nfrom decouple import config\n"
    "from environs import Env\nfrom churn import constants\nfrom churn.settings import get\nenv = Env()\n"
)
PLAIN = Variable("STEP")
DEFAULT = Variable("STEP", ("fit.py",))

READS: dict[str, Text] = {
    "os.environ['STEP']": (PLAIN,),
    "os.environ.get('STEP')": (PLAIN,),
    "os.getenv('STEP', 'fit.py')": (DEFAULT,),
    "environ['STEP']": (PLAIN,),
    "getenv('STEP', default='fit.py')": (DEFAULT,),
    "os.getenv('STEP') or 'fit.py'": (DEFAULT,),
    "config('STEP', default='fit.py')": (DEFAULT,),
    "env.str('STEP', 'fit.py')": (DEFAULT,),
    "env('STEP')": (PLAIN,),
    "str(Path(os.environ['STEP']))": (PLAIN,),
    "f'{os.environ[\"DIR\"]}/fit.py'": (Variable("DIR"), "/fit.py"),
    "os.path.join(os.environ['DIR'], 'fit.py')": (Variable("DIR"), "/", "fit.py"),
    "Path(os.environ['DIR']) / 'fit.py'": (Variable("DIR"), "/", "fit.py"),
    "'jobs/' + os.environ['STEP']": ("jobs/", PLAIN),
    "constants.STEP": (Elsewhere("churn.constants.STEP"),),
    "get().step": (Elsewhere("churn.settings.get.step"),),
}


@pytest.mark.parametrize("expression", READS)
def test_the_parts_of_a_value_are_told(expression: str) -> None:
    assert Holding(f"{IMPORTS}STEP = {expression}\n".encode()).constant("STEP") == READS[expression]


NOT_KNOWN = ["3", "open('a').read()", "rows[0]", "os.environ[name]", "os.environ", "cache.get('STEP')", "STEP or 'a'"]


@pytest.mark.parametrize("expression", NOT_KNOWN)
def test_of_anything_else_nothing_is_said(expression: str) -> None:
    text = Holding(f"{IMPORTS}VALUE = {expression}\n".encode()).constant("VALUE")
    assert not any(isinstance(part, Variable) for part in text)


CLASSES = """
from dataclasses import dataclass
import os
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

@dataclass
class Env:
    step: str = os.environ.get("STEP")

class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="CHURN_")
    step: str = "fit.py"
    stage: str
    other: str = Field("a.py", validation_alias="OTHER")

class Old(BaseSettings):
    step: str = ...
    class Config:
        env_prefix = "old_"

class Runner:
    def __init__(self):
        self.step = os.environ["STEP"]

class Read:
    def __init__(self):
        self._step = os.environ["STEP"]
    @property
    def step(self):
        return self._step

settings = Settings()

def load():
    return Settings()
"""


def test_attributes_of_classes_and_fields_of_settings() -> None:
    holding = Holding(CLASSES.encode())
    assert holding.constant("Env.step") == (PLAIN,)
    assert holding.constant("Settings.step") == (Variable("CHURN_STEP", ("fit.py",)),)
    assert holding.constant("Settings.stage") == (Variable("CHURN_STAGE"),)
    assert holding.constant("Settings.other") == (Variable("OTHER", ("a.py",)),)
    assert holding.constant("Old.step") == (Variable("OLD_STEP"),)
    assert holding.constant("Runner.step") == (PLAIN,)
    assert holding.constant("Read.step") == (Elsewhere(":Read._step"),)
    assert holding.constant("Read._step") == (PLAIN,)
    assert holding.made("settings") == ":Settings"
    assert holding.made("load") == ":Settings"


def test_the_arguments_of_a_call() -> None:
    source = (
        "from churn.env import Env\nfrom steps import Step\n\n\ndef main():\n    e = Env()\n    folder = e.folder\n"
        "    Step(e.name, script=e.step, source=folder, words=['python', e.step], fixed='a.py')\n"
    )
    given = dict(Holding(source.encode()).given(Call("steps.Step", 8, "main")))
    step = (Elsewhere("churn.env.Env.step"),)
    assert given["script"] == (step,)
    assert given["source"] == ((Elsewhere("churn.env.Env.folder"),),)
    assert given["words"] == (("python",), step)
    assert "fixed" not in given


def test_what_is_read_of_an_attribute_of_the_object_itself() -> None:
    source = "class A:\n    step = 'a.py'\n    def go(self):\n        run(script=self.step)\n"
    given = dict(Holding(source.encode()).given(Call(".run", 4, "A.go")))
    assert given["script"] == ((Elsewhere(":A.step"),),)


@pytest.mark.parametrize(
    "source",
    [
        "A = A\n",
        "A = B\nB = A\n",
        "\n".join(f"A{n} = " + "+".join([f"A{n + 1}"] * 8) for n in range(40)),
        "A = f'" + "{A}" * 400 + "'\n",
        "A = " + "(" * 90 + "A" + ")" * 90 + "\n",
        "A = " + ".".join(["a"] * 500) + "\n",
        "def (",
    ],
)
def test_what_holds_itself_comes_to_an_end(source: str) -> None:
    holding = Holding(source.encode())
    assert not any(isinstance(part, Variable) for part in holding.constant("A"))
    assert len(holding.made("A")) < 2000
