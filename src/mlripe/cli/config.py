"""`mlripe config`: what is in force, and where each value comes from; an error where a setting is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import click

from mlripe.cli.exits import REACHED
from mlripe.cli.options import catalog_option, format_option, path_argument, rev_option
from mlripe.cli.output import options_for, write
from mlripe.cli.usage import Command
from mlripe.reports.terminal.text import wrapped

if TYPE_CHECKING:
    from mlripe.auditing import Inspection

__all__ = ["command"]

DEFAULT: Final = "default"
Row = tuple[str, Any, str]  # a key, its value, and where that comes from


@click.command("config", cls=Command, short_help="Show the settings in force, or what is wrong with them.")
@path_argument
@rev_option
@click.option("--staged", is_flag=True, help="Read what is about to be committed instead of the files on disk.")
@catalog_option
@format_option
@click.option("--schema", is_flag=True, help="Print the JSON schema of the settings instead, for an editor.")
def command(path: str, rev: str | None, staged: bool, catalogs: tuple[str, ...], format_: str, schema: bool) -> int:
    """Show which settings are in force for the repository at PATH, and where each comes from.

    Settings, attestations, and the detectors and rules of its own are checked on the way: what is wrong is named with
    its file, key and remedy, and the exit code is 2.

    \b
    Examples:
      mlripe config
      mlripe config --staged           in a hook
      mlripe config --format json
      mlripe config --schema > mlripe.schema.json
    """
    from mlripe.auditing import inspected
    from mlripe.settings.schema import SCHEMA_FILE

    if schema:
        write(SCHEMA_FILE.read_text(encoding="utf-8"))
        return REACHED

    with inspected(path, rev=rev, staged=staged, catalogs=catalogs) as inspection:
        rows = list(_rows(inspection))
        file, ignored = inspection.config.file, inspection.config.ignored
    if format_ == "json":
        data = {key: {"value": value, "from": source} for key, value, source in rows}
        write(json.dumps({"file": file or None, "ignored": ignored or None, "settings": data}, indent=1) + "\n")
        return REACHED
    lines = [f"settings: {file or 'none'}"]
    if ignored:
        lines.append(f"  not read: [tool.mlripe] in {ignored}, for {file} goes first")
    for key, value, source in rows:
        told = ", ".join(value) if isinstance(value, list) else value
        lines += wrapped(f"{key:15}  {told or '-'}  ({source})", options_for(None, False).width, "  ", " " * 19)
    write("".join(f"{line}\n" for line in lines))
    return REACHED


def _rows(inspection: Inspection) -> Iterator[Row]:
    """Each setting with its value and where that comes from. Raises UserError where one is wrong."""
    config, catalog = inspection.config, inspection.catalog
    attested, expired = config.attested(catalog, date.today())
    excluded = config.excluded(catalog)
    own = {each.about for each in config.exclusions}

    def row(key: str, value: Any, written: object) -> Row:
        return key, value, config.file if written else DEFAULT

    from mlripe.auditing import Problems

    found = f"as found ({', '.join(p.path for p in inspection.assessment(problems=Problems.NONE).projects) or 'one'})"
    yield row("models", [model.id for model in catalog.chosen(config.models)], config.models)
    yield row("targets", list(config.targets), config.targets)
    yield row("require", list(config.require), config.require)
    yield row("problems", list(config.problems), config.problems)
    yield row("profile", config.profile or None, config.profile)
    yield row("kind", config.kind or f"as found ({inspection.kind.id})", config.kind)
    yield row("exclude", list(config.exclude), config.exclude)
    yield row("projects", found if config.projects is None else list(config.projects), config.projects is not None)
    brought = [name for name in catalog.additions if name not in config.catalogs]
    sources = [config.file] * bool(config.catalogs) + ["the command line or a package"] * bool(brought)
    yield "catalogs", [*brought, *config.catalogs], " and ".join(sources) or DEFAULT
    for role in catalog.roles:
        yield row(f"paths.{role.id}", list(config.paths.get(role.id, role.paths)), role.id in config.paths)
    yield row("attestations", [each.about for each in attested], config.attestations)
    if expired:
        yield row("expired", [read_fault.says for read_fault in expired], expired)
    yield row("exclusions", [each.about for each in config.exclusions], config.exclusions)
    if config.profile:
        yield "not-applicable", [e.about for e in excluded if e.about not in own], f"the profile {config.profile}"
