"""Smaller CI services and the clouds' build files: a small file in, its units out."""

from __future__ import annotations

from mlripe.facts import FileFacts, Trigger, Unit
from mlripe.kinds import RunsAfter
from mlripe.readers.ci.bitbucket import read_bitbucket
from mlripe.readers.ci.buildkite import read_buildkite
from mlripe.readers.ci.cloud_builds import read_buildspec, read_cloudbuild
from mlripe.readers.ci.drone import read_drone
from mlripe.readers.ci.travis import read_travis

PUSH = (Trigger("push", 1, "by convention"),)


def by_id(facts: FileFacts) -> dict[str, Unit]:
    return {unit.id: unit for unit in facts.units}


def ran(unit: Unit) -> list[tuple[int, str, str, bool]]:
    return [(command.line, command.directory, command.text, command.allow_failure) for command in unit.commands]


# --- Travis CI -------------------------------------------------------------------------------------------------------


def test_travis_with_one_job() -> None:
    text = b"""\
install: pip install .
script:
  - cd src
  - pytest
after_success: codecov
deploy: {provider: pypi, on: {tags: true}}
"""
    found = by_id(read_travis(".travis.yml", text))
    assert found["build"].triggers == PUSH
    assert ran(found["jobs/default"]) == [
        (1, "", "pip install .", False),
        (3, "", "cd src", False),
        (4, "src", "pytest", False),
        (5, "", "codecov", True),
    ]
    deploy = found["jobs/default/deploy/0"]
    assert (deploy.parent, deploy.uses, deploy.condition) == ("jobs/default", ("pypi",), "tags true")


def test_travis_with_listed_jobs_beside_the_matrix() -> None:
    text = b"""\
julia: [1.6]
script: julia -e 'using Pkg; Pkg.test()'
jobs:
  include:
    - {stage: docs, script: julia docs/make.jl}
"""
    found = by_id(read_travis(".travis.yml", text))
    assert [command.argv[0] for id in ("jobs/0", "jobs/default") for command in found[id].commands] == ["julia"] * 2
    assert found["jobs/default"].commands[0].argv[-1] == "using Pkg; Pkg.test()"


def test_travis_with_stages() -> None:
    text = b"""\
jobs:
  include:
    - {stage: test, script: pytest}
    - {script: ruff check}
    - stage: deploy
      script: skip
      if: type = cron
      deploy: {provider: script, script: bash deploy.sh}
"""
    found = by_id(read_travis(".travis.yml", text))
    assert found["jobs/1"].needs == ()
    assert found["jobs/2"].needs == ("jobs/0", "jobs/1")
    assert found["jobs/2"].triggers == (Trigger("schedule", 7, "type = cron"),)
    assert ran(found["jobs/2/deploy/0"]) == [(8, "", "bash deploy.sh", False)]


# --- Bitbucket Pipelines ---------------------------------------------------------------------------------------------


def test_bitbucket() -> None:
    text = b"""\
image: python:3.11
pipelines:
  default:
    - step: {name: Test, script: [pytest]}
    - parallel:
        - step: {script: [a]}
        - step: {script: [b], image: node:20}
    - step:
        deployment: production
        trigger: manual
        script:
          - pipe: atlassian/aws-ecs-deploy:1.0
            variables: {CLUSTER: ml}
        after-script: [./clean.sh]
  pull-requests: {'**': [{step: {script: [lint]}}]}
  custom: {train: [{step: {script: [python train.py]}}]}
"""
    facts = read_bitbucket("bitbucket-pipelines.yml", text)
    found = by_id(facts)
    assert found["default"].triggers == (Trigger("push", 3),)
    assert found["pull-requests/**"].triggers == (Trigger("pull_request", 15, "**"),)
    assert found["custom/train"].triggers == (Trigger("dispatch", 16, "train"),)
    assert found["default/1.0"].needs == found["default/1.1"].needs == ("default/0",)
    last = found["default/2"]
    assert (last.needs, last.environment, last.approval) == (("default/1.0", "default/1.1"), "production", True)
    assert (last.uses, last.inputs) == (("atlassian/aws-ecs-deploy:1.0",), {"CLUSTER": "ml"})
    assert ran(last) == [(14, "", "./clean.sh", True)]
    assert [(image.type, image.unit) for image in facts.resources] == [
        ("image:node", "default/1.1"),
        ("image:python", ""),
    ]


# --- Buildkite -------------------------------------------------------------------------------------------------------


def test_buildkite() -> None:
    text = b"""\
steps:
  - {label: Test, key: t, command: make test, agents: {queue: gpu}, plugins: [docker#v5: {image: python}]}
  - {commands: [a, b], soft_fail: true}
  - wait
  - {block: "Deploy?"}
  - {command: deploy}
  - {command: report, depends_on: t, if: build.branch == 'main'}
  - {group: more, steps: [{trigger: other-pipeline}]}
"""
    found = by_id(read_buildkite(".buildkite/pipeline.yml", text))
    assert found["pipeline"].triggers == PUSH
    first = found["steps/0"]
    assert (first.says, first.uses, first.inputs) == ("step Test", ("docker#v5",), {"runs-on": "gpu"})
    assert (ran(found["steps/1"]), found["steps/1"].allow_failure) == ([(3, "", "a", False), (3, "", "b", False)], True)
    assert (found["steps/3"].approval, found["steps/3"].needs) == (True, ("steps/0", "steps/1"))
    assert found["steps/4"].needs == ("steps/3",)
    assert (found["steps/5"].needs, found["steps/5"].condition) == (("steps/0",), "build.branch == 'main'")
    assert found["steps/6"].uses == ("buildkite:other-pipeline",)


# --- Drone and Woodpecker --------------------------------------------------------------------------------------------


def test_drone() -> None:
    text = b"""\
kind: pipeline
name: default
trigger: {event: [push, cron], cron: nightly}
steps:
  - {name: test, image: "python:3", commands: [cd src, pytest]}
  - {name: publish, image: plugins/docker, settings: {repo: x}, when: {branch: main}, failure: ignore}
---
kind: pipeline
name: after
depends_on: [default]
steps: [{name: a, image: b, commands: [c]}]
"""
    facts = read_drone(".drone.yml", text)
    found = by_id(facts)
    assert [trigger.kind for trigger in found["pipelines/default"].triggers] == ["push", "schedule"]
    assert ran(found["pipelines/default/0"]) == [(5, "", "cd src", False), (5, "", "pytest", False)]
    publish = found["pipelines/default/1"]
    assert (publish.uses, publish.inputs, publish.needs) == (
        ("plugins/docker",),
        {"repo": "x"},
        ("pipelines/default/0",),
    )
    assert (publish.condition, publish.allow_failure) == ("branch main", True)
    assert found["pipelines/after"].needs == ("pipelines/default",)
    assert [image.type for image in facts.resources] == ["image:python", "image:plugins/docker", "image:b"]


def test_woodpecker() -> None:
    text = b"""\
when: [{event: pull_request}, {event: cron, cron: nightly}]
steps:
  test: {image: python, commands: [pytest]}
"""
    found = by_id(read_drone(".woodpecker/test.yml", text))
    assert found["pipelines/test.yml"].triggers == (Trigger("pull_request", 1), Trigger("schedule", 1, "nightly"))
    assert ran(found["pipelines/test.yml/0"]) == [(3, "", "pytest", False)]


# --- the clouds ------------------------------------------------------------------------------------------------------


def test_cloudbuild() -> None:
    text = b"""\
steps:
  - name: gcr.io/cloud-builders/docker
    args: [build, -t, x, .]
  - name: python:3.11
    id: test
    entrypoint: bash
    args: [-c, "pip install . && pytest"]
    dir: ./app
  - {name: gcr.io/google.com/cloudsdktool/cloud-sdk, args: [gcloud, run, deploy], waitFor: [test], allowFailure: true}
  - {name: alpine, waitFor: ['-'], script: ./x.sh}
"""
    found = by_id(read_cloudbuild("cloudbuild.yaml", text))
    assert found["build"].triggers == ()
    assert found["steps/0"].commands[0].argv == ("docker", "build", "-t", "x", ".")
    assert [command.argv for command in found["steps/1"].commands] == [("pip", "install", "."), ("pytest",)]
    assert (found["steps/1"].directory, found["steps/1"].needs) == ("app", ("steps/0",))
    assert found["steps/2"].commands[0].argv == ("gcloud", "run", "deploy")
    assert (found["steps/2"].needs, found["steps/2"].allow_failure) == (("steps/1",), True)
    assert (found["steps/3"].needs, found["steps/3"].commands[0].text) == ((), "./x.sh")


def test_cloudbuild_in_json() -> None:
    facts = read_cloudbuild("cloudbuild.json", b'{"steps": [\n {"name": "gcr.io/x/kubectl", "args": ["apply"]}]}')
    assert by_id(facts)["steps/0"].commands[0].argv == ("kubectl", "apply")
    assert by_id(facts)["steps/0"].line == 2


def test_buildspec() -> None:
    text = b"""\
version: 0.2
phases:
  install: {runtime-versions: {python: 3.11}, commands: [pip install .]}
  build:
    commands:
      - cd ml
      - python train.py
    finally: [./clean.sh]
  post_build: {commands: [echo done]}
"""
    found = by_id(read_buildspec("buildspec.yml", text))
    assert found["build"].triggers == ()
    assert ran(found["phases/build"]) == [
        (6, "", "cd ml", False),
        (7, "ml", "python train.py", False),
        (8, "", "./clean.sh", True),
    ]
    assert found["phases/build"].needs == ("phases/install",)
    after = found["phases/post_build"]
    assert (after.needs, after.runs_after) == (("phases/install",), RunsAfter.ANY)
