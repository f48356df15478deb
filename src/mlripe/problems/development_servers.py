"""Servers for development that an image, a compose file or a Procfile starts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from mlripe.evidence import Defect, Sighting
from mlripe.facts import Call, Command, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import DefectKind
from mlripe.problems.sources import Examined
from mlripe.readers.store import FactStore
from mlripe.texts import line_at
from mlripe.wiring import Place

__all__ = ["development_servers"]

MOST_BESIDE: Final = 50  # files of one folder
_DEBUG_CALLS: Final = ("flask.Flask.run", ".run", "dash.Dash.run_server", "dash.Dash.run", "quart.Quart.run")
_RELOADED: Final = ("uvicorn.run",)
_SETTINGS: Final = lazy_regex(r"(?:^|/)settings(?:/(?:base|common|prod\w*|__init__))?\.py\Z")
_OF_PRODUCTION: Final = lazy_regex(r"/prod\w*\.py\Z")
# the value, in one line: a tuple is one with a comma behind it, outside brackets
_DEBUG_IS_ON: Final = lazy_regex(
    rb"^DEBUG[ \t]*(?::[ \t]*bool[ \t]*)?=[ \t]*"
    rb"(?:True|(?:[^\n#,()\[\]{}\\]|\([^\n#()]*\)|\[[^\n#\[\]]*\])+,)[ \t]*(?:#[^\n]*)?\r?$",
    re.MULTILINE,
)
_SETS_DEBUG: Final = lazy_regex(rb"^[ \t]*DEBUG[ \t]*(?::[ \t]*bool[ \t]*)?=[^=]", re.MULTILINE)
_TAKES_ALL: Final = lazy_regex(rb"^[ \t]*from[^\n]*import[ \t]*\*", re.MULTILINE)
# files whose names say that they are for development: there such a server is right
_OF_DEVELOPERS: Final = lazy_regex(
    r"(?i)(?:\A|/)(?:docker-)?compose[^/]*[._-](?:dev\w*|debug|local|override|test\w*)\.ya?ml\Z"
    r"|(?:\A|/)(?:dockerfile[._-](?:dev\w*|debug|local)|(?:dev\w*|local)\.dockerfile)\Z"
)
_DEVELOPMENT: Final = (("manage.py", "runserver"), ("flask", "--debug"), ("fastapi", "dev"), ("uvicorn", "--reload"))


def development_servers(examined: Examined) -> Iterator[Defect]:
    """A command that starts such a server, and a program that does so when such a command starts it."""
    store, wiring = examined.store, examined.wiring
    yield from _settings(store)
    for path, facts in list(store.loaded()):
        if store.role(path) is not None or _OF_DEVELOPERS.search(path):
            continue
        for unit in facts.units:
            if unit.kind != "service" or not unit.commands:
                continue
            for command in unit.commands:
                if words := _development(command, unit):
                    yield _found(path, command.line, f"starts a server for development: {words}")
            for place in sorted(wiring.below([Place(path, unit.id)]), key=lambda place: (place.path, place.unit)):
                for call in store.of(place.path).calls if place.path.endswith(".py") else ():
                    if call.scope == place.unit and _serves_in_debug(call):
                        yield _found(
                            place.path, call.line, f"{call.name} in debug mode", (path, unit.commands[-1].line)
                        )


def _settings(store: FactStore) -> Iterator[Defect]:
    """Settings of Django in which debug mode is on, or a comma makes a tuple of it, which counts as on.

    Nothing else sets it afterwards: no later line, and no settings of the same folder that begin with these.
    """
    if not any(path.endswith("manage.py") for path in store.entries):
        return
    for path in store.entries:
        if not _SETTINGS.search(path) or store.role(path) is not None:
            continue
        content = store.text(path)
        found = _DEBUG_IS_ON.search(content) if b"INSTALLED_APPS" in content else None
        if found is None or any(each.search(content, found.end()) for each in (_SETS_DEBUG, _TAKES_ALL)):
            continue
        if _is_overridden(store, path):
            continue
        yield _found(path, line_at(content, found.start()), "the debug mode of Django is on", likely=True)


def _is_overridden(store: FactStore, path: str) -> bool:
    """Whether settings beside these take them all and set the debug mode themselves; those of production come last."""
    if _OF_PRODUCTION.search(path):
        return False
    folder = posixpath.dirname(path)
    beside = [
        each for each in store.entries if each.endswith(".py") and posixpath.dirname(each) == folder and each != path
    ]
    texts = (store.text(each) for each in beside[:MOST_BESIDE])
    return any(_TAKES_ALL.search(text) and _SETS_DEBUG.search(text) for text in texts)


def _found(path: str, line: int, says: str, started: tuple[str, int] | None = None, *, likely: bool = False) -> Defect:
    beside = (Sighting(started[0], started[1], "starts it"),) if started else ()
    return Defect(path, line, says, "development server", beside, likely=likely, finds=DefectKind.DEVELOPMENT_SERVER)


def _development(command: Command, unit: Unit) -> str:
    words = [word.rpartition("/")[2] for word in command.argv]
    for program, mark in _DEVELOPMENT:
        if program in words and mark in words[words.index(program) :]:
            return f"{program} {mark}"
    if "flask" in words and "run" in words:
        for name in ("FLASK_DEBUG", "FLASK_ENV"):
            if {"1", "true", "True", "development"} & set(unit.variables.get(name, ())):
                return f"flask run with {name}"
    return ""


def _serves_in_debug(call: Call) -> bool:
    if call.name in _RELOADED:
        return call.keywords.get("reload") is True
    return call.name in _DEBUG_CALLS and call.keywords.get("debug") is True
