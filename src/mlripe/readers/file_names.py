"""Which readers read which files: tables of file names, from top to bottom as code, builds, shell, images, data.

A row names the reader as `module:function` below `mlripe.readers`. A "+" lets later rows read the file as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["CODE", "OTHERS", "PROGRAM_PATH"]

# Which readers a path gets: of `CODE`, the CI services and `OTHERS` all rows that match, in this order, up to and
# including the first that is not marked "+".
CODE: Final[tuple[tuple[str, str], ...]] = (
    ("*.py", "python.source:read_python+"),
    ("setup.py", "dependencies.setup_py:read_setup_py+"),
    ("setup.py", "runners.project_scripts:read_setup_py_scripts"),
    ("noxfile.py tasks.py fabfile.py duties.py", "runners.python_tasks:read_sessions+"),
    ("dodo.py", "runners.python_tasks:read_dodo+"),
    ("*.py", "dependencies.inline_script:read_inline_script+"),
    ("*.py", ""),
    ("*.ipynb", "python.notebook:read_notebook"),
)

# Below those of the CI services, which rules/ci_services.yaml names.
OTHERS: Final[tuple[tuple[str, str], ...]] = (
    ("action.yml action.yaml", "ci.github:read_github_action"),
    ("Makefile makefile GNUmakefile Makefile.* *.mk", "runners.make:read_makefile"),
    ("justfile Justfile .justfile *.just", "runners.just:read_justfile"),
    ("moon.yml moon.yaml", "runners.task_files:read_moon"),
    ("Earthfile", "runners.earthfile:read_earthfile"),
    ("mise.toml .mise.toml", "runners.project_scripts:read_mise_tasks"),
    ("hatch.toml", "runners.project_scripts:read_hatch_scripts"),
    (
        (
            "Taskfile.yml Taskfile.yaml taskfile.yml taskfile.yaml Taskfile.dist.yml Taskfile.dist.yaml "
            "taskfile.dist.yml taskfile.dist.yaml"
        ),
        "runners.task_files:read_taskfile",
    ),
    ("*.sh *.bash *.zsh *.ksh *.sbatch *.slurm", "shell.commands:read_shell+"),
    ("*.ps1", "shell.powershell:read_powershell+"),
    ("*.sh *.bash *.zsh *.ksh *.sbatch *.slurm", "formats.dialects:read_slurm"),
    (
        (
            "Dockerfile dockerfile DockerFile Containerfile Dockerfile[._-]* Containerfile[._-]* *.dockerfile "
            "*.Dockerfile *.containerfile *.Containerfile"
        ),
        "infrastructure.dockerfile:read_dockerfile",
    ),
    ("docker-compose*.yml docker-compose*.yaml compose*.yml compose*.yaml", "infrastructure.compose:read_compose"),
    ("Procfile Procfile.*", "infrastructure.compose:read_procfile"),
    (
        "crontab *crontab crontab.* *.crontab *.cron **/cron.d/* **/crontabs/* cron.txt cronjobs",
        "runners.timers:read_crontab",
    ),
    ("*.timer *.service *.timer.j2 *.service.j2 *.timer.tpl *.service.tpl", "runners.timers:read_systemd_unit"),
    ("dvc.yaml dvc.yml", "pipelines.dvc:read_dvc_yaml"),
    ("dvc.lock", "pipelines.dvc:read_dvc_lock"),
    ("**/.dvc/config", "pipelines.dvc:read_dvc_config"),
    ("*.dvc", "pipelines.dvc:read_dvc_pointer"),
    ("tox.ini", "runners.tox:read_tox"),
    ("tox.toml", "runners.tox_toml:read_tox_toml"),
    ("setup.cfg", "dependencies.setuptools:read_setup_cfg+"),
    ("setup.cfg", "runners.project_scripts:read_setup_cfg"),
    ("MLproject", "runners.task_files:read_mlproject"),
    (".pre-commit-config.yaml .pre-commit-config.yml", "runners.pre_commit:read_pre_commit"),
    ("*.sql", "pipelines.sql_tasks:read_sql"),
    ("Snakefile *.smk", "pipelines.workflow_languages:read_snakefile"),
    ("*.nf", "pipelines.nextflow:read_nextflow"),
    ("_targets.R", "pipelines.workflow_languages:read_targets+"),
    ("package.json", "dependencies.node:read_package_json+"),
    ("package.json", "runners.task_files:read_package_json_scripts"),
    ("package-lock.json npm-shrinkwrap.json", "dependencies.node_locks:read_package_lock"),
    ("yarn.lock", "dependencies.node_locks:read_yarn_lock"),
    ("pnpm-lock.yaml", "dependencies.node_locks:read_pnpm_lock"),
    ("pyproject.toml", "dependencies.pyproject:read_pyproject+"),
    ("pyproject.toml", "runners.project_scripts:read_pyproject"),
    (
        (
            "*requirement*.txt *requirement*.in *constraint*.txt *constraint*.in **/requirements/*.txt "
            "**/requirements/*.in **/requirement/*.txt"
        ),
        "dependencies.requirements:read_requirements",
    ),
    ("Pipfile", "dependencies.pipenv:read_pipfile+"),
    ("Pipfile", "runners.project_scripts:read_pipenv_scripts"),
    ("Pipfile.lock", "dependencies.json_locks:read_pipfile_lock"),
    ("poetry.lock", "dependencies.toml_locks:read_poetry_lock"),
    ("uv.lock", "dependencies.toml_locks:read_uv_lock"),
    ("pdm.lock", "dependencies.toml_locks:read_pdm_lock"),
    ("pylock.toml pylock.*.toml", "dependencies.toml_locks:read_pylock"),
    ("*conda-lock*.yml *conda-lock*.yaml", "dependencies.yaml_locks:read_conda_lock"),
    ("pixi.lock", "dependencies.yaml_locks:read_pixi_lock"),
    ("pixi.toml", "dependencies.pixi:read_pixi+"),
    ("pixi.toml", "runners.project_scripts:read_pixi_tasks"),
    ("DESCRIPTION", "dependencies.r:read_description"),
    ("renv.lock", "dependencies.json_locks:read_renv_lock"),
    ("Project.toml", "dependencies.julia:read_julia_project"),
    ("Manifest.toml", "dependencies.toml_locks:read_julia_manifest"),
    ("*.R *.r *.Rmd *.rmd *.qmd", "languages.r:read_r"),
    ("*.d.ts *.d.mts *.d.cts *.min.js *.min.mjs *.bundle.js", ""),
    ("*.ts *.tsx *.js *.jsx *.mjs *.cjs *.mts *.cts", "languages.ecmascript:read_script"),
    ("*.tf", "infrastructure.terraform:read_terraform"),
    (
        "*.json.tftpl *.yaml.tftpl *.yml.tftpl *.json.tpl *.yaml.tpl *.yml.tpl",
        "infrastructure.terraform_templates:read_template",
    ),
    ("*.nomad *.nomad.hcl", "infrastructure.nomad:read_nomad"),
    ("*.bicep", "infrastructure.bicep:read_bicep"),
    ("MLmodel *.yml *.yaml *.json", "formats.structured:read_structured"),
    ("railway.toml", "formats.structured:read_structured"),
    ("*.toml", "formats.documents:read_document"),
)

# Readers of files that include others, each with the reader that a file gets which is included.
# Of CI files the table of services says it (`includes`).
_REQUIREMENTS = "dependencies.requirements:read_requirements"
INCLUDING: Final[Mapping[str, str]] = {
    "runners.just:read_justfile": "runners.just:read_justfile",
    "runners.make:read_makefile": "runners.make:read_makefile",
    "runners.task_files:read_taskfile": "runners.task_files:read_taskfile",
    _REQUIREMENTS: _REQUIREMENTS,
    "dependencies.pyproject:read_pyproject": _REQUIREMENTS,
    "dependencies.setuptools:read_setup_cfg": _REQUIREMENTS,
}

# A file without an ending in a folder of programs: its first line says what it is written in.
PROGRAM_PATH: Final = r"(?:.*/)?(?:scripts?|bin|ci|\.ci|tools|hack)/[\w-]+"
