"""Lock files in JSON: Pipfile.lock and renv.lock."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict

from mlripe.facts import Dependency, FileFacts
from mlripe.lazy_regex import lazy_regex
from mlripe.readers import Unreadable
from mlripe.readers.dependencies.gathering import Gathered, decode
from mlripe.readers.dependencies.specifiers import normalise

__all__ = ["read_pipfile_lock", "read_renv_lock"]

_KEY = lazy_regex(r'"([^"\\\n]*)"[ \t]*:')


def read_pipfile_lock(path: str, content: bytes) -> FileFacts:
    """What a Pipfile.lock holds: `default` for everyone, every other category as a group (`develop` is `dev`)."""
    gathered = Gathered(path)
    lock = _Lock(decode(content))
    for category, packages in lock.data.items():
        if category.startswith("_") or not isinstance(packages, dict):
            continue
        group = {"default": "", "develop": "dev"}.get(category, category)
        line = lock.line_of(category, 1)
        for name, entry in packages.items():
            line = lock.line_of(name, line)
            version = _text(entry, "version").lstrip("=") or _text(entry, "ref")
            gathered.add(Dependency("python", normalise(name), line, "exact", version, group, locked=True))
    return gathered.facts()


def read_renv_lock(path: str, content: bytes) -> FileFacts:
    """What renv locked for an R project."""
    gathered = Gathered(path)
    lock = _Lock(decode(content))
    packages = lock.data.get("Packages")
    line = lock.line_of("Packages", 1)
    for name, entry in packages.items() if isinstance(packages, dict) else ():
        line = lock.line_of(name, line)
        gathered.add(Dependency("r", name, line, "exact", _text(entry, "Version"), locked=True))
    return gathered.facts()


class _Lock:
    """A JSON object, and the lines of its keys from one pass: a lock is too long for the lines of every value in it."""

    def __init__(self, text: str) -> None:
        import json

        try:
            data = json.loads(text) if text.strip() else {}
        except json.JSONDecodeError as error:
            raise Unreadable("not valid JSON; write the lock file anew", error.lineno) from None
        except (ValueError, RecursionError):
            raise Unreadable("not valid JSON; write the lock file anew") from None
        self.data: dict[str, object] = data if isinstance(data, dict) else {}
        self._lines: defaultdict[str, list[int]] = defaultdict(list)
        line, at = 1, 0
        for match in _KEY.finditer(text):
            line += text.count("\n", at, match.start())
            at = match.start()
            self._lines[match[1]].append(line)

    def line_of(self, key: str, start: int) -> int:
        """The first line from `start` on that holds `key`; `start` where none does."""
        lines = self._lines.get(key, [])
        found = bisect_left(lines, start)
        return lines[found] if found < len(lines) else start


def _text(entry: object, key: str) -> str:
    value = entry.get(key) if isinstance(entry, dict) else None
    return value if isinstance(value, str) else ""
