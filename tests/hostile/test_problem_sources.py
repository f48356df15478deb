"""Repositories that ask each source of problems very many questions: names, commands, imports, paths."""

from __future__ import annotations

import time

import pytest

from mlripe.auditing import Inspection
from mlripe.catalog import load
from mlripe.snapshot.memory import MemorySnapshot

SECONDS = 10.0  # of processor time, on a slow machine with room to spare

REPOSITORIES = {
    "commands in documents": {
        **{
            f"docs/{n}.md": "```\n" + "".join(f"python a{n}/{m}/run.py\n" for m in range(9000)) + "```\n"
            for n in range(30)
        },
        **{f"pkg/p{n}/run.py": "" for n in range(20_000)},
    },
    "modules in documents": {
        "README.md": "```\n" + "".join(f"python -m p{n % 900}.x{n}\n" for n in range(9000)) + "```\n",
        **{f"p{n}/a.py": "" for n in range(900)},
        **{f"d{n}/a.txt": "" for n in range(20_000)},
    },
    "tables that are read": {
        "a.py": "import pandas as pd\n" + "".join(f"pd.read_csv('t{n}.csv')\n" for n in range(9000)),
        **{f"{n}.json": f'"{"x" * 200_000}"' for n in range(60)},
    },
    "constants of a route": {
        "a.py": "import app\n@app.get('/a')\ndef a():\n"
        + "    return 1\n" * 9000
        + "".join(f"MOCK_{n} = [1]\n" for n in range(5000)),
    },
    "imports of a page": {
        "a.tsx": "".join(f"import a{n} from './mock{n}'\n" for n in range(5000)),
        **{f"src/p{n}.tsx": "" for n in range(20_000)},
    },
    "names that nothing binds": {
        "a.py": "import builtins\ndef f():\n" + "".join(f"    return name{n}\n" for n in range(18_000)),
    },
    "paths of a machine": {
        "Dockerfile": "FROM a\n" + "RUN echo abc\n" * 100_000,
        **{f"p{n}.py": "".join(f"x = '/home/a/{m}'\n" for m in range(10)) for n in range(3000)},
    },
}


@pytest.mark.parametrize("files", REPOSITORIES.values(), ids=REPOSITORIES)
def test_problems_are_found_in_bounded_time(files: dict[str, str]) -> None:
    inspection = Inspection(MemorySnapshot(files), load())
    _ = inspection.detection  # what wiring and matching take is measured elsewhere
    begun = time.process_time()
    inspection.assessment(("azure",))
    assert time.process_time() - begun < SECONDS
