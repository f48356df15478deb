"""Conda environments, recognised by what they hold, and MLflow's python_env.yaml."""

from __future__ import annotations

import pytest

from mlripe.facts import Dependency, FileFacts
from mlripe.readers.dependencies.conda import looks_like_conda, looks_like_python_env, read_conda


def read(text: str, path: str = "environment.yml") -> FileFacts:
    return read_conda(path, text.encode())


def test_an_environment_with_packages_of_conda_and_of_pip() -> None:
    facts = read(
        """\
name: train
channels:
  - conda-forge
dependencies:
  - python=3.11
  - conda-forge::scikit_learn=1.4.*
  - numpy>=1.26,<2
  - pandas
  - xgboost 2.0.3
  - pytorch=2.1.0=cuda118_0
  - scipy==1.12.0  # exact
  - pip
  - pip:
      - mlflow==2.9.2
      - -r requirements.txt
      - "-e ."
""",
        "envs/train.yml",
    )
    assert facts.dependencies == (
        Dependency("conda", "python", 5, "exact", "3.11"),
        Dependency("conda", "scikit-learn", 6, "bounded", "1.4.*"),
        Dependency("conda", "numpy", 7, "bounded", ">=1.26,<2"),
        Dependency("conda", "pandas", 8),
        Dependency("conda", "xgboost", 9, "exact", "2.0.3"),
        Dependency("conda", "pytorch", 10, "exact", "2.1.0"),
        Dependency("conda", "scipy", 11, "exact", "1.12.0"),
        Dependency("conda", "pip", 12),
        Dependency("python", "mlflow", 14, "exact", "2.9.2"),
    )
    assert [unit.uses for unit in facts.units] == [("./envs/requirements.txt",)]
    assert facts.read_faults == ()


@pytest.mark.parametrize(
    ("specification", "pin"),
    [
        ("numpy=1.26", "exact"),
        ("numpy=1.26.*", "bounded"),
        ("numpy 1.26.*", "bounded"),
        ("numpy 1.26.4 py311_0", "exact"),
        ("numpy=1.25|1.26", "bounded"),
        ("numpy>=1.26", "loose"),
        ("numpy[version='>=1.26,<2']", "bounded"),
        ("numpy[build=py311]", "none"),
        ("numpy=*=openblas", "none"),
        ("numpy", "none"),
    ],
)
def test_how_firmly_a_specification_holds_the_version(specification: str, pin: str) -> None:
    (dependency,) = read(f'channels: [defaults]\ndependencies: ["{specification}"]').dependencies
    assert (dependency.name, dependency.pin) == ("numpy", pin)


@pytest.mark.parametrize(
    "data",
    [
        {"channels": ["defaults"], "dependencies": ["numpy"]},
        {"name": "x", "dependencies": ["numpy", "pandas=2"]},
        {"description": "for a job", "dependencies": ["python=3.9", {"pip": ["mlflow"]}]},
    ],
)
def test_an_environment_is_known_by_its_content(data: object) -> None:
    assert looks_like_conda(data)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"dependencies": []},
        {"dependencies": "numpy"},
        {"dependencies": {"numpy": "1"}},
        {"apiVersion": "v2", "name": "chart", "dependencies": [{"name": "redis", "version": "1", "repository": "r"}]},
        {"galaxy_info": {}, "dependencies": ["common.role"]},
        {"script": ["make"], "dependencies": ["build"]},
        {"python": "3.10", "build_dependencies": ["pip"], "dependencies": ["-r requirements.txt"]},
    ],
)
def test_other_documents_with_dependencies_are_no_environment(data: object) -> None:
    assert not looks_like_conda(data)


def test_a_document_that_is_no_environment_gives_nothing() -> None:
    assert read("jobs:\n  build: {dependencies: [a]}\n") == FileFacts()


def test_an_environment_written_into_one_of_azure_ml() -> None:
    text = "name: train\nimage: ubuntu\nconda_file:\n  dependencies:\n    - python=3.11\n    - pip: [mlflow]\n"
    assert read(text).dependencies == (
        Dependency("conda", "python", 5, "exact", "3.11"),
        Dependency("python", "mlflow", 6),
    )
    assert read("image: ubuntu\nconda_file: conda.yaml\n") == FileFacts()


def test_broken_entries_are_read_faults_and_the_rest_is_read() -> None:
    facts = read("channels: [a]\ndependencies:\n  - python: 3.11\n  - 'numpy @@ 1'\n  - pip: mlflow\n  - scipy\n")
    assert [each.name for each in facts.dependencies] == ["mlflow", "scipy"]
    assert [each.line for each in facts.read_faults] == [3, 4]
    assert facts.read_faults[0].says == "`python:` is no conda package; write `python=1.2`"


def test_python_env_of_mlflow() -> None:
    text = "python: 3.10.0\nbuild_dependencies:\n- pip==21.2.3\ndependencies:\n- -r requirements.txt\n- mlflow>=2\n"
    facts = read(text, "model/python_env.yaml")
    assert facts.dependencies == (
        Dependency("python", "pip", 3, "exact", "21.2.3", "build"),
        Dependency("python", "mlflow", 6, "loose", ">=2"),
    )
    assert facts.units[0].uses == ("./model/requirements.txt",)
    assert not looks_like_python_env({"python": "3.10", "dependencies": [], "jobs": {}})
