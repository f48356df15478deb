"""Errors become sentences and exit codes in one place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from mlripe.cli.app import COMMANDS, mlripe, run
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


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["audti"], "there is no command 'audti'; did you mean 'audit'?; known are audit, check, "),
        (["help"], "there is no command 'help'; known are audit, check, "),
        (["."], "'.' is a folder, and a command goes first: `mlripe audit .`"),
        (["--target", "azure:2"], "there is no option '--target'"),
        (["catalog", "tst"], "there is no command 'tst'; did you mean 'test'?"),
        (["audit", "--rev"], "--rev: needs a value"),
        (["audit", "--verbose=3"], "--verbose: takes no value"),
        (["explain"], "ID: is missing"),
        (["plan", "--format", "jsn"], "--format: there is no 'jsn'; did you mean 'json'?; known are terminal, json, "),
        (["audit", "--as-of", "today"], "'today' is no day; write it as YYYY-MM-DD, such as 2026-05-01"),
        (["audit", "a", "b"], "'b' is one argument too many"),
    ],
)
def test_wrong_use_is_one_sentence_and_where_the_right_one_stands(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    told = capsys.readouterr().err
    command = "mlripe" if arguments[0] not in COMMANDS else f"mlripe {arguments[0]}"
    assert says in told
    assert told.endswith(f"; see `{command} --help`\n")
    assert told.count("\n") == 1


def test_what_a_log_would_obey_is_written_out_in_errors_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mlripe.toml").write_text('[paths]\n"a\\n::set-output name=level::4\\u001b[2J" = []\n')
    assert run(["check", str(tmp_path), "--target", "azure:2"]) == 2
    told = capsys.readouterr().err
    assert "mlripe.toml: paths.a" in told
    assert "\n::" not in told
    assert "\x1b" not in told


def test_no_command_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    assert "Usage: mlripe" in capsys.readouterr().err


def commands(command: click.Command, *names: str) -> Iterator[tuple[str, ...]]:
    """The command and all below it, by what one writes to call each."""
    yield names
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from commands(below, *names, name)


every_command = pytest.mark.parametrize("names", list(commands(mlripe)), ids=lambda names: " ".join(("mlripe", *names)))


@every_command
def test_help_teaches_by_examples(names: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*names, "--help"]) == 0
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 80
    examples = text.split("Examples:\n", 1)[1].split("\n\n", 1)[0].splitlines()
    assert any(line.split()[: len(names) + 1] == ["mlripe", *names] for line in examples), "of this very command"


@every_command
def test_examples_use_only_options_that_there_are(names: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*names, "--help"]) == 0
    for example in re.findall(
        r"^  +mlripe (.*?)(?:  .*)?$", capsys.readouterr().out.split("Examples:")[1], re.MULTILINE
    ):
        words = example.split()
        command: click.Command = mlripe
        while isinstance(command, click.Group) and words:
            below = command.get_command(click.Context(command), words[0])
            if below is None:
                break
            command, words = below, words[1:]
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        assert {word for word in words if word.startswith("-")} <= known, example
