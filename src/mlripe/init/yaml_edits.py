"""Edits of YAML files that people wrote: only the lines change that the edit needs."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from mlripe.errors import UserError
from mlripe.init.files import patched
from mlripe.lazy_regex import lazy_regex
from mlripe.unparsable import why_not_yaml

__all__ = ["YamlFile"]

DEEPEST: Final = 60  # levels of nesting
MOST_EVENTS: Final = 20_000  # values, and starts and ends of lists and tables: each ten thousand take a second
MOST_REPEATED: Final = 300_000  # the same, with all that aliases repeat
_DASH: Final = lazy_regex(r"^( *)-( +)\S", re.MULTILINE)
_ODD_BREAKS: Final = lazy_regex("[\x85\u2028\u2029]")
_WIDTH: Final = 1 << 16  # no line is folded


class YamlFile:
    """A YAML file to edit: `data` is what it says, with its comments.

    Raises UserError where it is not one YAML document, or too much to be edited.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text = path, text
        import yaml
        from ruamel.yaml.error import YAMLError

        try:
            if fault := _too_much(text):
                raise UserError(f"{path}: {fault} and is left alone; add the lines by hand, nothing is written")
            self._yaml = _yaml(text)
            self.data = self._yaml.load(text.replace("\r\n", "\n"))
        except (yaml.YAMLError, YAMLError, ValueError, RecursionError) as error:
            why, line = why_not_yaml(error, text, DEEPEST)
            says = ": ".join(filter(None, (f"line {line}" if line else "", why)))
            raise UserError(f"{path}: is not a YAML document that can be edited ({says}); nothing is written") from None

    def edited(self, edit: Callable[[Any], None]) -> str:
        """The text with what `edit` does to the data; comments, order, quotes and line endings are kept."""
        plain = self._dumped()
        edit(self.data)
        changed = self._dumped()
        result = patched(self.text, plain, changed)
        return result if _same(result, changed) else patched(self.text, self.text, changed)

    def _dumped(self) -> str:
        stream = io.StringIO()
        self._yaml.dump(self.data, stream)
        return stream.getvalue()


def _yaml(text: str) -> Any:
    """A parser that writes lists as the text does."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    dashes = _DASH.finditer(text.replace("\r\n", "\n"))
    dash = min(dashes, key=lambda found: len(found[1]), default=None)  # that of the outermost list
    offset, gap = (len(dash[1]), len(dash[2])) if dash else (2, 1)
    yaml.indent(mapping=2 if gap == 1 else offset + 1 + gap, sequence=offset + 1 + gap, offset=offset)
    yaml.explicit_start = text.startswith("---") or None
    return yaml


# --- the same as a stream of events: in linear time, and an alias is one, whatever it repeats ------------------------


def _events(text: str) -> Iterator[Any]:
    import yaml

    return yaml.parse(text.replace("\r\n", "\n"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _too_much(text: str) -> str:
    """Why a text is not edited though it may be right, "" where nothing is in the way. Raises YAMLError.

    What reads the files that are edited here is built on the same parser, so what it refuses is wrong for them too.
    """
    import yaml

    if _ODD_BREAKS.search(text):  # in comments they take the square of their number
        return "has line breaks of Unicode, which editors disagree on,"
    sizes: dict[str | None, int] = {}  # of what an anchor names, with all that aliases in it repeat
    open_: list[tuple[str | None, int]] = []
    repeated = 0
    for number, event in enumerate(_events(text)):
        if number > MOST_EVENTS:
            return f"has more than {MOST_EVENTS:,} values"
        if isinstance(event, yaml.CollectionStartEvent):
            open_.append((event.anchor, repeated))
            if len(open_) > DEEPEST:
                return f"is nested deeper than {DEEPEST} levels"
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_.pop()
            sizes[anchor] = repeated - before
        repeated += sizes.get(event.anchor, 1) if isinstance(event, yaml.AliasEvent) else 1
        if repeated > MOST_REPEATED:
            return f"has aliases that repeat more than {MOST_REPEATED:,} values"
    return ""


def _same(one: str, other: str) -> bool:
    """Whether two texts say the same, however they write it."""
    import yaml

    try:
        return _said(one) == _said(other)
    except (yaml.YAMLError, ValueError):
        return False


def _said(text: str) -> list[tuple[Any, ...]]:
    """What a text says: not in which of the ways of writing a list or a text, and no anchor that nothing names."""
    import yaml

    events = list(_events(text))
    named = {event.anchor for event in events if isinstance(event, yaml.AliasEvent)}
    words = ("tag", "value", "implicit")  # a plain `1` is a number, a quoted one a text: `implicit` tells them apart
    return [
        (type(event), *(getattr(event, word, None) for word in words), {getattr(event, "anchor", None)} & named)
        for event in events
    ]
