"""The imports of a TypeScript or JavaScript file by a linear scan: enough to pass through it."""

from __future__ import annotations

from mlripe.facts import FileFacts, Import
from mlripe.lazy_regex import lazy_regex

__all__ = ["read_imports"]

_IMPORT = lazy_regex(rb"""(?:\bfrom|\bimport|\brequire\(|\bimport\()[ \t]*["']([.@~#\w][^"'\n]{1,200})["']""")
_LONGEST = 512 * 1024


def read_imports(path: str, content: bytes) -> FileFacts:
    """Only the imports, without any definition: whatever is entered may use all of what it imports."""
    found, line, at = [], 1, 0
    for match in _IMPORT.finditer(content[:_LONGEST]):
        line += content.count(b"\n", at, match.start())
        at = match.start()
        found.append(Import(match.group(1).decode("utf-8", "replace"), (), line))
    return FileFacts(imports=tuple(found))
