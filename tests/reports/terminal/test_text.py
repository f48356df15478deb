"""Small pieces of text for people."""

from __future__ import annotations

import pytest

from mlripe.evidence import Evidence, Hop, Strength
from mlripe.reports.terminal.text import Paint, cut, one_line, place, proof_line, wrapped


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [("short", 9, "short"), ("just right", 10, "just right"), ("a word too long", 10, "a word..."), ("abc", 2, "...")],
)
def test_cut(text: str, width: int, shown: str) -> None:
    assert cut(text, width) == shown


def test_place() -> None:
    assert place("src/train.py", 3) == "src/train.py:3"
    assert place("dvc.lock", 0) == "dvc.lock"
    assert place("two\nlines.py", 1) == r"two\nlines.py:1"


def test_one_line_keeps_other_alphabets() -> None:
    assert one_line("モデル/prüfung.py") == "モデル/prüfung.py"


def test_wrapped() -> None:
    assert wrapped("one two three", 11, "- ") == ["- one two", "  three"]
    assert wrapped("", 11, "- ") == ["-"]


def test_proof_without_chain_says_what_stands_there() -> None:
    proof = Evidence("training-code", "torch", "a.py", 2, "Module.fit", Strength.present)
    assert proof_line(proof, 40) == "a.py:2  Module.fit"


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (60, "a.py:2 <- make train <- job train <- push"),
        (40, "a.py:2 <- make train <- ... <- push"),
        (30, "a.py:2 <- ... <- push"),
        (12, "a.py:2 <-..."),
    ],
)
def test_proof_with_chain_drops_the_middle_first(width: int, shown: str) -> None:
    chain = (Hop("ci.yml", 1, "push"), Hop("ci.yml", 4, "job train"), Hop("Makefile", 2, "make train"))
    assert proof_line(Evidence("x", "torch", "a.py", 2, "fit", Strength.automated, chain), width) == shown


def test_paint_is_plain_when_off() -> None:
    assert Paint(False)("text", "bold") == "text"
    assert Paint(True)("text", "green", "bold") == "\x1b[32;1mtext\x1b[0m"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error file=a::b", r"\x3a:error file=a::b"),
        ("a::Set-Output name=b::c", r"a\x3a:Set-Output name=b::c"),
        ("##[group]", r"##\x5bgroup]"),
        ("a ##vso[task.complete]", r"a ##vso\x5btask.complete]"),
        ("std::vector, dplyr::filter(x), #[derive]", "std::vector, dplyr::filter(x), #[derive]"),
    ],
)
def test_one_line_says_nothing_that_a_ci_log_obeys(text: str, shown: str) -> None:
    assert one_line(text) == shown
