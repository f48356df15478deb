"""From one file's bytes to its facts: a reader a format, each a pure function, chosen by the file's name.

`read(path, content)` never raises for bad content: what cannot be parsed is a `Problem` in the facts.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from functools import cache

from mlripe.facts import FileFacts, Problem

__all__ = ["Reader", "Unreadable", "is_code", "read", "readers_for"]

Reader = Callable[[str, bytes], FileFacts]


class Unreadable(Exception):
    """A file that its reader cannot parse; `line` is where, 0 if unknown. The message is a sentence for the report."""

    def __init__(self, says: str, line: int = 0) -> None:
        super().__init__(says)
        self.line = line


# Which readers a path gets: all rows that match, in this order, up to and including the first that is not marked "+".
_BY_NAME: tuple[tuple[str, str], ...] = (
    (r".*\.py", "python:read_python+"),
    (r"(?:.*/)?setup\.py", "dependencies:read_setup_py+"),
    (r"(?:.*/)?setup\.py", "runners:read_setup_py_scripts"),
    (r"(?:.*/)?noxfile\.py", "python:read_python"),
    (r".*\.py", ""),
    (r".*\.ipynb", "notebook:read_notebook"),
    (r"(?:.*/)?\.github/workflows/[^/]+\.ya?ml", "github:read_github_workflow"),
    (r"(?:.*/)?action\.ya?ml", "github:read_github_action"),
    (r"(?:.*/)?\.gitlab-ci\.ya?ml", "gitlab:read_gitlab"),
    (r"(?:.*/)?\.gitlab/.*\.ya?ml", "gitlab:read_gitlab"),
    (r"(?:.*/)?[^/]*\.gitlab-ci\.ya?ml", "gitlab:read_gitlab"),
    (r"(?:.*/)?[^/]*azure-pipelines?[^/]*\.ya?ml", "azure_pipelines:read_azure_pipelines"),
    (
        r"(?:.*/)?\.?(?:azure-pipelines?|azuredevops|devops-pipelines|\.azure|\.ado)/.*\.ya?ml",
        "azure_pipelines:read_azure_pipelines",
    ),
    (r"\.circleci/.*\.ya?ml", "circleci:read_circleci"),
    (r"(?:.*/)?(?:Jenkinsfile[^/]*|[^/]*\.jenkinsfile|[^/]*\.Jenkinsfile)", "jenkins:read_jenkinsfile"),
    (r"\.travis\.ya?ml", "other_ci:read_travis"),
    (r"bitbucket-pipelines\.ya?ml", "other_ci:read_bitbucket"),
    (r"\.buildkite/.*\.ya?ml", "other_ci:read_buildkite"),
    (r"\.drone\.ya?ml|\.woodpecker\.ya?ml|\.woodpecker/.*\.ya?ml", "other_ci:read_drone"),
    (r"(?:.*/)?[^/]*cloudbuild[^/]*\.(?:ya?ml|json)", "other_ci:read_cloudbuild"),
    (r"(?:.*/)?[^/]*buildspec[^/]*\.ya?ml", "other_ci:read_buildspec"),
    (r"(?:.*/)?(?:GNU)?[Mm]akefile(?:\.[^/]+)?|.*\.mk", "make:read_makefile"),
    (r"(?:.*/)?\.?[Jj]ustfile|.*\.just", "make:read_justfile"),
    (r"(?:.*/)?[Tt]askfile\.ya?ml", "runners:read_taskfile"),
    (r".*\.(?:sh|bash|zsh|ksh|sbatch|slurm)", "shell:read_shell+"),
    (r".*\.(?:sh|bash|zsh|ksh|sbatch|slurm)", "orchestration:read_slurm"),
    (
        r"(?:.*/)?(?:Dockerfile|Containerfile)(?:[.\-_][^/]*)?|.*\.(?:[Dd]ockerfile|[Cc]ontainerfile)",
        "docker:read_dockerfile",
    ),
    (r"(?:.*/)?(?:docker-)?compose[^/]*\.ya?ml", "docker:read_compose"),
    (r"(?:.*/)?Procfile(?:\.[^/]+)?", "docker:read_procfile"),
    (r"(?:.*/)?dvc\.ya?ml", "dvc:read_dvc_yaml"),
    (r"(?:.*/)?dvc\.lock", "dvc:read_dvc_lock"),
    (r"(?:.*/)?\.dvc/config", "dvc:read_dvc_config"),
    (r".*\.dvc", "dvc:read_dvc_pointer"),
    (r"(?:.*/)?tox\.ini", "runners:read_tox"),
    (r"(?:.*/)?setup\.cfg", "dependencies:read_setup_cfg+"),
    (r"(?:.*/)?setup\.cfg", "runners:read_setup_cfg"),
    (r"(?:.*/)?MLproject", "runners:read_mlproject"),
    (r"(?:.*/)?\.pre-commit-config\.ya?ml", "runners:read_pre_commit"),
    (r"(?:.*/)?Snakefile|.*\.smk", "runners:read_snakefile"),
    (r"(?:.*/)?_targets\.R", "runners:read_targets"),
    (r"(?:.*/)?package\.json", "dependencies:read_package_json+"),
    (r"(?:.*/)?package\.json", "runners:read_package_json_scripts"),
    (r"(?:.*/)?(?:package-lock\.json|npm-shrinkwrap\.json)", "dependencies:read_package_lock"),
    (r"(?:.*/)?yarn\.lock", "dependencies:read_yarn_lock"),
    (r"(?:.*/)?pnpm-lock\.ya?ml", "dependencies:read_pnpm_lock"),
    (r"(?:.*/)?pyproject\.toml", "dependencies:read_pyproject+"),
    (r"(?:.*/)?pyproject\.toml", "runners:read_pyproject"),
    (
        r"(?:.*/)?[^/]*(?:requirements?|constraints?)[^/]*\.(?:txt|in)|(?:.*/)?requirements?/[^/]+\.(?:txt|in)",
        "dependencies:read_requirements",
    ),
    (r"(?:.*/)?Pipfile", "dependencies:read_pipfile"),
    (r"(?:.*/)?Pipfile\.lock", "dependencies:read_pipfile_lock"),
    (r"(?:.*/)?poetry\.lock", "dependencies:read_poetry_lock"),
    (r"(?:.*/)?uv\.lock", "dependencies:read_uv_lock"),
    (r"(?:.*/)?pdm\.lock", "dependencies:read_pdm_lock"),
    (r"(?:.*/)?pylock(?:\.[^/]+)?\.toml", "dependencies:read_pylock"),
    (r"(?:.*/)?[^/]*conda-lock[^/]*\.ya?ml", "dependencies:read_conda_lock"),
    (r"(?:.*/)?pixi\.lock", "dependencies:read_pixi_lock"),
    (r"(?:.*/)?pixi\.toml", "dependencies:read_pixi+"),
    (r"(?:.*/)?pixi\.toml", "runners:read_pixi_tasks"),
    (r"(?:.*/)?DESCRIPTION", "dependencies:read_description"),
    (r"(?:.*/)?renv\.lock", "dependencies:read_renv_lock"),
    (r"(?:.*/)?Project\.toml", "dependencies:read_julia_project"),
    (r"(?:.*/)?Manifest\.toml", "dependencies:read_julia_manifest"),
    (r".*\.tf", "terraform:read_terraform"),
    (r".*\.bicep", "terraform:read_bicep"),
    (r"(?:.*/)?MLmodel", "structured:read_structured"),
    (r".*\.ya?ml", "structured:read_structured"),
    (r".*\.toml", "documents:read_document"),
    (r".*\.json", "structured:read_structured"),
)


@cache
def _chooser() -> re.Pattern[str]:
    """All rows as one expression: the first row that matches names its number as a group."""
    return re.compile("|".join(f"(?P<r{i}>{pattern})" for i, (pattern, _) in enumerate(_BY_NAME)))


def is_code(path: str) -> bool:
    """Whether a path is Python source or a notebook: files that are read only when something in them can matter."""
    return path.endswith((".py", ".ipynb"))


def readers_for(path: str) -> tuple[str, ...]:
    """The names of the readers that a path gets (`module:function`); () where no reader knows its format."""
    found = _chooser().fullmatch(path)
    if not found or not found.lastgroup:
        return ()
    names = []
    for pattern, name in _BY_NAME[int(found.lastgroup[1:]) :]:
        if re.fullmatch(pattern, path):
            if name:
                names.append(name.rstrip("+"))
            if not name.endswith("+"):
                break
    return tuple(names)


@cache
def _load(name: str) -> Reader:
    module, function = name.split(":")
    reader: Reader = getattr(importlib.import_module(f"mlripe.readers.{module}"), function)
    return reader


def read(path: str, content: bytes) -> FileFacts:
    """All facts of a file; what a reader cannot parse becomes a problem among them."""
    facts = FileFacts()
    for name in readers_for(path):
        try:
            facts += _load(name)(path, content)
        except Unreadable as error:
            facts += FileFacts(problems=(Problem(path, str(error), error.line),))
    return facts
