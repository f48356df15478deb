"""Which readers a file gets, by its name alone."""

from __future__ import annotations

import importlib

import pytest

from mlripe.catalog import load
from mlripe.readers import file_table, read, readers_for


@pytest.mark.parametrize(
    ("path", "readers"),
    [
        ("src/a.py", ["python.source:read_python", "dependencies.inline_script:read_inline_script"]),
        (
            "setup.py",
            [
                "python.source:read_python",
                "dependencies.setup_py:read_setup_py",
                "runners.project_scripts:read_setup_py_scripts",
            ],
        ),
        ("a/b.ipynb", ["python.notebook:read_notebook"]),
        (".github/workflows/ci.yml", ["ci.github:read_github_workflow"]),
        ("seed/.github/workflows/ci.yaml", ["ci.github:read_github_workflow"]),
        (".github/actions/x/action.yml", ["ci.github:read_github_action"]),
        (".gitlab-ci.yml", ["ci.gitlab:read_gitlab"]),
        ("ci/azure-pipelines.train.yml", ["ci.azure_pipelines:read_azure_pipelines"]),
        (".circleci/config.yml", ["ci.circleci:read_circleci"]),
        ("build/Jenkinsfile.deploy", ["ci.jenkins:read_jenkinsfile"]),
        ("docker/Dockerfile.train", ["infrastructure.dockerfile:read_dockerfile"]),
        ("train.dockerfile", ["infrastructure.dockerfile:read_dockerfile"]),
        ("docker-compose.override.yml", ["infrastructure.compose:read_compose"]),
        ("dvc.yaml", ["pipelines.dvc:read_dvc_yaml"]),
        ("data/raw.csv.dvc", ["pipelines.dvc:read_dvc_pointer"]),
        ("requirements-dev.txt", ["dependencies.requirements:read_requirements"]),
        ("requirements/base.txt", ["dependencies.requirements:read_requirements"]),
        ("pyproject.toml", ["dependencies.pyproject:read_pyproject", "runners.project_scripts:read_pyproject"]),
        ("infra/main.tf", ["infrastructure.terraform:read_terraform"]),
        ("k8s/deploy.yaml", ["formats.structured:read_structured"]),
        ("params.toml", ["formats.documents:read_document"]),
        ("run.sh", ["shell.commands:read_shell", "formats.dialects:read_slurm"]),
        ("README.md", []),
        ("data.csv", []),
        ("model.pkl", []),
    ],
)
def test_a_path_gets(path: str, readers: list[str]) -> None:
    assert list(readers_for(path)) == readers


@pytest.mark.parametrize("name", sorted({name.rstrip("+") for _, name in file_table(load().knowledge).rows if name}))
def test_every_reader_of_the_table_exists_and_survives_nothing_and_noise(name: str) -> None:
    module, function = name.split(":")
    assert callable(getattr(importlib.import_module(f"mlripe.readers.{module}"), function))


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe binary", b"{" * 2000, b"a: [1, 2", b"\xef\xbb\xbfname: x\n"])
def test_no_content_makes_reading_raise(content: bytes) -> None:
    for patterns, _ in file_table(load().knowledge).rows:
        path = patterns[0].replace("**/", "").replace("*", "x").lstrip("/")
        read(path, content)
