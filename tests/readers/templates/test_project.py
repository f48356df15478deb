"""A repository that holds the template of a project is judged by the project that it generates."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from mlripe.assessment import Assessment
from mlripe.auditing import audit
from mlripe.evidence import Hop, Strength
from mlripe.readers.read_anew import AsRead
from mlripe.readers.templates import templates_in
from mlripe.snapshot.memory import MemorySnapshot

FIT = "from sklearn.linear_model import Ridge\nRidge().fit([[1]], [1])\n"


def generated(files: Mapping[str, str]) -> AsRead:
    snapshot = MemorySnapshot(files)
    return AsRead(snapshot, templates_in(files, snapshot.read))


def judged(folder: Path, files: Mapping[str, str]) -> Assessment:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return audit(folder)


def workflow(run: str, on: str = "push") -> str:
    return f"on: {on}\njobs:\n  j:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: {run}\n"


def test_a_plain_repository_is_left_as_it_is() -> None:
    files = {"train.py": FIT, "chart/templates/job.yaml": "a: {{ .Values.a }}\n"}
    assert templates_in(files, MemorySnapshot(files).read) == ()


COOKIECUTTER = {
    "cookiecutter.json": json.dumps(
        {
            "project": "Churn Model",
            "slug": "{{ cookiecutter.project.lower().replace(' ', '_') }}",
            "ci": ["github", "none"],
            "_copy_without_render": ["*.html"],
        }
    ),
    "{{cookiecutter.slug}}/.github/workflows/ci.yml": "{% if cookiecutter.ci == 'github' %}\n"
    + workflow("python {{ cookiecutter.slug }}/train.py")
    + "{% endif %}\n",
    "{{cookiecutter.slug}}/{{cookiecutter.slug}}/train.py": "# {{ cookiecutter.project }}\n" + FIT,
    "{{cookiecutter.slug}}/page.html": "{{ title }}",
    "README.md": "A template.\n",
}


def test_cookiecutter_names_and_fills_files_with_the_default_answers() -> None:
    project = generated(COOKIECUTTER)
    assert sorted(project.committed) == [
        "churn_model/.github/workflows/ci.yml", "churn_model/churn_model/train.py", "churn_model/page.html",
    ]  # fmt: skip
    assert b"python churn_model/train.py" in (project.read("churn_model/.github/workflows/ci.yml") or b"")
    assert project.read("churn_model/page.html") == b"{{ title }}"
    assert project.read("README.md") == b"A template.\n"


def test_places_are_told_as_they_lie_in_the_repository(tmp_path: Path) -> None:
    found = judged(tmp_path, COOKIECUTTER).capabilities["training-code"]
    assert found.strength == Strength.automated
    proof = found.evidence[0]
    assert (proof.path, proof.line) == ("{{cookiecutter.slug}}/{{cookiecutter.slug}}/train.py", 3)
    assert (proof.chain[0].path, proof.chain[0].line) == ("{{cookiecutter.slug}}/.github/workflows/ci.yml", 2)


COPIER = {
    "copier.yml": (
        "_subdirectory: template\n_exclude: ['*.log']\nname:\n  default: churn\n"
        "tuning:\n  type: bool\n  default: false\nci:\n  choices: [github, gitlab]\n  default: github\n"
    ),
    "template/{% if ci == 'github' %}.github{% endif %}/workflows/ci.yml.jinja": workflow("python src/{{ name }}.py"),
    "template/{% if ci == 'gitlab' %}.gitlab-ci.yml{% endif %}": "fit: {script: [python src/tune.py]}\n",
    "template/src/{{ name }}.py": FIT,
    "template/src/{% if tuning %}tune.py{% endif %}": "import optuna\noptuna.create_study().optimize(len)\n",
    "template/a.log": "x\n",
}


def test_copier_leaves_out_what_the_default_answers_do_not_ask_for(tmp_path: Path) -> None:
    project = generated(COPIER)
    assert sorted(project.committed) == ["template/.github/workflows/ci.yml", "template/src/churn.py"]
    assert "template/a.log" not in project.entries()
    found = judged(tmp_path, COPIER).capabilities
    assert found["training-code"].strength == Strength.automated
    assert found["hyperparameter-tuning"].strength == Strength.none


BUNDLE = {
    "databricks_template_schema.json": json.dumps(
        {
            "properties": {
                "root": {"type": "string", "default": "{{ .name }}", "order": 2},
                "name": {"type": "string", "default": "churn-model", "order": 1},
                "store": {"type": "string", "default": "no", "order": 3},
            }
        }
    ),
    "library/names.tmpl": "{{ define `package` }}{{ (regexp `-`).ReplaceAllString .name `_` }}{{ end }}",
    "template/layout.tmpl": "{{ if eq .store `no` }}{{ skip (printf `%s/features` .root) }}{{ end }}",
    "template/{{.root}}/.github/workflows/cd.yml.tmpl": workflow("databricks bundle deploy -t prod"),
    "template/{{.root}}/databricks.yml.tmpl": (
        "bundle:\n  name: {{ .name }}\ninclude: [resources/*.yml]\ntargets:\n  prod: {mode: production}\n"
    ),
    "template/{{.root}}/resources/fit.yml.tmpl": (
        "resources:\n  jobs:\n    fit:\n      tasks:\n        {{- if eq .store `no` }}\n        - task_key: fit\n"
        "          notebook_task: {notebook_path: ../{{template `package` .}}/fit.py}\n        {{- end }}\n"
        "      schedule: {quartz_cron_expression: 0 0 9 * * ?, timezone_id: UTC}\n"
    ),
    "template/{{.root}}/{{template `package` .}}/fit.py.tmpl": "# Databricks notebook source\n%pip install x\n" + FIT,
    "template/{{.root}}/features/make.py.tmpl": "from databricks.feature_store import FeatureStoreClient\n",
}


def test_a_databricks_template_starts_what_its_bundle_schedules(tmp_path: Path) -> None:
    project = generated(BUNDLE)
    assert "template/churn-model/churn_model/fit.py" in project.committed
    assert not any("features" in path for path in project.entries())
    result = judged(tmp_path, BUNDLE)
    training = result.capabilities["training-code"]
    assert training.strength == Strength.automated
    assert training.evidence[0].path == "template/{{.root}}/{{template `package` .}}/fit.py.tmpl"
    assert result.repository.kind == "ml-template"


@pytest.mark.parametrize(
    "changed", [{"template/{{.root}}/resources/fit.yml.tmpl": "{{ if eq .store `yes` }}\nresources: {}\n{{ end }}"}]
)
def test_what_an_option_leaves_out_starts_nothing(tmp_path: Path, changed: dict[str, str]) -> None:
    assert judged(tmp_path, BUNDLE | changed).capabilities["training-code"].strength == Strength.present


def test_what_cannot_be_filled_in_is_read_as_it_is() -> None:
    project = generated({"cookiecutter.json": "[", "{{cookiecutter.a}}/x.py": "{% if %}\nx = 1\n"})
    assert project.read("a/x.py") == b"\nx = 1\n"


def test_sentences_name_places_as_they_lie_in_the_repository() -> None:
    files = {"copier.yml": "name: churn\n", "{{ name }}/a.py.jinja": "{% if name %}\n{% endif -%}\nx = 1\n"}
    project = generated(files)
    assert project.read("churn/a.py") == b"\nx = 1\n"
    told = project.told_as_committed(Hop("churn/a.py", 2, "only after churn/a.py:2, not b/churn/a.py or churn"))
    assert told == Hop("{{ name }}/a.py.jinja", 3, "only after {{ name }}/a.py.jinja:3, not b/churn/a.py or churn")


def test_a_name_that_is_taken_stays_with_its_file() -> None:
    project = generated(
        {"cookiecutter.json": '{"a": "src"}', "{{cookiecutter.a}}/x.py": "x = 1\n", "src/x.py": "y = 2\n"}
    )
    assert project.read("src/x.py") == b"y = 2\n"
