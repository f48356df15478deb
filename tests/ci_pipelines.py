"""A small pipeline that runs a script, in each way that a CI service has of writing and calling one."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Final

__all__ = ["SPELLINGS", "files_of", "path_of"]

_GITHUB = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n@"
_GITLAB = "a:\n  script:\n    - |\n@"
_AZURE = "trigger: [main]\nsteps:\n  - bash: |\n@"
_CIRCLECI = "jobs:\n  a:\n    docker: [{image: x}]\n    steps:\n      - run: |\n@workflows:\n  w:\n    jobs: [a]\n"
_JENKINS = "pipeline {\n  agent any\n  stages {\n    stage('a') {\n      steps {\n        sh '''\n@'''\n      }\n    }\n  }\n}\n"
_STEPS = "steps:\n  - name: a\n    image: x\n    commands:\n      - |\n@"
_SEMAPHORE = "blocks:\n  - name: a\n    task:\n      jobs:\n        - name: a\n          commands:\n            - |\n@"
_CONCOURSE = """resources: [{name: code, type: git}]
jobs:
- name: a
  plan:
  - {get: code, trigger: true}
  - task: a
    config:
      platform: linux
      run:
        path: bash
        args:
        - -c
        - |
@"""
_HARNESS = """pipeline:
  stages:
  - stage:
     spec:
      execution:
       steps:
       - step:
          spec:
            command: |
@"""
_PROW = """postsubmits:
- name: a
  spec:
    containers:
    - image: x
      command: [bash, -c]
      args:
      - |
@"""
_BUILDKITE = "steps:\n  - command: |\n@"

# service, and how it is spelt -> the path of the file, its text with the script at @, and other files beside it
SPELLINGS: Final[Mapping[tuple[str, str], tuple[str, str, Mapping[str, str]]]] = {
    ("github", "yml"): (".github/workflows/ci.yml", _GITHUB, {}),
    ("github", "yaml"): (".github/workflows/ci.yaml", _GITHUB, {}),
    ("gitlab", "yml"): (".gitlab-ci.yml", _GITLAB, {}),
    ("gitlab", "included by folder"): (".gitlab/a.yml", _GITLAB, {".gitlab-ci.yml": "include: [/.gitlab/a.yml]\n"}),
    ("gitlab", "included by name"): ("ci/a.yml", _GITLAB, {".gitlab-ci.yml": "include: [{local: /ci/a.yml}]\n"}),
    ("azure", "yml"): ("azure-pipelines.yml", _AZURE, {}),
    ("azure", "yaml"): ("azure-pipelines.yaml", _AZURE, {}),
    ("azure", "singular"): ("ci/azure-pipeline-cd.yml", _AZURE, {}),
    ("azure", "folder"): (".azuredevops/cd.yml", _AZURE, {}),
    ("azure", "pipelines"): (".pipelines/cd.yml", _AZURE, {}),
    ("azure", "content"): (".azure/cd.yaml", _AZURE, {}),
    ("circleci", "yml"): (".circleci/config.yml", _CIRCLECI, {}),
    ("jenkins", "Jenkinsfile"): ("Jenkinsfile", _JENKINS, {}),
    ("jenkins", "ending"): ("ci/deploy.jenkinsfile", _JENKINS, {}),
    ("travis", "yml"): (".travis.yml", "script:\n  - |\n@", {}),
    ("bitbucket", "yml"): (
        "bitbucket-pipelines.yml",
        "pipelines:\n  default:\n    - step:\n        script:\n          - |\n@",
        {},
    ),
    ("buildkite", "yml"): (".buildkite/pipeline.yml", _BUILDKITE, {}),
    ("buildkite", "yaml"): (".buildkite/pipeline.yaml", _BUILDKITE, {}),
    ("drone", "yml"): (".drone.yml", f"kind: pipeline\nname: a\n{_STEPS}", {}),
    ("woodpecker", "file"): (".woodpecker.yml", _STEPS, {}),
    ("woodpecker", "folder"): (".woodpecker/ci.yaml", _STEPS, {}),
    ("cloud-build", "yaml"): ("cloudbuild.yaml", "steps:\n  - name: x\n    script: |\n@", {}),
    ("cloud-build", "content"): (
        "build/images.yaml",
        "steps:\n  - name: x\n    entrypoint: bash\n    args:\n      - -c\n      - |\n@",
        {},
    ),
    ("forgejo", "yml"): (".forgejo/workflows/ci.yml", _GITHUB, {}),
    ("gitea", "yaml"): (".gitea/workflows/ci.yaml", _GITHUB, {}),
    ("appveyor", "yml"): ("appveyor.yml", "build: off\ntest_script:\n  - |\n@", {}),
    ("cirrus", "yml"): (".cirrus.yml", "a_task:\n  container: {image: x}\n  a_script: |\n@", {}),
    ("semaphore", "yml"): (".semaphore/semaphore.yml", _SEMAPHORE, {}),
    ("semaphore-promoted", "yml"): (".semaphore/deploy.yml", _SEMAPHORE, {}),
    ("codefresh", "yml"): (
        "codefresh.yml",
        "version: '1.0'\nsteps:\n  a:\n    image: x\n    commands:\n      - |\n@",
        {},
    ),
    ("harness", "yaml"): (".harness/a.yaml", _HARNESS, {}),
    ("prow", "yaml"): (".prow.yaml", _PROW, {}),
    ("screwdriver", "yaml"): ("screwdriver.yaml", "jobs:\n  a:\n    image: x\n    steps:\n      - a: |\n@", {}),
    ("sourcehut", "yml"): (".build.yml", "image: x\ntasks:\n  - a: |\n@", {}),
    ("taskcluster", "yml"): (
        ".taskcluster.yml",
        "tasks:\n  - payload:\n      image: x\n      command:\n        - bash\n        - -c\n        - |\n@",
        {},
    ),
    ("concourse", "folder"): ("ci/concourse/a.yml", _CONCOURSE, {}),
    ("concourse", "content"): ("ci/pipeline.yml", _CONCOURSE, {}),
    ("teamcity", "kts"): (
        ".teamcity/settings.kts",
        'object A : BuildType({\n  steps {\n    script { scriptContent = """\n@""" }\n  }\n  triggers { vcs { } }\n})\n',
        {},
    ),
    ("amplify", "yml"): (
        "amplify.yml",
        "version: 1\nbackend:\n  phases:\n    build:\n      commands:\n        - |\n@",
        {},
    ),
    ("amplify", "yaml"): (
        "amplify.yaml",
        "version: 1\nbackend:\n  phases:\n    build:\n      commands:\n        - |\n@",
        {},
    ),
    ("codebuild", "yml"): ("buildspec.yml", "version: 0.2\nphases:\n  build:\n    commands:\n      - |\n@", {}),
}


def path_of(spelling: tuple[str, str]) -> str:
    """The path of the pipeline's file."""
    return SPELLINGS[spelling][0]


def files_of(spelling: tuple[str, str], script: str) -> dict[str, str]:
    """A repository with such a pipeline that runs this script."""
    path, text, others = SPELLINGS[spelling]
    inside = textwrap.indent(script.rstrip("\n") + "\n", " " * 14)
    return {path: text.replace("@", inside), **others}
