"""A published library's own packages are its product, and what they do is not what the repository practises."""

from __future__ import annotations

from mlripe.catalog import load
from mlripe.readers.product import product_paths
from mlripe.readers.store import FactStore
from mlripe.snapshot.memory import MemorySnapshot

PUBLISHED = '[build-system]\nrequires = ["hatchling"]\n[project]\nname = "tracker"\nclassifiers = ["Development Status :: 5 - Production/Stable"]\n'


def test_packages_of_a_published_library() -> None:
    files = {"pyproject.toml": PUBLISHED, "src/tracker/__init__.py": "", "tests/__init__.py": ""}
    paths = product_paths(files, lambda path: files[path].encode())
    assert "/src/tracker/" in paths
    assert "/tests/" not in paths


def test_an_application_with_a_package_is_no_library() -> None:
    files = {"pyproject.toml": '[project]\nname = "churn"\n', "churn/__init__.py": ""}
    assert product_paths(files, lambda path: files[path].encode()) == ()


def test_product_and_examples_have_their_role_and_tests_stay_tests() -> None:
    files = {
        "setup.py": PUBLISHED,
        "tracker/__init__.py": "",
        "tracker/run.py": "",
        "tracker/tests/test_run.py": "",
        "examples/a.py": "",
    }
    store = FactStore(MemorySnapshot(files), load().roles, lambda content: True)
    roles = {path: role.id if (role := store.role(path)) else "" for path in files}
    assert roles == {
        "setup.py": "",
        "tracker/__init__.py": "product",
        "tracker/run.py": "product",
        "tracker/tests/test_run.py": "tests",
        "examples/a.py": "product",
    }
