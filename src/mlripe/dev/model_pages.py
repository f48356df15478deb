"""The documentation pages of the maturity models, made from their rules: criterion by criterion what meets it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from mlripe.catalog.needs import in_words, parse
from mlripe.catalog.schema import Criterion, MaturityModel

__all__ = ["pages"]

SEEN: Final = {"yes": "observable", "partial": "partial", "no": "not observable"}
FIDELITY: Final = {
    "published": "published: the criteria follow a text that can be read",
    "adapted": "adapted: the text has the content, and the shape here is this project's",
    "structure-only": "structure only: the text could not be found, and the criteria are this project's",
}
JUDGES: Final = {"ml": "repositories with machine learning", "llm": "repositories that use large language models"}


def pages(models: Mapping[str, MaturityModel]) -> dict[str, str]:
    """File name -> Markdown: a page a model, and `index.md`."""
    return {"index.md": _index(models.values()), **{f"{model.id}.md": _page(model) for model in models.values()}}


def _index(models: Iterable[MaturityModel]) -> str:
    rows = [
        (
            f"[{_cell(model.title)}]({model.id}.md)",
            f"`{model.id}`",
            f"{min(model.levels)} to {max(model.levels)}" if model.scoring == "levels" else "points",
            model.fidelity,
            *_counts(model.criteria),
        )
        for model in models
    ]
    return "\n".join(
        (
            "# Maturity models",
            "",
            "One body of evidence, judged under each of these (`mlripe audit --model ID`, or `--model all`).",
            "What no file can show takes an attestation, and never counts against a repository.",
            "",
            *_table(("model", "id", "levels", "fidelity", "criteria", *SEEN.values()), rows),
            "",
        )
    )


def _page(model: MaturityModel) -> str:
    parts = [
        f"# {model.title}",
        "",
        f"Made from `rules/models/{model.id}.yaml`, which says how the text became",
        "criteria, and why these ones decide.",
        "",
        *_table(("", ""), _about(model)),
        "",
    ]
    parts += [model.note.strip(), ""] if model.note else []
    headings = ("part", "criteria", *SEEN.values())
    groups = _groups(model)
    rows: list[tuple[str, ...]] = [(title, *_counts(criteria)) for title, criteria in groups]
    parts += ["## What a repository can show", "", *_table(headings, [*rows, ("all", *_counts(model.criteria))]), ""]
    for title, criteria in groups:
        parts += [f"## {title}", "", *_criteria(model, criteria), ""]
    return "\n".join(parts)


def _about(model: MaturityModel) -> list[tuple[str, ...]]:
    source = f"<{model.source}>" if model.source.startswith("https://") else _cell(model.source)
    rows: list[tuple[str, ...]] = [
        ("source", source),
        ("fidelity", FIDELITY[model.fidelity]),
        ("version", _cell(model.version)),
        ("judges", JUDGES[model.judges]),
        ("result", _cell(_result(model))),
    ]
    if model.projects == "median":
        rows.append(("several projects", "the project in the middle stands for the repository"))
    return rows


def _result(model: MaturityModel) -> str:
    if model.scoring == "levels":
        return "a level: the highest up to which every central criterion is met"
    parts = ", ".join(model.dimensions[name] for name in model.counts) if model.counts else "all parts"
    told = f"points: the {'lowest sum' if model.total == 'minimum' else 'sum'} of {parts}"
    bands = "; ".join(f"level {level} above {limit:g}" for level, limit in sorted(model.above.items()))
    return f"{told}; {bands}" if bands else told


def _groups(model: MaturityModel) -> list[tuple[str, list[Criterion]]]:
    """The criteria by level, or by dimension where points are given."""
    if model.scoring == "points":
        return [(title, [c for c in model.criteria if c.dimension == name]) for name, title in model.dimensions.items()]
    levels = ((f"Level {level}: {title}", level) for level, title in sorted(model.levels.items()))
    grouped = [(title, [c for c in model.criteria if c.level == level]) for title, level in levels]
    return [(title, criteria) for title, criteria in grouped if criteria]


def _criteria(model: MaturityModel, criteria: Iterable[Criterion]) -> list[str]:
    if model.scoring == "points":
        headings: Sequence[str] = ("criterion", "text", "files show it", "what gives points")
        return _table(headings, [(_says(c), _cell(c.source), SEEN[c.observable], _meets(c)) for c in criteria])
    headings = ("criterion", "text", "dimension", "central", "files show it", "what meets it")
    return _table(
        headings,
        [
            (
                _says(criterion),
                _cell(criterion.source),
                _cell(model.dimensions[criterion.dimension]),
                "central" if criterion.weight == "central" else "",
                SEEN[criterion.observable],
                _meets(criterion),
            )
            for criterion in criteria
        ],
    )


def _says(criterion: Criterion) -> str:
    note = f" *{_cell(criterion.note.rstrip('.'))}.*" if criterion.note else ""
    return f"`{criterion.id}` {_cell(criterion.says)}.{note}"


def _meets(criterion: Criterion) -> str:
    if criterion.grades:
        return "; ".join(f"{grade.points:g}: {in_words(parse(grade.needs))}" for grade in criterion.grades)
    return in_words(parse(criterion.needs)) if criterion.needs else "an attestation"


def _counts(criteria: Sequence[Criterion]) -> tuple[str, ...]:
    seen = Counter(criterion.observable for criterion in criteria)
    return (str(len(criteria)), *(str(seen[name]) for name in ("yes", "partial", "no")))


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [_row(headings), _row(["---"] * len(headings)), *(_row(row) for row in rows)]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    """`text` as a table can hold it."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
