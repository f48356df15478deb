"""`python -m mlripe.dev reports` and `differences`: which JSON reports a change of mlripe changes, and at which keys.

A change that only moves code changes none. Write the reports before and after it, and compare the two folders.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

import click

from mlripe.auditing import inspected
from mlripe.errors import UserError
from mlripe.reports import Options, Told, render

__all__ = ["differences", "reports"]

# the digest of the catalogue's files changes with any of their bytes, the version with each release
NOT_COMPARED: Final = ("tool.catalogue", "tool.version")
LONGEST: Final = 100  # characters of a value that are shown


@click.command()
@click.argument("into", type=click.Path(file_okay=False, path_type=Path))
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--rev", help="The revision to read, as for `mlripe audit` (default: the work tree).")
def reports(into: Path, folders: Sequence[Path], rev: str | None) -> None:
    """Write the JSON report of each repository to INTO/<its folder's name>.json."""
    into.mkdir(parents=True, exist_ok=True)
    for folder in folders:
        try:
            with inspected(folder, rev=rev) as inspection:
                text = render("json", Told(inspection.assessment()), Options())
        except UserError as error:
            click.echo(f"{folder}: {error}", err=True)
            continue
        (into / f"{folder.resolve().name}.json").write_text(text, encoding="utf-8")


@click.command()
@click.argument("before", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("after", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--most", default=20, show_default=True, help="How many differences of one report to tell.")
def differences(before: Path, after: Path, most: int) -> None:
    """Tell what differs between two folders of JSON reports; exit with 1 where something does."""
    names = sorted({path.name for folder in (before, after) for path in folder.glob("*.json")})
    differing = 0
    for name in names:
        found = list(_of_files(before / name, after / name))
        differing += bool(found)
        for line in found[:most]:
            click.echo(f"{name}: {line}")
        if len(found) > most:
            click.echo(f"{name}: and {len(found) - most} more")
    click.echo(f"{len(names)} reports, {differing} differ")
    if differing:
        raise SystemExit(1)


def _of_files(before: Path, after: Path) -> Iterator[str]:
    for path, side in ((before, "before"), (after, "after")):
        if not path.is_file():
            yield f"there is none {side}"
            return
    texts = [path.read_text(encoding="utf-8") for path in (before, after)]
    if texts[0] != texts[1]:
        one, two = (json.loads(text) if text.strip() else None for text in texts)
        yield from _of_values(one, two, "")


def _of_values(one: Any, two: Any, at: str) -> Iterator[str]:
    """Where two values differ, by their keys."""
    if at in NOT_COMPARED or one == two:
        return
    if isinstance(one, dict) and isinstance(two, dict):
        for key in dict.fromkeys((*one, *two)):
            yield from _of_values(one.get(key), two.get(key), f"{at}.{key}".lstrip("."))
    elif isinstance(one, list) and isinstance(two, list):
        for index, (first, second) in enumerate(zip_longest(one, two)):
            yield from _of_values(first, second, f"{at}[{index}]")
    else:
        yield f"{at}: {json.dumps(one)[:LONGEST]} -> {json.dumps(two)[:LONGEST]}"
