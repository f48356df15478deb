"""code-testing: a limit of test coverage that a settings file sets, where a command measures the coverage."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from mlripe.detection.observations import Observation
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, Wiring

__all__ = ["coverage_limits"]

_SETTINGS: Final = (".coveragerc", "pyproject.toml", "setup.cfg", "tox.ini", "pytest.ini")
_LIMIT = lazy_regex(rb"(?m)^[ \t]*fail_under[ \t]*=[ \t]*[\"']?(?:0*[1-9]|0*\.0*[1-9])|--cov-fail-under[= ][1-9]")
# the same of Vitest and Jest
_SCRIPT_SETTINGS = lazy_regex(r"(?:(?:vitest|vite|jest)\.config\.[mc]?[jt]s|package\.json)\Z")
_SCRIPT_LIMIT = lazy_regex(
    rb"\bthresholds\s*:\s*\{[^}]{0,400}?:\s*[1-9]"
    rb"|\bcoverageThreshold[\"']?\s*:\s*\{\s*[\"']?[^\s\"':{]{1,100}[\"']?\s*:\s*\{[^}]{0,400}?:\s*-?[1-9]"
)
_SCRIPT_MEASURED = lazy_regex(
    rb"\bcollectCoverage[\"']?\s*:\s*true|\bcoverage\s*:\s*\{[^}]{0,300}?\benabled\s*:\s*true"
)
_SCRIPT_TESTS: Final = ("vitest", "jest", "react-scripts")
_MEASURED = lazy_regex(rb"(?m)^[^#\n]*addopts[^#]{0,500}?--cov\b")
_Measures = Callable[[Sequence[str]], bool]  # whether a command compares the coverage with the limit
_LONGEST: Final = 100_000  # bytes of a settings file


def coverage_limits(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """An observation for each command that fails below such a limit."""
    yield from _of_python(store, wiring)
    yield from _of_scripts(store, wiring)


def _of_scripts(store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    paths = [path for path in store.entries if _SCRIPT_SETTINGS.match(posixpath.basename(path))]
    texts = {path: store.text(path)[:_LONGEST] for path in paths if store.role(path) is None}
    limits = [path for path, text in texts.items() if _SCRIPT_LIMIT.search(text)]
    for limit in limits:
        folder = posixpath.dirname(limit)
        always = any(_SCRIPT_MEASURED.search(text) for path, text in texts.items() if posixpath.dirname(path) == folder)
        yield from _commands(limit, store, wiring, partial(_measures_scripts, always=always))


def _of_python(store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    texts = {path: store.text(path)[:_LONGEST] for path in store.entries if posixpath.basename(path) in _SETTINGS}
    limits = {path: text for path, text in texts.items() if store.role(path) is None and _LIMIT.search(text)}
    if not limits:
        return
    always = any(map(_MEASURED.search, texts.values()))
    yield from _commands(min(limits, key=len), store, wiring, partial(_measures, always=always))


def _commands(
    limit: str, store: FactStore, wiring: Wiring, measures: Callable[[Sequence[str]], bool]
) -> Iterator[Observation]:
    """The commands that compare the coverage with the limit of a settings file."""
    says = f"coverage below the limit of {limit} fails"
    for path, facts in list(store.loaded()):
        for unit in facts.units if store.role(path) is None else ():
            for command in unit.commands:
                if measures(wiring.words.spoken(command.argv)):
                    place = Place(path, unit.id)
                    yield Observation(
                        "code-testing",
                        "coverage-limits",
                        place,
                        command.line,
                        says,
                        gates=True,
                        allow_failure=command.allow_failure,
                    )


def _measures(words: Sequence[str], always: bool) -> bool:
    """Whether a command compares the coverage with the limit; `always`: the settings tell pytest to measure it."""
    program = words[0].rsplit("/", 1)[-1] if words else ""
    if program in ("pytest", "py.test"):
        options = [word for word in words[1:] if word.startswith(("--cov", "--no-cov"))]
        return "--no-cov" not in options and (bool(options) or always)
    return program == "coverage" and "report" in words[1:3]


def _measures_scripts(words: Sequence[str], always: bool) -> bool:
    """Whether a command of Vitest or Jest compares the coverage with the limit; `always` as in `_measures`."""
    program = words[0].rsplit("/", 1)[-1] if words else ""
    options = [word for word in words[1:] if word.startswith("--coverage")]
    asked = bool(options) and not any(word.endswith("=false") for word in options)
    return program in _SCRIPT_TESTS and (asked or (always and not options))
