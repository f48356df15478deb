"""package.json: what a Node project depends on."""

from __future__ import annotations

import re

from mlripe.facts import Dependency, FileFacts
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.dependencies.gathering import Gathered
from mlripe.readers.dependencies.specifiers import pin_of
from mlripe.readers.formats.cursor import Node

__all__ = ["SECTIONS", "read_package_json"]

SECTIONS = {
    "dependencies": "",
    "devDependencies": "dev",
    "peerDependencies": "peer",
    "optionalDependencies": "optional",
}

_LONGEST = 300  # characters of a specifier that are read

_WHOLE_VERSION = lazy_regex(r"v?\d+\.\d+\.\d+(?:[-+][\w.+-]*)?")
_RANGE = lazy_regex(r"[<>=~^]|\d|v\d")
_WILDCARD = lazy_regex(r"(?<=\.)[xX](?=$|[.\s|])")
_HYPHEN = lazy_regex(r"\s-\s")
_REFERENCE = lazy_regex(r"[0-9a-f]{7,40}|(?:semver:)?v?\d+\.\d.*")


def read_package_json(path: str, content: bytes) -> FileFacts:
    """Dependencies of a package.json; all but `dependencies` in a group: `dev`, `peer`, `optional`."""
    from mlripe.readers.formats.documents import load_json

    gathered = Gathered(path)
    for document in load_json(content):
        for section, group in SECTIONS.items():
            for name, value in Node.root(document)[section].entries():
                pin, version = _pin(value.text)
                gathered.add(Dependency("node", name, value.line, pin, version, group))
    return gathered.facts()


def _pin(specifier: str) -> tuple[str, str]:
    """The pin of a specifier of npm: a range, an alias of another package, a tag, an address, a workspace."""
    text = specifier[:_LONGEST].strip()
    if text.startswith("npm:"):  # npm:other@^1.0
        text = text.rpartition("@")[2] if "@" in text[5:] else ""
    if text.startswith(("workspace:", "file:", "link:", "portal:", "catalog:")) or not text:
        return "none", ""
    if ":" in text or "/" in text:
        return _pin_of_address(text)
    if not _RANGE.match(text):  # a tag, `latest`, or any version
        return "none", ""
    if _WHOLE_VERSION.fullmatch(text):
        return "exact", text
    ranged = _HYPHEN.sub(" <=", _WILDCARD.sub("*", text))
    pin, _ = pin_of(ranged, bare="bounded")
    return pin, " ".join(text.split())


def _pin_of_address(address: str) -> tuple[str, str]:
    """`github:owner/name#reference`, or the address of an archive that holds a version."""
    reference = address.partition("#")[2]
    if _REFERENCE.fullmatch(reference):
        return "exact", reference
    archive = address.endswith((".tgz", ".tar.gz")) and re.search(r"\d+\.\d+\.\d+", address)
    return ("exact", archive[0]) if archive else ("none", "")
