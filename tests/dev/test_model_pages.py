"""The documentation pages of the maturity models: as the rules are, whole, and safe in a table."""

from __future__ import annotations

from mlripe.catalog import load
from mlripe.catalog.schema import Criterion, Grade, MaturityModel
from mlripe.dev.model_pages import pages


def test_every_criterion_has_a_row_that_says_what_files_show_of_it() -> None:
    for model in load().models.values():
        page = pages({model.id: model})[f"{model.id}.md"]
        for criterion in model.criteria:
            (row,) = [line for line in page.splitlines() if line.startswith(f"| `{criterion.id}` ")]
            shown = {"yes": "| observable |", "partial": "| partial |", "no": "| not observable | an attestation |"}
            assert shown[criterion.observable] in row


def model(*criteria: Criterion, **more: object) -> MaturityModel:
    fields = {"id": "ours", "title": "Ours", "source": "https://example.org", "fidelity": "adapted"}
    return MaturityModel(**{**fields, "dimensions": {"code": "The code"}, "criteria": criteria, **more})  # type: ignore[arg-type]


BUILT = Criterion(
    id="built", dimension="code", level=1, says="Code | is built", weight="central", needs={"code-testing": "present"}
)


def test_a_page_of_levels() -> None:
    page = pages({"ours": model(BUILT, levels={0: "Nothing", 1: "Built"}, note="A note.")})["ours.md"]
    assert page == (
        "# Ours\n"
        "\n"
        "Made from `rules/models/ours.yaml`, which says how the text became\n"
        "criteria, and why these ones decide.\n"
        "\n"
        "|  |  |\n"
        "| --- | --- |\n"
        "| source | <https://example.org> |\n"
        "| fidelity | adapted: the text has the content, and the shape here is this project's |\n"
        "| version | 1 |\n"
        "| judges | repositories with machine learning |\n"
        "| result | a level: the highest up to which every central criterion is met |\n"
        "\n"
        "A note.\n"
        "\n"
        "## What a repository can show\n"
        "\n"
        "| part | criteria | observable | partial | not observable |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| Level 1: Built | 1 | 1 | 0 | 0 |\n"
        "| all | 1 | 1 | 0 | 0 |\n"
        "\n"
        "## Level 1: Built\n"
        "\n"
        "| criterion | text | dimension | central | files show it | what meets it |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        "| `built` Code \\| is built. |  | The code | central | observable | code-testing present |\n"
    )


def test_a_page_of_points_says_what_gives_how_many_and_how_they_add_up() -> None:
    grades = (
        Grade(points=0.5, needs={"code-testing": "present"}),
        Grade(points=1, needs={"code-testing": "automated"}),
    )
    tested = Criterion(
        id="tested", dimension="code", says="Code is tested", observable="partial", grades=grades, note="Partly"
    )
    page = pages({"ours": model(tested, scoring="points", total="minimum", levels={0: "a", 1: "b"}, above={1: 0.5})})[
        "ours.md"
    ]
    assert "| result | points: the lowest sum of all parts; level 1 above 0.5 |" in page
    assert (
        "| `tested` Code is tested. *Partly.* |  | partial | 0.5: code-testing present; 1: code-testing automated |"
        in page
    )
