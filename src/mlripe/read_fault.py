"""A read fault: apart from the facts, so that who only tells of one does not pay for all of them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ReadFault"]


@dataclass(frozen=True, slots=True)
class ReadFault:
    """Something that could not be read as it should be; told in the report, never fatal."""

    path: str
    says: str
    line: int = 0
