"""YAML, JSON and TOML as plain data with lines."""

from __future__ import annotations

import time

import pytest

from mlripe.facts import BLOCK
from mlripe.readers import Unreadable
from mlripe.readers.formats import yaml_documents
from mlripe.readers.formats.documents import load_json, load_toml, load_yaml, read_document


def yaml(text: str) -> object:
    (document,) = load_yaml(text.encode())
    return document.data


# --- YAML: values ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("on", "on"),
        ("yes", "yes"),
        ("off", "off"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("", None),
        ("3", 3),
        ("-7", -7),
        ("3.9", 3.9),
        ("3.10", "3.10"),
        ("007", "007"),
        ("1e-3", "1e-3"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("2024-01-01", "2024-01-01"),
        ('"3"', "3"),
        ("'true'", "true"),
        ("!Ref Bucket", "Bucket"),
        ("!Sub [a, {b: 1}]", ["a", {"b": 1}]),
        ("!!python/object/apply:os.system [echo]", ["echo"]),
        ("!vault |\n  secret", "secret"),
        ("9" * 30, "9" * 30),
    ],
)
def test_scalars_follow_yaml_1_2_and_keep_their_text_where_a_number_would_lose_it(written: str, value: object) -> None:
    assert yaml(f"key: {written}") == {"key": value}


def test_keys_are_text() -> None:
    assert yaml("on: 1\n200: 2\ntrue: 3\n? [a, b]\n: 4\n") == {"on": 1, "200": 2, "true": 3, "[a, b]": 4}


def test_the_last_of_duplicate_keys_wins() -> None:
    assert yaml("a: 1\nb: 2\na: 3\n") == {"a": 3, "b": 2}


def test_merge_keys() -> None:
    text = "base: &base {x: 1, y: 2}\nown:\n  y: 3\n  <<: *base\nmany:\n  <<: [*base, {x: 9, z: 9}]\n"
    assert yaml(text) == {"base": {"x": 1, "y": 2}, "own": {"x": 1, "y": 3}, "many": {"x": 1, "y": 2, "z": 9}}


def test_a_stream_gives_every_document_that_is_not_empty() -> None:
    assert [document.data for document in load_yaml(b"a: 1\n---\n---\nb: 2\n")] == [{"a": 1}, {"b": 2}]
    assert load_yaml(b"") == load_yaml(b"# only a comment\n") == ()


def test_a_value_that_a_template_engine_fills_in_is_text() -> None:
    assert yaml("image: {{ .Values.image }}\nreplicas: {{ n }}\n") == {
        "image": "{{ .Values.image }}",
        "replicas": "{{ n }}",
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding: str) -> None:
    assert load_yaml("name: Größe\n".encode(encoding))[0].data == {"name": "Größe"}


def test_bytes_that_are_no_text_do_not_hide_the_rest() -> None:
    assert load_yaml(b"# caf\xe9\nname: caf\xe9\n")[0].data == {"name": "caf\ufffd"}


# --- YAML: lines -----------------------------------------------------------------------------------------------------


def test_every_key_and_item_has_its_line() -> None:
    (document,) = load_yaml(b"a:\n  b: [1,\n      2]\n  c:\n    - d: 1\n      e: 2\n    -\n      f: 3\n")
    assert document.lines == {
        ("a",): 1,
        ("a", "b"): 2,
        ("a", "b", 0): 2,
        ("a", "b", 1): 3,
        ("a", "c"): 4,
        ("a", "c", 0): 5,
        ("a", "c", 0, "d"): 5,
        ("a", "c", 0, "e"): 6,
        ("a", "c", 1): 8,
        ("a", "c", 1, "f"): 8,
    }
    assert document.line_of(("a", "c", 1, "missing")) == 8


def test_the_text_of_a_block_begins_below_its_key() -> None:
    (document,) = load_yaml(b"run: |  # why\n  one\n  two\nfolded: >-\n  text\nplain:\n  text\nlist:\n  - |\n    x\n")
    assert document.text_line_of(("run",)) == 2
    assert document.lines["folded", BLOCK] == 5
    assert document.text_line_of(("plain",)) == 7
    assert document.text_line_of(("list", 0)) == 10


def test_what_an_alias_repeats_keeps_the_lines_where_it_is_written() -> None:
    (document,) = load_yaml(b"base: &base\n  script:\n    - |\n      make\njob:\n  <<: *base\nother: *base\n")
    assert document.line_of(("job", "script")) == 2
    assert document.text_line_of(("job", "script", 0)) == 4
    assert document.text_line_of(("other", "script", 0)) == 4
    assert document.line_of(("other",)) == 7


# --- YAML: what is refused -------------------------------------------------------------------------------------------

LAUGHS = b"a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (i, i, b", ".join([b"*a%d" % (i - 1)] * 10)) for i in range(1, 12)
)
CHAIN = b"a0: &a0 [x]\n" + b"".join(b"a%d: &a%d [*a%d]\n" % (i, i, i - 1) for i in range(1, 300))


@pytest.mark.parametrize("pure", [False, True])
@pytest.mark.parametrize(
    ("content", "says", "line"),
    [
        (b"[" * 100_000, "nested more than 100 levels deep", 1),
        (b"{a: " * 100_000, "nested more than 100 levels deep", 1),
        (b"- " * 100_000, "nested more than 100 levels deep", 1),
        (b"".join(b" " * i + b"a:\n" for i in range(2_000)), "nested more than 100 levels deep", 102),
        (CHAIN, "nested more than 100 levels deep", 100),
        (LAUGHS, "more than 200000 values", 6),
        (b"t: &t '" + b"x" * 1_000_000 + b"'\nl: [" + b"*t, " * 100 + b"]", "more than 200000 values", 2),
        (b"a: &a [1, *a]\n", "the anchor &a contains itself", 1),
        (b"a: *b\n", "the alias *b names no anchor above it", 1),
        (b"a: 1\nb: [\n", "not valid YAML", 3),
        (b"a: b: c\n", "two keys stand in one line", 1),
        (b"{% if x %}\na: 1\n{% endif %}\n", "a template of YAML", 1),
        (b"{{- if .x }}\na: 1\n{{- end }}\n", "a template of YAML", 1),
        (b"\0binary", "not valid YAML", 0),
    ],
)
def test_bombs_and_what_is_not_yaml(
    content: bytes, says: str, line: int, pure: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if pure:
        from yaml import SafeLoader

        monkeypatch.setattr(yaml_documents, "_parser_class", lambda: SafeLoader)
    with pytest.raises(Unreadable) as refused:
        load_yaml(content)
    assert says in str(refused.value)
    assert refused.value.line == line or pure  # the two parsers do not always see an error in the same place


def test_a_workflow_of_300_lines_takes_milliseconds() -> None:
    content = b"jobs:\n" + b"  job%d:\n    steps:\n      - run: |\n          make\n          make test\n" * 60 % tuple(
        range(60)
    )
    load_yaml(content)
    start = time.process_time()
    load_yaml(content)
    assert time.process_time() - start < 0.05


# --- JSON ------------------------------------------------------------------------------------------------------------


def test_json_with_lines() -> None:
    (document,) = load_json(b'{\n  "a": 1,\n  "b": [\n    {"c": "x,}]"},\n    2\n  ],\n  "d\\"e": {"f": null}\n}\n')
    assert document.data == {"a": 1, "b": [{"c": "x,}]"}, 2], 'd"e': {"f": None}}
    assert document.lines == {
        ("a",): 2,
        ("b",): 3,
        ("b", 0): 4,
        ("b", 0, "c"): 4,
        ("b", 1): 5,
        ('d"e',): 7,
        ('d"e', "f"): 7,
    }


def test_json_as_editors_write_it() -> None:
    (document,) = load_json(b'// settings\n{\n  "url": "http://x", /* two\n  lines */ "list": [1, 2,],\n}\n')
    assert document.data == {"url": "http://x", "list": [1, 2]}
    assert document.line_of(("list",)) == 4


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"[" * 100_000, "nested more than 100 levels deep"),
        (b"[" * 500 + b"]" * 500, "nested more than 100 levels deep"),
        (b'{"a":' * 100_000, "nested more than 100 levels deep"),
        (b"9" * 5_000, "too many digits"),
        (b"[" + b"1," * 300_000 + b"1]", "more than 200000 values"),
        (b'{"a" 1}', "not valid JSON"),
    ],
)
def test_json_bombs_and_what_is_not_json(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        load_json(content)


# --- TOML ------------------------------------------------------------------------------------------------------------


def test_toml_with_lines() -> None:
    text = b"""\
title = "x" # [not a table]
[tool.x]
"b c" = 1.5
d.e = \"\"\"
[not.a.table]
\"\"\"
f = [
  "one", # a comment, with a comma
  {g = 1, h.i = 2},
]
[[task]]
at = 2020-01-01
[[task]]
[task.env]
k = "v"
"""
    (document,) = load_toml(text)
    assert document.data == {
        "title": "x",
        "tool": {"x": {"b c": 1.5, "d": {"e": "[not.a.table]\n"}, "f": ["one", {"g": 1, "h": {"i": 2}}]}},
        "task": [{"at": "2020-01-01"}, {"env": {"k": "v"}}],
    }
    expected: dict[tuple[str | int, ...], int] = {
        ("title",): 1,
        ("tool", "x"): 2,
        ("tool", "x", "b c"): 3,
        ("tool", "x", "d", "e"): 4,
        ("tool", "x", "f"): 7,
        ("tool", "x", "f", 0): 8,
        ("tool", "x", "f", 1, "h", "i"): 9,
        ("task", 0): 11,
        ("task", 0, "at"): 12,
        ("task", 1): 13,
        ("task", 1, "env", "k"): 15,
    }
    assert {path: document.lines.get(path) for path in expected} == expected


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a = " + b"[" * 100_000, "nested more than 100 levels deep"),
        (b"a." * 100_000 + b"b = 1", "nested more than 100 levels deep"),
        (b"[" + b"a." * 100_000 + b"b]", "nested more than 100 levels deep"),
        (b"a = " + b"9" * 5_000, "out of range"),
        (b"a =", "not valid TOML"),
    ],
)
def test_toml_bombs_and_what_is_not_toml(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        load_toml(content)


# --- by name ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "content"), [("a.toml", b"k = 1"), ("a.json", b'{"k": 1}'), ("a.yaml", b"k: 1"), ("a", b"k: 1")]
)
def test_a_plain_file_gives_documents_only(path: str, content: bytes) -> None:
    facts = read_document(path, content)
    assert [document.data for document in facts.documents] == [{"k": 1}]
    assert facts.units == ()
