"""The progress line: on a terminal, after a second, and gone in the end."""

from __future__ import annotations

import io

import pytest

from mlripe.cli.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def terminal_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")


def test_quick_work_shows_nothing() -> None:
    stream, clock = Terminal(), Clock()
    with Progress(stream, clock) as progress:
        clock.now = 0.9
        progress("reading", 5, 10)
    assert stream.getvalue() == ""


def test_slow_work_shows_a_line_and_wipes_it() -> None:
    stream, clock = Terminal(), Clock()
    with Progress(stream, clock) as progress:
        clock.now = 1.5
        progress("reading", 5, 10)
        clock.now = 1.55
        progress("reading", 6, 10)  # too soon after the last one
    assert stream.getvalue() == "\r\x1b[Kreading [############............] 5/10\r\x1b[K"


def test_unknown_total_shows_an_empty_bar() -> None:
    stream, clock = Terminal(), Clock()
    progress = Progress(stream, clock)
    clock.now = 2.0
    progress("reading", 0, 0)
    assert "[........................] 0/0" in stream.getvalue()


@pytest.mark.parametrize(("stream", "term"), [(io.StringIO(), "xterm"), (Terminal(), "dumb")])
def test_nothing_where_no_cursor_moves(stream: io.StringIO, term: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", term)
    clock = Clock()
    progress = Progress(stream, clock)
    clock.now = 9.0
    progress("reading", 5, 10)
    assert stream.getvalue() == ""
