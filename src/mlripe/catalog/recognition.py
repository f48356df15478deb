"""Which files of a repository are themselves a catalogue of mlripe: detectors, maturity models, problems, rules.

Such a file is full of tools' names and of small repositories (its cases), and says nothing about what the repository
that holds it practises. It is known by its form, wherever it lies: a detector, a model or a kind of problem has exactly
the keys that `schema.py` gives it. Files of entries by id (`rules/capabilities.yaml`) have keys of their own, so these
are known by their place in a catalogue and by the form of each entry.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import MISSING, fields
from functools import cache

from mlripe.catalog.schema import KEYED_FILES, Detector, MaturityModel, ProblemRule

__all__ = ["is_catalogue_file"]

_LOOKS = frozenset(("shows", "starts", "declared_by"))  # a detector has at least one of these
_FOUND_BY = frozenset(("when", "finds"))  # a kind of problem has one of these
_BY_NAME = frozenset(("id", "area"))  # which a file's name gives, its folder, or the key of an entry
_ENDINGS = (".yaml", ".yml")
_OF_PLANS = ("advice/", "ci_jobs.", "plans.")


def is_catalogue_file(path: str, documents: Iterable[object]) -> bool:
    """Whether the file at `path`, whose YAML documents hold this data, is part of a catalogue."""
    data = list(documents)
    content = data[0] if len(data) == 1 else None
    if not path.endswith(_ENDINGS) or not isinstance(content, dict) or not content:
        return False
    if _has_form(content, Detector):
        return not _LOOKS.isdisjoint(content)
    if _has_form(content, MaturityModel):
        return True
    if f"/{path}".rpartition("/rules/")[2].startswith(_OF_PLANS) and _is_of_plans(path, content):
        return True
    if _has_form(content, ProblemRule):
        return not _FOUND_BY.isdisjoint(content)
    entry = next((shape for name, shape in KEYED_FILES.values() if f"/{path}".endswith(f"/{name}")), None)
    return entry is not None and all(isinstance(row, dict) and _has_form(row, entry) for row in content.values())


def _is_of_plans(path: str, content: dict[object, object]) -> bool:
    """Whether the content is what plans are made of."""
    from mlripe.catalog.plan_schema import AdviceFile, JobStyle, PlanRules  # few repositories have such files

    if path.endswith("ci_jobs.yaml"):
        return all(isinstance(row, dict) and _has_form(row, JobStyle) for row in content.values())
    return _has_form(content, PlanRules) or _has_form(content, AdviceFile)


def _has_form(keys: Collection[object], shape: type) -> bool:
    """Whether these are keys of the shape, with all that it requires."""
    known, required = _keys(shape)
    return required <= set(keys) <= known


@cache
def _keys(shape: type) -> tuple[frozenset[str], frozenset[str]]:
    """The keys that a shape knows, and those that it requires in the file."""
    known = frozenset(each.name for each in fields(shape))
    given = {each.name for each in fields(shape) if each.default is not MISSING or each.default_factory is not MISSING}
    return known, known - given - _BY_NAME
