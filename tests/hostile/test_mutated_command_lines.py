"""Every option and argument of every command with values that it does not expect: told in one sentence, nothing written.

Which commands, options and arguments there are is read from the commands themselves, so that a new one is tried as well.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import pytest

from mlripe.cli.app import mlripe
from mlripe.reports.terminal.text import one_line
from tests.hostile.wrong_values import ODD_TEXTS, answer, contents

if TYPE_CHECKING:
    from tests.conftest import UnderGit

Captured = pytest.CaptureFixture[str]

# what a command cannot do without, beside the folder; `{}` is the folder
NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "check": ("{}", "--target", "azure:0"),
    "baseline": ("{}", "-o", "{}/new.json"),
    "explain": ("drift-detection", "{}"),
    "catalog": ("{}/own",),
    "init": ("{}", "--diff"),
}


def commands(of: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words that call it."""
    context = click.Context(of)
    for name in of.list_commands(context) if isinstance(of, click.Group) else ():
        inner = of.get_command(context, name)
        assert inner is not None
        yield from commands(inner, (*words, name))
    yield words, of


COMMANDS: Final = [(words, command) for words, command in commands(mlripe) if words]
OPTIONS: Final = [
    pytest.param(words, option, id=f"{' '.join(words)} {option.opts[-1]}")
    for words, command in COMMANDS
    for option in command.params
    if isinstance(option, click.Option) and not isinstance(command, click.Group)
]
ARGUMENTS: Final = [
    pytest.param(words, number, id=f"{' '.join(words)} {argument.human_readable_name}")
    for words, command in COMMANDS
    for number, argument in enumerate(each for each in command.params if isinstance(each, click.Argument))
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, under_git: UnderGit) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("churn")
    (made / "train.py").write_text("from sklearn.svm import SVC\n\nSVC().fit([[0], [1]], [0, 1])\n")
    yield under_git(made)
    shutil.rmtree(made)


def asked(words: tuple[str, ...], folder: Path) -> list[str]:
    """A command line that the command takes."""
    return [*words, *(word.replace("{}", str(folder)) for word in NEEDS.get(words[0], ("{}",)))]


def writes(option: click.Parameter) -> bool:
    """Whether the option names a file that the command makes."""
    return option.name == "output"


@pytest.mark.parametrize(("words", "option"), OPTIONS)
def test_an_option_with_a_value_that_it_does_not_expect(
    words: tuple[str, ...], option: click.Option, folder: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    line, name, before = asked(words, folder), max(option.opts, key=len), contents(folder)
    if option.is_flag:
        _, told = answer([*line, f"{name}=x"], capsys, (2,))
        assert name in told
        return
    _, told = answer([*line, name], capsys, (2,))
    assert f"{name}: needs a value; see `mlripe {' '.join(words)} --help`" in told
    for kind, value in ODD_TEXTS.items():
        if writes(option) and kind not in ("an empty text", "a long text", "a missing path"):
            continue  # a file may be called anything
        _, told = answer([*line, f"{name}={value}"], capsys, (2,))
        assert told.count("\n") == 1, kind
        assert name in told or one_line(value)[:20] in told, (kind, told)
    assert contents(folder) == before


@pytest.mark.parametrize(("words", "option"), OPTIONS)
def test_an_option_that_there_is_not(
    words: tuple[str, ...], option: click.Option, folder: Path, capsys: Captured
) -> None:
    name = max(option.opts, key=len)
    for slip in (name[:-1] + "q", f"{name}s", "--\u202e\x1b[31m"):
        _, told = answer([*asked(words, folder), slip], capsys, (2,))
        assert told.startswith("mlripe: there is no option "), told
        assert slip in told or "\\x1b" in told


@pytest.mark.parametrize(("words", "number"), ARGUMENTS)
def test_an_argument_that_is_not_what_is_expected(
    words: tuple[str, ...], number: int, folder: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    before = contents(folder)
    for kind, value in ODD_TEXTS.items():
        line = asked(words, folder)
        line[len(words) + number] = value
        code, told = answer([*line[: len(words)], "--", *line[len(words) :]] if value == "-1" else line, capsys)
        assert code == 2, (kind, line)
        assert told.count("\n") == 1, (kind, told)
    assert contents(folder) == before
