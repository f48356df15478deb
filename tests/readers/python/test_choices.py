"""What a program does only for some of its words, what it can never do, and names that are brought in roundabout ways."""

from __future__ import annotations

import pytest

from mlripe.facts import FileFacts
from mlripe.readers.python.source import read_python

PARSED = "import argparse, sys\nfrom jobs import fit, report\nparser = argparse.ArgumentParser()\nargs = parser.parse_args()\n"


def facts(text: str) -> FileFacts:
    return read_python("cli.py", text.encode())


def body(found: FileFacts) -> set[str]:
    return {name for name in next(d for d in found.definitions if not d.name).mentions if name.startswith("jobs.")}


@pytest.mark.parametrize(
    ("text", "asks", "arms"),
    [
        ("if args.mode == 'fit':\n    fit()\nelse:\n    report()\n", "mode", [(("fit",), False), (("fit",), True)]),
        ("if 'fit' == args.mode:\n    fit()\n", "mode", [(("fit",), False)]),
        ("if args.mode in ('fit', 'all'):\n    fit()\n", "mode", [(("fit", "all"), False)]),
        ("if args.mode != 'fit':\n    report()\n", "mode", [(("fit",), True)]),
        ("if args.mode == 'fit' or args.mode == 'all':\n    fit()\n", "mode", [(("fit", "all"), False)]),
        ("if args.fit:\n    fit()\n", "fit", [((), False)]),
        ("if not args.dry:\n    fit()\n", "dry", [((), True)]),
        ("if args.mode == 'fit' and ready():\n    fit()\nelse:\n    pass\n", "mode", [(("fit",), False)]),
        ("if sys.argv[1] == 'fit':\n    fit()\n", "argv 1", [(("fit",), False)]),
        ("word = sys.argv[2]\nif word == 'fit':\n    fit()\n", "argv 2", [(("fit",), False)]),
        ("what, *rest = sys.argv[1:]\nif what == 'fit':\n    fit()\n", "argv 1", [(("fit",), False)]),
        ("match sys.argv[1:]:\n    case ['fit', *_]:\n        fit()\n", "argv 1", [(("fit",), False)]),
        ("match args.mode:\n    case 'a' | 'b':\n        fit()\n    case _:\n        report()\n", "mode",
         [(("a", "b"), False), (("a", "b"), True)]),
        ("TABLE = {'fit': fit, 'report': report}\nTABLE[sys.argv[1]]()\n", "argv 1", [(("fit",), False), (("report",), False)]),
        ("fit_parser = parser.add_subparsers().add_parser('fit', aliases=['f'])\nfit_parser.set_defaults(func=fit)\n", "parser",
         [(("fit", "f"), False)]),
        ("import fire\nfire.Fire({'fit': fit, 'report': report})\n", "argv 1", [(("fit",), False), (("report",), False)]),
    ],
)  # fmt: skip
def test_a_choice_by_the_words_of_a_command(text: str, asks: str, arms: list[tuple[tuple[str, ...], bool]]) -> None:
    found = facts(PARSED + text)
    assert [(choice.values, choice.otherwise) for choice in found.choices] == arms
    assert {choice.asks for choice in found.choices} == {asks}
    chosen = {name for choice in found.choices for name in choice.mentions if name.startswith("jobs.")}
    assert chosen
    assert not chosen & body(found)


@pytest.mark.parametrize(
    "text",
    [
        "if ready == 'fit':\n    fit()\n",
        "TABLE = {'fit': fit}\nfor job in TABLE.values():\n    job()\n",
        "TABLE = {'fit': fit}\nrun(TABLE)\n",
        "if args.mode < 'fit':\n    fit()\n",
        "fit_parser.set_defaults(func=fit)\n",
    ],
)
def test_what_is_no_choice_is_mentioned_as_ever(text: str) -> None:
    found = facts(PARSED + text)
    assert (found.choices, body(found)) == ((), {"jobs.fit"})


@pytest.mark.parametrize(
    ("text", "mentioned"),
    [
        ("if False:\n    fit()\nelse:\n    report()\n", {"jobs.report"}),
        ("TRAIN = False\nif TRAIN:\n    fit()\n", set()),
        ("TRAIN = False\nif not TRAIN:\n    fit()\n", {"jobs.fit"}),
        ("TRAIN = False\nif ready():\n    TRAIN = True\nif TRAIN:\n    fit()\n", {"jobs.fit"}),
        ("report()\nsys.exit(0)\nfit()\n", {"jobs.report"}),
        ("raise SystemExit\nfit()\n", set()),
        ("JOBS = {'fit': fit, 'report': report}\nJOBS['report']()\n", {"jobs.report"}),
        ("JOBS = {'fit': fit}\nprint(list(JOBS))\nJOBS.get('fit')()\n", {"jobs.fit"}),
    ],
)
def test_what_can_never_run_is_not_mentioned(text: str, mentioned: set[str]) -> None:
    assert body(facts(PARSED + text)) == mentioned


def test_what_follows_a_return_is_not_mentioned() -> None:
    found = facts(PARSED + "def main():\n    report()\n    return\n    fit()\n")
    assert set(next(d for d in found.definitions if d.name == "main").mentions) == {"jobs.report"}


@pytest.mark.parametrize(
    ("text", "mentioned"),
    [
        ("import importlib\nimportlib.import_module('jobs.core').train()\n", "jobs.core.train"),
        (
            "from importlib import import_module\nP = 'jobs'\nm = import_module(f'{P}.core')\nm.train()\n",
            "jobs.core.train",
        ),
        ("import jobs\ngetattr(jobs, 'train')()\n", "jobs.train"),
        ("from jobs import *\ntrain()\n", "jobs.train"),
        ("from jobs import core as c\nc.train()\n", "jobs.core.train"),
    ],
)
def test_names_that_are_brought_in_roundabout_ways(text: str, mentioned: str) -> None:
    assert mentioned in body(facts(text))


def test_a_builtin_is_no_name_of_a_star_import() -> None:
    assert body(facts("from jobs import *\nprint(len(rows))\n")) == {"jobs.rows"}


@pytest.mark.parametrize(
    "text",
    [
        "_WHERE = {'train': '.core'}\ndef __getattr__(name):\n    return load(_WHERE[name])\n",
        "import lazy_loader\n__getattr__, *_ = lazy_loader.attach(__name__, submod_attrs={'core': ['train']})\n",
    ],
)
def test_lazy_names_of_a_package_are_imports(text: str) -> None:
    lazy = [(i.module, i.names) for i in facts(text).imports if i.scope == "__getattr__"]
    assert lazy == [(".core", ("train",))]


def test_an_import_keeps_its_other_name() -> None:
    (imported,) = facts("from .core import train as fit, rows\n").imports
    assert (imported.names, imported.renamed) == (("train", "rows"), {"fit": "train"})
