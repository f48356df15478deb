"""`mlripe config`: what is in force, and where each value comes from; an error where a setting is wrong."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import click

from mlripe.cli.exits import REACHED
from mlripe.cli.options import catalog_option, format_option, path_argument, rev_option
from mlripe.cli.output import write

__all__ = ["command"]


@click.command("config", short_help="Show the settings in force, or what is wrong with them.")
@path_argument
@rev_option
@click.option("--staged", is_flag=True, help="Read what is about to be committed instead of the files on disk.")
@catalog_option
@format_option
def command(path: str, rev: str | None, staged: bool, catalogs: tuple[str, ...], format_: str) -> int:
    """Show which settings are in force for the repository at PATH, and where each comes from.

    Settings, attestations, and the detectors and rules of its own are checked on the way: what is wrong is named with
    its file, key and remedy, and the exit code is 2.

    \b
    Examples:
      mlripe config
      mlripe config --staged           in a hook
      mlripe config --format json
    """
    from mlripe.auditing import inspected
    from mlripe.maturity.targets import parse_requirement, parse_target

    with inspected(path, rev=rev, staged=staged, catalogs=catalogs) as inspection:
        config, catalog = inspection.config, inspection.catalog
        attested, expired = config.attested(catalog, date.today())
        excluded = config.excluded(catalog)
        chosen = [model.id for model in catalog.chosen(config.models)]
        for text in config.targets:
            parse_target("target", text, catalog)
        for text in config.require:
            parse_requirement(text, catalog)
        found = f"as found ({', '.join(p.path for p in inspection.assessment().projects) or 'one'})"
        rows: list[tuple[str, Any, bool]] = [
            ("models", chosen, bool(config.models)),
            ("targets", list(config.targets), bool(config.targets)),
            ("require", list(config.require), bool(config.require)),
            ("profile", config.profile or None, bool(config.profile)),
            ("exclude", list(config.exclude), bool(config.exclude)),
            ("projects", found if config.projects is None else list(config.projects), config.projects is not None),
            ("catalogs", list(catalog.additions), bool(catalog.additions)),
            *((f"paths.{role}", list(globs), True) for role, globs in config.paths.items()),
            ("attestations", [each.about for each in attested], bool(config.attestations)),
            ("expired", [problem.says for problem in expired], bool(expired)),
            ("exclusions", [each.about for each in excluded], bool(excluded)),
        ]
    source = config.file or "none"
    if format_ == "json":
        data = {key: {"value": value, "from": source if own else "default"} for key, value, own in rows}
        write(json.dumps({"file": config.file or None, "settings": data}, indent=1) + "\n")
        return REACHED
    lines = [f"settings: {source}"]
    for key, value, own in rows:
        told = ", ".join(value) if isinstance(value, list) else value
        lines.append(f"  {key:14}  {told or '-'}  ({source if own else 'default'})")
    write("".join(f"{line}\n" for line in lines))
    return REACHED
