"""`when` blocks of Jenkinsfiles by the defaults of their parameters: a condition in, which starts reach the stage out."""

from __future__ import annotations

import pytest

from mlripe.readers.ci.jenkins import read_jenkinsfile

PIPELINE = """\
pipeline {{
  parameters {{
    choice(name: 'STAGE', choices: ['train', 'rollback'], description: 'what to do')
    string(name: 'DATA', defaultValue: 'usual')
    booleanParam(name: 'PUBLISH', defaultValue: true)
    booleanParam(name: 'FORCE')
  }}
  triggers {{ {trigger} }}
  stages {{
    stage('S') {{
      when {{ {when} }}
      steps {{ sh 'python fit.py' }}
    }}
  }}
}}
"""


def only(when: str, trigger: str = "pollSCM('* * * * *')") -> tuple[str, ...]:
    facts = read_jenkinsfile("Jenkinsfile", PIPELINE.format(when=when, trigger=trigger).encode())
    return {unit.id: unit for unit in facts.units}["stages/S"].only


@pytest.mark.parametrize(
    "when",
    [
        "expression { params.STAGE == 'rollback' }",
        "expression { return params.DATA != 'usual' }",
        "expression { params.STAGE == 'rollback' && fileExists('x') }",
        "expression { params.FORCE }",
        "expression { !params.PUBLISH }",
        "equals expected: 'other', actual: params.DATA",
        "not { equals expected: 'usual', actual: \"${params.DATA}\" }",
        "allOf { branch 'main'; expression { params.FORCE } }",
        "anyOf { not { equals expected: 'train', actual: params.STAGE }; expression { params.FORCE } }",
        "anyOf {\n not { equals expected: 'train', actual: params.STAGE }\n not { expression { params.PUBLISH } }\n }",
    ],
)
def test_what_a_person_must_choose_runs_only_for_a_person(when: str) -> None:
    assert only(when) == ("dispatch",)


@pytest.mark.parametrize(
    "when",
    [
        "expression { params.STAGE == 'train' }",
        "expression { params.STAGE == 'rollback' || params.PUBLISH }",
        "expression { params.STAGE in ['rollback'] }",
        "expression { params.UNKNOWN == 'x' }",
        "expression { params.PUBLISH }",
        "expression { !params.FORCE }",
        "equals expected: 'usual', actual: params.DATA",
        "not { branch 'main' }",
        "anyOf { branch 'main'; expression { params.FORCE } }",
        "expression { env.GO == 'yes' }",
        "",
    ],
)
def test_what_may_hold_without_a_choice_is_not_kept_back(when: str) -> None:
    assert only(when) == ()


def test_a_trigger_may_choose_parameters_itself() -> None:
    assert only("expression { params.FORCE }", "parameterizedCron('H 2 * * * %FORCE=true')") == ()
