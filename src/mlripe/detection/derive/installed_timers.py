"""Timers that something installs: a crontab in an image, a line that CI pipes into `crontab -`, a unit of systemd.

Installing is not running: what a timer starts, the clock starts, from the moment on that automation has installed it.
In an image it is the program that the container runs which must keep the clock.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from mlripe.detection.observations import Observation
from mlripe.evidence import Hop
from mlripe.facts import Command, Unit
from mlripe.kinds import ProgramEffect
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.shell.cron_lines import cron_lines
from mlripe.readers.store import FactStore
from mlripe.wiring import Place, StartKind, Wiring
from mlripe.wiring.command_words import arguments

__all__ = ["installed_timers"]

_CRON_FOLDER = lazy_regex(r"/etc/cron|/var/spool/cron|/crontabs/")
_BY_HAND = frozenset((StartKind.MANIFEST, StartKind.PULL_REQUEST))
_BUILT = ("image", "build")
_TIMER = "timer"
_MOST_LINES = 50


def installed_timers(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """Makes roots of the timers that automation installs, and of those that a container keeps."""
    known = _Timers(store, wiring)
    for path, facts in list(store.loaded()):
        for unit in facts.units if store.role(path) is None else ():
            place = Place(path, unit.id)
            if unit.kind == _TIMER:
                known.needed(place, unit)
            elif unit.kind == "service" and not unit.disabled:
                known.kept(place, unit)
            elif unit.kind not in _BUILT and wiring.kinds(place) - _BY_HAND:
                known.installed(place, place, unit)
    return iter(())


class _Timers:
    """The timers of one repository, and what installs them."""

    def __init__(self, store: FactStore, wiring: Wiring) -> None:
        self.store = store
        self.wiring = wiring
        programs = wiring.words.programs
        self._installers = programs.doing(ProgramEffect.INSTALLS_TIMERS)
        self._keepers = programs.doing(ProgramEffect.KEEPS_TIMERS)
        self._senders = programs.doing(ProgramEffect.SENDS)

    def needed(self, place: Place, unit: Unit) -> None:
        """A timer that stands in the file of what installs it: a task of a play, a label of a service."""
        for need in unit.needs:
            owner = Place(place.path, need)
            held = self.wiring.edges.units.unit(owner)
            if self.wiring.kinds(owner) - _BY_HAND or (held is not None and held.kind == "service"):
                self._begin(place, unit, owner)

    def kept(self, place: Place, unit: Unit) -> None:
        """The crontabs of a container whose program keeps the clock."""
        below = self.wiring.below([place])
        if not any(self._keeps(each) for each in below):
            return
        self._read(place, unit)
        for each in sorted(below):
            within = self.wiring.edges.units.unit(each)
            if within is not None and (each.unit in _BUILT or each == place or self._keeps(each)):
                self.installed(each, place, within)
                self._read(place, within)

    def _keeps(self, place: Place) -> bool:
        """Whether a command of a unit is a program that waits for the hours of a crontab."""
        unit = self.wiring.edges.units.unit(place) if not place.path.endswith((".py", ".ipynb")) else None
        if unit is None or place.unit in _BUILT:
            return False
        return any(self._words(command)[:1] and self._is_keeper(self._words(command)) for command in unit.commands)

    def _is_keeper(self, words: Sequence[str]) -> bool:
        name = posixpath.basename(words[0])
        return (
            name in self._keepers
            or " ".join((name, *words[1:3])) in self._keepers
            or " ".join(words[:2]) in self._keepers
        )

    def _words(self, command: Command) -> Sequence[str]:
        return self.wiring.words.unwrapped(command.argv)

    def _read(self, via: Place, unit: Unit) -> None:
        """Crontabs that an image copies, or that a service mounts."""
        for read in unit.reads:
            for path in dict.fromkeys((posixpath.normpath(posixpath.join(unit.directory, read)), read)):
                if path in self.store.entries:
                    self._of_file(path, via)

    # --- what a command installs -------------------------------------------------------------------------------------

    def installed(self, place: Place, via: Place, unit: Unit) -> None:
        """The timers that the commands of a unit install, or that its program is given."""
        inline = False
        for command in unit.commands:
            words = self._words(command)
            if words and self.wiring.words.runs_nothing(words):
                continue
            name = posixpath.basename(words[0]) if words else ""
            if name in self._installers or name in self._keepers:
                inline = inline or "-" in words[1:]
                self._given(place, via, unit, command, words)
            elif name in self._senders and _CRON_FOLDER.search(words[-1]):
                self._given(place, via, unit, command, words[:-1])
            inline = inline or _CRON_FOLDER.search(command.text) is not None
        for command in unit.commands if inline else ():
            self._written(place, via, unit, command)

    def _given(self, place: Place, via: Place, unit: Unit, command: Command, words: Sequence[str]) -> None:
        bases = self.wiring.edges.bases(place.path, unit, command)
        for word in arguments(words[1:], ("-u", "--user")):
            path = self.wiring.edges.launcher.tree.file(word, bases)
            if path:
                self._of_file(path, via)
            for timer in self.wiring.edges.tree.by_name(_TIMER, word):
                self._of_file(timer.path, via)

    def _written(self, place: Place, via: Place, unit: Unit, command: Command) -> None:
        """Lines of a crontab that a command writes: `echo '0 3 * * * python fit.py' | crontab -`."""
        bases = self.wiring.edges.bases(place.path, unit, command)
        for word in command.argv[1:]:
            self._lines(word, command.line, place.path, via, bases)

    def _lines(self, text: str, line: int, path: str, via: Place, bases: Sequence[str]) -> None:
        from mlripe.readers.shell.commands import commands

        for _, when, job in list(cron_lines(text))[:_MOST_LINES]:
            for run in commands(job, line, strict=False):
                folders = [posixpath.normpath(posixpath.join(base, run.directory)) for base in bases]
                for started in self.wiring.edges.launcher.places(run.argv, [*folders, *bases]):
                    self._root(started, Hop(path, line, f"cron {when}: {job[:60]}"), via)

    def _of_file(self, path: str, via: Place) -> None:
        for unit in self.store.of(path).units:
            if unit.kind == _TIMER:
                self._begin(Place(path, unit.id), unit, via)
        if not self.store.of(path).units and "cron" in path:
            self._lines(self.store.text(path).decode("utf-8", "replace"), 1, path, via, [posixpath.dirname(path), ""])

    def _begin(self, place: Place, unit: Unit, via: Place) -> None:
        for trigger in unit.triggers:
            if trigger.active and not unit.disabled:
                self._root(place, Hop(place.path, trigger.line, f"{unit.says}: {trigger.detail}"), via)

    def _root(self, place: Place, hop: Hop, via: Place) -> None:
        self.wiring.add_root(place, StartKind.SCHEDULE, hop, via=via)
