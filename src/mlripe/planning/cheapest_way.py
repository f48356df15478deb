"""The cheapest way to meet needs: of all combinations of their alternatives the one with the least work in sum."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final

from mlripe.catalog.needs import Group, Leaf, Need, lacking, parse
from mlripe.catalog.plan_schema import Brings, PlanRules
from mlripe.catalog.schema import Capability
from mlripe.evidence import Strength
from mlripe.maturity.criteria import EFFORTS

__all__ = ["Way", "cheapest", "with_first"]

_NO_RULES: Final = PlanRules(order=(), ladders=())
RARE: Final = 100  # what one that few need costs more
UNADVISED: Final = 1  # what one costs more for which there is only a general sentence

MOST_WAYS: Final = 64  # kept while alternatives are combined

Way = Mapping[str, Strength]  # capabilities, and the strengths that they must reach
Cost = Callable[[Way], tuple[int, int]]


def cheapest(
    needs: Iterable[Need],
    strengths: Mapping[str, Strength],
    about: Mapping[str, Capability],
    rules: PlanRules = _NO_RULES,
    unadvised: Collection[str] = (),
) -> Way:
    """The capabilities to bring to which strength, so that all needs are met; with what has to be there first.

    For those of `unadvised` there is no advice that fits.
    """

    def cost(way: Way) -> tuple[int, int]:
        whole = with_first(way, strengths, about, rules, unadvised)
        work = (EFFORTS[about[n].effort] * (needed - strengths.get(n, Strength.none)) for n, needed in whole.items())
        begun = [name for name in whole if strengths.get(name, Strength.none) < Strength.present]
        return sum(work) + sum(_more(name, rules, unadvised) for name in begun), len(whole)

    return with_first(_ways(Group(True, tuple(needs)), strengths, cost)[0], strengths, about, rules, unadvised)


def _more(name: str, rules: PlanRules, unadvised: Collection[str]) -> int:
    """What it costs more than its effort to begin with a capability."""
    return RARE * (name in rules.rare) + UNADVISED * (name in unadvised)


def with_first(
    way: Way,
    strengths: Mapping[str, Strength],
    about: Mapping[str, Capability],
    rules: PlanRules = _NO_RULES,
    unadvised: Collection[str] = (),
) -> Way:
    """The way with what has to be there first, and with what brings about the strengths that it asks for."""

    def effort(name: str) -> int:
        return EFFORTS[about[name].effort] + _more(name, rules, unadvised)

    whole = {**_bringing(way, strengths, rules.brings), **way}
    queue = list(whole)
    while queue:
        first = about[queue.pop()].after
        for name, _, needed in lacking(parse(first), {**strengths, **whole}, effort) if first else ():
            whole[name] = needed
            queue.append(name)
    return whole


def _bringing(way: Way, strengths: Mapping[str, Strength], brings: Sequence[Brings]) -> dict[str, Strength]:
    """What brings about strengths of the way that no step of their own can: the first that could, where none does."""
    found: dict[str, Strength] = {}
    for name, needed in way.items():
        could = [each for each in brings if name in each.raises and needed >= Strength[each.strength]]
        there = {**strengths, **way}
        if could and all(there.get(each.capability, Strength.none) < Strength[each.strength] for each in could):
            found[could[0].capability] = Strength[could[0].strength]
    return found


def _ways(need: Need, strengths: Mapping[str, Strength], cost: Cost) -> list[Way]:
    """The ways to meet a need, the cheapest first."""
    if isinstance(need, Leaf):
        met = strengths.get(need.capability, Strength.none) >= need.strength
        return [{} if met else {need.capability: need.strength}]
    parts = [_ways(part, strengths, cost) for part in need.parts]
    if not need.every:
        return _first((way for part in parts for way in part), cost)
    ways: list[Way] = [{}]
    for part in parts:
        ways = _first((_both(one, other) for one in ways for other in part), cost)
    return ways


def _both(one: Way, other: Way) -> Way:
    return {**one, **{name: max(needed, one.get(name, Strength.none)) for name, needed in other.items()}}


def _first(ways: Iterable[Way], cost: Cost) -> list[Way]:
    return sorted(ways, key=cost)[:MOST_WAYS]
