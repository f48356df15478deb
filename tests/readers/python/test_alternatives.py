"""A name that several imports give in branches stands for each of them, and for one of them where words choose it."""

from __future__ import annotations

import pytest

from mlripe.facts import FileFacts
from mlripe.readers.python.source import read_python


def mentions(facts: FileFacts, scope: str = "") -> set[str]:
    return set(next(d.mentions for d in facts.definitions if d.name == scope))


SEVERAL = {
    "a try": "try:\n    from a.b import go\nexcept ImportError:\n    from b import go\ngo()\n",
    "branches": "if rows:\n    from a.b import go\nelse:\n    from b import go\ngo()\n",
    "modules": "if rows:\n    import a.b as m\nelse:\n    import b as m\nm.go()\n",
}


@pytest.mark.parametrize("name", SEVERAL)
def test_each_import_counts(name: str) -> None:
    assert {"a.b.go", "b.go"} <= mentions(read_python("a.py", SEVERAL[name].encode()))


ONE = {
    "imported again": "from a.b import go\nfrom b import go\ngo()\n",
    "set to something else": "if rows:\n    from a.b import go\nelse:\n    from b import go\ngo = 3\nprint(go)\n",
    "in another function": "def f():\n    from a.b import go\ndef g():\n    if rows:\n        from b import go\n    go()\n",
}


@pytest.mark.parametrize("name", ONE)
def test_what_is_replaced_does_not(name: str) -> None:
    facts = read_python("a.py", ONE[name].encode())
    assert "a.b.go" not in {each for d in facts.definitions for each in d.mentions}


def test_the_words_of_the_command_choose() -> None:
    source = (
        "import sys\ndef run(name):\n    if name == 'fit':\n        from a import fit as m\n"
        "    elif name == 'say':\n        from a import say as m\n    m.go()\nrun(sys.argv[1])\n"
    )
    facts = read_python("a.py", source.encode())
    chosen = {choice.values: set(choice.mentions) for choice in facts.choices if not choice.otherwise}
    assert "a.fit.go" in chosen[("fit",)]
    assert "a.say.go" in chosen[("say",)]
    assert not {"a.fit.go", "a.say.go"} & mentions(facts, "run")


HANDED = {
    "a position": "import sys\ndef run(name):\n    if name == 'fit': fit()\nrun(sys.argv[1])\n",
    "a variable": "import sys\ndef run(name):\n    if name == 'fit': fit()\nword = sys.argv[1]\nrun(word)\n",
    "a keyword": "import sys\ndef run(*, name):\n    if name == 'fit': fit()\nrun(name=sys.argv[1])\n",
}


@pytest.mark.parametrize("name", HANDED)
def test_a_parameter_that_is_given_a_word_asks_for_it(name: str) -> None:
    facts = read_python("a.py", HANDED[name].encode())
    assert [(choice.asks, choice.values) for choice in facts.choices] == [("argv 1", ("fit",))]


@pytest.mark.parametrize(
    "calls",
    ["run('fit')\n", "run(sys.argv[1])\nrun('fit')\n", "run(sys.argv[1])\nrun(sys.argv[2])\n", "run(rows[1])\n"],
)
def test_a_parameter_that_is_given_something_else_does_not(calls: str) -> None:
    source = f"import sys\ndef run(name):\n    if name == 'fit': fit()\n{calls}"
    assert not read_python("a.py", source.encode()).choices
