"""`python -m mlripe.dev`: write every generated file of this checkout; with `--check` only say which are stale.

`python -m mlripe.dev unresolved FOLDER...` ranks what mlripe could not follow in these repositories.
`python -m mlripe.dev proofs FOLDER...` draws proofs at random, with the source line of each hop.
`python -m mlripe.dev names ECOSYSTEM [LIST]` tells the packages that detectors name, or those that a list lacks.
`python -m mlripe.dev reports INTO FOLDER...` writes JSON reports; `differences BEFORE AFTER` compares two such folders.
"""

from __future__ import annotations

import click

from mlripe.catalog import load
from mlripe.catalog.load import source_root
from mlripe.dev.differences import differences, reports
from mlripe.dev.generated import stale, write
from mlripe.dev.names import names
from mlripe.dev.proofs import proofs
from mlripe.dev.unresolved import unresolved


@click.group(invoke_without_command=True)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a file is stale.")
@click.pass_context
def main(context: click.Context, check: bool) -> None:
    """Write the documentation pages, JSON schemas and file patterns that are made from code and catalogue."""
    if context.invoked_subcommand:
        return
    root = source_root()
    paths = list(stale(load(), root)) if check else write(load(), root)
    for path in paths:
        click.echo(f"{'stale' if check else 'wrote'} {path.relative_to(root)}")
    if check and paths:
        raise click.ClickException("run `python -m mlripe.dev`, and commit what it writes")


main.add_command(unresolved)
main.add_command(proofs)
main.add_command(names)
main.add_command(reports)
main.add_command(differences)


if __name__ == "__main__":
    main()
