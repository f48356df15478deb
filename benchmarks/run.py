"""Measures mlripe as whole processes, against `git ls-files` and a plain program that reads and searches every file.

    python benchmarks/run.py [--trees DIR] [--small DIR] [--runs N]

Run it with the Python of an environment that has mlripe installed. Each command runs once to warm up and then N times;
the table has medians. Machines differ: trust the ratios, which come from one run.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from trees import LARGE, large_tree, made_tree, small_tree

MLRIPE = shutil.which("mlripe", path=str(Path(sys.executable).parent))
HOOK = {60: 0.20, 2300: 0.60}  # files, and the seconds that a hook may take that was run before
READ_AND_SEARCH = Path(__file__).with_name("read_and_search.py")


@dataclass(frozen=True)
class Measure:
    """What a command took: median seconds by the clock and of processors, and the highest peak memory in MB."""

    seconds: float
    megabytes: float
    processor: float


def main() -> None:
    """Prints the table; a tree that cannot be had is named on stderr and left out."""
    options = parsed(sys.argv[1:])
    mlripe = [MLRIPE] if MLRIPE else [sys.executable, "-m", "mlripe"]
    with tempfile.TemporaryDirectory(prefix="mlripe-benchmark-") as scratch:
        small = small_tree(Path(scratch), options.small)
        print(f"Python {platform.python_version()}, {os.cpu_count()} cores, median of {options.runs} after a warm-up\n")
        start_up(mlripe, small, options.runs)
        print("\n| hook | files | seconds | peak MB | at most |\n|---|--:|--:|--:|--:|")
        for count, most in HOOK.items():
            hooks(made_tree(Path(scratch), count), count, most, mlripe, options.runs)
        print("\n| repository | files | command | seconds | peak MB | x git ls-files | x read and search |")
        print("|---|--:|---|--:|--:|--:|--:|")
        audits("small", small, mlripe, options.runs)
        for name in LARGE:
            try:
                tree = large_tree(name, options.trees)
            except (OSError, subprocess.CalledProcessError) as error:
                print(f"left out {name}: {error}; unpack its source distribution in {options.trees}", file=sys.stderr)
                continue
            audits(f"{name} {LARGE[name]}", tree, mlripe, options.runs)
    print(
        "\nNo peak below that of `python -c pass` can be seen: a child counts the measuring process it was forked from."
    )


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The options; the trees are kept in the user's cache folder by default."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mlripe-benchmarks"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trees", type=Path, default=cache, help=f"where the large trees are kept (default {cache})")
    parser.add_argument("--small", type=Path, help="a small repository (default the fixture of the README)")
    parser.add_argument("--runs", type=int, default=5)
    return parser.parse_args(arguments)


def start_up(mlripe: list[str], where: Path, runs: int) -> None:
    """What it costs to say the version, over an interpreter that does nothing."""
    nothing = measure([sys.executable, "-c", "pass"], where, runs)
    version = measure([*mlripe, "--version"], where, runs)
    print("| start-up | seconds | peak MB | over `python -c pass` |")
    print("|---|--:|--:|--:|")
    print(f"| `python -c pass` | {nothing.seconds:.3f} | {nothing.megabytes:.0f} | |")
    over = version.seconds - nothing.seconds
    print(f"| `mlripe --version` | {version.seconds:.3f} | {version.megabytes:.0f} | {over:+.3f} s |", flush=True)


def audits(name: str, tree: Path, mlripe: list[str], runs: int) -> None:
    """The rows of one repository: the two floors, and the audit as ratios to them."""
    commands = {
        "`git ls-files`": ["git", "ls-files"],
        "read and search": [sys.executable, str(READ_AND_SEARCH)],
        "`mlripe audit`": [*mlripe, "audit"],
    }
    files = subprocess.run(["git", "ls-files", "-z"], cwd=tree, stdout=subprocess.PIPE, check=True).stdout.count(b"\0")
    floors: list[float] = []
    for command, arguments in commands.items():
        took = measure(arguments, tree, runs)
        ratios = "".join(f" {took.seconds / floor:.2f} |" for floor in floors) + " |" * (2 - len(floors))
        print(f"| {name} | {files} | {command} | {took.seconds:.3f} | {took.megabytes:.0f} |{ratios}", flush=True)
        floors.append(took.seconds)


def hooks(tree: Path, count: int, most: float, mlripe: list[str], runs: int) -> None:
    """The rows of the pre-commit hook: only a file changed that bears no evidence, the same judged before, a program
    changed since, and never judged.
    """
    check = [*mlripe, "check", "--staged", "--against", "HEAD"]
    script = next(tree.rglob("*.py"))

    def changed(file: Path = script) -> None:
        with file.open("a") as text:
            text.write(f"x = {time.time_ns()}\n")
        subprocess.run(["git", "add", "--all"], cwd=tree, check=True)

    with tempfile.TemporaryDirectory(prefix="mlripe-benchmark-") as kept:
        fresh = (os.path.join(kept, str(number)) for number in range(1000))
        os.environ["MLRIPE_CACHE_DIR"] = os.path.join(kept, "kept")
        row = "| {} | {} | {:.3f} | {:.0f} | {} |"
        prose = measure(check, tree, runs, lambda: changed(tree / "notes.txt"))
        print(row.format("prose changed", count, prose.seconds, prose.megabytes, most), flush=True)
        changed()
        warm = measure(check, tree, runs)
        print(row.format("judged before", count, warm.seconds, warm.megabytes, most), flush=True)
        one = measure(check, tree, runs, changed)
        print(row.format("a program changed", count, one.seconds, one.megabytes, ""), flush=True)
        cold = measure(check, tree, runs, lambda: os.environ.update(MLRIPE_CACHE_DIR=next(fresh)))
        print(row.format("never judged", count, cold.seconds, cold.megabytes, ""), flush=True)
        os.environ.pop("MLRIPE_CACHE_DIR")


def measure(command: Sequence[str], where: Path, runs: int, before: Callable[[], object] = lambda: None) -> Measure:
    """Runs the command once to warm up and `runs` times more, each after `before`. Raises CalledProcessError."""
    taken = [(before(), once(command, where))[1] for _ in range(runs + 1)][1:]
    seconds, processor = (statistics.median(getattr(each, name) for each in taken) for name in ("seconds", "processor"))
    return Measure(seconds, max(each.megabytes for each in taken), processor)


def once(command: Sequence[str], where: Path) -> Measure:
    """One run, its output thrown away."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=where, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command))
    megabytes = usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return Measure(seconds, megabytes, usage.ru_utime + usage.ru_stime)


if __name__ == "__main__":
    main()
