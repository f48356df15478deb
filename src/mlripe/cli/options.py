"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from mlripe.cli.usage import OneOf
from mlripe.reports import FORMATS

__all__ = [
    "attestation_options",
    "catalog_option",
    "format_option",
    "output_option",
    "path_argument",
    "report_options",
    "rev_option",
]

Command = TypeVar("Command", bound=Callable[..., Any])


def day(text: str) -> date:
    """A day as people write it for programs: 2026-05-01."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no day; write it as YYYY-MM-DD, such as 2026-05-01") from None


def path_argument(command: Command) -> Command:
    """PATH: the repository, by default the folder one stands in; whether it can be read the audit says."""
    return click.argument("path", default=".", type=click.Path())(command)


def rev_option(command: Command) -> Command:
    """--rev: a revision instead of the work tree."""
    says = "Read this git revision (branch, tag or commit) instead of the files on disk; nothing is checked out."
    return click.option("--rev", metavar="REV", help=says)(command)


def catalog_option(command: Command) -> Command:
    """--catalog: folders with detectors and rules that add to mlripe's own."""
    says = "A folder with detectors/ and rules/ that add to mlripe's own; may be given again."
    return click.option("--catalog", "catalogs", multiple=True, metavar="FOLDER", help=says)(command)


def attestation_options(command: Command) -> Command:
    """--observed-only and --as-of: which attestations count."""
    alone = "Judge by what the files show alone, without the attestations of the configuration."
    says = "Attestations count as on this day instead of today."
    command = click.option("--as-of", "today", type=day, metavar="DATE", help=says)(command)
    return click.option("--observed-only", is_flag=True, help=alone)(command)


def format_option(command: Command) -> Command:
    """--format: for people or for programs."""
    formats = OneOf("terminal", "json")
    return click.option("--format", "format_", type=formats, default="terminal", show_default=True)(command)


def report_options(command: Command) -> Command:
    """--format, which may be given again with a file each, and -o."""
    says = f"One of {', '.join(FORMATS)}; FORMAT=FILE writes it to a file, and may be given again."
    command = output_option(command)
    return click.option("--format", "formats", multiple=True, metavar="FORMAT[=FILE]", help=says)(command)


def output_option(command: Command) -> Command:
    """-o: a file instead of standard output."""
    says = "Write the report to this file."
    return click.option("-o", "--output", type=click.Path(path_type=Path), help=says)(command)
