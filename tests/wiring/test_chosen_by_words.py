"""Which choices of a program the words on its command line take."""

from __future__ import annotations

import pytest

from mlripe.readers.python.source import read_python
from mlripe.wiring.chosen_by_words import chosen

PROGRAM = """\
import argparse
import sys

from jobs import clean, fit, report

parser = argparse.ArgumentParser()
parser.add_argument("what", choices=["fit", "report"])
parser.add_argument("--mode", "-m", default="quick")
parser.add_argument("--clean", action="store_true")
parser.add_argument("--several", nargs="+")


def main():
    args = parser.parse_args()
    if args.what == "fit":
        if args.mode == "full":
            fit()
        else:
            report()
    if args.clean:
        clean()
    if args.several == "x":
        clean()


def unused():
    if args.what == "fit":
        fit()


if __name__ == "__main__":
    main()
"""


@pytest.mark.parametrize(
    ("words", "taken"),
    [
        (["fit", "--mode", "full"], {"full"}),
        (["-m=full", "fit"], {"full"}),
        (["fit"], {"not full"}),
        (["report", "--mode", "full"], set()),
        (["--clean", "report"], {"clean"}),
        (["$WHAT"], {"full", "not full", "clean"}),
        ([], set()),
        (None, {"full", "not full", "clean"}),
    ],
)
def test_the_words_take_choices(words: list[str] | None, taken: set[str]) -> None:
    facts = read_python("cli.py", PROGRAM.encode())
    names = {}
    for number, choice in enumerate(facts.choices):
        if choice.asks == "mode":
            names[number] = "not full" if choice.otherwise else "full"
        elif choice.asks == "clean":
            names[number] = "clean"
    found = set(chosen(facts, words))
    assert {names[number] for number in found if number in names} == taken
    unreached = {number for number, choice in enumerate(facts.choices) if choice.scope == "unused"}
    assert not found & unreached


def test_a_program_without_choices_chooses_nothing() -> None:
    assert list(chosen(read_python("a.py", b"print(1)\n"), ["fit"])) == []
