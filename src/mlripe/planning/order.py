"""In which order steps are taken: by what goes wrong without them, and none before what it stands on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from graphlib import TopologicalSorter

from mlripe.catalog.needs import parse, wanting
from mlripe.catalog.plan_schema import Relaxed
from mlripe.catalog.schema import Capability
from mlripe.evidence import Strength

__all__ = ["in_order", "with_relaxed"]


def with_relaxed(
    order: Sequence[str], relaxed: Sequence[Relaxed], strengths: Mapping[str, Strength]
) -> tuple[str, ...]:
    """The order, in which each of these capabilities that is so strong already comes behind another."""
    names = list(order)
    for each in relaxed:
        if strengths.get(each.capability, Strength.none) >= Strength[each.strength]:
            names.remove(each.capability)
            names.insert(names.index(each.behind) + 1, each.capability)
    return tuple(names)


def in_order(names: Collection[str], order: Sequence[str], about: Mapping[str, Capability]) -> Iterator[str]:
    """The names in that order, as far as what each stands on (`after`) allows; those of no order come last."""
    rank = {name: number for number, name in enumerate(dict.fromkeys((*order, *about)))}
    after = {name: wanting(parse(about[name].after)) if about[name].after else {} for name in names}
    sorter = TopologicalSorter({name: [each for each in first if each in names] for name, first in after.items()})
    sorter.prepare()
    ready: list[str] = []
    while sorter.is_active():
        ready = sorted([*ready, *sorter.get_ready()], key=rank.__getitem__)
        name = ready.pop(0)
        yield name
        sorter.done(name)
