"""A catalogue's YAML file as plain data, within bounds: it may come from a repository that nobody trusts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

__all__ = ["plain_yaml"]

LARGEST: Final = 512 * 1024  # bytes of one file
DEEPEST: Final = 40  # levels of nesting
MOST_ALIASES: Final = 200


def plain_yaml(name: str, content: bytes, faults: list[str]) -> Any:
    """The data in a file; None, and a line in `faults` with its remedy, where there is none to be had."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        if fault := _too_much(yaml.parse(content, Loader=loader), content):
            faults.append(f"{name}: {fault}")
            return None
        data = yaml.load(content, Loader=loader)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f":{mark.line + 1}" if mark else ""
        faults.append(f"{name}{where}: not valid YAML ({getattr(error, 'problem', None) or 'cannot be parsed'})")
        return None
    if data is None:
        faults.append(f"{name}: is empty; fill or remove it")
    return data


def _too_much(events: Iterable[Any], content: bytes) -> str:
    """Why a file is refused before anything is built from it: what it holds would grow beyond all bounds."""
    from yaml import AliasEvent, CollectionEndEvent, CollectionStartEvent

    if len(content) > LARGEST:
        return f"is larger than {LARGEST >> 10} KiB; split it"
    open_anchors: list[bool] = []
    aliases = 0
    for event in events:
        if isinstance(event, CollectionStartEvent):
            open_anchors.append(bool(event.anchor))
        elif isinstance(event, CollectionEndEvent):
            open_anchors.pop()
        elif isinstance(event, AliasEvent):
            aliases += 1
            if any(open_anchors) or aliases > MOST_ALIASES:
                return f"has aliases inside what another alias repeats, or more than {MOST_ALIASES}; write it out"
        if len(open_anchors) > DEEPEST:
            return f"is nested deeper than {DEEPEST} levels; write it flatter"
    return ""
