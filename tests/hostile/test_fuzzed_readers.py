"""No reader breaks on small files that were changed at random, and no audit on small repositories of such files.

`fuzz_readers.py` and `fuzz_repositories.py` do the same for as long as one likes.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from mlripe.auditing import Inspection
from mlripe.catalog import load
from mlripe.readers import read
from mlripe.readers.work import OutOfWork, metered, spend
from mlripe.snapshot.memory import MemorySnapshot

FUZZER = Path(__file__).parent / "fuzz_readers.py"


def fuzzed(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, FUZZER, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_five_seconds_of_it() -> None:
    done = fuzzed("--seconds", "5", "--seed", "4")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert int(done.stdout.split()[0]) > 200


def test_five_seconds_of_whole_repositories() -> None:
    command = [sys.executable, FUZZER.with_name("fuzz_repositories.py"), "--seconds", "5", "--seed", "4"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert int(done.stdout.split()[0]) > 20


def test_a_command_of_a_very_long_word_is_followed_in_linear_time() -> None:
    begun = time.process_time()
    steps = f"jobs: {{a: {{steps: [{{run: '{'a.' * 45_000}'}}]}}}}\n"
    Inspection(MemorySnapshot({".github/workflows/a.yml": f"on: push\n{steps}"}), load()).assessment()
    assert time.process_time() - begun < 8, "it took 18 s"


def test_a_schedule_in_a_file_without_documents_is_no_fault() -> None:
    chart = {
        "chart/Chart.yaml": "apiVersion: v2\nname: churn\nversion: 1.0.0\n",
        "chart/values.yaml": "{a: 1}b: 2}\n",
        "chart/templates/cronjob.yaml": "{{- if .Values.a }}\nkind: CronJob\nmetadata:\n  name: a\nspec:\n"
        "  schedule: {{ .Values.b | quote }}\n  c:\n    d:\n      e: f:1\n          g:\n{{- end }}\n",
    }
    assert Inspection(MemorySnapshot(chart), load()).assessment().capabilities


def test_why_a_long_line_of_yaml_cannot_be_read_is_told_in_linear_time() -> None:
    begun = time.process_time()
    assert read(".github/workflows/a.yml", b"a: b\n " + b"-" * 45_000 + b"  - run: |\n").read_faults
    assert time.process_time() - begun < 3


PROBE = f"""
import sys
sys.path.insert(0, {str(FUZZER.parent)!r})
import fuzz_readers
print(sorted(fuzz_readers.readers_without_sample()))
first = [fuzz_readers.changed(c, fuzz_readers.random.Random(7)) for _, c in fuzz_readers.samples()]
print(first == [fuzz_readers.changed(c, fuzz_readers.random.Random(7)) for _, c in fuzz_readers.samples()])
fuzz_readers.read = lambda *asked: [][1]
print(fuzz_readers.crash_of("a.py", b"", "x:y").partition(" ")[0])
"""


def test_each_reader_has_a_sample_and_a_crash_would_be_seen() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "True", "IndexError"]


def test_work_counts_for_what_is_around_it() -> None:
    with metered() as outer:
        with metered(5) as inner:
            spend(3)
        spend(1)
    assert (inner.spent, outer.spent) == (3, 4)
    with metered(4):
        with metered():
            spend(3)
        with metered(), pytest.raises(OutOfWork):
            spend(3)


def test_a_file_that_takes_too_much_work_is_told_once() -> None:
    script = "a;" * 90_000
    text = "on: push\njobs:\n  a:\n    steps:\n" + f"    - run: |\n        {script}\n" * 4
    facts = read(".github/workflows/a.yml", text.encode())
    assert [read_fault.says for read_fault in facts.read_faults] == ["too complex to be read to its end"]
    assert read(".github/workflows/a.yml", b"on: push\njobs: {a: {steps: [{run: make}]}}\n").units


def test_a_number_of_many_digits_is_told_in_every_format() -> None:
    digits = "9" * 5000
    for path, text in (
        ("a.json", f'{{"a": {digits}}}'), ("a.toml", f"a = {digits}"), ("b.toml", f"a = 0x{digits}"),
        ("pyproject.toml", f"[project]\nname = 'a'\nx = {digits}"), ("Pipfile.lock", f'{{"default": {digits}}}'),
        ("a.ipynb", f'{{"cells": [], "nbformat": {digits}}}'), ("a.py", f"a = {digits}"),
    ):  # fmt: skip
        assert len(read(path, text.encode()).read_faults) == 1, path
    for path, text in (
        ("a.yaml", f"a: {digits}\nb: 190:20:30\nc: 0x{digits}\n"),
        ("a.py", f"f(a=0x{digits})\n"),
        ("uv.lock", f"version = {digits}"),
    ):
        assert read(path, text.encode()).read_faults == ()
