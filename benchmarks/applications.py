"""Measures whole audits of labelled applications against programs that only read, and how the cost grows with files.

    python benchmarks/applications.py [--clones DIR] [--only OWNER/NAME] [--runs N] [--growth FILES]

Run it with the Python of an environment that has mlripe installed, and git. Each repository is cloned at the commit of
its label into the folder for clones. Times are those of processors, which other programs on the machine change least;
trust the ratios, which come from one run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml
from run import MLRIPE, Measure, measure
from trees import made_tree

HERE = Path(__file__).parent
APPLICATIONS = (
    "GokuMohandas/Made-With-ML",
    "microsoft/MLOpsPython",
    "nakamu12/lumineer",
    "DuqueOM/ML-MLOps-Portfolio",
    "ChunkyTortoise/docextract",
    "itsmekhoathekid/RecSys-MLops",
)
COLUMNS = ("files", "read and search", "parse all (L)", "cold", "x L", "x read and search", "warm", "x L", "peak MB")


def main() -> None:
    """Prints both tables; a repository that cannot be had is named on stderr and left out."""
    options = parsed()
    print(f"| repository | {' | '.join(COLUMNS)} |\n|---|{'--:|' * len(COLUMNS)}")
    for name in options.only or APPLICATIONS:
        try:
            row(name, checkout(name, options.clones), options.runs)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"left out {name}: {error}", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="mlripe-benchmark-") as scratch:
        for files in options.growth:
            row(f"{files:,} files made of the fixtures", made_tree(Path(scratch), files), 1)


def parsed() -> argparse.Namespace:
    """The options; clones are kept in the user's cache folder by default."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mlripe-benchmarks"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clones", type=Path, default=cache, help=f"where the clones are kept (default {cache})")
    parser.add_argument("--only", action="append", metavar="OWNER/NAME", help="a labelled repository; may be repeated")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--growth", type=int, nargs="*", default=[100, 1_000, 10_000, 50_000], metavar="FILES")
    return parser.parse_args()


def checkout(name: str, clones: Path) -> Path:
    """The work tree of a labelled repository at the commit of its label."""
    folder = clones / name.replace("/", "+")
    if not folder.is_dir():
        label = yaml.safe_load((HERE / "accuracy" / "labels" / f"{folder.name}.yaml").read_text())
        partial = folder.with_name(f"{folder.name}.partial")
        source = f"https://github.com/{name}"
        subprocess.run(["git", "clone", "--quiet", "--no-checkout", source, str(partial)], check=True)
        subprocess.run(["git", "checkout", "--quiet", str(label["commit"])], cwd=partial, check=True)
        partial.rename(folder)
    return folder


def row(name: str, tree: Path, runs: int) -> None:
    """One line of the table: two floors, an audit that knows nothing, and one that knows all contents."""
    files = subprocess.run(["git", "ls-files", "-z"], cwd=tree, stdout=subprocess.PIPE, check=True).stdout.count(b"\0")
    search, parse = (
        measure([sys.executable, str(HERE / f"{of}.py")], tree, runs) for of in ("read_and_search", "parse_all")
    )
    audit = [*([MLRIPE] if MLRIPE else [sys.executable, "-m", "mlripe"]), "audit"]
    cold = kept("", audit, tree, runs)
    with tempfile.TemporaryDirectory(prefix="mlripe-benchmark-") as cache:
        warm = kept(cache, audit, tree, runs)
    numbers = [
        f"{files:,}", f"{search.processor:.2f}", f"{parse.processor:.2f}", f"{cold.processor:.2f}",
        f"{cold.processor / parse.processor:.1f}", f"{cold.processor / search.processor:.1f}",
        f"{warm.processor:.2f}", f"{warm.processor / parse.processor:.1f}", f"{cold.megabytes:.0f}",
    ]  # fmt: skip
    print(f"| {name} | {' | '.join(numbers)} |", flush=True)


def kept(cache: str, command: list[str], tree: Path, runs: int) -> Measure:
    """What a command takes with this folder for its cache, "" for none."""
    os.environ["MLRIPE_CACHE_DIR"] = cache
    return measure(command, tree, runs)


if __name__ == "__main__":
    main()
