"""Python and notebooks that are written to take time or memory: each is read within limits, and told where it is not read.

A family is a kind of text, not one text: the limits hold for any size and spelling of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from mlripe.readers import read

if TYPE_CHECKING:
    from tests.hostile.conftest import MeasuredRead

SECONDS = 5.0
MEGABYTES = 330.0
LARGEST = 2 * 1024 * 1024  # bytes of a source file that are read

TOO_COMPLEX = "too complex to be parsed"
NO_PYTHON = "not valid Python 3"
READ: list[str] = []


def filled(part: str, size: int = LARGEST - 100) -> str:
    """As many of a part as a size has room for."""
    return part * (size // len(part.encode()))


# name, source, how its one read fault begins (READ: none)
SOURCES: tuple[tuple[str, Callable[[], str], str | list[str]], ...] = (
    # --- time inside the parser ---
    ("combining marks in a name", lambda: f"a{filled(chr(0x315))}{chr(0x300)} = 1", READ),
    ("combining marks of two classes", lambda: f"a{filled(chr(0x315) + chr(0x300), 400_000)} = 1", READ),
    ("combining marks that are composed", lambda: f"a{filled(chr(0x344), 400_000)} = 1", READ),
    ("escaped quotes", lambda: filled('\\"'), NO_PYTHON),
    ("escaped quotes behind an open text", lambda: f"'''{filled(chr(92) + chr(39))}", NO_PYTHON),
    ("quotes that never close", lambda: filled("'\n"), TOO_COMPLEX),
    ("a type alias of blanks", lambda: f"type a{filled(' ')}", NO_PYTHON),
    ("type parameters", lambda: f"def a[{filled(']  ', 390_000)}", NO_PYTHON),
    ("an f-string of fields", lambda: f'f"{filled("{a}", 290_000)}"', TOO_COMPLEX),
    ("f-strings of fields", lambda: filled('f"{a}{a}{a}"\n', 580_000), TOO_COMPLEX),
    ("a dotted name of an import", lambda: f"import a{filled('.a', 190_000)}", TOO_COMPLEX),
    ("a dotted name that goes on", lambda: f"from a{filled(f' . {chr(92)}{chr(10)}a', 390_000)} import b c", TOO_COMPLEX),
    ("dotted names up to the bound", lambda: filled(f"import a{'.a' * 490}{chr(10)}", 190_000), READ),
    ("a byte order mark and then some", lambda: "\ufeff" * 1000 + "a = 1", NO_PYTHON),
    # --- memory of the tree ---
    ("statements", lambda: filled("a;"), TOO_COMPLEX),
    ("statements up to the bound", lambda: filled("a;", 240_000), READ),
    ("lines up to the bound", lambda: filled("a\n", 240_000), READ),
    ("lines of old computers", lambda: filled("a\r"), TOO_COMPLEX),
    ("a list", lambda: f"[{filled('1,')}]", TOO_COMPLEX),
    ("empty lists", lambda: f"[{filled('[],')}]", TOO_COMPLEX),
    ("a dictionary", lambda: f"{{{filled('1:1,')}}}", TOO_COMPLEX),
    ("operators", lambda: f"{filled('-')}a", TOO_COMPLEX),
    ("operators below the bound", lambda: f"{filled('-', 150_000)}a", "not readable as Python"),
    ("attributes", lambda: f"a{filled('.a')}", TOO_COMPLEX),
    ("attributes below the bound", lambda: f"a{filled('.a', 150_000)}", TOO_COMPLEX),
    ("brackets", lambda: filled("["), TOO_COMPLEX),
    ("calls", lambda: f"a{filled('()', 150_000)}", "not readable as Python"),
    ("targets", lambda: f"{filled('a=')}1", TOO_COMPLEX),
    ("conditions", lambda: f"if a:0\n{filled('elif a:0' + chr(10), 150_000)}", "not readable as Python"),
    ("a large text", lambda: f'"""{filled("word ")}"""', READ),
    ("a large text before an f-string", lambda: f'"""{filled("word ")}"""\nf"{{a}}"', TOO_COMPLEX),
    # --- what is made of the tree ---
    ("texts put into texts", lambda: f'x = "{"y" * 100}"\n' + filled(f'f(f"{"{x}" * 30}")\n', 110_000), READ),
    ("a text put into many", lambda: f'x = "{"y" * 3900}"\n' + filled("f(x + 'a');", 190_000), READ),
    ("joined paths", lambda: f'x = "{"y" * 3900}"\njoin({filled("x,", 190_000)})', READ),
    ("guards one behind the other", lambda: "def f():\n" + filled(" if a:return\n g()\n", 240_000), "its conditions guard"),
    ("conditions in conditions", lambda: filled("x = " + "a if b() else (" * 60 + "c" + ")" * 60 + "\n", 290_000), "its conditions guard"),
    ("comparisons in comparisons", lambda: f"x = {'(' * 90}{filled('a+', 1500)}a{'<1.5)' * 90}\n" * 50, "its conditions guard"),
    ("chains of calls", lambda: filled("a" + ".b()" * 200 + "\n", 190_000), READ),
    ("chains of long names", lambda: filled(f"a{f'.{chr(98) * 300}()' * 200}\n"), READ),
    ("a module of dots", lambda: f"from {'.' * 60_000} import {filled('a,', 120_000)[:-1]}", READ),
    ("a module with a long name", lambda: f"from {'m' * 1_000_000} import {filled('a,', 190_000)[:-1]}", READ),
    ("functions in functions", lambda: "".join(f"{' ' * n}def f{n}():\n" for n in range(90)) + f"{' ' * 90}{filled('a;', 190_000)}", "more than 30 functions"),
    ("a number of many digits", lambda: f"f(a={'9' * 5000})", NO_PYTHON),
    ("a number of many digits in base 16", lambda: f"f(a=0x{'9' * 1_000_000})\nif a < 0x{'f' * 9000}: exit(1)", READ),
    ("a number without end", lambda: "if a < 1e999: exit(1)\nf(b=1e999)", READ),
)  # fmt: skip


@pytest.mark.parametrize(("source", "says"), [row[1:] for row in SOURCES], ids=[row[0] for row in SOURCES])
def test_python(source: Callable[[], str], says: str | list[str], measured_read: MeasuredRead) -> None:
    told = measured_read("train.py", source().encode()[:LARGEST], SECONDS, MEGABYTES)
    assert told == says if isinstance(says, list) else (len(told) == 1 and told[0].startswith(says)), told


@pytest.mark.parametrize(
    "name",
    ["punycode", "idna", "utf-7", "unicode_escape", "raw_unicode_escape", "rot13", "zlib", "uu", "x" * 1000, "os"],
)
@pytest.mark.parametrize("first", ["", "#!/usr/bin/python\n", "\f\n"])
def test_an_encoding_that_is_none_of_a_source_is_refused(name: str, first: str, measured_read: MeasuredRead) -> None:
    (says,) = [
        read_fault.says for read_fault in read("a.py", f"{first}# -*- coding: {name} -*-\na = 1\n".encode()).read_faults
    ]
    assert "encoding" in says
    assert name[:40] in says


@pytest.mark.parametrize(
    ("cookie", "encoding"),
    [
        ("# coding: latin-1", "latin-1"), ("# -*- coding: iso-8859-15 -*-", "iso-8859-15"), ("# vim: set fileencoding=cp1252 :", "cp1252"),
        ("# coding=utf8", "utf-8"), ("# coding: utf-8-unix", "utf-8"), ("# coding: koi8-r", "koi8-r"), ("# coding: GBK", "gbk"),
        ("# coding: euc-jp", "euc-jp"), ("", "utf-8"), ("", "utf-8-sig"), ("# coding: utf-8-sig", "utf-8"),
        ("x = 1 # coding: punycode", "utf-8"), ("# one\n# two\n# coding: punycode", "utf-8"), ("x = 1\n# coding: punycode", "utf-8"),
    ],
)  # fmt: skip
def test_the_encodings_that_people_use_are_read_as_python_reads_them(cookie: str, encoding: str) -> None:
    text = {"koi8-r": "имя", "gbk": "名字", "euc-jp": "名前"}.get(encoding, "größe")
    content = f"{cookie}\nf('{text}')\n".encode(encoding)
    facts = read("a.py", content)
    assert facts.read_faults == ()
    assert [call.args for call in facts.calls] == [(text,)]
    compile(content, "a.py", "exec")


def test_what_is_not_in_its_encoding_is_read_as_far_as_it_is() -> None:
    facts = read("a.py", b"a = 1\nf('\xe9', b='c')\n")
    assert [(call.args, call.keywords) for call in facts.calls] == [(("\ufffd",), {"b": "c"})]


# --- notebooks -------------------------------------------------------------------------------------------------------

LARGEST_NOTEBOOK = 16 * 1024 * 1024


def one_cell(source: str) -> str:
    """A notebook with one cell of code, its source as JSON."""
    return f'{{"cells":[{{"cell_type":"code","source":{source}}}]}}'


NOTEBOOKS: tuple[tuple[str, Callable[[], str], str | list[str]], ...] = (
    ("escapes on one line", lambda: one_cell(f'"{filled(f"{chr(92)}u006df(1){chr(92)}n", 300_000)}"') + "\n" * 6000, READ),
    ("many lines that hold their like", lambda: one_cell("[" + filled('"a = 1\\n",\n', 400_000)[:-2] + "]"), READ),
    ("parts of one line", lambda: one_cell(f"[{filled(f'{chr(34)}a{chr(34)},', 900_000)[:-1]}]"), READ),
    ("more code than a source may hold", lambda: one_cell(f'"{filled("a", 3_000_000)}"'), "more than 2 MiB of code"),
    ("statements", lambda: one_cell(f'"{filled("a;")}"'), TOO_COMPLEX),
    ("marks", lambda: one_cell(f'"{filled(chr(0x315), 900_000)} = 1"'), READ),
    ("empty lines", lambda: filled("\n", LARGEST_NOTEBOOK - 1000) + one_cell('"a()"'), READ),
    ("lists", lambda: f'{{"cells":[{filled("[],", 10_000_000)}[]]}}', "more than 1000000 brackets"),
    ("objects below the bound", lambda: f'{{"cells":[{filled("{},", 1_400_000)}{{}}]}}', READ),
    ("members below the bound", lambda: "{" + "".join(f'"{n}":1,' for n in range(490_000)) + '"cells":[]}', READ),
    ("a text beyond the first plane", lambda: f'{{"cells":[],"a":"{filled("a", 15_000_000)}{chr(0x1F600)}"}}', READ),
    ("nesting", lambda: f'{{"cells":[{"[" * 100_000}{"]" * 100_000}]}}', "not valid JSON"),
    ("cells that do not parse", lambda: json.dumps({"cells": [{"cell_type": "code", "source": 'f"{x' + "a;" * 90}] * 900}), "too complex to be read"),
    ("commands", lambda: one_cell(f'"{filled("!a $(b) | c" + chr(92) + "n", 500_000)}"'), "too complex to be read"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "says"), [row[1:] for row in NOTEBOOKS], ids=[row[0] for row in NOTEBOOKS])
def test_notebooks(text: Callable[[], str], says: str | list[str], measured_read: MeasuredRead) -> None:
    told = measured_read("a.ipynb", text().encode()[:LARGEST_NOTEBOOK], SECONDS, MEGABYTES)
    assert told == says if isinstance(says, list) else (len(told) == 1 and told[0].startswith(says)), told


CELL = {"cell_type": "code", "source": ["import mlflow\n", "!ls\n"], "metadata": {}, "outputs": [], "input": ["a\n"]}
META = {"kernelspec": {"language": "python", "name": "x"}, "language_info": {"name": "python"}}
WHOLE = (
    {"cells": [CELL, {"cell_type": "markdown", "source": ["x"]}], "metadata": META, "nbformat": 4},
    {"worksheets": [{"cells": [{"cell_type": "code", "input": ["import mlflow\n"]}]}], "metadata": META, "nbformat": 3},
)
WRONG = (
    None,
    True,
    0,
    -1.5,
    1e999,
    "",
    "cells",
    [],
    {},
    [[]],
    [None],
    [{}],
    {"cells": None},
    {"": []},
    [["a"], "b", 3],
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in a JSON text."""
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in pairs:
        yield from places(below, (*path, key))


def put(value: Any, path: tuple[Any, ...], wrong: Any) -> Any:
    """The value with another one at a path."""
    if not path:
        return wrong
    copy = value.copy()
    copy[path[0]] = put(value[path[0]], path[1:], wrong)
    return copy


@pytest.mark.parametrize("whole", WHOLE, ids=["format 4", "format 3"])
def test_a_value_of_any_type_at_any_place_of_a_notebook_is_let_pass_or_told(whole: Any) -> None:
    for path in places(whole):
        for wrong in WRONG:
            changed = put(whole, path, wrong)
            for indent in (None, 1):
                facts = read("a.ipynb", json.dumps(changed, indent=indent).encode())
                assert len(facts.read_faults) <= 1
            if path and path[0] not in ("cells", "worksheets", "metadata"):
                assert [found.module for found in facts.imports] == ["mlflow"]
