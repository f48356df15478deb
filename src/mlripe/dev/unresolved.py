"""`python -m mlripe.dev unresolved FOLDER...`: what mlripe could not follow in many repositories, most frequent first.

It needs no labels: it tells which knowledge the wiring lacks most.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import click

from mlripe.auditing import inspected
from mlripe.detection.unresolved import Survey, of_files
from mlripe.errors import UserError
from mlripe.kinds import UnresolvedKind

__all__ = ["unresolved"]

# the classes of file whose starts the share is of
JUDGED: Final = ("ci", "pipeline", "deployment")


@dataclass(slots=True)
class Group:
    """What stops the wiring alike: how often, in which repositories, and where it was met first."""

    kind: str
    name: str
    count: int = 0
    repositories: set[str] = field(default_factory=set)
    first: str = ""

    def add(self, repository: str, where: str, count: int = 1) -> None:
        """One more place, or several of one repository."""
        self.count += count
        self.repositories.add(repository)
        self.first = self.first or f"{repository}:{where}"


@dataclass(slots=True)
class Tally:
    """What all repositories gave."""

    starts: dict[str, list[int]] = field(default_factory=dict)  # by class of file: all, and those not followed
    groups: dict[tuple[str, str], Group] = field(default_factory=dict)
    audited: int = 0
    failed: list[str] = field(default_factory=list)

    def add(self, kind: UnresolvedKind, name: str, repository: str, where: str, count: int = 1) -> None:
        """Counts a place that could not be followed."""
        key = (kind.value, name)
        self.groups.setdefault(key, Group(*key)).add(repository, where, count)

    def ranked(self) -> list[Group]:
        """Those of most repositories first."""
        return sorted(
            self.groups.values(), key=lambda each: (-len(each.repositories), -each.count, each.kind, each.name)
        )

    def share(self) -> tuple[int, int]:
        """The starts of CI, pipeline and deployment files that could not be followed, and all of them."""
        rows = [self.starts.get(name, [0, 0]) for name in JUDGED]
        return sum(row[1] for row in rows), sum(row[0] for row in rows)


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--rev", help="The revision to read, as for `mlripe audit` (default: the work tree).")
@click.option("--most", default=40, show_default=True, help="How many names to tell.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def unresolved(folders: Sequence[Path], rev: str | None, most: int, format_: str) -> None:
    """Rank what mlripe could not follow in these repositories."""
    tally = Tally()
    for folder in folders:
        try:
            _add(tally, folder, rev)
        except UserError as error:
            tally.failed.append(f"{folder}: {error}")
    click.echo(json.dumps(_data(tally), indent=1) if format_ == "json" else "\n".join(_lines(tally, most)))


def _add(tally: Tally, folder: Path, rev: str | None) -> None:
    """Audits one repository, and counts its starts and what could not be followed."""
    with inspected(folder, rev=rev) as inspection:
        survey = Survey(inspection.store, inspection.detection.wiring, inspection.catalog)
        for of, met in survey.starts():
            row = tally.starts.setdefault(of, [0, 0])
            row[0] += 1
            if isinstance(met.outcome.ends, UnresolvedKind):
                row[1] += 1
                if of in JUDGED:
                    where = f"{met.place.path}:{met.line}"
                    tally.add(met.outcome.ends, met.outcome.name, folder.name, where)
        for stop in of_files(inspection.snapshot, inspection.store, inspection.detection, inspection.catalog):
            # a file's own name says nothing of other repositories
            name = "" if stop.name == stop.path else stop.name
            tally.add(stop.kind, name, folder.name, f"{stop.path}:{stop.line}")
    tally.audited += 1


def _data(tally: Tally) -> dict[str, Any]:
    return {
        "audited": tally.audited,
        "failed": tally.failed,
        "starts": {name: {"all": row[0], "unresolved": row[1]} for name, row in sorted(tally.starts.items())},
        "ranked": [
            {
                "kind": group.kind,
                "name": group.name,
                "count": group.count,
                "repositories": len(group.repositories),
                "first": group.first,
            }
            for group in tally.ranked()
        ],
    }


def _lines(tally: Tally, most: int) -> Iterator[str]:
    """For people: the share in each class of file, then kinds, then names."""
    yield f"{tally.audited} repositories audited, {len(tally.failed)} not"
    yield from (f"  {line}" for line in tally.failed)
    for name, (count, stopped) in sorted(tally.starts.items()):
        yield f"  {name or 'other':<12}{count:>8} starts{stopped:>8} not followed{stopped / count:>8.1%}"
    stopped, count = tally.share()
    share = f"{stopped / max(count, 1):.1%}"
    yield f"in CI, pipeline and deployment files: {stopped} of {count} starts not followed ({share})"
    yield ""
    ranked = tally.ranked()
    for kind in UnresolvedKind:
        groups = [group for group in ranked if group.kind == kind.value]
        if groups:
            met = len(set().union(*(group.repositories for group in groups)))
            yield f"  {kind.value:<20}{sum(group.count for group in groups):>6} places{met:>5} repositories"
    yield ""
    for group in ranked[:most]:
        yield f"  {len(group.repositories):>4} repositories{group.count:>6} places  {group.kind}: {group.name}"
        yield f"        {group.first}"
