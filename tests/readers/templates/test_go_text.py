"""Go's template language as Databricks fills it in: what comes out, and the line of the template that each line is from."""

import pytest

from mlripe.readers.templates.go_text import definitions_in, render_go

ANSWERS = {"name": "churn-model", "cloud": "azure", "store": "no"}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("job: {{ .name }}-train", "job: churn-model-train"),
        ("{{if eq .cloud `aws`}}a{{else if eq .cloud `azure`}}b{{else}}c{{end}}", "b"),
        ("{{ if (and (eq .store `no`) (ne .cloud `aws`)) }}yes{{ end }}", "yes"),
        ("{{ if not (eq .store `no`) }}yes{{ else }}no{{ end }}", "no"),
        ("{{if eq .cloud `gcp` `azure`}}one of them{{end}}", "one of them"),
        ("a\n  {{- if eq .store `yes` }}\n  b\n  {{- else }}\n  c\n  {{- end }}\n", "a\n  c\n"),
        ("id: {{`${{ secrets.ID }}`}}", "id: ${{ secrets.ID }}"),
        ('left: "{{"{{tasks.a.values.b}}"}}"', 'left: "{{tasks.a.values.b}}"'),
        ("{{/* a note */}}x", "x"),
        ("{{ $root := .name }}{{ printf `%s/%s` $root `src` }}", "churn-model/src"),
        ("{{ (regexp `-`).ReplaceAllString .name `_` }}", "churn_model"),
        ("{{ .name | print }}", "churn-model"),
        ("{{ .unknown }}", "unknown"),
        ("{{ if .unknown }}kept{{ else }}not{{ end }}", "kept"),
        ("{{ range .items }}<{{ . }}>{{ end }}", "<range>"),
        ("{{ with .name }}{{ . }}{{ end }}", "churn-model"),
        ("no end {{ if", "no end {{ if"),
    ],
)
def test_what_a_template_gives(template: str, text: str) -> None:
    assert render_go(template, ANSWERS)[0].text == text


def test_each_line_is_told_where_it_stands_in_the_template() -> None:
    rendered, _ = render_go("a\n{{ if eq .store `yes` }}\nb\n{{ end -}}\n\nc {{ .name }}\nd", ANSWERS)
    assert rendered.text == "a\nc churn-model\nd"
    assert rendered.lines == (1, 6, 7)


def test_definitions_are_used_where_they_are_asked_for_by_name() -> None:
    shared = definitions_in("{{ define `project` -}}\n{{ if .name }}{{ .name }}{{ end }}_project\n{{- end }}")
    assert render_go("at {{template `project` .}}!", ANSWERS, shared)[0].text == "at churn-model_project!"
    itself = definitions_in("{{ define `a` }}x{{ template `a` . }}{{ end }}")
    assert set(render_go("{{ template `a` . }}", ANSWERS, itself)[0].text) == {"x"}


def test_what_is_left_out_is_told() -> None:
    text = "{{ if eq .cloud `azure` }}{{ skip `.gitlab` }}{{ else }}{{ skip `.azure` }}{{ end }}"
    assert render_go(text, ANSWERS)[1] == (".gitlab",)
