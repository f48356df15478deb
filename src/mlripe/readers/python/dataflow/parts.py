"""Which part of the data a name tells of: `X_train`, `val_df`, `y_holdout`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from mlripe.lazy_regex import lazy_regex
from mlripe.readers.python.dataflow.values import TEST, TRAIN, VALID

__all__ = ["held_out", "part_of", "tells_parts"]

_WORD: Final = lazy_regex(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_PARTS: Final = {
    **dict.fromkeys(("train", "training", "tr", "trn"), TRAIN),
    **dict.fromkeys(("valid", "val", "validation", "dev", "eval"), VALID),
    **dict.fromkeys(("test", "testing", "holdout", "te", "tst", "oot"), TEST),
}
_LONGEST: Final = 80  # characters of a name


def part_of(name: str) -> str:
    """The part that a name tells of; "" for none, or for several."""
    found = {_PARTS[word.lower()] for word in _WORD.findall(name[:_LONGEST]) if word.lower() in _PARTS}
    return found.pop() if len(found) == 1 else ""


def tells_parts(names: Iterable[str]) -> bool:
    """Whether names beside each other tell of training data and of data that is held out."""
    parts = {part_of(name) for name in names}
    return TRAIN in parts and not parts.isdisjoint((VALID, TEST))


def held_out(part: str) -> bool:
    """Whether a part is kept from training."""
    return part in (VALID, TEST)
