"""JavaScript and TypeScript: only what a file imports from beside it, so that the wiring can pass through."""

from __future__ import annotations

import re

from mlripe.facts import FileFacts, Import

__all__ = ["SCRIPTS", "read_script"]

SCRIPTS = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts")
_IMPORT = re.compile(
    rb"""(?:\bfrom|\bimport|\brequire\(|\bimport\()[ \t]*["'](\.{1,2}/[^"'\n]{1,200}|@/[^"'\n]{1,200})["']"""
)
_LONGEST = 512 * 1024


def read_script(path: str, content: bytes) -> FileFacts:
    """The relative imports of a script; `@/x`, as many projects write their root, counts as well."""
    root = "../" * path.count("/") or "./"
    found, line, at = [], 1, 0
    for match in _IMPORT.finditer(content[:_LONGEST]):
        line += content.count(b"\n", at, match.start())
        at = match.start()
        module = match.group(1).decode("utf-8", "replace")
        found.append(Import(root + module[2:] if module.startswith("@/") else module, (), line))
    return FileFacts(imports=tuple(found))
