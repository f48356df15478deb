"""Edits of YAML that people wrote: what the edit does not need stays, byte for byte."""

from __future__ import annotations

import pytest

from mlripe.errors import UserError
from mlripe.init.yaml_edits import YamlFile


def with_one_more(text: str) -> str:
    return YamlFile("a.yml", text).edited(lambda data: data["repos"].append({"repo": "new", "hooks": [{"id": "x"}]}))


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("repos:\n  - repo: a # why\n    rev: 'v1'\n", "  - repo: new\n    hooks:\n      - id: x\n"),
        ('repos:\n- repo: a\n  rev: "v1"\n', "- repo: new\n  hooks:\n  - id: x\n"),
        ("repos:\n-   repo: a\n    hooks:\n    -   id: y\n", "-   repo: new\n    hooks:\n    -   id: x\n"),
        ("---\n# top\nrepos:\n  - {repo: a,  hooks: [ ]}\n", "  - repo: new\n    hooks:\n      - id: x\n"),
        ("repos:\n  - repo:   a\n    rev:  v1   # odd gaps\n", "  - repo: new\n    hooks:\n      - id: x\n"),
        (f"repos:\n  - repo: {'long ' * 60}\n", "  - repo: new\n    hooks:\n      - id: x\n"),
        ("x: &x [1]\ny: *x\nz: 010\non: yes\nrepos:\n  - repo: a\n", "  - repo: new\n    hooks:\n      - id: x\n"),
        (
            "repos:\n  - repo: a\n    exclude: |\n      (?x)^(\n        b\n      )$\n",
            "  - repo: new\n    hooks:\n      - id: x\n",
        ),
    ],
    ids=["indented", "flush", "pre-commit's own", "flow", "gaps", "long", "anchors", "block text"],
)
def test_what_is_there_stays_as_it_is_written(text: str, added: str) -> None:
    assert with_one_more(text) == text + added


def test_what_follows_the_list_stays_behind_it() -> None:
    text = "repos:\n  - repo: a\n\n# at the end\nci:\n  skip: [a]\n"
    after = with_one_more(text)
    assert after.replace("  - repo: new\n    hooks:\n      - id: x\n", "") == text
    assert after.index("repo: new") < after.index("ci:")


@pytest.mark.parametrize(
    "text",
    [
        "ci:\n  skip:\n    - a\nrepos:\n  - repo: a\n    hooks:\n      - id: y\n",
        "repos:\n- repo: a\n  hooks:\n    - id: y\n    - id: z\n- repo: b\n  hooks:\n    - id: y\n",
        "repos:\n  - repo: a\n    args:\n      [\n        'x',\n        'y',\n      ]\n",
        "repos:\n  - repo: a\n    entry: 'x\n      y\n\n      z'\n",
    ],
    ids=["deeper list first", "two ways of indenting", "a list over lines", "a text over lines"],
)
def test_whatever_way_it_is_laid_out_no_line_changes(text: str) -> None:
    for following in ("", "\n# at the end\nfail_fast: true\n"):
        lines = with_one_more(text + following).splitlines(keepends=True)
        at = next(number for number, line in enumerate(lines) if "repo: new" in line)
        assert "".join(lines[:at] + lines[at + 3 :]) == text + following


def test_line_endings_are_kept() -> None:
    text = "repos:\r\n  - repo: a\r\n"
    assert with_one_more(text) == text + "  - repo: new\r\n    hooks:\r\n      - id: x\r\n"


def test_a_file_without_a_last_line_end() -> None:
    assert with_one_more("repos:\n  - repo: a") == "repos:\n  - repo: a\n  - repo: new\n    hooks:\n      - id: x\n"


@pytest.mark.parametrize(
    "text",
    ["repos: [", "a: 1\n---\nb: 2\n", "\ta: 1\n", "a: *gone\n", "[" * 5000, "a: 1\na: 2\n"],
    ids=["broken", "two documents", "tab", "alias", "deep", "twice the same key"],
)
def test_what_cannot_be_parsed_is_an_error_that_names_it(text: str) -> None:
    with pytest.raises(UserError, match=r"^a\.yml: "):
        with_one_more(text)
