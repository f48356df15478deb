"""Makefiles and justfiles: targets, what they need, and the commands of their recipes."""

from __future__ import annotations

import time

import pytest

from mlripe.facts import Unit
from mlripe.readers.runners.just import read_justfile
from mlripe.readers.runners.make import read_makefile


def make(text: str, path: str = "Makefile") -> dict[str, Unit]:
    return {unit.id: unit for unit in read_makefile(path, text.encode()).units}


def just(text: str, path: str = "justfile") -> dict[str, Unit]:
    return {unit.id: unit for unit in read_justfile(path, text.encode()).units}


def lines(unit: Unit) -> list[tuple[int, str]]:
    return [(command.line, " ".join(command.argv)) for command in unit.commands]


# --- Makefiles -------------------------------------------------------------------------------------------------------


def test_a_target_has_its_needs_and_commands() -> None:
    units = make(
        "all: train\n\ntrain: data src/train.py ## Train it\n\tpython src/train.py\n\t@echo done\ndata:\n\tdvc pull\n"
    )
    assert list(units) == ["all", "train", "data"]
    assert units["all"].inputs == {"default": True}
    assert (units["train"].kind, units["train"].line, units["train"].says) == ("target", 3, "make train")
    assert units["train"].needs == ("data",)
    assert units["train"].reads == ("src/train.py",)
    assert lines(units["train"]) == [(4, "python src/train.py"), (5, "echo done")]
    assert units["data"].inputs == {}


def test_a_target_runs_in_the_folder_of_its_makefile() -> None:
    (unit,) = make("t:\n\tcd src && python a.py\n\tpython b.py\n", "ml/Makefile").values()
    assert unit.directory == "ml"
    assert [command.directory for command in unit.commands] == ["", "src", ""]  # each line has a shell of its own


def test_several_targets_and_several_rules() -> None:
    units = make("a b: c\n\trun $@ $<\na: d\nc d:\n\ttrue\n")
    assert lines(units["a"]) == [(2, "run a c")]
    assert lines(units["b"]) == [(2, "run b c")]
    assert units["a"].needs == ("c", "d")


def test_variables_of_the_file_are_expanded() -> None:
    text = (
        "PY ?= python3\nSRC := $(DIR)/app\nDIR = src\nARGS = --a\nARGS += --b\n"
        "t:\n\t$(PY) ${SRC}/train.py $(ARGS) $(MISSING) $$HOME $(shell git rev-parse HEAD)\n\t$(MAKE) -C sub all\n"
    )
    expected = "python3 src/app/train.py --a --b ${MISSING} $HOME $(git rev-parse HEAD)"
    assert lines(make(text)["t"])[1:] == [(7, expected), (8, "make -C sub all")]


def test_a_substitution_of_the_shell_is_a_command() -> None:
    assert lines(make("t:\n\tx=$$(python v.py); echo $(words a b)\n")["t"]) == [
        (2, "python v.py"),
        (2, "echo ${words a b}"),
    ]


def test_continued_lines_keep_their_numbers() -> None:
    units = make("t: a \\\n   b\n\tif x; then \\\n\t\tpython a.py; \\\n\tfi\n\tpython b.py \\\n\t  --c\na b:\n\ttrue\n")
    assert units["t"].needs == ("a", "b")
    assert lines(units["t"]) == [(3, "x"), (4, "python a.py"), (6, "python b.py --c")]


def test_a_dash_lets_a_line_fail() -> None:
    unit = make("t:\n\t-pytest\n\t@-ruff check\n\tmypy; echo\n\tpytest && echo\n")["t"]
    tolerated = [command.line for command in unit.commands if command.allow_failure]
    assert tolerated == [2, 3, 4]


def test_what_is_no_target() -> None:
    text = (
        ".PHONY: a\n.DEFAULT_GOAL := b\n%.o: %.c\n\tcc $<\ndefine HELP\nx:\n\tnot this\nendef\nexport HELP\n"
        "ifeq ($(OS),Windows_NT)\nRM = del\nelse\nRM = rm\nendif\na: VAR = 1\na:\n\ttrue # x: y\n"
        "b: ; echo inline\n$(error no: no)\n"
    )
    units = make(text)
    assert list(units) == ["%.o", "a", "b"]  # a pattern rule is kept for the targets that are asked for by name
    assert units["b"].inputs == {"default": True}
    assert lines(units["b"]) == [(18, "echo inline")]


def test_a_pattern_rule_makes_what_the_file_needs() -> None:
    units = make("all: fit-trees\nfit-%: rows-%\n\tpython jobs/$*.py\nrows-%:\n\tcurl -o $@ x\n")
    assert list(units) == ["all", "fit-%", "rows-%", "fit-trees", "rows-trees"]
    assert units["all"].inputs == {"default": True}
    assert (units["fit-trees"].needs, lines(units["fit-trees"])) == (("rows-trees",), [(3, "python jobs/trees.py")])


def test_includes_by_a_wildcard() -> None:
    units = make("PARTS := mk\n-include $(wildcard $(PARTS)/*.mk)\ninclude other/*.mk\na:\n\ttrue\n")
    assert units["include"].uses == ("./mk/*.mk", "./other/*.mk")


def test_a_recipe_in_one_shell() -> None:
    unit = make(".ONESHELL:\nt:\n\tcd src\n\tpython a.py\n")["t"]
    assert [(command.line, command.directory) for command in unit.commands] == [(3, ""), (4, "src")]


def test_another_recipe_prefix() -> None:
    assert lines(make(".RECIPEPREFIX = >\nt:\n> python a.py\n")["t"]) == [(3, "python a.py")]


def test_included_makefiles_are_used() -> None:
    units = make("D = mk\ninclude $(D)/a.mk ../b.mk\n-include .env\nt:\n\ttrue\n", "sub/Makefile")
    assert units["include"].uses == ("./sub/mk/a.mk", "./b.mk", "./sub/.env")
    assert next(iter(units)) == "t"


def test_files_that_rules_make() -> None:
    units = make(".PHONY: v1.0\nmodel.pkl: train.py\n\tpython train.py\nv1.0:\n\ttrue\n")
    assert units["model.pkl"].writes == ("model.pkl",)
    assert units["v1.0"].writes == ()


@pytest.mark.parametrize(
    "text",
    [
        "A = $(A) $(A)\nt:\n\t$(A)\n" * 200,
        "A=$(B)$(B)\nB=$(A)$(A)\nt: $(A)\n\t$(A)\n",
        "a b c d e f g\\\n" * 5000 + ":\n\tx\n",
    ],
)
def test_a_hostile_makefile_takes_bounded_time(text: str) -> None:
    start = time.process_time()
    assert len(make(text)) <= 1000
    assert time.process_time() - start < 5


# --- justfiles -------------------------------------------------------------------------------------------------------


def test_a_justfile() -> None:
    units = just(
        "set shell := ['bash', '-c']\nsrc := 'app'\nalias t := train\n\n# Train it\n[private]\n"
        "train lr='0.1' *args: data (check \"x\") && report\n    @python {{src}}/train.py {{ lr }}\n    -ruff check\n\n"
        "data:\n    dvc pull\ncheck x:\n\ttrue\nreport:\n"
    )
    assert list(units) == ["train", "data", "check", "report", "t"]
    assert (units["train"].line, units["train"].inputs, units["train"].says) == (
        7,
        {"default": True, "parameters": (("lr", "0.1"), ("*args", ""))},
        "just train",
    )
    assert units["train"].needs == ("data", "check", "report")
    assert lines(units["train"]) == [(8, "python app/train.py ${lr}"), (9, "ruff check")]
    assert [command.allow_failure for command in units["train"].commands] == [False, True]
    assert units["t"].needs == ("train",)


def test_a_recipe_that_is_a_script() -> None:
    units = just(
        "a:\n  #!/usr/bin/env bash\n  set -e\n  cd src\n  python a.py\nb:\n  #!/usr/bin/env python3\n  print(1)\n"
    )
    assert [(c.line, c.directory) for c in units["a"].commands if c.argv[0] == "python"] == [(5, "src")]
    assert [command.argv for command in units["b"].commands] == [("python", "-c", "print(1)")]


def test_modules_of_a_justfile() -> None:
    units = just("mod ml\nmod? docs 'site/docs.just'\na:\n  true\n")
    assert units["include"].inputs == {
        "ml": ("./ml.just", "./ml/mod.just", "./ml/justfile"),
        "docs": ("./site/docs.just", "./site/docs.just/mod.just"),
    }


def test_imported_justfiles_are_used() -> None:
    assert just("import 'ci.just'\na:\n  true\n", "x/justfile")["include"].uses == ("./x/ci.just",)


@pytest.mark.parametrize("text", ["a b='c' " * 5000, "a: (b c) " * 5000, "a: " + "(b " * 5000, "a '" * 5000])
def test_a_hostile_justfile_takes_bounded_time(text: str) -> None:
    start = time.process_time()
    assert len(just(text)) <= 1
    assert time.process_time() - start < 2
