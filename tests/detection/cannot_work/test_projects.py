"""Projects that cannot be installed, steps that go nowhere, and workflows under a name that GitHub does not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlripe.problem_kinds import FaultKind

if TYPE_CHECKING:
    from tests.detection.cannot_work.conftest import Faults

BUILT = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
DYNAMIC = BUILT + '[tool.setuptools.dynamic]\ndependencies = {file = "requirements.txt"}\n'
STEPS = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n"


@pytest.mark.parametrize(
    ("files", "path", "line", "missing"),
    [
        ({"pyproject.toml": DYNAMIC, "shop/__init__.py": ""}, "pyproject.toml", 5, "requirements.txt"),
        ({"pyproject.toml": BUILT + '[project]\nreadme = "README.rst"\n'}, "pyproject.toml", 5, "README.rst"),
        (
            {".github/workflows/ci.yml": STEPS + "          pip list\n          cd optimizer\n          pip list\n"},
            ".github/workflows/ci.yml",
            9,
            "optimizer",
        ),
        ({".github/workflows/train.py": STEPS + "          ls\n"}, ".github/workflows/train.py", 1, "train.py"),
    ],
    ids=["dependencies", "readme", "folder", "ending"],
)
def test_what_is_not_there(files: dict[str, str], path: str, line: int, missing: str, faults: Faults) -> None:
    (fault,) = faults(files)
    assert (fault.path, fault.line, fault.missing) == (path, line, missing)
    assert fault.kind in (FaultKind.ABSENT_FILE, FaultKind.ABSENT_DEFINITION)


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": DYNAMIC, "requirements.txt": "flask\n"},
        {"pyproject.toml": '[project]\nreadme = "README.rst"\n'},
        {"pyproject.toml": BUILT + '[project]\nreadme = {text = "a shop", content-type = "text/plain"}\n'},
        {".github/workflows/ci.yml": STEPS + "          cd src\n", "src/a.py": ""},
        {".github/workflows/ci.yml": STEPS + "          mkdir optimizer\n          cd optimizer\n"},
        {".github/workflows/ci.yml": STEPS + "          git clone https://example.org/o\n          cd o\n"},
        {".github/workflows/ci.yml": STEPS + "          cd $FOLDER\n          cd optimizer\n"},
        {".github/workflows/ci.yml": STEPS + "          cd src && cd ..\n          cd src\n", "src/a.py": ""},
        {".github/workflows/README.md": STEPS},
        {".github/workflows/names.py": "print('on: jobs:')\n"},
    ],
    ids=["there", "not built", "a text", "a folder", "made", "cloned", "variable", "back", "readme", "a program"],
)
def test_what_is_there_or_may_be(files: dict[str, str], faults: Faults) -> None:
    assert not faults(files)
