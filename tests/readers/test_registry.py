"""Which readers a file gets, by its name alone."""

from __future__ import annotations

import importlib

import pytest

from mlripe.readers import _ROWS, read, readers_for


@pytest.mark.parametrize(
    ("path", "readers"),
    [
        ("src/a.py", ["python:read_python"]),
        ("setup.py", ["python:read_python", "dependencies:read_setup_py", "runners:read_setup_py_scripts"]),
        ("a/b.ipynb", ["notebook:read_notebook"]),
        (".github/workflows/ci.yml", ["github:read_github_workflow"]),
        ("seed/.github/workflows/ci.yaml", ["github:read_github_workflow"]),
        (".github/actions/x/action.yml", ["github:read_github_action"]),
        (".gitlab-ci.yml", ["gitlab:read_gitlab"]),
        ("ci/azure-pipelines.train.yml", ["azure_pipelines:read_azure_pipelines"]),
        (".circleci/config.yml", ["circleci:read_circleci"]),
        ("build/Jenkinsfile.deploy", ["jenkins:read_jenkinsfile"]),
        ("docker/Dockerfile.train", ["docker:read_dockerfile"]),
        ("train.dockerfile", ["docker:read_dockerfile"]),
        ("docker-compose.override.yml", ["docker:read_compose"]),
        ("dvc.yaml", ["dvc:read_dvc_yaml"]),
        ("data/raw.csv.dvc", ["dvc:read_dvc_pointer"]),
        ("requirements-dev.txt", ["dependencies:read_requirements"]),
        ("requirements/base.txt", ["dependencies:read_requirements"]),
        ("pyproject.toml", ["dependencies:read_pyproject", "runners:read_pyproject"]),
        ("infra/main.tf", ["terraform:read_terraform"]),
        ("k8s/deploy.yaml", ["structured:read_structured"]),
        ("params.toml", ["documents:read_document"]),
        ("run.sh", ["shell:read_shell", "orchestration:read_slurm"]),
        ("README.md", []),
        ("data.csv", []),
        ("model.pkl", []),
    ],
)
def test_a_path_gets(path: str, readers: list[str]) -> None:
    assert list(readers_for(path)) == readers


@pytest.mark.parametrize("name", sorted({name.rstrip("+") for _, name in _ROWS if name}))
def test_every_reader_of_the_table_exists_and_survives_nothing_and_noise(name: str) -> None:
    module, function = name.split(":")
    assert callable(getattr(importlib.import_module(f"mlripe.readers.{module}"), function))


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe binary", b"{" * 2000, b"a: [1, 2", b"\xef\xbb\xbfname: x\n"])
def test_no_content_makes_reading_raise(content: bytes) -> None:
    for patterns, _ in _ROWS:
        path = patterns.split()[0].replace("**/", "").replace("*", "x").lstrip("/")
        read(path, content)
