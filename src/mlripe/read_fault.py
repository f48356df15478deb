"""A read fault: apart from the facts, so that who only tells of one does not pay for all of them."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["ReadFault"]


class ReadFault(Struct, frozen=True):
    """Something that could not be read as it should be; told in the report, never fatal."""

    path: str
    says: str
    line: int = 0
