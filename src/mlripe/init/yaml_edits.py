"""Edits of YAML files that people wrote: only the lines change that the edit needs."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any, Final

from mlripe.errors import UserError
from mlripe.init.files import patched
from mlripe.unparsable import why_not_yaml

__all__ = ["document", "edited"]

_DASH: Final = re.compile(r"^( *)-( +)\S", re.MULTILINE)
_WIDTH: Final = 1 << 16  # no line is folded
_DEEPEST: Final = 60


def document(path: str, text: str) -> Any:
    """What the file says, with its comments. Raises UserError where it is not one YAML document."""
    return _load(path, text, _yaml(text))


def edited(path: str, text: str, edit: Callable[[Any], None]) -> str:
    """The text with what `edit` does to its document; comments, order, quotes and line endings are kept."""
    yaml = _yaml(text)
    plain = _dumped(yaml, _load(path, text, yaml))
    data = _load(path, text, yaml)
    edit(data)
    changed = _dumped(yaml, data)
    result = patched(text, plain, changed)
    try:
        same = _load(path, result, yaml) == data
    except UserError:
        same = False
    return result if same else patched(text, text, changed)


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


def _load(path: str, text: str, yaml: Any) -> Any:
    from ruamel.yaml.error import YAMLError

    text = text.replace("\r\n", "\n")
    if max((len(line) - len(line.lstrip(" ")) for line in text.split("\n")), default=0) > _DEEPEST * 4:
        raise UserError(f"{path}: is nested too deep and is left alone; nothing is written")
    try:
        return yaml.load(text)
    except (YAMLError, ValueError, RecursionError) as error:
        why, line = why_not_yaml(error, text)
        says = ": ".join(filter(None, (f"line {line}" if line else "", why)))
        raise UserError(f"{path}: is not a YAML document that can be edited ({says}); nothing is written") from None


def _dumped(yaml: Any, data: Any) -> str:
    stream = io.StringIO()
    yaml.dump(data, stream)
    return stream.getvalue()
