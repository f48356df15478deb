"""The catalogue: detectors, capabilities, maturity models and path roles, all of it data.

An installed mlripe carries it compiled (`catalog.json`, made when the wheel is built). In a checkout the top-level
`detectors/` and `rules/` are the truth: whenever one of their files is newer than the compiled catalogue, it is
compiled again, so that editing a YAML file is all that adding a tool takes.
"""

from __future__ import annotations

from mlripe.catalog.content import Catalog, Patterns
from mlripe.catalog.load import load
from mlripe.catalog.words import words_of

__all__ = ["Catalog", "Patterns", "load", "words_of"]
