"""Jinja templates of project generators: what comes out, and the line of the template that each line is from."""

import pytest

from mlripe.readers.templates.jinja import render_jinja

SCOPE = {
    "cookiecutter": {"name": "Churn Model", "ci": "github", "docker": "yes"},
    "tuned": False,
    "years": [2023, 2024],
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ cookiecutter.name }}", "Churn Model"),
        ("{{ cookiecutter['name'].lower().replace(' ', '_') }}", "churn_model"),
        ("{{ cookiecutter.name | lower | replace(' ', '-') }}", "churn-model"),
        ("{{ cookiecutter.name | slugify }}", "churn-model"),
        ("name = {{ cookiecutter.name | tojson }}", 'name = "Churn Model"'),
        ("{% if cookiecutter.ci == 'github' and cookiecutter.docker == 'yes' %}a{% else %}b{% endif %}", "a"),
        ("{% if cookiecutter.ci != 'github' %}a{% elif cookiecutter.docker == 'no' %}b{% else %}c{% endif %}", "c"),
        ("{% if cookiecutter.ci in ['gitlab', 'github'] %}a{% endif %}", "a"),
        ("{% if not tuned %}plain{% endif %}", "plain"),
        ("{{ 'x' if tuned else 'y' }}{{ 'a' ~ cookiecutter.ci }}{{ 'b' + 'c' }}", "yagithubbc"),
        ("{{ unknown }}{% if unknown %} kept{% endif %}", "unknown kept"),
        ("{{ unknown | default('usual') }}", "usual"),
        ("{% for year in years %}<{{ year }}>{% endfor %}", "<year>"),
        ("{% set stage = 'dev' %}{{ stage }}", "dev"),
        ("{% raw %}${{ github.ref }}{% endraw %}", "${{ github.ref }}"),
        ("{# a note #}x", "x"),
        ("{% include 'header' %}x", "x"),
        ("{% now 'utc' %}{{ cookiecutter.name }}", "name"),  # no tag of Jinja's: names stand for values
        ("${{ github.ref", "${{ github.ref"),
    ],
)
def test_what_a_template_gives(template: str, text: str) -> None:
    assert render_jinja(template, SCOPE).text == text


def test_each_line_is_told_where_it_stands_in_the_template() -> None:
    rendered = render_jinja("a\n{% if tuned %}\nb\n{% endif -%}\n\nc\n{{ cookiecutter.ci }}\n", SCOPE)
    assert rendered.text == "a\nc\ngithub\n"
    assert rendered.lines == (1, 6, 7, 7)


def test_other_marks_can_be_set() -> None:
    marks = {"variable_start_string": "[[", "variable_end_string": "]]"}
    assert render_jinja("[[ cookiecutter.ci ]] {{ x }}", SCOPE, marks).text == "github {{ x }}"


@pytest.mark.parametrize(
    "template",
    [
        "{% set x = 'aaaaaaaaaa' %}" + "{% set x = x ~ x %}" * 60 + "{{ x }}",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{% if a %}" * 3000 + "{% endif %}" * 3000,
        "{{ 9 ** 9 ** 9 }}",
        "{{ 'a' * 10000000000 }}",
        "{% for a in range(10000000000) %}x{% endfor %}",
        "{{ x.__class__.__mro__ }}",
    ],
)
def test_hostile_templates_stay_small(template: str) -> None:
    assert len(render_jinja(template, SCOPE).text) < 100_000
