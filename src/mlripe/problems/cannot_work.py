"""What cannot work as it is committed: the faults that the wiring reads as well, as problems."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mlripe.evidence import Defect
from mlripe.lazy_regex import lazy_regex
from mlripe.problems.sources import Examined
from mlripe.snapshot.paths import is_retired

__all__ = ["cannot_work"]

_PUT_BY: Final = lazy_regex(r"(?i)(?:^|/)_?(?:legacy|backups?|examples?)/")


def cannot_work(examined: Examined) -> Iterator[Defect]:
    """A defect for each fault; what several places miss alike is one cause. What is put by weighs less."""
    for fault in examined.detection.faults:
        cause = f"{fault.kind}: {fault.missing}"
        slight = is_retired(fault.path) or _PUT_BY.search(fault.path) is not None
        yield Defect(fault.path, fault.line, cause, cause=cause, slight=slight, why=fault.happens, remedy=fault.remedy)
