"""Jenkinsfiles: a small one in, its stages with their commands and what starts it out."""

from __future__ import annotations

import pytest

from mlripe.facts import FileFacts, Resource, Trigger, Unit
from mlripe.kinds import RunsAfter
from mlripe.readers.ci.jenkins import read_jenkinsfile


def jenkinsfile(text: str, path: str = "Jenkinsfile") -> FileFacts:
    return read_jenkinsfile(path, text.encode())


def units(text: str, path: str = "Jenkinsfile") -> dict[str, Unit]:
    return {unit.id: unit for unit in jenkinsfile(text, path).units}


def steps(text: str) -> Unit:
    return units(f"pipeline {{ stages {{ stage('S') {{ steps {{\n{text}\n}} }} }} }}")["stages/S"]


DECLARATIVE = """\
#!groovy
// stage('Not this') { sh 'no' }
pipeline {
  agent { docker { image 'python:3.11' } }
  triggers { cron('H 2 * * *') }
  stages {
    stage('Test') {
      steps {
        sh 'pytest'
      }
    }
    stage('Checks') {
      parallel {
        stage('lint') { steps { sh 'ruff check' } }
        stage('types') { agent { label 'gpu' } steps { bat 'mypy .' } }
      }
    }
    stage('Train')
    {
      when { branch 'main' }
      steps {
        sh '''
          cd ml
          python train.py \\
            --full
        '''
      }
      post { failure { sh './notify.sh' } }
    }
    stage('Deploy') {
      input { message 'Ship it?' }
      steps { sh 'deploy.sh' }
    }
    stage('Off') {
      when { expression { return false } }
      steps { sh 'old.sh' }
    }
  }
}
"""


def test_stages_in_their_order() -> None:
    assert [(one.id, one.kind, one.parent, one.line, one.needs) for one in jenkinsfile(DECLARATIVE).units] == [
        ("pipeline", "workflow", "", 1, ()),
        ("stages/Test", "stage", "pipeline", 7, ()),
        ("stages/Checks", "stage", "pipeline", 12, ("stages/Test",)),
        ("stages/Checks/lint", "stage", "stages/Checks", 14, ()),
        ("stages/Checks/types", "stage", "stages/Checks", 15, ()),
        ("stages/Train", "stage", "pipeline", 18, ("stages/Checks",)),
        ("stages/Train/post/failure", "step", "stages/Train", 28, ()),
        ("stages/Deploy", "stage", "pipeline", 30, ("stages/Train",)),
        ("stages/Off", "stage", "pipeline", 34, ("stages/Deploy",)),
    ]


def test_commands_have_their_lines_and_folders() -> None:
    train = units(DECLARATIVE)["stages/Train"]
    assert [(c.line, c.directory, c.argv) for c in train.commands] == [
        (23, "", ("cd", "ml")),
        (24, "ml", ("python", "train.py", "--full")),
    ]


def test_conditions_approvals_and_agents() -> None:
    facts = jenkinsfile(DECLARATIVE)
    found = {unit.id: unit for unit in facts.units}
    assert found["stages/Train"].condition == "branch 'main'"
    assert found["stages/Train/post/failure"].runs_after is RunsAfter.FAILURE
    assert found["stages/Deploy"].approval
    assert found["stages/Off"].disabled
    assert found["stages/Checks/types"].inputs == {"runs-on": "gpu"}
    assert facts.resources == (Resource("image:python", "python:3.11", 4, "pipeline"),)


@pytest.mark.parametrize(
    ("text", "path", "triggers"),
    [
        ("pipeline { }", "Jenkinsfile", [Trigger("push", 1, "by convention")]),
        ("pipeline { }", "ci/Jenkinsfile", [Trigger("push", 1, "by convention")]),
        ("pipeline { }", "ci/train.Jenkinsfile", [Trigger("dispatch", 1, "by convention")]),
        ("pipeline { triggers { pollSCM('H/5 * * * *') } }", "Jenkinsfile", [Trigger("push", 1, "H/5 * * * *")]),
        (
            "properties([pipelineTriggers([cron('@daily')])])",
            "Jenkinsfile",
            [Trigger("push", 1, "by convention"), Trigger("schedule", 1, "@daily")],
        ),
        (
            "pipeline {\n triggers { upstream(upstreamProjects: 'a, b', threshold: 1) } }",
            "x.Jenkinsfile",
            [Trigger("upstream", 2, "a"), Trigger("upstream", 2, "b")],
        ),
        ("pipeline { triggers { cron('') } }", "Jenkinsfile", [Trigger("push", 1, "by convention")]),
        ("pipeline { /* triggers { cron('@daily') } */ }", "Jenkinsfile", [Trigger("push", 1, "by convention")]),
        ("def cron(x) { }", "Jenkinsfile", [Trigger("push", 1, "by convention")]),
    ],
)
def test_what_starts_it(text: str, path: str, triggers: list[Trigger]) -> None:
    assert list(units(text, path)["pipeline"].triggers) == triggers


@pytest.mark.parametrize(
    ("text", "argvs"),
    [
        ("sh 'make test'", [("make", "test")]),
        ('sh "python train.py --x ${params.X}"', [("python", "train.py", "--x", "${params.X}")]),
        ("sh(script: 'make', returnStdout: true).trim()", [("make",)]),
        ("sh label: 'Build', script: 'make'", [("make",)]),
        ("sh(\n  script: 'make',\n  label: 'x'\n)", [("make",)]),
        ("sh 'run ' + env.MODEL + ' now'", [("run", "${env.MODEL}", "now")]),
        ("sh 'echo \\'a b\\''", [("echo", "a b")]),
        ("sh script", []),
        ("echo 'sh make'", []),
        (
            "def image = docker.build('me/app:1', '-f Dockerfile .')",
            [("docker", "build", "-t", "me/app:1", "-f", "Dockerfile", ".")],
        ),
        ("docker.withRegistry('https://r') { app.push('latest') }", [("docker", "push", "${app}:latest")]),
        ("list.push('x')", []),
    ],
)
def test_steps_that_run_something(text: str, argvs: list[tuple[str, ...]]) -> None:
    assert [command.argv for command in steps(text).commands] == argvs


def test_where_a_step_runs_and_whether_it_matters() -> None:
    text = (
        "dir('ml') { sh 'a; cd x; b' }\nsh 'c'\nsh(script: 'd', returnStatus: true)\ncatchError { sh 'e' }\nbat 'f\ng'"
    )
    found = [(command.text, command.directory, command.allow_failure) for command in steps(text).commands]
    assert found[:6] == [
        ("a", "ml", False),
        ("cd x", "ml", False),
        ("b", "ml/x", False),
        ("c", "", False),
        ("d", "", True),
        ("e", "", True),
    ]


@pytest.mark.parametrize(
    ("text", "approval"),
    [
        ("input 'Deploy?'", True),
        ("input message: 'Deploy?', ok: 'Yes'", True),
        ("input(message: 'Deploy?')", True),
        ("if (params.ASK) { input 'Deploy?' }", False),
        ("def input = 1", False),
    ],
)
def test_a_question_that_every_run_comes_to_is_an_approval(text: str, approval: bool) -> None:
    assert steps(text).approval is approval


def test_other_jobs_and_files() -> None:
    assert steps("build job: 'deploy-model', wait: false\ndef lib = load 'ci/steps.groovy'").uses == (
        "jenkins:deploy-model",
        "./ci/steps.groovy",
    )


def test_scripted_pipelines() -> None:
    text = """\
node('gpu') {
  stage('Train') {
    try { sh 'python train.py' } catch (e) { throw e }
    docker.image('node:20').inside('-v x') { sh 'npm test' }
  }
  sh 'last.sh'
}
"""
    facts = jenkinsfile(text)
    pipeline, train = facts.units
    assert ([c.text for c in pipeline.commands], pipeline.inputs) == (["last.sh"], {"runs-on": "gpu"})
    assert [c.text for c in train.commands] == ["python train.py", "npm test"]
    assert [resource.type for resource in facts.resources] == ["image:node"]


@pytest.mark.parametrize(
    "text", ["{" * 50_000, "stage('a') {" * 5_000, "}" * 50_000, "sh '" * 20_000, "sh (" * 20_000, '"""' * 9_999]
)
def test_hostile_texts_end(text: str) -> None:
    assert jenkinsfile(text).units[0].id == "pipeline"
