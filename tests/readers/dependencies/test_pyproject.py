"""pyproject.toml and the manifests that look like it: Pipfile, pixi.toml."""

from __future__ import annotations

import pytest

from mlripe.facts import Dependency, FileFacts
from mlripe.readers import Unreadable
from mlripe.readers.dependencies.pipenv import read_pipfile
from mlripe.readers.dependencies.pixi import read_pixi
from mlripe.readers.dependencies.pyproject import read_pyproject


def read(text: str) -> FileFacts:
    return read_pyproject("app/pyproject.toml", text.encode())


def test_standard_tables_and_dependency_groups() -> None:
    facts = read("""\
[build-system]
requires = ["hatchling>=1.24"]
[project]
name = "Own-Package"
dependencies = [
  "numpy>=1.20,<2",  # arrays
  "Pandas",
]
[project.optional-dependencies]
serve = ["fastapi==0.110.0", "tool @ git+https://host.org/a/tool@0a1b2c3d"]
all = ["own_package[serve]"]
[dependency-groups]
test = ["pytest>=8"]
dev = [{include-group = "test"}, "ruff ~= 0.4"]
""")
    assert set(facts.dependencies) == {
        Dependency("python", "hatchling", 2, "loose", ">=1.24", "build"),
        Dependency("python", "numpy", 6, "bounded", ">=1.20,<2"),
        Dependency("python", "pandas", 7),
        Dependency("python", "fastapi", 10, "exact", "0.110.0", "serve"),
        Dependency("python", "tool", 10, "exact", "0a1b2c3d", "serve"),
        Dependency("python", "pytest", 13, "loose", ">=8", "test"),
        Dependency("python", "ruff", 14, "bounded", "~= 0.4", "dev"),
    }
    assert facts.read_faults == ()


def test_poetry() -> None:
    facts = read("""\
[tool.poetry]
name = "own"
[tool.poetry.dependencies]
python = "^3.11"
mlflow = "^2.9"
numpy = "~1.26"
pandas = "2.2.0"
scipy = "*"
torch = [{version = "2.1.0", platform = "linux"}, {version = ">=2.1", platform = "darwin"}]
xgboost = {version = ">=2", optional = true}
shared = {path = "../shared"}
tool = {git = "https://host.org/a/tool.git", tag = "v1"}
head = {git = "https://host.org/a/head.git", branch = "main"}
[tool.poetry.extras]
boost = ["xgboost"]
[tool.poetry.dev-dependencies]
black = "^24"
[tool.poetry.group.test.dependencies]
pytest = ">=8,<9"
""")
    assert facts.dependencies == (
        Dependency("python", "mlflow", 5, "bounded", "^2.9"),
        Dependency("python", "numpy", 6, "bounded", "~1.26"),
        Dependency("python", "pandas", 7, "exact", "2.2.0"),
        Dependency("python", "scipy", 8),
        Dependency("python", "torch", 9, "loose", ">=2.1"),
        Dependency("python", "xgboost", 10, "loose", ">=2", "boost"),
        Dependency("python", "tool", 12, "exact", "v1"),
        Dependency("python", "head", 13),
        Dependency("python", "black", 17, "bounded", "^24", "dev"),
        Dependency("python", "pytest", 19, "bounded", ">=8,<9", "test"),
    )


def test_poetry_beside_the_standard_table_only_adds_where_a_package_comes_from() -> None:
    text = '[project]\ndependencies = ["torch>=2,<3"]\n[tool.poetry.dependencies]\ntorch = {source = "cpu"}\n'
    assert read(text).dependencies == (Dependency("python", "torch", 2, "bounded", ">=2,<3"),)


def test_pdm_uv_and_hatch() -> None:
    facts = read("""\
[tool.pdm.dev-dependencies]
lint = ["flake8", "-e file:///${PROJECT_ROOT}/sub"]
[tool.uv]
dev-dependencies = ["ipykernel"]
[tool.hatch.envs.docs]
dependencies = ["mkdocs==1.6.0"]
extra-dependencies = ["mike"]
""")
    assert facts.dependencies == (
        Dependency("python", "flake8", 2, group="lint"),
        Dependency("python", "ipykernel", 4, group="dev"),
        Dependency("python", "mkdocs", 6, "exact", "1.6.0", "docs"),
        Dependency("python", "mike", 7, group="docs"),
    )


def test_files_that_a_build_backend_reads_are_the_uses_of_one_unit() -> None:
    facts = read("""\
[project]
dynamic = ["dependencies", "optional-dependencies"]
[tool.setuptools.dynamic]
dependencies = {file = ["requirements.txt"]}
optional-dependencies.dev = {file = "requirements-dev.txt"}
""")
    (unit,) = facts.units
    assert unit.uses == ("./app/requirements.txt", "./app/requirements-dev.txt")
    assert unit.line == 4


PIXI = """\
[{0}dependencies]
python = "3.11.*"
numpy = ">=1.26,<2"
pytorch = {{version = "2.1.0", build = "cuda*"}}
[{0}pypi-dependencies]
mlflow = "==2.9.2"
own = {{path = ".", editable = true}}
[{0}feature.test.dependencies]
pytest = "*"
[{0}target.linux-64.dependencies]
cuda = "12.1"
[{0}host-dependencies]
cmake = "*"
"""


@pytest.mark.parametrize(("prefix", "reader"), [("", read_pixi), ("tool.pixi.", read_pyproject)])
def test_pixi_in_its_own_file_and_in_pyproject(prefix: str, reader: object) -> None:
    assert callable(reader)
    assert set(reader("pixi.toml", PIXI.format(prefix).encode()).dependencies) == {
        Dependency("conda", "python", 2, "bounded", "3.11.*"),
        Dependency("conda", "numpy", 3, "bounded", ">=1.26,<2"),
        Dependency("conda", "pytorch", 4, "exact", "2.1.0"),
        Dependency("python", "mlflow", 6, "exact", "2.9.2"),
        Dependency("conda", "pytest", 9, group="test"),
        Dependency("conda", "cuda", 11, "exact", "12.1"),
        Dependency("conda", "cmake", 13, group="build"),
    }


def test_pipfile() -> None:
    facts = read_pipfile(
        "Pipfile",
        b"""\
[[source]]
url = "https://pypi.org/simple"
[packages]
requests = "*"
Flask = "==3.0.0"
tool = {ref = "0a1b2c3", git = "https://host.org/a/tool"}
own = {path = ".", editable = true}
[dev-packages]
pytest = {version = "~=8.0", extras = ["x"]}
[docs]
mkdocs = ">=1"
[requires]
python_version = "3.11"
""",
    )
    assert facts.dependencies == (
        Dependency("python", "requests", 4),
        Dependency("python", "flask", 5, "exact", "3.0.0"),
        Dependency("python", "tool", 6, "exact", "0a1b2c3"),
        Dependency("python", "pytest", 9, "bounded", "~=8.0", "dev"),
        Dependency("python", "mkdocs", 11, "loose", ">=1", "docs"),
    )


def test_a_broken_entry_is_a_read_fault_with_its_line() -> None:
    facts = read('[project]\ndependencies = [\n  "numpy",\n  "pandas = 2",\n  5,\n]\n')
    assert [each.name for each in facts.dependencies] == ["numpy"]
    assert [(each.line, each.path) for each in facts.read_faults] == [(4, "app/pyproject.toml")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[tool.ruff]\nline-length = 100\n",
        'project = "x"\ntool = 5\n',
        "[project]\ndependencies = 5\noptional-dependencies = []\n",
        "[tool]\npoetry = []\npixi = 1\nhatch.envs.x = 2\n",
        "[tool.poetry.dependencies]\nnumpy = 5\n",
    ],
)
def test_other_tables_and_wrong_types_give_nothing(text: str) -> None:
    assert read(text) == FileFacts()


def test_what_is_no_toml_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        read("[project\n")
