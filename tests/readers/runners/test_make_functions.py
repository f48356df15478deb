"""The words that functions of make choose, and programs that are found with them."""

import time

import pytest

from mlripe.readers.runners.make import read_makefile
from mlripe.readers.runners.make_functions import chosen_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("$(if $(wildcard .venv/bin/python),.venv/bin/python,python3) fit.py", "python3 fit.py"),
        ("$(if $(shell test -d x),uv run) fit", "uv run fit"),
        ("$(if $(GPU),--gpu,--cpu)", "--cpu"),
        ("$(if true,--gpu,--cpu)", "--gpu"),
        ("$(if $(filter true,$(GPU)),app-gpu,app)", "app"),
        ("$(if $(filter true,true),app-gpu,app)", "app-gpu"),
        ("$(if $(NAME),--name $(NAME),)", ""),
        ("$(or $(PYTHON),python3)", "python3"),
        ("$(or $(shell pyenv which python),python3)", "python3"),
        ("$(or $(shell which uv),pip)", "uv"),
        ("$(strip  a   b )", "a b"),
        ("$(firstword python3 python)", "python3"),
        ("$(lastword python3 python)", "python"),
        ("$(shell command -v python3 2>/dev/null || command -v python)", "python3"),
        ("$(if a,$(or $(X),$(firstword b c)),d)", "b"),
        ("${if $(X),a,b}", "b"),
        ("$(filter %.py,a.py b.sh)", "$(filter %.py,a.py b.sh)"),
        ("$(notdir a/b) $(X) $$HOME", "$(notdir a/b) $(X) $$HOME"),
        ("$(if $(X),a", "$(if $(X),a"),
    ],
)
def test_the_words_that_functions_choose(text: str, words: str) -> None:
    assert chosen_words(text, 1000) == words


def test_a_makefile_finds_its_interpreter() -> None:
    text = "PYTHON ?= $(if $(wildcard .venv/bin/python),.venv/bin/python,python3)\ntest:\n\t$(PYTHON) -m pytest\n"
    (unit,) = read_makefile("Makefile", text.encode()).units
    assert [command.argv for command in unit.commands] == [("python3", "-m", "pytest")]


@pytest.mark.parametrize("text", ["$(if " * 100_000, "$(if a,b)" * 2000, "$(or " * 3000 + "x" + ")" * 3000])
def test_hostile_calls_take_bounded_time(text: str) -> None:
    started = time.process_time()
    chosen_words(text, 1000)
    assert time.process_time() - started < 2
