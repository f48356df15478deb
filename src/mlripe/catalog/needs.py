"""What a criterion needs, as data: `{capability: strength}`, `{all: [...]}`, `{any: [...]}`, nested as one likes.

A mapping with several keys needs all of them. There is no expression to evaluate and nothing to execute: the data is
read once into a small tree (`parse`), and everything else here is a walk over that tree.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from mlripe.evidence import Strength

__all__ = [
    "Group",
    "Lack",
    "Leaf",
    "Need",
    "check_needs",
    "in_words",
    "lacking",
    "meets",
    "parse",
    "proving",
    "strength_of",
    "wanting",
    "without",
]

Lack = tuple[str, Strength, Strength]  # (capability, strength now, strength needed)

DEEPEST = 16  # nesting beyond this is a mistake, and would only strain the reader


@dataclass(frozen=True, slots=True)
class Leaf:
    """A capability at a strength or above."""

    capability: str
    strength: Strength


@dataclass(frozen=True, slots=True)
class Group:
    """Several needs: every one of them, or (`every` false) any one."""

    every: bool
    parts: tuple[Need, ...]


Need = Leaf | Group


def parse(needs: Mapping[str, Any]) -> Need:
    """The tree of needs that `check_needs` has found sound."""
    parts = tuple(
        Group(key == "all", tuple(parse(part) for part in value))
        if key in ("all", "any")
        else Leaf(key, Strength[value])
        for key, value in needs.items()
    )
    return parts[0] if len(parts) == 1 else Group(every=True, parts=parts)


def check_needs(needs: object, capability_ids: Collection[str]) -> list[str]:
    """What is wrong with a criterion's `needs`, a sentence an error with its place in it; empty when it is sound.

    A criterion that no repository can show has no needs at all, and that is sound.
    """
    return [] if needs == {} else _check(needs, capability_ids, (), 0)


def _check(needs: object, capability_ids: Collection[str], place: tuple[str, ...], depth: int) -> list[str]:
    if not isinstance(needs, Mapping) or not needs:
        return [_at(place, "must be {capability: strength}, {all: [...]} or {any: [...]}, and not empty")]
    if depth > DEEPEST:
        return [_at(place, f"is nested deeper than {DEEPEST} levels")]
    errors: list[str] = []
    for key, value in needs.items():
        if key not in ("all", "any"):
            errors += _check_leaf(key, value, capability_ids, place)
        elif not isinstance(value, list | tuple) or not value:
            errors.append(_at((*place, key), "must be a list with at least one entry"))
        else:
            for index, part in enumerate(value):
                errors += _check(part, capability_ids, (*place, f"{key}[{index}]"), depth + 1)
    return errors


def _check_leaf(
    capability: object, strength: object, capability_ids: Collection[str], place: tuple[str, ...]
) -> list[str]:
    errors = []
    if capability not in capability_ids:
        from difflib import get_close_matches

        near = get_close_matches(str(capability), sorted(capability_ids), 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        errors.append(_at(place, f"no capability is called {capability!r}{hint}"))
    # "none" is met by an empty repository, and a level must be earned
    strengths = [each.name for each in Strength if each]
    if strength not in strengths:
        errors.append(_at((*place, str(capability)), f"{strength!r} is not one of {', '.join(strengths)}"))
    return errors


def _at(place: tuple[str, ...], says: str) -> str:
    return f"{'.'.join(place)}: {says}" if place else says


def meets(need: Need, strengths: Mapping[str, Strength]) -> bool:
    """Whether `strengths` (a capability that is absent has none) meet the need."""
    if isinstance(need, Leaf):
        return strengths.get(need.capability, Strength.none) >= need.strength
    return (all if need.every else any)(meets(part, strengths) for part in need.parts)


def proving(need: Need, strengths: Mapping[str, Strength]) -> dict[str, Strength]:
    """The capabilities that meet the need, each with the strength needed of it; empty where it is not met.

    Of alternatives every one that is met counts, for each is a proof.
    """
    if not meets(need, strengths):
        return {}
    if isinstance(need, Leaf):
        return {need.capability: need.strength}
    proofs: dict[str, Strength] = {}
    for part in need.parts:
        for capability, strength in proving(part, strengths).items():
            proofs[capability] = max(strength, proofs.get(capability, Strength.none))
    return proofs


def strength_of(need: Need, strengths: Mapping[str, Strength]) -> Strength:
    """How far what the need asks for has got: the weakest of what belongs together, the strongest of alternatives."""
    if isinstance(need, Leaf):
        return strengths.get(need.capability, Strength.none)
    return (min if need.every else max)(strength_of(part, strengths) for part in need.parts)


def wanting(need: Need) -> dict[str, Strength]:
    """Every capability that the need names, each with the lowest strength that helps."""
    if isinstance(need, Leaf):
        return {need.capability: need.strength}
    wanted: dict[str, Strength] = {}
    for part in need.parts:
        for capability, strength in wanting(part).items():
            wanted[capability] = min(strength, wanted.get(capability, strength))
    return wanted


def without(need: Need, excluded: Collection[str]) -> Need | None:
    """The need less the ways to meet it that take a capability that is excluded; None where no other way is left.

    What belongs together goes together: half of a practice is not the practice, and may not pass for it.
    """
    if isinstance(need, Leaf):
        return None if need.capability in excluded else need
    left = tuple(part for each in need.parts if (part := without(each, excluded)) is not None)
    if not left or (need.every and len(left) < len(need.parts)):
        return None
    return Group(need.every, left)


def lacking(need: Need, strengths: Mapping[str, Strength], weight: Callable[[str], int]) -> tuple[Lack, ...]:
    """What the nearest way to meet the need still lacks; empty where it is met.

    `weight` says how much work one step of strength is in a capability. The nearest of several alternatives is the
    one with the least work, then the one with the fewest capabilities, then the one written first.
    """
    if meets(need, strengths):
        return ()
    if isinstance(need, Leaf):
        return ((need.capability, strengths.get(need.capability, Strength.none), need.strength),)
    ways = [lacking(part, strengths, weight) for part in need.parts]
    if need.every:
        return _merged(ways)
    return min(ways, key=lambda way: (sum(weight(name) * (needed - now) for name, now, needed in way), len(way)))


def _merged(ways: list[tuple[Lack, ...]]) -> tuple[Lack, ...]:
    furthest: dict[str, Lack] = {}
    for lack in (lack for way in ways for lack in way):
        known = furthest.get(lack[0])
        if known is None or known[2] < lack[2]:
            furthest[lack[0]] = lack
    return tuple(furthest.values())


def in_words(need: Need, *, nested: bool = False) -> str:
    """The need as a person says it: `training-pipeline automated, or training-code automated`."""
    if isinstance(need, Leaf):
        return f"{need.capability} {need.strength.name}"
    if len(need.parts) == 1:
        return in_words(need.parts[0], nested=nested)
    words = [in_words(part, nested=True) for part in need.parts]
    joined = " and ".join(words) if need.every else ", or ".join(words)
    return f"({joined})" if nested else joined
