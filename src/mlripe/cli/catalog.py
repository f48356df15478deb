"""`mlripe catalog`: what mlripe knows, and the cases of detectors that somebody writes."""

from __future__ import annotations

from pathlib import Path

import click

from mlripe.cli.exits import BELOW, REACHED
from mlripe.cli.options import catalog_option, format_option
from mlripe.cli.output import options_for, write
from mlripe.cli.usage import Group
from mlripe.errors import CatalogError

__all__ = ["command"]


@click.group(
    "catalog",
    cls=Group,
    invoke_without_command=True,
    subcommand_metavar="[COMMAND] [ARGS]...",
    short_help="List detectors, capabilities and models; test one.",
)
@catalog_option
@format_option
@click.pass_context
def command(context: click.Context, catalogs: tuple[str, ...], format_: str) -> int:
    """List the detectors, capabilities and maturity models that mlripe judges by.

    \b
    Examples:
      mlripe catalog
      mlripe catalog --format json
      mlripe catalog --catalog tools/mlripe          with a folder of your own
      mlripe catalog test tools/mlripe               run its detectors' cases
    """
    if context.invoked_subcommand:
        return REACHED
    from mlripe.catalog.additions import with_folders
    from mlripe.reports.terminal import catalog as listing

    catalog = with_folders(catalogs)
    write(listing.as_json(catalog) if format_ == "json" else listing.as_text(catalog, options_for(None, False)))
    return REACHED


@command.command("test", short_help="Run the cases of detector files.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
def test(paths: tuple[Path, ...]) -> int:
    """Run the cases of the detectors in each PATH: a YAML file, or a folder of them.

    Each case is a small repository and what the detector must find in it. A detector needs one that matches and one
    look-alike (`shows: {}`). Exit code 1 where a case fails, 2 where a file is not as it should be.

    \b
    Examples:
      mlripe catalog test tools/mlripe/detectors/data/our-loader.yaml
      mlripe catalog test tools/mlripe
    """
    from mlripe.detection.user_cases import failures, trials

    tried = failed = cases = 0
    for trial in trials(paths):
        tried += 1
        cases += len(trial.detector.cases)
        said = list(failures(trial))
        failed += bool(said)
        write("".join(f"{trial.name}: {line}\n" for line in said))
    if not tried:
        raise CatalogError(f"{paths[0]}: holds no detector; name a .yaml file, or a folder with some in it")
    outcome = f"{failed} of them with failures" if failed else "all as they should be"
    write(f"{tried} detector{'s' * (tried != 1)}, {cases} cases: {outcome}\n")
    return BELOW if failed else REACHED
