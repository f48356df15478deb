"""Servers for development that an image, a compose file or a Procfile starts."""

from __future__ import annotations

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

_DEBUG_CALLS: Final = ("flask.Flask.run", ".run", "dash.Dash.run_server", "dash.Dash.run", "quart.Quart.run")
_RELOADED: Final = ("uvicorn.run",)
_SETTINGS: Final = lazy_regex(r"(?:^|/)settings(?:/(?:base|common|prod\w*|__init__))?\.py\Z")
_DEBUG_IS_ON: Final = lazy_regex(rb"^DEBUG[ \t]*=[ \t]*(?:True\b|[^\n#]*,[ \t]*(?:#[^\n]*)?$)", re.MULTILINE)
_DEVELOPMENT: Final = (("manage.py", "runserver"), ("flask", "--debug"), ("fastapi", "dev"), ("uvicorn", "--reload"))


def development_servers(examined: Examined) -> Iterator[Defect]:
    """A command that starts such a server, and a program that does so when such a command starts it."""
    store, wiring = examined.store, examined.wiring
    yield from _settings(store)
    for path, facts in list(store.loaded()):
        if store.role(path) is not None:
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
    """Settings of Django in which debug mode is on, or a comma makes a tuple of it, which counts as on."""
    if not any(path.endswith("manage.py") for path in store.entries):
        return
    for path in store.entries:
        if _SETTINGS.search(path) and store.role(path) is None:
            content = store.text(path)
            if b"INSTALLED_APPS" in content and (found := _DEBUG_IS_ON.search(content)):
                line = line_at(content, found.start())
                yield _found(path, line, "the debug mode of Django is on")


def _found(path: str, line: int, says: str, started: tuple[str, int] | None = None) -> Defect:
    beside = (Sighting(started[0], started[1], "starts it"),) if started else ()
    return Defect(path, line, says, "development server", beside, finds=DefectKind.DEVELOPMENT_SERVER)


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
