"""Audits labelled repositories and prints how far mlripe agrees with their labels.

    python benchmarks/accuracy/run.py [--round NAME] [--only OWNER/NAME] [--clones DIR] [--differences]

Run it with the Python of an environment that has mlripe installed, and git. Each repository is fetched once, at the
commit of its label and nothing else of its history, into the folder for clones (about 10 GB for all).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from score import Score, difference, score

HERE = Path(__file__).parent
CLONES = Path.home() / ".cache" / "mlripe-accuracy"
SECONDS = 300  # that one audit may take


def main() -> None:
    arguments = parsed()
    capabilities = list(yaml.safe_load((HERE / "vocabulary.yaml").read_text())["capabilities"])
    labels = {name: loaded(name) for name in chosen(arguments.round, arguments.only)}
    reports = {}
    for number, (name, label) in enumerate(labels.items(), 1):
        print(f"\r{number} of {len(labels)}: {label['repo']:60}", end="", file=sys.stderr, flush=True)
        clone = fetched(arguments.clones / name, label["repo"], str(label["commit"]))
        if clone and (report := audited(clone, str(label["commit"]))):
            reports[name] = report
    print(file=sys.stderr)
    if arguments.differences:
        for name, label in labels.items():
            for line in difference(label, reports.get(name, {}), capabilities):
                print(f"{label['repo']}  {line}")
    print(table(score(labels, reports, capabilities)))


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--round", default="", help="one of rounds.yaml; all without it")
    parser.add_argument("--only", action="append", default=[], help="a repository, as OWNER/NAME; may be given again")
    parser.add_argument("--clones", type=Path, default=CLONES)
    parser.add_argument("--differences", action="store_true", help="also print each pair that differs")
    return parser.parse_args()


def chosen(round_: str, only: list[str]) -> list[str]:
    """The names of the labels that are asked for; a name that there is not ends the program with a sentence."""
    rounds = yaml.safe_load((HERE / "rounds.yaml").read_text())
    if round_ and round_ not in rounds:
        sys.exit(f"rounds.yaml has no round {round_!r}; it has {', '.join(rounds)}")
    names = rounds[round_]["labels"] if round_ else sorted(path.stem for path in (HERE / "labels").glob("*.yaml"))
    wanted = {repository.replace("/", "+") for repository in only}
    if missing := sorted(wanted - set(names)):
        sys.exit(f"no label of {', '.join(missing)}: a label is a file of benchmarks/accuracy/labels")
    return [name for name in names if not wanted or name in wanted]


def loaded(name: str) -> dict[str, Any]:
    label: dict[str, Any] = yaml.safe_load((HERE / "labels" / f"{name}.yaml").read_text())
    return label


def fetched(clone: Path, repository: str, commit: str) -> Path | None:
    """A bare repository with that commit; None, with a sentence on stderr, where it cannot be had."""
    if not (clone / "HEAD").exists():
        clone.mkdir(parents=True, exist_ok=True)
        git(clone, "init", "--bare", "--quiet")
    if git(clone, "cat-file", "-e", f"{commit}^{{tree}}").returncode == 0:
        return clone
    done = git(clone, "fetch", "--quiet", "--depth=1", f"https://github.com/{repository}", commit)
    if done.returncode:
        print(f"\n{repository}: {done.stderr.strip() or 'cannot be fetched'}", file=sys.stderr)
        return None
    return clone


def git(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=False)


def audited(clone: Path, commit: str) -> dict[str, Any] | None:
    """mlripe's report; None, with a sentence on stderr, where it gives none in time."""
    command = [sys.executable, "-m", "mlripe", "audit", str(clone), "--rev", commit, "--format", "json"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True)
        report: dict[str, Any] = json.loads(done.stdout)
        return report
    except (subprocess.SubprocessError, ValueError) as error:
        print(f"\n{clone.name}: no report ({error})", file=sys.stderr)
        return None


def table(result: Score) -> str:
    lines = [f"{result.repositories} repositories, {len(result.pairs)} pairs"]
    lines += [f"no report: {' '.join(result.missing)}"] if result.missing else []
    for strength in ("present", "automated"):
        told = result.at_least(strength)
        lines.append(
            f"{strength} or more: precision {told.precision:.3f} recall {told.recall:.3f} F1 {told.f1:.3f} "
            f"({told.fp} told that are not, {told.fn} not told)"
        )
    lines.append(f"strength exact, where labelled: {result.exact():.3f}")
    for model, seen in result.levels.items():
        exact, near = result.level(model), result.level(model, within=1)
        lines.append(f"{model} level: exact {exact:.3f}, within one {near:.3f} (of {len(seen)})")
    lines.append(f"kind: {result.kinds / max(1, result.repositories):.3f}")
    lines.append("lowest F1 of present or more:")
    lines += [f"  {name:28} {told.f1:.2f}" for name, told in result.weakest("present", 10)]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
