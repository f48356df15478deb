"""Evidence: what one place in a repository shows of one capability, how strong, and the chain that makes it so.

Beside it the places that mlripe could not follow, which may start more than is seen, and the defects that show a
problem.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from mlripe.kinds import UnresolvedKind

__all__ = ["Defect", "Evidence", "Hop", "Sighting", "Strength", "Unresolved"]


class Strength(IntEnum):
    """How far a practice has got; a repository's strength is the highest that its files prove."""

    none = 0
    declared = 1
    present = 2
    automated = 3
    enforced = 4


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a chain: the place, and what stands there in a few words (`push`, `job train`, `make train`)."""

    path: str
    line: int
    says: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A finding. `chain` leads from what starts it (a trigger, a pipeline definition) to this place, without it."""

    capability: str
    detector: str
    path: str
    line: int
    says: str
    strength: Strength
    chain: tuple[Hop, ...] = ()
    note: str = ""  # why it is not stronger, or not counted, in a few words


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A place where the wiring stops for want of knowledge. What `count` places name alike is told at the first.

    `name` is the program, file, action or value that it stops at. `could_hide` are the capabilities that could be
    stronger than they are seen to be, if this did what it could.
    """

    kind: UnresolvedKind
    path: str
    line: int
    name: str
    says: str
    count: int = 1
    could_hide: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sighting:
    """A place where something is seen, and what stands there in a few words."""

    path: str
    line: int
    says: str


@dataclass(frozen=True, slots=True)
class Defect:
    """Something that is wrong at one place, as a source of defects finds it. What it is called, how much it weighs and
    what to do about it is data: the rule of `rules/problems/` that names the source by `finds`.

    `path` and `line` are the line that shows it, `says` what stands there in a few words. Neither holds the value of a
    secret. Defects of one `cause` ("": of one file) are one problem, told at the first of them. `beside` are further
    lines that show it: what is missing, what makes it so. `hangs_on` says in words what mlripe could not follow and it
    depends on. `slight`: it weighs less than its kind does, such as an example's password; `likely`: it is not as
    certain. `why` and `remedy` take the place of the rule's, where the place knows more. `finds` is for a source that
    finds several kinds: the word by which a rule asks for this one.
    """

    path: str
    line: int
    says: str
    cause: str = ""
    beside: tuple[Sighting, ...] = ()
    hangs_on: str = ""
    slight: bool = False
    likely: bool = False
    why: str = ""
    remedy: str = ""
    finds: str = ""
