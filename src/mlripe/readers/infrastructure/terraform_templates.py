"""Files that Terraform fills in and gives to a resource: `pipeline.json.tftpl`, read as what they become.

What stands in `${...}` stays as it is written, so that it counts as not known; lines of directives (`%{ if ... }`) go.
"""

from __future__ import annotations

import re
from typing import Final

from mlripe.facts import FileFacts
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.documents import text_of
from mlripe.readers.formats.structured import read_structured

__all__ = ["read_template"]

_ENDINGS: Final = (".tftpl", ".tpl")
_LARGEST: Final = 512 * 1024  # bytes
_DIRECTIVE = lazy_regex(r"%\{[^{}\n]{0,500}\}")
_BARE = lazy_regex(r'("(?:[^"\\\n]|\\.)*"?)|(\$\{[^{}"\n]{1,500}\})')


def read_template(path: str, content: bytes) -> FileFacts:
    """The facts of the YAML or JSON that a template of Terraform gives. Raises `Unreadable` where it gives none."""
    name = next(path.removesuffix(ending) for ending in _ENDINGS if path.endswith(ending))
    text = _DIRECTIVE.sub("", text_of(content[:_LARGEST]))
    if name.endswith(".json"):
        text = _BARE.sub(_quoted, text)
    return read_structured(name, text.encode())


def _quoted(match: re.Match[str]) -> str:
    """A string as it stands, a value that is filled in as a string."""
    return match[1] or f'"{match[2]}"'
