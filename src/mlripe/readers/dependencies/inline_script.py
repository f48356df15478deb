"""Dependencies that a Python script names in its own header (PEP 723): `uv run` and `pipx run` install them."""

from __future__ import annotations

from mlripe.facts import FileFacts
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.dependencies.gathering import Gathered
from mlripe.readers.dependencies.requirements import gather_requirement
from mlripe.texts import line_at
from mlripe.toml_text import NotToml, read_toml

__all__ = ["read_inline_script"]

_MARK = b"# /// script"
_BLOCK = lazy_regex(r"(?m)^# /// script[ \t]*$\n((?:^#(?: [^\n]*)?$\n){1,200})^# ///[ \t]*$")
_LONGEST = 20_000  # characters of a file in which its header is looked for


def read_inline_script(path: str, content: bytes) -> FileFacts:
    """The `dependencies` of a script's header; nothing where it has none."""
    if _MARK not in content[:_LONGEST]:
        return FileFacts()
    text = content[:_LONGEST].decode("utf-8", "replace").replace("\r\n", "\n")
    found = _BLOCK.search(text)
    if found is None:
        return FileFacts()
    first = line_at(text, found.start())
    lines = found[1].splitlines()
    try:
        data = read_toml("\n".join(line[2:] for line in lines))
    except NotToml:
        return FileFacts()
    gathered = Gathered(path)
    named = data.get("dependencies")
    for requirement in named if isinstance(named, list) else ():
        if isinstance(requirement, str):
            line = next((n for n, line in enumerate(lines, first + 1) if requirement in line), first)
            gather_requirement(gathered, requirement, line)
    return gathered.facts()
