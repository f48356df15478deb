"""code-testing: a limit of test coverage that a settings file sets, where a command measures the coverage."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import Final

from mlripe.detection.observations import Sign
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring

__all__ = ["coverage_limits"]

_SETTINGS: Final = (".coveragerc", "pyproject.toml", "setup.cfg", "tox.ini", "pytest.ini")
_LIMIT = re.compile(rb"(?m)^[ \t]*fail_under[ \t]*=[ \t]*[\"']?(?:0*[1-9]|0*\.0*[1-9])|--cov-fail-under[= ][1-9]")
_MEASURED = re.compile(rb"(?m)^[^#\n]*addopts[^#]{0,500}?--cov\b")
_LONGEST: Final = 100_000  # bytes of a settings file


def coverage_limits(signs: list[Sign], store: FactStore, wiring: Wiring) -> Iterator[Sign]:
    """A sign for each command that fails below such a limit."""
    texts = {path: store.text(path)[:_LONGEST] for path in store.entries if posixpath.basename(path) in _SETTINGS}
    limits = {path: text for path, text in texts.items() if store.role(path) is None and _LIMIT.search(text)}
    if not limits:
        return
    always = any(map(_MEASURED.search, texts.values()))
    says = f"coverage below the limit of {min(limits, key=len)} fails"
    for path, facts in list(store.loaded()):
        for unit in facts.units if store.role(path) is None else ():
            for command in unit.commands:
                if _measures(wiring.words.spoken(command.argv), always):
                    place = Place(path, unit.id)
                    yield Sign(
                        "code-testing",
                        "coverage-limits",
                        place,
                        command.line,
                        says,
                        gates=True,
                        tolerant=command.tolerant,
                    )


def _measures(words: Sequence[str], always: bool) -> bool:
    """Whether a command compares the coverage with the limit; `always`: the settings tell pytest to measure it."""
    program = words[0].rsplit("/", 1)[-1] if words else ""
    if program in ("pytest", "py.test"):
        options = [word for word in words[1:] if word.startswith(("--cov", "--no-cov"))]
        return "--no-cov" not in options and (bool(options) or always)
    return program == "coverage" and "report" in words[1:3]
