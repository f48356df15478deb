"""Lock files of npm, Yarn and pnpm. They are the longest of all: only what the project itself asks for is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlripe.facts import Dependency, FileFacts
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.dependencies.gathering import Gathered, decode
from mlripe.readers.dependencies.node import SECTIONS

__all__ = ["read_package_lock", "read_pnpm_lock", "read_yarn_lock"]

_JSON_LINE = lazy_regex(r'( *)"([^"]*)": (.*)')
_INSTALLED = lazy_regex(r'^ +"node_modules/([^"]+)": \{\s+(?:"name": "[^"]*",\s+)?"version": "([^"]*)"', re.M)
_ASKED = lazy_regex(r'"?(@?[^@"\s,]+)@')
_YAML_LINE = lazy_regex(r"( *)('[^']*'|[^\s:'#]+): *(.*)")


def read_package_lock(path: str, content: bytes) -> FileFacts:
    """What npm locked for the packages that the project's own package.json names.

    Older locks (version 1) do not say which these are: all at the top level are given.
    """
    gathered = Gathered(path)
    text = decode(content)
    asked: dict[str, tuple[int, str]] = {}
    versions = dict(_INSTALLED.findall(text))
    for line, keys, value in _json_lines(text):
        match keys:
            case ["packages", "", section, name] if section in SECTIONS:
                asked.setdefault(name, (line, SECTIONS[section]))
            case ["packages", module] if module:  # the project's own entry comes first
                break
            case ["dependencies", name]:
                asked.setdefault(name, (line, ""))
            case ["dependencies", name, "version"]:
                versions.setdefault(name, value)
    for name, (line, group) in asked.items():
        gathered.add(Dependency("node", name, line, "exact", versions.get(name, ""), group, locked=True))
    return gathered.facts()


def read_yarn_lock(path: str, content: bytes) -> FileFacts:
    """What Yarn locked, old format or new; workspaces of the project itself left out."""
    gathered = Gathered(path)
    name, start = "", 0
    for number, line in enumerate(decode(content).split("\n"), 1):
        if gathered.full:
            break
        if line[:1] not in ("", " ", "#") and line.endswith(":"):
            match = _ASKED.match(line)
            name, start = (match[1], number) if match and "@workspace:" not in line else ("", 0)
        elif name and line.startswith(("  version ", "  version:")):
            version = line.removeprefix("  version").strip(': "')
            gathered.add(Dependency("node", name, start, "exact", version, locked=True))
            name = ""
    return gathered.facts()


def read_pnpm_lock(path: str, content: bytes) -> FileFacts:
    """What pnpm locked for the packages that the project's own manifests name."""
    gathered = Gathered(path)
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for line, keys, value in _yaml_lines(decode(content)):
        if keys[0] == "importers":
            keys = keys[2:]
        if not keys or keys[0] not in SECTIONS:
            continue
        place = (keys[1] if len(keys) > 1 else "", SECTIONS[keys[0]])
        if len(keys) == 2:
            found.setdefault(place, (line, value))
        elif len(keys) == 3 and keys[2] == "version" and place in found:
            found[place] = (found[place][0], value)
    for (name, group), (line, version) in found.items():
        if not version.startswith("link:"):  # another package of the same workspace
            gathered.add(Dependency("node", name, line, "exact", version.partition("(")[0], group, locked=True))
    return gathered.facts()


def _json_lines(text: str) -> Iterator[tuple[int, list[str], str]]:
    """Line, keys from the root and scalar of each line of indented JSON."""
    path: list[str] = []
    step = 0
    for number, line in enumerate(text.split("\n"), 1):
        match = _JSON_LINE.match(line)
        if not match:
            continue
        step = step or len(match[1]) or 1
        depth = len(match[1]) // step
        del path[max(depth - 1, 0) :]
        path.append(match[2])
        if len(path) <= 4:
            yield number, path, match[3].strip('", ')


def _yaml_lines(text: str) -> Iterator[tuple[int, list[str], str]]:
    """Line, keys from the root and scalar of each line of block YAML, up to the packages that pnpm resolved."""
    path: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(("packages:", "snapshots:")):
            return
        if match := _YAML_LINE.match(line):
            del path[len(match[1]) // 2 :]
            path.append(match[2].strip("'"))
            yield number, path, match[3].strip("'")
