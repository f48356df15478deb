"""GitLab CI: a small pipeline in, its jobs with what starts them out."""

from __future__ import annotations

import pytest

from mlripe.facts import FileFacts, Resource, Trigger, Unit
from mlripe.readers.ci.gitlab import read_gitlab


def pipeline(text: str, path: str = ".gitlab-ci.yml") -> FileFacts:
    return read_gitlab(path, text.encode())


def units(text: str, path: str = ".gitlab-ci.yml") -> dict[str, Unit]:
    return {unit.id: unit for unit in pipeline(text, path).units}


def argvs(unit: Unit) -> list[tuple[str, ...]]:
    return [command.argv for command in unit.commands]


# --- jobs ------------------------------------------------------------------------------------------------------------


def test_jobs_are_what_is_neither_keyword_nor_hidden() -> None:
    text = "image: python\nvariables: {A: b}\n.base: {script: [x]}\ntest: {script: [pytest]}\nother: just text\n"
    assert list(units(text)) == ["pipeline", "jobs/test"]


def test_the_parts_of_a_script_share_one_shell_and_keep_their_lines() -> None:
    text = """\
default:
  before_script:
    - cd src
train:
  script:
    - pip install .
    - |
      python train.py
      echo done
  after_script:
    - ./clean.sh
"""
    commands = units(text)["jobs/train"].commands
    assert [(c.line, c.directory, c.argv[0], c.allow_failure) for c in commands] == [
        (3, "", "cd", False),
        (6, "src", "pip", False),
        (8, "src", "python", False),
        (9, "src", "echo", False),
        (11, "", "./clean.sh", True),
    ]


def test_stages_order_jobs_unless_needs_does() -> None:
    text = """\
stages: [test, train, deploy]
unit: {script: a}
lint: {stage: test, script: a}
train: {stage: train, script: a}
fast: {stage: deploy, script: a, needs: [train, {job: lint}]}
free: {stage: deploy, script: a, needs: []}
ship: {stage: deploy, script: a}
"""
    found = units(text)
    assert found["jobs/train"].needs == ("jobs/unit", "jobs/lint")
    assert found["jobs/fast"].needs == ("jobs/train", "jobs/lint")
    assert found["jobs/free"].needs == found["jobs/unit"].needs == ()
    assert found["jobs/ship"].needs == ("jobs/unit", "jobs/lint", "jobs/train")


def test_a_job_inherits_by_extends_references_and_anchors() -> None:
    text = """\
.a: {script: [one], tags: [gpu]}
.b: {extends: .a, allow_failure: true}
.c: &c
  script: [three]
by-extends: {extends: .b}
by-reference: {script: [!reference [.a, script], two]}
by-anchor: {<<: *c}
"""
    found = units(text)
    assert (argvs(found["jobs/by-extends"]), found["jobs/by-extends"].allow_failure) == ([("one",)], True)
    assert found["jobs/by-extends"].inputs == {"runs-on": "gpu"}
    assert argvs(found["jobs/by-reference"]) == [("one",), ("two",)]
    assert argvs(found["jobs/by-anchor"]) == [("three",)]
    assert found["jobs/by-anchor"].commands[0].line == 4


def test_circles_of_extends_and_references_end() -> None:
    text = ".a: {extends: .b, script: [!reference [.a, script]]}\n.b: {extends: .a}\nj: {extends: .a}\n"
    assert argvs(units(text)["jobs/j"]) == []


def test_what_is_inherited_often_is_read_within_a_budget() -> None:
    text = f"before_script: [echo {'x' * 50_000}]\n" + "".join(f"j{n}: {{script: a}}\n" for n in range(200))
    found = units(text)
    assert len(found) == 201
    assert 0 < len([1 for unit in found.values() if unit.commands]) < 30


def test_what_a_job_says_of_itself() -> None:
    text = """\
deploy: {script: a, environment: {name: production}, when: manual}
stop: {script: a, environment: {name: production, action: stop}}
late: {script: a, when: on_failure}
never: {script: a, when: never}
"""
    found = units(text)
    assert (found["jobs/deploy"].environment, found["jobs/deploy"].approval) == ("production", True)
    assert found["jobs/stop"].environment == ""
    assert found["jobs/late"].condition == "when on_failure"
    assert found["jobs/never"].disabled


def test_images() -> None:
    text = (
        "image: {name: 'python:3.11'}\nj:\n  image: node:20\n  services: ['postgres:16', {name: redis}]\n  script: a\n"
    )
    assert pipeline(text).resources == (
        Resource("image:python", "python:3.11", 1, "pipeline"),
        Resource("image:node", "node:20", 3, "jobs/j"),
        Resource("image:postgres", "postgres:16", 4, "jobs/j"),
        Resource("image:redis", "redis", 4, "jobs/j"),
    )


# --- other files -----------------------------------------------------------------------------------------------------


def test_includes_and_child_pipelines() -> None:
    text = """\
include:
  - /ci/a.yml
  - local: ci/b.yml
  - template: Jobs/SAST.gitlab-ci.yml
  - {project: group/ci, file: [/x.yml, y.yml]}
  - {component: host/group/part@1}
  - https://example.org/z.yml
child: {trigger: {include: [{local: ci/child.yml}]}}
other: {trigger: group/project}
"""
    found = units(text)
    assert found["pipeline"].uses == (
        "./ci/a.yml",
        "./ci/b.yml",
        "Jobs/SAST.gitlab-ci.yml",
        "group/ci/x.yml",
        "group/ci/y.yml",
        "host/group/part@1",
        "https://example.org/z.yml",
    )
    assert found["jobs/child"].uses == ("./ci/child.yml",)
    assert found["jobs/other"].uses == ("group/project",)


def test_a_header_of_inputs_is_not_the_pipeline() -> None:
    assert list(units("spec: {inputs: {a: {}}}\n---\nj: {script: a}\n")) == ["pipeline", "jobs/j"]


def test_what_is_no_pipeline_is_a_document_only() -> None:
    assert pipeline("title: a template for issues\n", ".gitlab/x.yml").units == ()


# --- what starts it --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "kinds"),
    [
        ("", ["push"]),
        ("workflow: {rules: [{if: $CI_COMMIT_TAG}]}", ["tag"]),
        (
            "workflow: {rules: [{if: $CI_PIPELINE_SOURCE == 'merge_request_event'}, {if: $CI_COMMIT_BRANCH}]}",
            ["pull_request", "push"],
        ),
        ("workflow: {rules: [{if: $CI_PIPELINE_SOURCE == 'schedule', when: never}, {when: always}]}", ["push"]),
        ("workflow: {rules: [{if: '$CI_PIPELINE_SOURCE =~ /^(web|schedule)$/'}]}", ["dispatch", "schedule"]),
        ("workflow: {rules: [{if: $CI_PIPELINE_SOURCE != 'schedule'}]}", ["push"]),
    ],
)
def test_what_starts_the_pipeline(rules: str, kinds: list[str]) -> None:
    assert [trigger.kind for trigger in units(f"{rules}\nj: {{script: a}}\n")["pipeline"].triggers] == kinds


@pytest.mark.parametrize(
    ("keys", "kinds", "parent"),
    [
        ("rules: [{if: $CI_PIPELINE_SOURCE == 'schedule'}]", ["schedule"], ""),
        (
            "rules: [{if: $CI_PIPELINE_SOURCE == 'schedule'}, {if: $CI_COMMIT_BRANCH == 'main'}]",
            ["schedule"],
            "pipeline",
        ),
        ("rules: [{if: $CI_PIPELINE_SOURCE == 'schedule' && $CI_COMMIT_BRANCH == 'main'}]", ["schedule"], ""),
        ("rules: [{if: $CI_COMMIT_TAG}]", ["tag"], ""),
        ("rules: [{if: $CI_COMMIT_TAG == null}]", [], "pipeline"),
        ("rules: [{if: $CI_MERGE_REQUEST_IID}]", ["pull_request"], ""),
        ("rules: [{changes: [src/**]}]", [], "pipeline"),
        ("rules: [{if: $RUN_TRAINING == 'yes'}]", [], "pipeline"),
        ("only: [schedules]", ["schedule"], ""),
        ("only: [main, tags]", ["tag"], "pipeline"),
        ("only: {refs: [merge_requests]}", ["pull_request"], ""),
        ("only: {changes: [a]}", [], "pipeline"),
    ],
)
def test_a_job_that_the_pipelines_triggers_do_not_start_stands_alone(keys: str, kinds: list[str], parent: str) -> None:
    job = units(f"j: {{script: a, {keys}}}\n")["jobs/j"]
    assert ([trigger.kind for trigger in job.triggers], job.parent) == (kinds, parent)


def test_a_rule_is_told_with_its_line_and_its_words() -> None:
    job = units("j:\n  script: a\n  rules:\n    - if: $CI_PIPELINE_SOURCE == 'schedule'\n      changes: [a, b]\n")[
        "jobs/j"
    ]
    assert job.triggers == (Trigger("schedule", 4, "$CI_PIPELINE_SOURCE == 'schedule'"),)
    assert job.condition == "$CI_PIPELINE_SOURCE == 'schedule' | changes a, b"


@pytest.mark.parametrize(
    ("rules", "approval"),
    [
        ("[{when: manual}]", True),
        ("[{if: $CI_COMMIT_BRANCH == 'x', when: never}, {when: manual}]", True),
        ("[{if: $CI_COMMIT_BRANCH == 'x', when: manual}, {when: on_success}]", False),
    ],
)
def test_a_job_is_manual_if_all_its_rules_are(rules: str, approval: bool) -> None:
    assert units(f"j: {{script: a, rules: {rules}}}\n")["jobs/j"].approval is approval


def test_an_included_file_starts_nothing_by_a_push_but_keeps_its_schedules() -> None:
    text = "a: {script: x}\nb: {script: x, rules: [{if: $CI_PIPELINE_SOURCE == 'schedule'}, {if: $CI_COMMIT_BRANCH}]}\n"
    found = units(text, "ci/train.gitlab-ci.yml")
    assert found["pipeline"].triggers == found["jobs/a"].triggers == ()
    assert [trigger.kind for trigger in found["jobs/b"].triggers] == ["schedule"]
    assert found["jobs/b"].parent == "pipeline"


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        ("allow_failure: {exit_codes: 1}", True),
        ("allow_failure: {exit_codes: [1, 5]}", True),
        ("allow_failure: {exit_codes: [137]}", False),
        ("rules: [{if: $A, allow_failure: true}, {when: never}]", True),
        ("rules: [{if: $A, allow_failure: true}, {if: $B}]", False),
        ("{allow_failure: true, rules: [{if: $A, allow_failure: false}]}", False),
        ("{allow_failure: true, rules: [{if: $A}]}", True),
    ],
)
def test_whether_a_failure_stops_anything(job: str, expected: bool) -> None:
    text = f"a: {{script: [pytest], {job.strip('{}') if job.startswith('{') else job}}}\n"
    assert units(text)["jobs/a"].allow_failure is expected
