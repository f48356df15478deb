"""The matrix of a GitHub job: its steps run once for every combination, each with values of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice, product
from typing import Final

from mlripe.readers.nodes import Node

__all__ = ["Values", "filled", "used", "variants"]

MOST: Final = 12  # combinations: a file with more of them differs in versions and systems, not in what it runs
LONGEST: Final = 300
VALUE: Final = re.compile(r"\$\{\{\s*matrix\.([\w.-]+)\s*\}\}")

Values = Mapping[str, str]


def variants(job: Node) -> list[Values]:
    """The combinations of a job's matrix as far as it writes them out: lists first, then what it includes."""
    matrix = job.at("strategy.matrix")
    lists = {
        name: [_scalars(name, item) for item in node.items()][:MOST]
        for name, node in matrix.entries()
        if node.is_list and name not in ("include", "exclude")
    }
    found: list[Values] = []
    for chosen in islice(product(*(values for values in lists.values() if values)), MOST if lists else 0):
        found.append({name: value for values in chosen for name, value in values.items()})
    for entry in islice(matrix["include"].items(), MOST):
        found.append({name: value for key, node in entry.entries() for name, value in _scalars(key, node).items()})
    return found


def _scalars(name: str, node: Node) -> dict[str, str]:
    if node.is_mapping:
        return {f"{name}.{key}": inner.text[:LONGEST] for key, inner in node.entries() if inner.text}
    return {name: node.text[:LONGEST]} if node.text else {}


def used(texts: Iterable[str], found: Iterable[Values]) -> list[Values]:
    """The combinations that differ in what these texts name; one without values where they name nothing known."""
    wanted = {name for text in texts for name in VALUE.findall(text)}
    distinct: dict[tuple[tuple[str, str], ...], None] = {}
    for values in found if wanted else ():
        if wanted <= values.keys():
            distinct.setdefault(tuple((name, values[name]) for name in sorted(wanted)))
    return [dict(values) for values in distinct] or [{}]


def filled(text: str, values: Values) -> str:
    """A text with the values of a combination in the place of their expressions."""
    return VALUE.sub(lambda match: values.get(match[1], match[0]), text) if values else text
