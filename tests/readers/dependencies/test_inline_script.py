"""Dependencies in the header of a script, and files of requirements that others name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlripe.readers.dependencies.inline_script import read_inline_script

if TYPE_CHECKING:
    from tests.conftest import Assess

HEADER = '#!/usr/bin/env -S uv run\n# /// script\n# dependencies = [\n#   "scikit-learn==1.5.0",\n#   "pandas",\n# ]\n# ///\n'
FIT = "from sklearn.svm import SVC\nSVC().fit([[1]], [1])\n"
PINS = "scikit-learn==1.5.0\npandas==2.2.2\n"


def test_the_header_names_dependencies_with_their_lines() -> None:
    found = read_inline_script("fit.py", (HEADER + FIT).encode()).dependencies
    assert [(each.name, each.pin, each.line) for each in found] == [("scikit-learn", "exact", 4), ("pandas", "none", 5)]


@pytest.mark.parametrize(
    "text", ["", FIT, "# /// script\n# [[[\n# ///\n", "# /// script\n# dependencies = 1\n", "# /// script\n"]
)
def test_what_is_no_header_names_none(text: str) -> None:
    assert not read_inline_script("fit.py", text.encode()).dependencies


CI = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: COMMAND\n"


@pytest.mark.parametrize(
    ("files", "command", "strength"),
    [
        ({"fit.py": HEADER.replace('"pandas"', '"pandas==2"') + FIT}, "uv run fit.py", "automated"),
        ({"fit.py": HEADER.replace('"pandas"', '"pandas==2"') + FIT}, "python -m this", "present"),
        ({"fit.py": FIT, "requirements.txt": PINS}, "uv pip sync --system requirements.txt", "enforced"),
        ({"fit.py": FIT, "deps.txt": PINS, "pyproject.toml": "[project]\nname = 'a'\ndynamic = ['dependencies']\n[tool.setuptools.dynamic]\ndependencies = {file = ['deps.txt']}\n"}, "python -m this", "present"),
        ({"fit.py": FIT, "requirements/base.txt": "pandas\nscikit-learn\n", "requirements/pins.txt": PINS, "requirements/train.txt": "-r base.txt\n"}, "pip install -r requirements/train.txt", "present"),
        ({"fit.py": FIT, "requirements/base.txt": "pandas\nscikit-learn\n", "requirements/constraints.txt": PINS, "requirements/train.txt": "-c constraints.txt\n-r base.txt\n"}, "pip install -r requirements/train.txt", "automated"),
        ({"fit.py": FIT, "setup.py": "from setuptools import setup\nsetup()\n", "setup.cfg": "[options]\ninstall_requires =\n  pandas==2\n"}, "pip install --editable '.[dev]'", "automated"),
    ],
)  # fmt: skip
def test_what_defines_the_environment(files: dict[str, str], command: str, strength: str, assess: Assess) -> None:
    found = assess({**files, ".github/workflows/ci.yml": CI.replace("COMMAND", command)}).capabilities
    assert found["environment-definition"].strength.name == strength


@pytest.mark.parametrize(
    ("others", "command", "strength"),
    [
        ({}, "pnpm install", "automated"),
        ({}, "pnpm install --frozen-lockfile", "enforced"),
        ({}, "echo hello", "present"),
        ({"requirements.txt": "pandas\n"}, "pnpm install", "present"),  # the lock is that of a page beside
    ],
)
def test_a_lock_of_node_defines_the_environment_of_a_program_of_node(
    others: dict[str, str], command: str, strength: str, assess: Assess
) -> None:
    files = {"package.json": '{"dependencies": {"ai": "^4"}}', "pnpm-lock.yaml": "lockfileVersion: '9.0'\n", **others}
    found = assess({**files, ".github/workflows/ci.yml": CI.replace("COMMAND", command)}).capabilities
    assert found["environment-definition"].strength.name == strength
