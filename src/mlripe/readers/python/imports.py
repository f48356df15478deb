"""The imports of a Python file by a linear scan: enough to pass through a file that no detector looks for."""

from __future__ import annotations

import re

from mlripe.facts import Definition, FileFacts, Import
from mlripe.lazy_regex import lazy_regex

__all__ = ["read_imports"]

_IMPORT = lazy_regex(
    rb"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(?:\(([^)]{0,5000})\)|([^\n#(]{1,500}))"
    rb"|import[ \t]+([\w., \t]{1,500}))",
    re.MULTILINE,
)


def read_imports(path: str, content: bytes) -> FileFacts:
    """Only the imports, and a module body that mentions all of them: whatever is entered may use what is imported."""
    imports: list[Import] = []
    mentions: dict[str, int] = {}
    at, line = 0, 1
    for found in _IMPORT.finditer(content):
        line += content.count(b"\n", at, found.start())
        at = found.start()
        module, several, single, plain = (part.decode("latin-1") if part else "" for part in found.groups())
        if plain:
            for name in plain.split(","):
                bare = name.split(" as ")[0].strip()
                if bare:
                    imports.append(Import(bare, (), line))
                    mentions.setdefault(bare, line)
            continue
        written = [name for name in re.sub(r"#[^\n]*", "", several or single).split(",") if _bare(name)]
        names = tuple(_bare(name) for name in written)
        renamed = {name.split(" as ")[1].strip(" \t\r\n\\"): _bare(name) for name in written if " as " in name}
        imports.append(Import(module, names, line, renamed=renamed))
        for name in names:
            mentions.setdefault(module + name if module.endswith(".") else f"{module}.{name}", line)
    body = Definition("", 1, 1, "module", mentions=mentions)
    return FileFacts(imports=tuple(imports), definitions=(body,))


def _bare(name: str) -> str:
    return name.split(" as ")[0].strip(" \t\r\n\\")
