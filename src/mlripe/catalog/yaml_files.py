"""A catalogue's YAML file as plain data, within bounds: it may come from a repository that nobody trusts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from mlripe.data_limits import too_deep
from mlripe.unparsable import why_not_yaml

__all__ = ["plain_yaml"]

LARGEST: Final = 512 * 1024  # bytes of one file
DEEPEST: Final = 40  # levels of nesting
MOST_ALIASES: Final = 200
TOO_DEEP: Final = f"is nested deeper than {DEEPEST} levels; write it flatter"


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
        faults.append(f"{name}{_refused(error, content)}")
        return None
    if data is None:
        faults.append(f"{name}: is empty; fill or remove it")
    return data


def _refused(error: Exception, content: bytes) -> str:
    """What is told of a file that is no YAML: the line, and why."""
    why, line = why_not_yaml(error, content.decode("utf-8", "replace"), DEEPEST)
    if why == too_deep(DEEPEST):
        return f": {TOO_DEEP}"
    where = f":{line}" if line else ""
    return f"{where}: not valid YAML ({why or 'it cannot be parsed'}); mend it"


def _too_much(events: Iterable[Any], content: bytes) -> str:
    """Why a file is refused before anything is built from it: what it holds would grow beyond all bounds."""
    from yaml import AliasEvent, CollectionEndEvent, CollectionStartEvent

    if len(content) > LARGEST:
        return f"is larger than {LARGEST >> 10} KiB; split it"
    open_anchors: list[bool] = []
    aliases = 0
    keys = _Keys()
    for event in events:
        if twice := keys.twice(event):
            return f"line {twice.start_mark.line + 1}: the key {twice.value!r} stands there twice; remove one"
        if isinstance(event, CollectionStartEvent):
            open_anchors.append(bool(event.anchor))
        elif isinstance(event, CollectionEndEvent):
            open_anchors.pop()
        elif isinstance(event, AliasEvent):
            aliases += 1
            if any(open_anchors) or aliases > MOST_ALIASES:
                return f"has aliases inside what another alias repeats, or more than {MOST_ALIASES}; write it out"
        if len(open_anchors) > DEEPEST:
            return TOO_DEEP
    return ""


class _Keys:
    """Tells, from the events of a document, a key that its mapping has already: YAML's parser would take the last."""

    def __init__(self) -> None:
        # of each open collection the keys so far (None: a list), and whether the next event begins a key
        self._open: list[tuple[set[str] | None, bool]] = []

    def twice(self, event: Any) -> Any:
        """The event, where it is a key that there is already; else None."""
        from yaml import AliasEvent, CollectionEndEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent

        again = None
        if isinstance(event, CollectionEndEvent):
            self._open.pop()
        elif isinstance(event, ScalarEvent | AliasEvent | MappingStartEvent | SequenceStartEvent):
            if self._open:
                keys, begins = self._open[-1]
                if keys is not None and begins and isinstance(event, ScalarEvent) and event.value != "<<":
                    again = event if event.value in keys else None
                    keys.add(event.value)
                self._open[-1] = keys, not begins
            if isinstance(event, MappingStartEvent | SequenceStartEvent):
                self._open.append((set() if isinstance(event, MappingStartEvent) else None, True))
        return again
