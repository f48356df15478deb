"""What cannot work as it is committed: the faults that the wiring reads as well, as problems."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.evidence import Defect
from mlripe.problems.sources import Examined

__all__ = ["cannot_work"]


def cannot_work(examined: Examined) -> Iterator[Defect]:
    """A defect for each fault; what several places miss alike is one cause."""
    for fault in examined.detection.faults:
        cause = f"{fault.kind}: {fault.missing}"
        yield Defect(fault.path, fault.line, cause, cause=cause, why=fault.happens, remedy=fault.remedy)
