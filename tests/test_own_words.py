"""What is said of a text that cannot be parsed does not hang on the version of the parser, nor do the limits.

Every message is written out here: this file is part of what runs with the lowest and the newest versions as well.
"""

from __future__ import annotations

import pytest

from mlripe.catalog.yaml_files import plain_yaml
from mlripe.errors import UserError
from mlripe.init.yaml_edits import YamlFile
from mlripe.readers import Unreadable
from mlripe.readers.formats.documents import load_json, load_toml, load_yaml
from mlripe.toml_text import NotToml, read_toml

DEEP = "nested more than 100 levels deep"


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        ("a: b: c\n", "not valid YAML: two keys stand in one line; quote the text", 1),
        ("a:\n\tb: c\n", "not valid YAML: a tab indents the line; use spaces", 2),
        ("a: 1\nb: @c\n", "not valid YAML: no value begins with @, ` or %; quote it", 2),
        ("a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n", "not valid YAML: a merge is not finished in it", 2),
        ("a: \x07\n", "not valid YAML: it holds a character that YAML does not allow", 0),
        ("a: [1\n", "not valid YAML", 2),
        ("a: 'b\n", "not valid YAML", 2),
        ("a: {{ b\n{% if c %}\n", "a template of YAML, which only its engine can fill in", 2),
        ("a: " + "[" * 99 + "]" * 99 + " b", "not valid YAML", 1),
        ("- x\n- " + "[" * 101, DEEP, 2),
        ("- x\n- " + "[" * 401, DEEP, 2),
        ("- x\n- " + "[" * 1_001, DEEP, 2),
        ("- x\n- " + "[" * 100_000, DEEP, 2),
        ("- x\n- " + "{a: " * 1_001, DEEP, 2),
        ("[\n" * 1_001, DEEP, 102),
        ("- " * 1_001 + "a", DEEP, 1),
    ],
)
def test_yaml(text: str, says: str, line: int) -> None:
    with pytest.raises(Unreadable) as refused:
        load_yaml(text.encode())
    assert (str(refused.value), refused.value.line) == (says, line)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: b: c\n", "x.yaml:1: not valid YAML (two keys stand in one line; quote the text); mend it"),
        ("a: [1\n", "x.yaml:2: not valid YAML (it cannot be parsed); mend it"),
        (
            "a: *b\n",
            "x.yaml:1: not valid YAML (it holds more than one document, or an alias without its anchor); mend it",
        ),
        ("a: !b c\n", "x.yaml:1: not valid YAML (a tag, a key or a merge in it cannot be taken); mend it"),
        ("a: 2024-13-45\n", "x.yaml: not valid YAML (a date or a number in it does not exist); mend it"),
        ("a: " + "[" * 41 + "]" * 41, "x.yaml: is nested deeper than 40 levels; write it flatter"),
        ("a: " + "[" * 1_001 + "]" * 1_001, "x.yaml: is nested deeper than 40 levels; write it flatter"),
    ],
)
def test_yaml_of_a_catalogue(text: str, says: str) -> None:
    faults: list[str] = []
    assert plain_yaml("x.yaml", text.encode(), faults) is None
    assert faults == [says]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: b: c\n", "line 1: two keys stand in one line; quote the text"),
        ("a: [1\n", "line 2"),
        ("a: *b\n", "line 1: it holds more than one document, or an alias without its anchor"),
        ("a: 1\na: 2\n", "line 2: a key stands twice in one mapping"),
        ("a: 1\n---\na: 2\n", "line 2: it holds more than one document, or an alias without its anchor"),
    ],
)
def test_yaml_that_is_to_be_edited(text: str, says: str) -> None:
    with pytest.raises(UserError) as refused:
        YamlFile("a.yml", text)
    assert str(refused.value) == f"a.yml: is not a YAML document that can be edited ({says}); nothing is written"


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        ("a = 1\nb = \n", "not valid TOML (line 2, column 5)", 2),
        ("a = 1\na = 2\n", "not valid TOML (line 2, column 6)", 2),
        ("[a", "not valid TOML (line 1, column 3)", 1),
        ("a = 2024-13-45\n", "not valid TOML (line 1, column 9)", 1),
        ("a = " + "9" * 5_000, "not to be read: a number or date of it is out of range", 0),
        *((f"a = {'[' * levels}{']' * levels}", DEEP, 0) for levels in (101, 399, 401, 1_001, 100_000)),
        *((f"a = {'{b = ' * levels}1{'}' * levels}", DEEP, 0) for levels in (101, 399, 401, 1_001)),
    ],
)
def test_toml(text: str, says: str, line: int) -> None:
    with pytest.raises(NotToml) as refused:
        read_toml(text)
    assert (str(refused.value), refused.value.line) == (says, line)
    with pytest.raises(Unreadable) as unreadable:
        load_toml(text.encode())
    assert (str(unreadable.value), unreadable.value.line) == (says, line)


def test_toml_is_that_of_version_1_1() -> None:
    """Which versions of the language are read does not hang on the version of the parser either."""
    assert read_toml('a = {\n  b = "\\e[0m", # why\n}\nc = "\\x41"\n') == {"a": {"b": "\x1b[0m"}, "c": "A"}


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        ('{"a" 1}', "not valid JSON", 1),
        ('{\n"a": 1,\n"b": }', "not valid JSON", 3),
        ("[1,,]", "not valid JSON", 1),
        ("[" * 100_000, DEEP, 0),
    ],
)
def test_json(text: str, says: str, line: int) -> None:
    with pytest.raises(Unreadable) as refused:
        load_json(text.encode())
    assert (str(refused.value), refused.value.line) == (says, line)
