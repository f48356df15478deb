"""Commands that a Python program runs."""

from __future__ import annotations

import pytest

from mlripe.readers.python.command_calls import commands_of
from mlripe.readers.python.source import read_python


@pytest.mark.parametrize(
    ("line", "argv"),
    [
        ("subprocess.run(['gcloud', 'run', 'deploy', name])", ("gcloud", "run", "deploy", "?")),
        ("subprocess.check_call(args=('make', 'ship'))", ("make", "ship")),
        ("os.system('docker push acme/api')", ("docker", "push", "acme/api")),
        ("subprocess.run(f'helm upgrade {name} chart', shell=True)", ("helm", "upgrade", "?", "chart")),
        ("words = ['kubectl', 'apply', '-f', path]\n    run_command(words)", ("kubectl", "apply", "-f", "?")),
    ],
)
def test_the_words_of_a_command(line: str, argv: tuple[str, ...]) -> None:
    text = f"import os, subprocess\ndef ship(name, path):\n    {line}\n"
    calls = read_python("ship.py", text.encode()).calls
    assert [command.argv for call in calls for command in commands_of(call)] == [argv]


@pytest.mark.parametrize(
    "line",
    ["print(['docker', 'push'])", "subprocess.run([name, 'push'])", "subprocess.run(words)", "run('docker push')"],
)
def test_what_is_no_command(line: str) -> None:
    calls = read_python("a.py", f"import subprocess\n{line}\n".encode()).calls
    assert [command for call in calls for command in commands_of(call)] == []
