"""A published library's own packages are its product, and what they do is not what the repository practises."""

from __future__ import annotations

import pytest

from mlripe.catalog import load
from mlripe.readers import file_table
from mlripe.readers.product import product_paths
from mlripe.readers.store import FactStore
from mlripe.snapshot.memory import MemorySnapshot

PUBLISHED = '[build-system]\nrequires = ["hatchling"]\n[project]\nname = "tracker"\nclassifiers = ["Development Status :: 5 - Production/Stable"]\n'


def product(files: dict[str, str]) -> tuple[str, ...]:
    ci_files = file_table(load().knowledge).ci_files(files)
    return product_paths(files, lambda path: files[path].encode(), ci_files)


def test_packages_of_a_published_library() -> None:
    files = {"pyproject.toml": PUBLISHED, "src/tracker/__init__.py": "", "tests/__init__.py": ""}
    paths = product(files)
    assert "/src/tracker/" in paths
    assert "/tests/" not in paths


def test_an_application_with_a_package_is_no_library() -> None:
    files = {"pyproject.toml": '[project]\nname = "churn"\n', "churn/__init__.py": ""}
    assert product(files) == ()


def test_product_and_examples_have_their_role_and_tests_stay_tests() -> None:
    files = {
        "setup.py": PUBLISHED,
        "tracker/__init__.py": "",
        "tracker/run.py": "",
        "tracker/tests/test_run.py": "",
        "examples/a.py": "",
    }
    store = FactStore(MemorySnapshot(files), load().roles, lambda *_: True)
    roles = {path: role.id if (role := store.role(path)) else "" for path in files}
    assert roles == {
        "setup.py": "",
        "tracker/__init__.py": "product",
        "tracker/run.py": "product",
        "tracker/tests/test_run.py": "tests",
        "examples/a.py": "product",
    }


def test_an_application_that_is_never_built_is_no_library_whatever_its_classifiers() -> None:
    files = {
        "pyproject.toml": '[project]\nname = "agents"\nclassifiers = ["Development Status :: 4 - Beta"]\n',
        "src/agents/__init__.py": "",
    }
    assert product(files) == ()


def test_a_package_that_ci_publishes_and_users_install_is_a_library() -> None:
    files = {
        "README.md": "Install it: `pip install encoders`\n",
        "pyproject.toml": '[tool.poetry]\nname = "encoders"\n',
        "encoders/__init__.py": "",
        ".github/workflows/release.yml": "steps: [{uses: pypa/gh-action-pypi-publish@release/v1}]\n",
    }
    assert "/encoders/" in product(files)
    files["README.md"] = "Needs [encoders](https://pypi.org/project/encoders/).\n"
    assert "/encoders/" in product(files)
    files[".github/workflows/release.yml"] = "steps: [{run: docker push encoders}]\n"
    assert product(files) == ()


@pytest.mark.parametrize(
    ("told", "library"),
    [
        ("pip install encoders", True),
        ("`pip install -U encoders[all]`.", True),
        ("pip install encoders.", True),
        ("pip install -e .", False),
        ("pip install -r encoders/requirements.txt", False),
        ("pip install decoders", False),
    ],
)
def test_a_package_that_is_installed_by_its_own_name_is_a_library(told: str, library: bool) -> None:
    files = {"README.md": told, "setup.py": "setup(name='encoders')\n", "encoders/__init__.py": ""}
    assert bool(product(files)) == library


def test_a_package_of_node_or_r_that_its_readme_tells_how_to_install_is_a_library() -> None:
    node = {"README.md": "npx @me/evals run", "package.json": '{\n  "name": "@me/evals"\n}\n', "src/run.ts": ""}
    assert "/src/" in product(node)
    node["package.json"] = '{\n  "name": "@me/evals",\n  "private": true\n}\n'
    assert product(node) == ()
    r = {"README.md": 'pak::pak("me/trees")', "DESCRIPTION": "Package: trees\n", "NAMESPACE": "export(grow)\n"}
    assert "/R/" in product(r)
    r["_targets.R"] = "library(targets)\n"
    assert product(r) == ()


def test_a_registered_julia_package_is_a_library() -> None:
    files = {
        "Project.toml": 'name = "Games"\nuuid = "8ed9eb0b-7496-408d-8c8b-2119aeea02cd"\nversion = "0.5.6"\n',
        "src/Games.jl": "module Games end\n",
        ".github/workflows/TagBot.yml": "on: {issue_comment: {types: [created]}}\n",
    }
    assert "/src/" in product(files)
    del files[".github/workflows/TagBot.yml"]
    assert product(files) == ()


def test_a_library_whose_package_of_its_name_lies_deeper() -> None:
    files = {"pyproject.toml": PUBLISHED, "sdk/python/tracker/__init__.py": "", "sdk/python/other/__init__.py": ""}
    paths = product(files)
    assert "/sdk/python/tracker/" in paths
    assert "/sdk/python/other/" not in paths


def test_a_package_that_its_readme_only_runs_in_place_is_no_library_whatever_its_classifiers() -> None:
    files = {
        "README.md": "# Agents\ngit clone it, `poetry install`, then `python examples/train.py`.\n",
        "pyproject.toml": PUBLISHED,
        "tracker/__init__.py": "",
    }
    assert product(files) == ()
    for offer in ("Then `pip install tracker`.", "See https://pypi.org/project/tracker."):
        offered = {**files, "README.md": files["README.md"] + offer}
        assert "/tracker/" in product(offered)
    command = {**files, "pyproject.toml": PUBLISHED + '[project.scripts]\ntracker = "tracker.cli:main"\n'}
    assert "/tracker/" in product(command)


def test_what_stands_in_for_a_model_while_a_service_is_tried_proves_nothing() -> None:
    files = dict.fromkeys(("scripts/seed_ci_registry.py", "ci/create_dummy_model.py", "src/dummy_model.py"), "x = 1\n")
    store = FactStore(MemorySnapshot(files), load().roles, lambda *_: True)
    assert [path for path in files if store.role(path)] == ["scripts/seed_ci_registry.py", "ci/create_dummy_model.py"]


def test_an_app_of_cdk_is_no_library_though_its_generator_describes_it() -> None:
    files = {
        "setup.py": 'setup(name="delivery", classifiers=["Intended Audience :: Developers"])\n',
        "infra/__init__.py": "",
    }
    assert product(files)
    assert product({**files, "cdk.json": '{"app": "python app.py"}'}) == ()
