"""Changes small valid files of every format at random, and gives them to their readers for a bounded time.

    python tests/hostile/fuzz_readers.py --seconds 60 --seed 1

Prints each crash once, by reader and place, with the file that shows it, and ends by exit code 1 where there is one.
The same seed gives the same files. Samples are the files of fixtures/ and those of `SAMPLES`: each reader has one.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlripe.catalog import load
from mlripe.readers import ReadAs, file_table, read, readers_for

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
LARGEST_SAMPLE = 8000  # bytes
SLOW = 3.0  # seconds of processor time for one small file

# for readers whose formats no fixture has
SAMPLES = {
    "Jenkinsfile": 'pipeline {\n agent any\n triggers { cron("H 3 * * *") }\n stages {\n  stage("a") {\n   when { branch "main" }\n   steps { sh """make train""" }\n  }\n }\n}\n',
    "bitbucket-pipelines.yml": "pipelines:\n  default:\n    - step:\n        script: [make train]\n  branches:\n    main:\n      - parallel: [{step: {script: [make x]}}]\n",
    ".buildkite/a.yml": "steps:\n  - label: a\n    command: [make train]\n    plugins: [{docker#v1: {image: x}}]\n  - wait\n",
    ".drone.yml": "kind: pipeline\nsteps:\n- name: a\n  image: x\n  commands: [make train]\n  when: {event: [push]}\n",
    "buildspec.yml": "version: 0.2\nphases:\n  build:\n    commands:\n      - make train\n",
    "justfile": "set shell := ['bash']\nx := 'a'\ntrain *args: build\n    python train.py {{x}}\n",
    "moon.yml": "tasks:\n  train:\n    command: python train.py\n    deps: ['~:build']\n",
    "tox.ini": "[tox]\nenvlist = py311\n[testenv]\ncommands =\n  pytest {posargs}\ndeps = -r requirements.txt\n",
    "tox.toml": "[env.a]\ncommands = [['pytest', 'x']]\n[env_run_base]\ndeps = ['x']\n",
    "MLproject": "name: a\nentry_points:\n  main:\n    parameters: {x: {type: float, default: 1}}\n    command: python train.py {x}\n",
    "Snakefile": 'rule a:\n    input: "x"\n    output: "y"\n    shell: "python train.py {input}"\n',
    "_targets.R": 'library(targets)\nlist(tar_target(a, f(b), pattern = map(x)))\n',
    "package-lock.json": '{"name":"a","packages":{"":{"dependencies":{"x":"1"}},"node_modules/x":{"version":"1.0.0"}},"dependencies":{"x":{"version":"1"}}}',
    "yarn.lock": '# yarn lockfile v1\n"a@^1", "a@^2":\n  version "1.0.0"\n  dependencies:\n    b "^1"\n',
    "pnpm-lock.yaml": "lockfileVersion: '6.0'\nimporters:\n  .:\n    dependencies: {a: {specifier: ^1, version: 1.0.0}}\npackages:\n  /a@1.0.0: {resolution: {integrity: x}}\n",
    "Pipfile": "[packages]\na = '*'\nb = {version = '==1', extras = ['x']}\n",
    "Pipfile.lock": '{"_meta":{},"default":{"a":{"version":"==1"}},"develop":{}}',
    "poetry.lock": '[[package]]\nname = "a"\nversion = "1"\n[package.dependencies]\nb = {version = ">=1", optional = true}\n',
    "uv.lock": 'version = 1\n[[package]]\nname = "a"\nversion = "1"\nsource = { registry = "x" }\ndependencies = [{ name = "b" }]\n',
    "pdm.lock": '[[package]]\nname = "a"\nversion = "1"\ngroups = ["default"]\n',
    "pylock.toml": 'lock-version = "1.0"\n[[packages]]\nname = "a"\nversion = "1"\n',
    "conda-lock.yml": "version: 1\npackage:\n- name: a\n  version: '1'\n  manager: conda\n  platform: linux-64\n",
    "pixi.lock": "version: 6\nenvironments: {default: {packages: {linux-64: [{conda: https://x/a-1-0.conda}]}}}\npackages:\n- conda: https://x/a-1-0.conda\n",
    "pixi.toml": "[tasks]\na = 'python a.py'\nb = {cmd = 'x', depends-on = ['a']}\n[dependencies]\npython = '3.11.*'\n[feature.x.tasks]\nc = 'y'\n",
    "renv.lock": '{"R":{"Version":"4"},"Packages":{"a":{"Package":"a","Version":"1"}}}',
    "package.json": '{"name":"a","scripts":{"test":"jest && make x"},"dependencies":{"b":"^1"},"workspaces":["p/*"]}',
    "a.toml": "[a]\nb = 'c'\n[[d.e]]\nf = [1, 2.5, 1979-05-27T07:32:00Z, {g = true}]\n",
    "Project.toml": "name = 'A'\nuuid = '1'\n[deps]\nB = '2'\n[compat]\nB = '1'\n",
    "Manifest.toml": "[[deps.A]]\nversion = '1'\n[[B]]\nversion = '2'\n",
    "DESCRIPTION": "Package: a\nImports: b (>= 1),\n    c\n",
    ".semaphore/semaphore.yml": "blocks:\n- name: a\n  dependencies: [b]\n  task: {prologue: {commands: [x]}, jobs: [{name: c, commands: [make]}]}\n",
    ".prow.yaml": "periodics:\n- name: a\n  spec: {containers: [{image: x, command: [sh, -c], args: [make]}]}\n",
    "concourse/a.yml": "resources: [{name: c, type: git}]\njobs:\n- name: a\n  plan: [{get: c, trigger: true, passed: [b]}, {task: t, config: {inputs: [{name: c}], run: {path: c/x, args: [y]}}}]\n",
    ".teamcity/settings.kts": 'object A : BuildType({\n steps { script { scriptContent = """\nmake\n""" }\n python { command = file { filename = "a.py" } } }\n triggers { vcs { } }\n})\n',
    "a.json.tftpl": '{"Version": "2020-12-01", %{ if x }"Steps": [{"Name": "Fit", "Type": "Training", "Arguments": {"RoleArn": ${role}}}]%{ endif }}',
    "a.nomad": 'job "a" {\n type = "batch"\n periodic { crons = ["0 3 * * *"] }\n group "g" { task "t" { config { command = "make" args = ["x"] } } }\n}\n',
    "main.nf": "process A {\n  script:\n  \"\"\"\n  python a.py\n  \"\"\"\n}\nworkflow { A() }\n",
    "a.crontab": "SHELL=/bin/sh\n0 3 * * * cd /app && make train\n",
    "a.timer": "[Timer]\nOnCalendar=daily\n[Install]\nWantedBy=timers.target\n",
    "Earthfile": "VERSION 0.8\nFROM python:3.11\ntrain:\n    ARG x=1\n    COPY . .\n    RUN python train.py $x\nall:\n    BUILD +train --x=2\n",
    "mise.toml": "[tasks.train]\nrun = ['python train.py', 'echo']\ndepends = ['a']\n[tasks]\na = 'make a'\n",
    "hatch.toml": "[envs.default.scripts]\ntrain = 'python train.py {args}'\nall = ['train', 'b']\n[envs.x]\ndependencies = ['a>=1']\n",
    "dodo.py": "def task_train():\n    return {'actions': ['python train.py', (f, [1])], 'task_dep': ['a'], 'file_dep': ['b']}\n",
    "a.sql": "CREATE TASK nightly SCHEDULE = 'USING CRON 0 3 * * * UTC' AS CALL train();\nALTER TASK nightly RESUME;\n",
    "a.ts": "import x from './x'\nconst y = require('../y')\n",
    "main.tf": 'resource "aws_x" "y" {\n  a = "${var.b}-c"\n  b { c = [1, "2"] }\n  d = <<EOF\nx\nEOF\n}\nmodule "m" { source = "./m" }\n',
    "a.tf.json": '{"resource":{"aws_x":{"y":{"a":"b"}}},"module":[{"m":{"source":"./m"}}]}',
    "a.bicep": "resource a 'Microsoft.X/y@2020' = {\n  name: 'x${b}'\n}\nmodule m './m.bicep' = { name: 'm' }\n",
    "noxfile.py": "import nox\n@nox.session(python=['3.11'])\ndef test(session):\n    session.run('pytest', *session.posargs)\n",
    "setup.py": "from setuptools import setup\nx = ['a>=1']\nsetup(name='p', install_requires=x + ['b'], extras_require={'d': ['c']}, entry_points={'console_scripts': ['p=p.m:f']})\n",
    "setup.cfg": "[options]\ninstall_requires =\n  a>=1\n[options.entry_points]\nconsole_scripts =\n  p = p.m:f\n",
    "a.ipynb": '{"cells":[{"cell_type":"code","metadata":{},"source":["import mlflow\\n","!dvc pull\\n"],"outputs":[]}],"metadata":{"kernelspec":{"language":"python"}},"nbformat":4}',
    ".dvc/config": "[core]\n  remote = a\n['remote \"a\"']\n  url = s3://x\n",
    "a.dvc": "outs:\n- path: data\n  md5: x\n  size: 1\n",
    "dvc.lock": "schema: '2.0'\nstages:\n  a:\n    cmd: x\n    deps: [{path: a, md5: b}]\n    outs: [{path: c}]\n",
    "dvc.yaml": "vars: [{x: 1}]\nstages:\n  a:\n    cmd: [python a.py, b]\n    deps: [a.py]\n    outs: [{b: {cache: false}}]\n  c:\n    foreach: [1, 2]\n    do: {cmd: 'x ${item}'}\n",
    "a.slurm": "#!/bin/bash\n#SBATCH --array=1-3\nsrun python train.py\n",
    "a.ps1": "python train.py `\n  --x 1\n",
    "scripts/run": "#!/usr/bin/env bash\nset -euo pipefail\nfor x in a b; do python train.py \"$x\" || true; done\n",
    "chart/templates/a.yaml": 'apiVersion: batch/v1\nkind: CronJob\nspec:\n  schedule: {{ .Values.s | quote }}\n  jobTemplate: {spec: {template: {spec: {containers: [{image: "{{ .Values.i }}"}]}}}}\n',
    "Procfile": "web: gunicorn a:b\n",
    "Taskfile.yml": "version: '3'\ntasks:\n  a: {deps: [b], cmds: [make x, {task: b}]}\n  b: echo x\n",
    "action.yml": "name: a\ninputs: {x: {default: '1'}}\nruns:\n  using: composite\n  steps:\n    - run: make train\n      shell: bash\n",
    ".travis.yml": "language: python\nscript: make test\njobs: {include: [{stage: a, script: [x]}]}\n",
    ".circleci/config.yml": "version: 2.1\norbs: {x: a/b@1}\njobs:\n  a: {docker: [{image: x}], steps: [checkout, {run: {command: make}}]}\nworkflows:\n  w: {jobs: [a, {b: {requires: [a], filters: {branches: {only: main}}}}]}\n",
    "azure-pipelines.yml": "trigger: [main]\nstages:\n- stage: a\n  jobs:\n  - job: b\n    steps:\n    - script: make\n    - task: X@1\n      inputs: {y: z}\n    - template: t.yml\n",
    ".gitlab-ci.yml": "stages: [a]\ninclude: [{local: x.yml}]\n.b: &b {script: [x]}\na:\n  <<: *b\n  extends: .b\n  rules: [{if: '$CI == \"x\"', when: manual}]\n  needs: [{job: c}]\n",
    "cloudbuild.yaml": "steps:\n- name: gcr.io/x\n  entrypoint: bash\n  args: ['-c', 'make']\n  waitFor: ['-']\n",
    "environment.yml": "name: a\nchannels: [x]\ndependencies:\n- python=3.11\n- pip:\n  - mlflow==2\n",
    "MLmodel": "flavors: {python_function: {loader_module: mlflow.sklearn}}\nsignature: {inputs: '[]'}\n",
    "playbook.yml": "- hosts: all\n  tasks:\n  - name: x\n    ansible.builtin.shell: make\n",
    "argo.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: CronWorkflow\nspec:\n  schedule: '0 3 * * *'\n  workflowSpec: {entrypoint: a, templates: [{name: a, dag: {tasks: [{name: b, template: c, dependencies: [d]}]}}, {name: c, container: {image: x, command: [sh, -c], args: [make]}}]}\n",
    "tekton.yaml": "apiVersion: tekton.dev/v1\nkind: Pipeline\nspec: {tasks: [{name: a, taskRef: {name: b}, runAfter: [c]}]}\n",
    "cloudformation.yaml": "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  A: {Type: AWS::SageMaker::Endpoint, Properties: {X: !Ref B, Y: !Sub 'a${B}'}}\n",
    "job.yml": "$schema: https://azuremlschemas.azureedge.net/latest/pipelineJob.schema.json\ntype: pipeline\njobs: {a: {type: command, component: ./c.yml, command: python t.py}}\n",
    "databricks.yml": "bundle: {name: a}\nresources: {jobs: {b: {schedule: {quartz_cron_expression: x}, tasks: [{task_key: c, notebook_task: {notebook_path: ./n}, depends_on: [{task_key: d}]}]}}}\n",
}  # fmt: skip

PIECES = (
    "", " ", "\n", "\t", "\r\n", "\0", "\ufeff", "\u2028", "é", "\U0001f600", "\ud800", "'", '"', '"""', "`", "\\", "\\\n", "(", ")", "[", "]", "{",
    "}", "{{", "}}", "${", "$(", "<<", "<<: ", "<<EOF\n", "&a ", "*a", "!x ", "!!int x", "!!binary x", "!!timestamp 9999-99-99", "? ", "- ", ": ",
    ":", ",", "#", "//", "/*", "*/", "|", "|\n", ">", "&&", "||", ";", ";;", "=", "==", "null", "~", "true", "-1", "0", "9" * 5000, "0x" + "f" * 5000,
    "1e999", "-.inf", ".nan", "nan", "190:20:30", "2001-99-99", "2001-01-01T99:99:99", "[]", "{}", "[[]]", "{a: }", "a", "a.b", "..", "/", "*", "%", "@",
    "if ", "then ", "fi", "case x in ", "esac", "for ", "do ", "done", "f() {", "lambda: ", "import ", "def a(", "class A(", "@", "async ", "await ",
    "match x:\n", "[" * 150, "(" * 150, "{" * 150, "-" * 150, "a." * 150, "[a." * 60, "not " * 150,
)  # fmt: skip
WRONG = (None, True, False, 0, -1, 1.5, float("inf"), "", "a", "a b", "./x", [], {}, [[]], [None], [{}], {"": None}, [1, "a", None, {}], {"a": [1]}, "${{ x }}")  # fmt: skip


@dataclass(frozen=True)
class Crash:
    """A file that a reader does not bear."""

    reader: str
    says: str  # the error, and the line of code where it rises
    path: str
    content: bytes


def samples() -> list[tuple[str, bytes]]:
    """Path and content of a small file for every reader."""
    found = [(path, text.encode()) for path, text in SAMPLES.items()]
    for file in sorted(FIXTURES.rglob("*")):
        path = file.relative_to(FIXTURES).as_posix().partition("/")[2]
        if file.is_file() and not file.is_symlink() and file.stat().st_size <= LARGEST_SAMPLE and readers_for(path):
            found.append((path, file.read_bytes()))
    return found


def readers_without_sample() -> set[str]:
    """The readers that nothing would be given to."""
    known = {name for path, _ in samples() for name in readers_for(path)}
    return {name.rstrip("+") for _, name in file_table(load().knowledge).rows if name} - known


def changed(content: bytes, chance: random.Random) -> bytes:
    """The content with one to four changes."""
    text = content.decode("utf-8", "replace")
    if chance.random() < 0.4 and (other := _changed_value(text, chance)) is not None:
        text = other
    for _ in range(chance.choice((1, 1, 2, 4))):
        text = _changed_text(text, chance)
    return text.encode("utf-8", "surrogatepass" if chance.random() < 0.5 else "replace")


def _changed_text(text: str, chance: random.Random) -> str:
    start = chance.randrange(len(text) + 1)
    end = min(len(text), start + chance.choice((0, 0, 1, 3, 10, 60)))
    piece = chance.choice(PIECES)
    match chance.randrange(5):
        case 0:
            return text[:start] + piece + text[end:]
        case 1:
            return text[:start] + text[end:]
        case 2:
            return text[:end] + text[start:end] * chance.choice((1, 2, 40)) + text[end:]
        case 3:
            return text[:start] + piece * chance.choice((2, 20, 300)) + text[end:]
    lines = text.splitlines(keepends=True)
    chance.shuffle(lines)
    return "".join(lines) if chance.random() < 0.3 else text[:start]


def _changed_value(text: str, chance: random.Random) -> str | None:
    """The document with a value of another type somewhere, as JSON, which YAML is as well; None for no document."""
    import yaml

    try:
        data = json.loads(text) if text.lstrip().startswith("{") else yaml.load(text, yaml.BaseLoader)
    except (ValueError, yaml.YAMLError, RecursionError):
        return None
    if not isinstance(data, (dict, list)) or not (places := list(_places(data))):
        return None
    for _ in range(chance.choice((1, 1, 2))):
        holder, key = chance.choice(places)
        holder[key] = chance.choice(WRONG)
    try:
        return json.dumps(data, indent=chance.choice((None, 1)))
    except (ValueError, RecursionError):
        return None


def _places(data: Any, depth: int = 0) -> Iterator[tuple[Any, Any]]:
    pairs = list(data.items() if isinstance(data, dict) else enumerate(data))
    for key, value in pairs:
        yield data, key
        if isinstance(value, (dict, list)) and depth < 20:
            yield from _places(value, depth + 1)


def fuzz(seconds: float, seed: int, only: str = "") -> tuple[int, dict[tuple[str, str], Crash]]:
    """How many files were read in so much processor time, and what crashed, each once."""
    chance = random.Random(seed)
    found: dict[tuple[str, str], Crash] = {}
    given = [sample for sample in samples() if only in sample[0]]
    read_files = 0
    end = time.process_time() + seconds
    while time.process_time() < end:
        path, content = chance.choice(given)
        content = changed(content, chance)
        for reader in readers_for(path):
            says = crash_of(path, content, reader)
            if says and len(found.get((reader, says), Crash("", "", "", b"x" * 10**9)).content) > len(content):
                found[reader, says] = Crash(reader, says, path, content)
            read_files += 1
    return read_files, found


def crash_of(path: str, content: bytes, reader: str) -> str:
    """How a reader breaks on a file: the error and where it rises; "" where it does not."""
    begun = time.process_time()
    try:
        read(path, content, ReadAs((reader,)))
    except Exception as error:
        every = list(traceback.extract_tb(error.__traceback__))
        frames = [frame for frame in every if "/mlripe/" in frame.filename] or every
        return f"{type(error).__name__} at {Path(frames[-1].filename).name}:{frames[-1].lineno}"
    took = time.process_time() - begun
    return f"more than {SLOW} s" if took > SLOW else ""


def main() -> int:
    """Fuzzes for the time that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30.0, help="processor time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="a part of the path of the samples that are used")
    asked = parser.parse_args()
    count, found = fuzz(asked.seconds, asked.seed, asked.only)
    for crash in found.values():
        print(f"{crash.reader}: {crash.says}\n    {crash.path}: {crash.content[:2000]!r}")
    print(f"{count} files read, {len(found)} crashes, seed {asked.seed}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
