"""Changes files of small whole repositories at random, and audits them for a bounded time.

    python tests/hostile/fuzz_repositories.py --seconds 60 --seed 1

`fuzz_readers.py` gives single files to their readers; here the wiring, the derivations and the reports follow what they
made of them. The repositories are the cases of tests/wiring_matrix. Prints each crash and each slow repository once, and
ends by exit code 1 where there is one. The same seed gives the same repositories.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from mlripe.auditing import Inspection
from mlripe.catalog import load
from mlripe.snapshot.memory import MemorySnapshot
from tests.hostile.fuzz_readers import changed
from tests.wiring_matrix.wiring_matrix import cases

SLOW = 5.0  # seconds of processor time for a repository of some files


def mutated(files: dict[str, str], others: dict[str, str], chance: random.Random) -> dict[str, bytes]:
    """A repository with one to three of its files changed, and sometimes with files of another one beside them."""
    mixed = {**others, **files} if chance.random() < 0.3 else files
    content = {path: text.encode() for path, text in mixed.items()}
    for path in chance.sample(sorted(content), min(len(content), chance.choice((1, 1, 2, 3)))):
        content[path] = changed(content[path], chance)
    if chance.random() < 0.1:  # one file in the place of another: what leads there finds something else
        one, other = chance.choice(sorted(content)), chance.choice(sorted(content))
        content[one] = content[other]
    return content


def outcome(files: dict[str, bytes]) -> str:
    """How an audit breaks on a repository, or that it is slow; "" where it does neither."""
    begun = time.process_time()
    try:
        Inspection(MemorySnapshot(files), load()).assessment(["all"])
    except Exception as error:  # what is looked for
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
    return "slow" if time.process_time() - begun > SLOW else ""


def fuzz(seconds: float, seed: int, only: str = "") -> tuple[int, dict[str, dict[str, bytes]]]:
    """How many repositories were audited in so much processor time, and what broke, each once with its smallest files."""
    chance = random.Random(seed)
    given = [dict(case.files) for case in cases() if only in case.id]
    found: dict[str, dict[str, bytes]] = {}
    audited = 0
    end = time.process_time() + seconds
    while time.process_time() < end:
        files = mutated(chance.choice(given), chance.choice(given), chance)
        says = outcome(files)
        if says and len(str(found.get(says, "x" * 10**9))) > len(str(files)):
            found[says] = files
        audited += 1
    return audited, found


def main() -> int:
    """Runs from the command line."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", default="", help="cases whose id holds this")
    asked = options.parse_args()
    audited, found = fuzz(asked.seconds, asked.seed, asked.only)
    for says, files in found.items():
        print(says)
        print(json.dumps({path: content.decode("utf-8", "backslashreplace") for path, content in files.items()}))
    print(f"{audited} repositories, seed {asked.seed}: {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
