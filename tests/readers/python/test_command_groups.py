"""What a Python file says of the commands of a command-line program."""

from __future__ import annotations

import pytest

from mlripe.facts import Subcommand
from mlripe.readers.python.source import read_python


def said(text: str) -> list[Subcommand]:
    return list(read_python("cli.py", text.encode()).subcommands)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("@cli.command()\ndef fit_model(): ...\n", Subcommand("cli", ("fit-model", "fit_model"), "fit_model", 2)),
        ("@cli.command('fit')\ndef run(): ...\n", Subcommand("cli", ("fit",), "run", 2)),
        ("@app.command(name=['fit', 'f'])\ndef run(): ...\n", Subcommand("app", ("fit", "f"), "run", 2)),
        ("@app.command\ndef fit(): ...\n", Subcommand("app", ("fit",), "fit", 2)),
        ("@app.cli.command('fit')\ndef run(): ...\n", Subcommand("app.cli", ("fit",), "run", 2)),
        ("@cli.group(chain=True)\ndef data(): ...\n", Subcommand("cli", ("data",), "data", 2, "chain")),
        ("cli.add_command(pkg.fit, 'f')\n", Subcommand("cli", ("f",), "pkg.fit", 1)),
        ("from a.b import fit as f\ncli.add_command(f)\n", Subcommand("cli", (), "a.b.fit", 2)),
        ("from .b import fit\ncli.add_command(cmd=fit)\n", Subcommand("cli", (), ".b.fit", 2)),
        ("app.command('fit')(run)\n", Subcommand("app", ("fit",), "run", 1)),
        ("from a import cli\n@cli.command()\ndef fit(): ...\n", Subcommand("a.cli", ("fit",), "fit", 3)),
        ("try:\n    from a import b\nexcept ImportError:\n    cli.add_command(c)\n", Subcommand("cli", (), "c", 4)),
    ],
)
def test_a_group_is_given_a_command(text: str, wanted: Subcommand) -> None:
    assert said(text) == [wanted]


def test_a_library_is_no_group() -> None:
    text = "import click\n@click.group()\ndef cli(): ...\n@cli.command()\ndef fit(): ...\n"
    assert said(text) == [Subcommand("", ("cli",), "cli", 3, "group"), Subcommand("cli", ("fit",), "fit", 5)]


@pytest.mark.parametrize(
    "text",
    [
        "import click\n@click.command()\ndef fit(): ...\n",  # a program of one command has no words
        "run('x').command('y')(z)\n",
        "for each in commands():\n    cli.add_command(each)\n",
        "queue.command(build())\n",
    ],
)
def test_what_names_no_command_of_a_group_is_none(text: str) -> None:
    assert not [each for each in said(text) if each.group and each.target]


def test_many_declarations_are_bounded() -> None:
    text = "".join(f"cli.add_command(c{n})\n" for n in range(3000))
    assert len(said(text)) == 1000
