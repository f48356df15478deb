"""Errors become sentences and exit codes in one place."""

from __future__ import annotations

from typing import Any

import pytest

from mlripe.cli.app import COMMANDS, run
from mlripe.errors import UserError


def raising(error: BaseException) -> Any:
    def audit(path: str, **options: Any) -> None:
        raise error

    return audit


def test_what_a_user_can_mend_exits_2(replace_audit: Any, capsys: pytest.CaptureFixture[str]) -> None:
    replace_audit(raising(UserError("there is no folder nowhere; name one that exists")))
    assert run(["audit", "nowhere"]) == 2
    assert capsys.readouterr().err == "mlripe: there is no folder nowhere; name one that exists\n"


def test_fault_of_mlripe_exits_3_in_one_sentence(
    replace_audit: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLRIPE_TRACEBACK", raising=False)
    replace_audit(raising(KeyError("a\nb")))
    assert run(["audit"]) == 3
    assert capsys.readouterr().err == (
        "mlripe: this is a fault of mlripe itself, not of the repository (KeyError: 'a\\nb'); "
        "please report it with what MLRIPE_TRACEBACK=1 prints\n"
    )


def test_traceback_for_who_asks(
    replace_audit: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLRIPE_TRACEBACK", "1")
    replace_audit(raising(RecursionError("too deep")))
    assert run(["audit"]) == 3
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_interrupted(replace_audit: Any, capsys: pytest.CaptureFixture[str]) -> None:
    replace_audit(raising(KeyboardInterrupt()))
    assert run(["audit"]) == 130
    assert capsys.readouterr().err.endswith("mlripe: interrupted\n")


def test_unknown_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audti"]) == 2
    assert "No such command 'audti'" in capsys.readouterr().err


def test_no_command_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    assert "Usage: mlripe" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], *([name, "-h"] for name in COMMANDS), ["catalog", "test", "-h"]])
def test_help_teaches_by_examples(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 0
    text = capsys.readouterr().out
    assert "Examples:\n" in text
    assert max(map(len, text.splitlines())) <= 80
