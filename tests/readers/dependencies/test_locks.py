"""Lock files: everything in them is exact and locked, and the project's own packages are left out."""

from __future__ import annotations

import pytest

from mlripe.facts import Dependency, FileFacts
from mlripe.readers import Reader, Unreadable
from mlripe.readers.dependencies.gathering import MAX_DEPENDENCIES
from mlripe.readers.dependencies.json_locks import read_pipfile_lock, read_renv_lock
from mlripe.readers.dependencies.node_locks import read_package_lock, read_pnpm_lock, read_yarn_lock
from mlripe.readers.dependencies.toml_locks import (
    read_julia_manifest,
    read_pdm_lock,
    read_poetry_lock,
    read_pylock,
    read_uv_lock,
)
from mlripe.readers.dependencies.yaml_locks import read_conda_lock, read_pixi_lock


def locked(ecosystem: str, name: str, line: int, version: str, group: str = "") -> Dependency:
    return Dependency(ecosystem, name, line, "exact", version, group, locked=True)


def read(reader: Reader, text: str) -> tuple[Dependency, ...]:
    facts = reader("lock", text.encode())
    assert facts.read_faults == ()
    return facts.dependencies


def test_poetry() -> None:
    text = """\
[[package]]
name = "Some_Package"
version = "1.0"
category = "main"
[package.dependencies]
other = ">=2"
[[package]]
name = "pytest"
version = "8.0"
groups = ["dev"]
files = [
    {file = "pytest-8.0.whl", hash = "sha256:aa"},
]
[[package]]
name = "shared"
version = "0.1"
groups = ["main", "dev"]
[package.source]
type = "git"
[[package]]
name = "local"
version = "0.1"
[package.source]
type = "directory"
url = "../local"
[metadata]
name = "not this"
"""
    assert read(read_poetry_lock, text) == (
        locked("python", "some-package", 2, "1.0"),
        locked("python", "pytest", 8, "8.0", "dev"),
        locked("python", "shared", 15, "0.1"),
    )


def test_uv() -> None:
    text = """\
version = 1
[[package]]
name = "own"
source = { virtual = "." }
dependencies = [
    { name = "numpy" },
]
[[package]]
name = "member"
version = "0.1"
source = { editable = "libs/member" }
[[package]]
name = "numpy"
version = "1.26.4"
source = { registry = "https://pypi.org/simple" }
"""
    assert read(read_uv_lock, text) == (locked("python", "numpy", 13, "1.26.4"),)


def test_pdm_and_the_standard_lock() -> None:
    pdm = (
        '[[package]]\nname = "numpy"\nversion = "1.26.4"\ngroups = ["default", "dev"]\n'
        '[[package]]\nname = "x"\npath = "./x"\n'
    )
    assert read(read_pdm_lock, pdm) == (locked("python", "numpy", 2, "1.26.4"),)
    pylock = (
        'lock-version = "1.0"\n[[packages]]\nname = "numpy"\nversion = "1.26.4"\n'
        '[[packages]]\nname = "x"\n[packages.directory]\npath = "."\n'
    )
    assert read(read_pylock, pylock) == (locked("python", "numpy", 3, "1.26.4"),)


def test_pipenv() -> None:
    text = """\
{
    "_meta": {"requires": {"python_version": "3.11"}},
    "default": {
        "numpy": {
            "hashes": [],
            "version": "==1.26.4"
        }
    },
    "develop": {
        "numpy": {
            "version": "==1.26.4"
        },
        "tool": {"git": "https://host.org/a/tool", "ref": "0a1b2c3"}
    }
}
"""
    assert read(read_pipfile_lock, text) == (
        locked("python", "numpy", 4, "1.26.4"),
        locked("python", "numpy", 10, "1.26.4", "dev"),
        locked("python", "tool", 13, "0a1b2c3", "dev"),
    )


def test_conda_lock_gives_each_package_once_for_all_platforms() -> None:
    text = """\
version: 1
metadata:
  channels:
  - url: conda-forge
package:
- name: numpy
  version: 1.26.4
  manager: conda
  platform: linux-64
  dependencies:
    python: '>=3.11'
  category: main
- name: numpy
  version: 1.26.4
  manager: conda
  platform: osx-64
- category: dev
  name: mlflow
  version: '2.9.2'
  manager: pip
"""
    assert read(read_conda_lock, text) == (
        locked("conda", "numpy", 6, "1.26.4"),
        locked("python", "mlflow", 17, "2.9.2", "dev"),
    )


def test_pixi_in_both_of_its_formats() -> None:
    new = """\
version: 6
environments:
  default:
    packages:
      linux-64:
      - conda: https://conda.anaconda.org/conda-forge/linux-64/not-this-1.0-0.conda
packages:
- conda: https://conda.anaconda.org/conda-forge/linux-64/scikit-learn-1.4.2-py311_0.conda
  sha256: aa
  depends:
  - python
- pypi: https://files.pythonhosted.org/packages/mlflow-2.9.2-py3-none-any.whl
  name: mlflow
  version: 2.9.2
- pypi: ./
  name: own
"""
    assert read(read_pixi_lock, new) == (
        locked("conda", "scikit-learn", 8, "1.4.2"),
        locked("python", "mlflow", 12, "2.9.2"),
    )
    old = "packages:\n- kind: conda\n  name: numpy\n  version: 1.26.4\n- kind: pypi\n  name: rich\n  version: '13'\n"
    assert read(read_pixi_lock, old) == (locked("conda", "numpy", 2, "1.26.4"), locked("python", "rich", 5, "13"))


def test_npm_gives_what_the_project_itself_asks_for() -> None:
    text = """\
{
  "name": "own",
  "lockfileVersion": 3,
  "packages": {
    "": {
      "name": "own",
      "dependencies": {
        "@scope/a": "^1.0.0"
      },
      "devDependencies": {
        "promptfoo": "0.1.0"
      },
      "engines": {
        "node": ">=20"
      }
    },
    "node_modules/@scope/a": {
      "version": "1.2.3",
      "dependencies": {
        "b": "^1.0.0"
      }
    },
    "node_modules/b": {
      "version": "1.0.0"
    },
    "node_modules/promptfoo": {
      "name": "promptfoo",
      "version": "0.1.0"
    }
  }
}
"""
    assert read(read_package_lock, text) == (
        locked("node", "@scope/a", 8, "1.2.3"),
        locked("node", "promptfoo", 11, "0.1.0", "dev"),
    )


def test_npm_of_the_first_version() -> None:
    text = '{\n  "lockfileVersion": 1,\n  "dependencies": {\n    "a": {\n      "version": "1.0.0",\n'
    text += '      "requires": {\n        "b": "2"\n      }\n    }\n  }\n}\n'
    assert read(read_package_lock, text) == (locked("node", "a", 4, "1.0.0"),)


def test_yarn_in_both_of_its_formats() -> None:
    old = '# yarn lockfile v1\n\n"@a/b@^1.0", "@a/b@^1.1":\n  version "1.2.0"\n\nc@^2:\n  version "2.0.0"\n'
    assert read(read_yarn_lock, old) == (locked("node", "@a/b", 3, "1.2.0"), locked("node", "c", 6, "2.0.0"))
    new = (
        '__metadata:\n  version: 8\n\n"c@npm:^2":\n  version: 2.0.0\n\n"own@workspace:.":\n  version: 0.0.0-use.local\n'
    )
    assert read(read_yarn_lock, new) == (locked("node", "c", 4, "2.0.0"),)


def test_pnpm_in_both_of_its_formats() -> None:
    old = "lockfileVersion: 5.4\nspecifiers:\n  a: ^1\ndependencies:\n  a: 1.0.0_react@18\npackages:\n  /a/1.0.0:\n"
    assert [each.name for each in read(read_pnpm_lock, old)] == ["a"]
    new = """\
lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      '@scope/a':
        specifier: ^1
        version: 1.0.0(react@18.0.0)
      own:
        specifier: workspace:*
        version: link:../own
    devDependencies:
      b:
        specifier: ^2
        version: 2.0.0
packages:
  not-this@1.0.0: {}
"""
    assert read(read_pnpm_lock, new) == (
        locked("node", "@scope/a", 5, "1.0.0"),
        locked("node", "b", 12, "2.0.0", "dev"),
    )


def test_renv() -> None:
    text = """\
{
  "R": {"Version": "4.3.1"},
  "Packages": {
    "dplyr": {
      "Package": "dplyr",
      "Version": "1.1.4",
      "Requirements": ["R6"]
    },
    "R6": {
      "Package": "R6",
      "Version": "2.5.1"
    }
  }
}
"""
    assert read(read_renv_lock, text) == (locked("r", "dplyr", 4, "1.1.4"), locked("r", "R6", 9, "2.5.1"))


def test_julia_in_both_of_its_formats() -> None:
    old = '[[Flux]]\ndeps = ["Zygote"]\nversion = "0.13.0"\n\n[[Random]]\nuuid = "9a"\n'
    assert read(read_julia_manifest, old) == (locked("julia", "Flux", 1, "0.13.0"), locked("julia", "Random", 5, ""))
    new = '[deps]\n[[deps.Flux]]\nversion = "0.14.0"\n    [deps.Flux.extensions]\n    version = "x"\n'
    assert read(read_julia_manifest, new) == (locked("julia", "Flux", 2, "0.14.0"),)


READERS = [
    read_conda_lock,
    read_julia_manifest,
    read_package_lock,
    read_pdm_lock,
    read_pipfile_lock,
    read_pixi_lock,
    read_pnpm_lock,
    read_poetry_lock,
    read_pylock,
    read_renv_lock,
    read_uv_lock,
    read_yarn_lock,
]


@pytest.mark.parametrize("reader", READERS)
def test_an_empty_lock_holds_nothing(reader: Reader) -> None:
    assert reader("lock", b"") == FileFacts()


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"[[]]\n" * 9, b"packages:\n- " * 9, b"{}", b"<<<<<<< HEAD\n"])
def test_rubbish_is_unreadable_or_nothing(reader: Reader, content: bytes) -> None:
    if reader in (read_pipfile_lock, read_renv_lock) and content != b"{}":
        with pytest.raises(Unreadable, match="not valid JSON"):
            reader("lock", content)
    else:
        assert reader("lock", content).dependencies == ()


def test_the_bound_on_dependencies_holds_for_locks() -> None:
    text = "".join(f'[[package]]\nname = "p{n}"\nversion = "1"\n' for n in range(MAX_DEPENDENCIES + 5))
    facts = read_uv_lock("uv.lock", text.encode())
    assert len(facts.dependencies) == MAX_DEPENDENCIES
    assert "only the first" in facts.read_faults[0].says
