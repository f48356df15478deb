"""The documentation page of the words that code, catalogue and reports share, made from the enumerations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mlripe.catalog import Catalog
from mlripe.kinds import (
    DeployedPart,
    Dialect,
    Feature,
    FileRole,
    Names,
    ProgramEffect,
    Role,
    StartKind,
    UnitKind,
    UnresolvedKind,
    Word,
)
from mlripe.landmark_kinds import Landmark
from mlripe.problem_kinds import DefectKind, FaultKind, Severity

__all__ = ["page"]

_ROLES: Final = """\
`role` of an entry in a detector, and what conditions of problems may name: what the matched code or file is for,
besides the capabilities that it shows. A role is not reported; practices and problems are derived from it.
`rules/roles.yaml` of an added catalogue may bring further ones, for its own problems."""
SECTIONS: Final[tuple[tuple[str, str, type[Word]], ...]] = (
    (
        "Roles",
        _ROLES,
        Role,
    ),
    ("Severities", "`severity` of a kind of problem in `rules/problems/`, and in every report.", Severity),
    (
        "What sources of defects find",
        "`finds` of a kind of problem in `rules/problems/`: what code looks for, where no condition can say it.",
        DefectKind,
    ),
    (
        "What is deployed",
        "`deploys` of a detector's entry with `role: deploy`: what runs once the match has deployed it.",
        DeployedPart,
    ),
    (
        "Kinds of start",
        "`raised_by` in `rules/capabilities.yaml`, `started` in the condition of a kind of problem.",
        StartKind,
    ),
    ("Kinds of unit", "`unit` of a detector's entry: what a file defines that can be started.", UnitKind),
    (
        "Dialects of resources",
        "What leads the type in `resource` of a detector's entry, before the colon.",
        Dialect,
    ),
    (
        "Features of a repository",
        "`all`, `any` and `without_where` of a kind of repository in `rules/kinds.yaml`.",
        Feature,
    ),
    (
        "Landmarks",
        "What advice in `rules/advice/` asks for in a repository, and names in its sentences and snippets.",
        Landmark,
    ),
    ("Roles of files", "The roles of files in `rules/paths.yaml` that code asks for.", FileRole),
    ("Lists of names", "The keys of `rules/names.yaml`: lists that code asks for.", Names),
    (
        "What programs do",
        "`does` of a program in `rules/programs.yaml`: what a program does with what its command line names.",
        ProgramEffect,
    ),
    (
        "What mlripe could not follow",
        "`kind` of a place in `unresolved` of the JSON report: why mlripe does not know what the place starts.",
        UnresolvedKind,
    ),
    (
        "What cannot work",
        "Why something cannot work as it is committed: what a step, an image or a program needs and lacks.",
        FaultKind,
    ),
)


def page(catalog: Catalog) -> str:
    """The page as Markdown: a section for each enumeration, a row for each of its words; then the CI services."""
    return "\n".join((*_words(), *_services(catalog), ""))


def _words() -> Iterator[str]:
    yield "# Words"
    yield ""
    yield "The words that detectors and rules may use where one of a few is asked for, and those that reports use. In"
    yield "data any other word is refused, and the nearest one is named."
    for title, says, words in SECTIONS:
        yield f"\n## {title}\n"
        yield f"{says}\n"
        yield "| word | meaning |"
        yield "| --- | --- |"
        for word in words:
            yield f"| `{word}` | {word.says} |"


def _services(catalog: Catalog) -> Iterator[str]:
    yield "\n## CI services\n"
    yield "The services whose files mlripe reads (`rules/ci_services.yaml`). In `within` of a detector `~ci` means the"
    yield "files of all, `~ci:ID` those of one: by their names, because such a file includes them, or, of Azure"
    yield "Pipelines and Google Cloud Build, by what they hold.\n"
    yield "| id | service | files |"
    yield "| --- | --- | --- |"
    for service in catalog.knowledge.ci_services:
        yield f"| `{service.id}` | {service.title} | {', '.join(f'`{glob}`' for glob in service.files)} |"
