"""Where the values of a Python module go: which calls are given what a call returned, or a parameter held."""

from __future__ import annotations

import pytest

from mlripe.readers.python.carried import OWNER, carried

SOURCE = "ask"


def given(source: str) -> set[str]:
    """The calls that are given what the call `ask` returned, in a module or a function of it."""
    return {
        flow.name.rpartition(".")[2]
        for flow in carried(source.encode()).flows
        if flow.kind == "gives" and any(o.kind == "returned" and o.name == SOURCE for o in flow.origins)
    }


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("keep(ask())", id="at once"),
        pytest.param("y = ask()\nkeep(y)", id="a name"),
        pytest.param("y = ask()\nkeep(row={'y': float(y[0])})", id="a cast, in a dictionary, under a keyword"),
        pytest.param("row = {}\nrow['y'] = ask()\nkeep(row)", id="an item"),
        pytest.param("rows = []\nfor x in xs:\n    rows.append((x, ask(x)))\nkeep(rows)", id="a list in a loop"),
        pytest.param("row = Row(x, score=ask(x))\nkeep(row)", id="what a class is made of"),
        pytest.param("import json\nkeep(json.dumps({'y': ask()}))", id="a text of JSON"),
        pytest.param("keep(f'{ask()}')", id="a text"),
        pytest.param("y = ask().round().tolist()\nkeep(y)", id="methods of its own"),
        pytest.param("a, b = ask(), 1\nkeep(a)", id="several names at once"),
        pytest.param("y = 'yes' if ask() > 0.5 else 'no'\nkeep(y)", id="what it means at a limit"),
        pytest.param("keep([float(y) for y in ask()])", id="each of it"),
        pytest.param("import pandas as pd\nkeep(pd.DataFrame({'y': ask()}))", id="a table"),
        pytest.param("table = table.assign(y=ask())\nkeep(table)", id="a table with one column more"),
        pytest.param("with box() as b:\n    y = ask()\nkeep(y)", id="a block before"),
        pytest.param("if x:\n    y = ask()\nelse:\n    y = None\nkeep(y)", id="one of two arms"),
        pytest.param("y = ask()\nif x:\n    y = None\nkeep(y)", id="what only one arm takes away"),
        pytest.param("async def f():\n    y = await ask()\n    await keep(y)", id="awaited"),
        pytest.param("class A:\n    def f(self):\n        self.y = ask()\n        keep(self.y)", id="an attribute"),
        pytest.param("def f(tasks):\n    tasks.add_task(keep, ask())", id="a function that is run later"),
        pytest.param("import threading\nthreading.Thread(target=keep, args=(1, ask())).start()", id="a thread"),
        pytest.param("keep.delay(ask())", id="a worker"),
    ],
)
def test_a_value_is_followed(source: str) -> None:
    assert "keep" in given(source)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("ask()\nkeep(1)", id="no value of it"),
        pytest.param("y = ask()\ny = 1\nkeep(y)", id="a name that is set again"),
        pytest.param("keep(len(ask()))", id="how many"),
        pytest.param("keep(ask().mean())", id="a mean"),
        pytest.param("keep(ask() == truth)", id="whether it is right"),
        pytest.param("from metrics import f1\nkeep(f1(truth, ask()))", id="a measure of it"),
        pytest.param("keep(lambda: ask())", id="a function that was not called"),
        pytest.param("keep(", id="no Python"),
    ],
)
def test_another_value_is_not(source: str) -> None:
    assert "keep" not in given(source)


def test_a_function_returns_and_gives_on_its_parameters() -> None:
    found = carried(b"def f(a, b):\n    g(b)\n    return a\n")
    assert found.parameters == {"f": ("a", "b")}
    assert [(f.kind, f.name, sorted(o.name for o in f.origins)) for f in found.flows] == [
        ("gives", "g", ["b"]),
        ("returns", "", ["a"]),
    ]


def test_an_object_is_given_to_its_own_method() -> None:
    flows = carried(b"y = ask()\ny.save('a')\n").flows
    assert [(f.name, f.key) for f in flows] == [(".save", OWNER)]


def test_what_is_deep_or_long_is_left() -> None:
    deep = "keep(" * 60 + "ask()" + ")" * 60
    long = "\n".join(f"a{i} = a{i - 1} + ask()" for i in range(1, 3000))
    loops = "[" * 40 + "ask()" + " for a in b]" * 40
    for source in (deep, long, f"keep({loops})"):
        assert len(carried(source.encode()).flows) <= 4000
