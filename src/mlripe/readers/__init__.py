"""From one file's bytes to its facts: a reader a format, each a pure function, chosen by the file's name.

`read(path, content)` never raises for bad content: what cannot be parsed is a `Problem` in the facts.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from functools import cache

from mlripe.catalog.globs import ending as literal_ending
from mlripe.catalog.globs import matches
from mlripe.facts import FileFacts, Problem

__all__ = ["Reader", "Unreadable", "includes", "is_code", "known_paths", "read", "readers_for"]

Reader = Callable[[str, bytes], FileFacts]


class Unreadable(Exception):
    """A file that its reader cannot parse; `line` is where, 0 if unknown. The message is a sentence for the report."""

    def __init__(self, says: str, line: int = 0) -> None:
        super().__init__(says)
        self.line = line


# Which readers a path gets: all rows that match, in this order, up to and including the first that is not marked "+".
_ROWS: tuple[tuple[str, str], ...] = (
    ("*.py", "python:read_python+"),
    ("setup.py", "dependencies:read_setup_py+"),
    ("setup.py", "runners:read_setup_py_scripts"),
    ("noxfile.py tasks.py fabfile.py", "runners:read_sessions+"),
    ("*.py", ""),
    ("*.ipynb", "notebook:read_notebook"),
    ("**/.github/workflows/*.yml **/.github/workflows/*.yaml", "github:read_github_workflow"),
    ("action.yml action.yaml", "github:read_github_action"),
    (".gitlab-ci.yml .gitlab-ci.yaml *.gitlab-ci.yml **/.gitlab/**/*.yml", "gitlab:read_gitlab"),
    ("*azure-pipeline*.yml *azure-pipeline*.yaml", "azure_pipelines:read_azure_pipelines"),
    (
        (
            "**/azure-pipelines/**/*.yml **/.azure-pipelines/**/*.yml **/.azuredevops/**/*.yml **/.pipelines/**/*.yml "
            "**/devops-pipelines/**/*.yml"
        ),
        "azure_pipelines:read_azure_pipelines",
    ),
    (".circleci/**/*.yml .circleci/**/*.yaml", "circleci:read_circleci"),
    ("Jenkinsfile* *.jenkinsfile *.Jenkinsfile", "jenkins:read_jenkinsfile"),
    ("/.travis.yml", "other_ci:read_travis"),
    ("/bitbucket-pipelines.yml", "other_ci:read_bitbucket"),
    (".buildkite/**/*.yml .buildkite/**/*.yaml", "other_ci:read_buildkite"),
    (
        "/.drone.yml /.drone.yaml /.woodpecker.yml /.woodpecker.yaml .woodpecker/**/*.yml .woodpecker/**/*.yaml",
        "other_ci:read_drone",
    ),
    ("*cloudbuild*.yaml *cloudbuild*.yml *cloudbuild*.json", "other_ci:read_cloudbuild"),
    ("*buildspec*.yml *buildspec*.yaml", "other_ci:read_buildspec"),
    ("Makefile makefile GNUmakefile Makefile.* *.mk", "make:read_makefile"),
    ("justfile Justfile .justfile *.just", "just:read_justfile"),
    ("moon.yml moon.yaml", "runners:read_moon"),
    ("Taskfile.yml Taskfile.yaml taskfile.yml", "runners:read_taskfile"),
    ("*.sh *.bash *.zsh *.ksh *.sbatch *.slurm *.ps1", "shell:read_shell+"),
    ("*.sh *.bash *.zsh *.ksh *.sbatch *.slurm", "orchestration:read_slurm"),
    (
        (
            "Dockerfile dockerfile DockerFile Containerfile Dockerfile[._-]* Containerfile[._-]* *.dockerfile "
            "*.Dockerfile *.containerfile *.Containerfile"
        ),
        "docker:read_dockerfile",
    ),
    ("docker-compose*.yml docker-compose*.yaml compose*.yml compose*.yaml", "docker:read_compose"),
    ("Procfile Procfile.*", "docker:read_procfile"),
    ("dvc.yaml dvc.yml", "dvc:read_dvc_yaml"),
    ("dvc.lock", "dvc:read_dvc_lock"),
    ("**/.dvc/config", "dvc:read_dvc_config"),
    ("*.dvc", "dvc:read_dvc_pointer"),
    ("tox.ini", "runners:read_tox"),
    ("tox.toml", "runners:read_tox_toml"),
    ("setup.cfg", "dependencies:read_setup_cfg+"),
    ("setup.cfg", "runners:read_setup_cfg"),
    ("MLproject", "runners:read_mlproject"),
    (".pre-commit-config.yaml .pre-commit-config.yml", "runners:read_pre_commit"),
    ("Snakefile *.smk", "runners:read_snakefile"),
    ("_targets.R", "runners:read_targets"),
    ("package.json", "dependencies:read_package_json+"),
    ("package.json", "runners:read_package_json_scripts"),
    ("package-lock.json npm-shrinkwrap.json", "dependencies:read_package_lock"),
    ("yarn.lock", "dependencies:read_yarn_lock"),
    ("pnpm-lock.yaml", "dependencies:read_pnpm_lock"),
    ("pyproject.toml", "dependencies:read_pyproject+"),
    ("pyproject.toml", "runners:read_pyproject"),
    (
        (
            "*requirement*.txt *requirement*.in *constraint*.txt *constraint*.in **/requirements/*.txt "
            "**/requirements/*.in **/requirement/*.txt"
        ),
        "dependencies:read_requirements",
    ),
    ("Pipfile", "dependencies:read_pipfile"),
    ("Pipfile.lock", "dependencies:read_pipfile_lock"),
    ("poetry.lock", "dependencies:read_poetry_lock"),
    ("uv.lock", "dependencies:read_uv_lock"),
    ("pdm.lock", "dependencies:read_pdm_lock"),
    ("pylock.toml pylock.*.toml", "dependencies:read_pylock"),
    ("*conda-lock*.yml *conda-lock*.yaml", "dependencies:read_conda_lock"),
    ("pixi.lock", "dependencies:read_pixi_lock"),
    ("pixi.toml", "dependencies:read_pixi+"),
    ("pixi.toml", "runners:read_pixi_tasks"),
    ("DESCRIPTION", "dependencies:read_description"),
    ("renv.lock", "dependencies:read_renv_lock"),
    ("Project.toml", "dependencies:read_julia_project"),
    ("Manifest.toml", "dependencies:read_julia_manifest"),
    ("*.ts *.tsx *.js *.jsx *.mjs *.cjs *.mts", "scripts:read_script"),
    ("*.tf", "terraform:read_terraform"),
    ("*.bicep", "terraform:read_bicep"),
    ("MLmodel *.yml *.yaml *.json", "structured:read_structured"),
    ("*.toml", "documents:read_document"),
)


@cache
def _rows() -> tuple[dict[str, list[int]], dict[str, list[int]], dict[str, list[int]]]:
    """The numbers of the rows by exact name, by ending, and by the ending that any other pattern needs ("": none)."""
    by_name: dict[str, list[int]] = {}
    by_ending: dict[str, list[int]] = {}
    others: dict[str, list[int]] = {}
    for number, (patterns, _) in enumerate(_ROWS):
        for pattern in patterns.split():
            if "*" not in pattern and "[" not in pattern and "/" not in pattern:
                by_name.setdefault(pattern, []).append(number)
            elif pattern.startswith("*.") and pattern.count(".") == 1:
                by_ending.setdefault(pattern[1:], []).append(number)
            elif number not in others.setdefault(literal_ending(pattern), []):
                others[literal_ending(pattern)].append(number)
    return by_name, by_ending, others


def _matching(path: str) -> list[int]:
    by_name, by_ending, others = _rows()
    name = path[path.rfind("/") + 1 :]
    ending = name[name.rfind(".") :] if "." in name else ""
    found = {*by_name.get(name, ()), *by_ending.get(ending, ())}
    if ending not in (".py", ".ipynb"):
        possible = {*others.get("", ()), *others.get(ending, ())}
        found.update(number for number in possible if matches(path, _patterns(number)))
    return sorted(found)


@cache
def _patterns(number: int) -> tuple[str, ...]:
    return tuple(_ROWS[number][0].split())


# a file without an ending, in a folder of programs: its first line says what it is written in
_SCRIPT = re.compile(r"(?:.*/)?(?:scripts?|bin|ci|\.ci|tools|hack)/[\w-]+")
_TAGS = re.compile(rb"\{%-?[^%\n]{0,200}%\}")
_VALUES = re.compile(rb"\{\{\s*cookiecutter\.(\w+)[^{}\n]{0,200}\}\}")
_INCLUDING = frozenset(("gitlab:read_gitlab", "azure_pipelines:read_azure_pipelines"))


def is_code(path: str) -> bool:
    """Whether a path is Python source or a notebook: files that are read only when something in them can matter."""
    # setup.py declares dependencies, noxfile.py commands, whatever else they say
    return path.endswith((".py", ".ipynb")) and path.rpartition("/")[2] not in ("setup.py", "noxfile.py")


def readers_for(path: str) -> tuple[str, ...]:
    """The names of the readers that a path gets (`module:function`); () where no reader knows its format."""
    names = []
    for number in _matching(path):
        name = _ROWS[number][1]
        if name:
            names.append(name.rstrip("+"))
        if not name.endswith("+"):
            break
    if not names and _SCRIPT.fullmatch(path):
        names.append("shell:read_script")
    return tuple(names)


def known_paths() -> tuple[frozenset[str], str]:
    """The globs of all paths that get a reader, and the expression of the programs that are known by their folder."""
    return frozenset(glob for globs, name in _ROWS if name for glob in globs.split()), _SCRIPT.pattern


@cache
def _load(name: str) -> Reader:
    module, function = name.split(":")
    reader: Reader = getattr(importlib.import_module(f"mlripe.readers.{module}"), function)
    return reader


def includes(path: str) -> tuple[str, ...]:
    """The readers of the files that a file includes, where their names cannot tell: a CI file's own reader."""
    return tuple(name for name in readers_for(path) if name in _INCLUDING)


def read(path: str, content: bytes, names: tuple[str, ...] = ()) -> FileFacts:
    """All facts of a file; what cannot be parsed becomes a problem among them. `names`: readers, if not its own."""
    facts = FileFacts()
    if "{{" in path:  # a file of a template: read as what it generates
        content = _VALUES.sub(rb"\1", _TAGS.sub(b"", content))
    for name in names or readers_for(path):
        try:
            facts += _load(name)(path, content)
        except Unreadable as error:
            facts += FileFacts(problems=(Problem(path, str(error), error.line),))
    return facts
