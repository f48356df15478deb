"""Lock files in YAML: conda-lock.yml and pixi.lock. They grow to megabytes: scanned by line, like those in TOML."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.facts import Dependency, FileFacts
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.dependencies.conda_exports import name_of_archive
from mlripe.readers.dependencies.gathering import Gathered, decode
from mlripe.readers.dependencies.specifiers import normalise

__all__ = ["read_conda_lock", "read_pixi_lock"]

_KEY = lazy_regex(r"([a-z_]+): *(.*)")


def read_conda_lock(path: str, content: bytes) -> FileFacts:
    """What conda-lock resolved, each package once for all platforms; a category but `main` is a group."""
    gathered = Gathered(path)
    seen: set[tuple[str, str]] = set()
    for line, entry in _entries(decode(content), "package:"):
        ecosystem = "python" if entry.get("manager") == "pip" else "conda"
        group = entry.get("category", "main")
        _add(gathered, seen, ecosystem, line, entry, "" if group == "main" else group)
    return gathered.facts()


def read_pixi_lock(path: str, content: bytes) -> FileFacts:
    """What pixi resolved, each package once for all platforms."""
    gathered = Gathered(path)
    seen: set[tuple[str, str]] = set()
    for line, entry in _entries(decode(content), "packages:"):
        conda = "conda" in entry or entry.get("kind") == "conda"
        if "conda" in entry and "name" not in entry:
            entry["name"], entry["version"] = name_of_archive(entry["conda"])
        if not entry.get("pypi", "").startswith("."):  # a folder of the repository itself
            _add(gathered, seen, "conda" if conda else "python", line, entry)
    return gathered.facts()


def _add(
    gathered: Gathered, seen: set[tuple[str, str]], ecosystem: str, line: int, entry: dict[str, str], group: str = ""
) -> None:
    name = normalise(entry.get("name", ""))
    if name and (ecosystem, name) not in seen:
        seen.add((ecosystem, name))
        gathered.add(Dependency(ecosystem, name, line, "exact", entry.get("version", ""), group, locked=True))


def _entries(text: str, section: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Line and scalar keys of each item of the list under the top-level key `section`."""
    head, found, rest = f"\n{text}".partition(f"\n{section}\n")
    start, depth = 0, -1
    entry: dict[str, str] = {}
    for number, line in enumerate(rest.split("\n") if found else (), head.count("\n") + 2):
        if line[:1] not in ("", " ", "-", "#"):
            break
        if depth < 0:
            depth = line.find("- ")
        lead = line[: depth + 2]
        if lead.strip() not in ("", "-") or line[depth + 2 : depth + 3] in ("", " "):
            continue
        if match := _KEY.match(line, depth + 2):
            if lead.endswith("- "):
                if entry:
                    yield start, entry
                start, entry = number, {}
            entry.setdefault(match[1], _scalar(match[2]))
    if entry:
        yield start, entry


def _scalar(value: str) -> str:
    return value.strip().strip("\"'")
