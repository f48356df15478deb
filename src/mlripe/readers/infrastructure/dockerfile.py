"""Dockerfiles: what an image is made from, how it is built, and what it runs. Compose files are in `compose.py`."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from mlripe.facts import Command, FileFacts, Resource, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.cursor import image_name, unique
from mlripe.readers.formats.documents import text_of
from mlripe.readers.infrastructure.container_paths import Copied, expanded, folder_of, run_vector
from mlripe.readers.shell.commands import commands, words

__all__ = ["copied_sources", "read_dockerfile"]

STAGES: Final = 200
VARIABLES: Final = 500
COMMANDS: Final = 3000
COPIES: Final = 100  # of one stage
LENGTH: Final = 1000  # characters of a working directory

INSTRUCTION = lazy_regex(r"\s*([A-Za-z]+)\s+(.*)\Z", re.DOTALL)
ESCAPE = lazy_regex(r"#\s*escape\s*=\s*`")
HEREDOC = lazy_regex(r"<<-?\s*([\"']?)(\w+)\1")
OPTIONS = lazy_regex(r"\s*(?:(?:--[\w-]+(?:=\S*)?|\\\n)\s*)+")
MOUNTED = lazy_regex(r"--mount=\S*\bfrom=([^\s,]+)")
OPTIONS_FIRST = lazy_regex(r"(?:\s|\\\n)*--")
ASSIGNED = lazy_regex(r"(\w+)=(.*)\Z", re.DOTALL)
ENTRYPOINT = (
    "entrypoint"  # among the inputs of what an image runs, the words that stand before those of whoever runs it
)


class _Stage(Struct):
    """A build stage: what stands between two `FROM`."""

    name: str
    line: int
    uses: tuple[str, ...] = ()
    needs: list[str] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    copied: list[Copied] = field(default_factory=list)
    workdir: str = "/"
    expose: list[str] = field(default_factory=list)
    healthcheck: str = ""
    entrypoint: tuple[str, int] = ("", 0)
    command: tuple[str, int] = ("", 0)
    build: list[Command] = field(default_factory=list)
    rests: set[int] = field(default_factory=set)  # the numbers of the stages that it rests on

    def inputs(self) -> dict[str, object]:
        """What a unit's inputs say of it."""
        found: dict[str, object] = {"workdir": self.workdir} if self.workdir != "/" else {}
        if self.expose:
            found["expose"] = tuple(self.expose)
        if self.healthcheck:
            found["healthcheck"] = self.healthcheck
        return found


def read_dockerfile(path: str, content: bytes) -> FileFacts:
    """Units `image` (the final stage, with the other stages below it), `build` (what is run for it) and `run`.

    What is run for a stage is a unit of its own, `build/NAME`, for builds that name it as their target.

    Where a command runs is given as the folder of the build context that was copied to its working directory.
    """
    reading = _Reading(path)
    for line, name, text in _instructions(text_of(content).replace("\r\n", "\n")):
        reading.instruction(line, name.upper(), text)
    return reading.facts()


def copied_sources(content: bytes) -> Iterator[tuple[int, str]]:
    """What COPY and ADD take out of the folder that the image is built from, as written: (line, path)."""
    for line, name, text in _instructions(text_of(content).replace("\r\n", "\n")):
        if name.upper() not in ("COPY", "ADD"):
            continue
        options = OPTIONS.match(text) if OPTIONS_FIRST.match(text) else None
        rest = text[options.end() :] if options else text
        if (options and "--from" in options[0]) or "<<" in rest:
            continue
        found = _vector(rest) or words(rest.replace("\\\n", " "))
        yield from ((line, source) for source in found[:-1] if "://" not in source)


def _instructions(text: str) -> Iterator[tuple[int, str, str]]:
    """Each instruction with its line, its name and its text; continued lines are kept apart by `\\` and a line end."""
    lines = text.split("\n")
    escape = "`" if ESCAPE.match(text) else "\\"
    at = 0
    while at < len(lines):
        start = at
        parts = [lines[at].rstrip()]
        at += 1
        if not parts[0] or parts[0].lstrip().startswith("#"):
            continue
        while parts[-1].endswith(escape) and at < len(lines):
            following = lines[at].strip()
            # comments and empty lines inside an instruction are no part of it
            parts.append(escape if not following or following.startswith("#") else lines[at].rstrip())
            at += 1
        for heredoc in (
            HEREDOC.finditer(parts[-1]) if re.match(r"\s*(?:RUN|COPY|ADD)\b", parts[0], re.IGNORECASE) else ()
        ):
            while at < len(lines):
                parts.append(lines[at])
                at += 1
                if parts[-1].strip() == heredoc[2]:
                    break
        joined = "\n".join(part[:-1] + "\\" if part.endswith(escape) else part for part in parts)
        if instruction := INSTRUCTION.match(joined):
            yield start + 1, instruction[1], instruction[2]


class _Reading:
    """The state that a builder would have."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.stages: list[_Stage] = []
        self.variables: dict[str, str] = {}
        self.built = 0  # commands
        self.open = False  # what a stage is made from, only the builder knows
        self.resources: list[Resource] = []
        self.shell = ""

    def instruction(self, line: int, name: str, text: str) -> None:
        """One instruction; what is unknown or stands where it may not is passed over."""
        if name == "FROM" and len(self.stages) < STAGES:
            self._from(line, text)
        elif name in ("ARG", "ENV"):
            self._variables(name, text)
        elif self.stages:
            stage = self.stages[-1]
            if name == "RUN" and self.built < COMMANDS:
                found = self._run(line, text)
                self.built += len(found)
                stage.build += found
                for origin in MOUNTED.findall(text) if text.startswith("--mount") else ():
                    self._rest(stage, self._plain(origin))
            elif name in ("COPY", "ADD"):
                self._copy(stage, text)
            elif name == "WORKDIR":
                stage.workdir = posixpath.normpath(posixpath.join(stage.workdir, self._plain(text)))[:LENGTH]
            elif name == "EXPOSE":
                stage.expose += self._plain(text).split()[:100]
            elif name == "HEALTHCHECK":
                stage.healthcheck = " ".join(OPTIONS.sub("", text, count=1).replace("\\\n", " ").split())
            elif name == "SHELL":
                self.shell = text
            elif name in ("CMD", "ENTRYPOINT"):
                started = ("", 0) if not text.strip("[] \n\\") else (text, line)
                if name == "ENTRYPOINT":
                    stage.entrypoint, stage.command = started, ("", 0)
                else:
                    stage.command = started

    def _plain(self, text: str) -> str:
        return expanded(text.replace("\\\n", " ").strip().strip("\"'"), self.variables)

    def _variables(self, name: str, text: str) -> None:
        found = words(text)
        if name == "ENV" and len(found) > 1 and "=" not in found[0]:
            found = (f"{found[0]}={' '.join(found[1:])}",)
        for word in found:
            match = ASSIGNED.match(word)
            if not match or len(self.variables) >= VARIABLES or set("\n\"'`") & set(match[2]):
                continue
            if name == "ENV" or match[1] not in self.variables:
                self.variables[match[1]] = expanded(match[2], self.variables)[:500]

    def _from(self, line: int, text: str) -> None:
        found = self._plain(OPTIONS.sub("", text, count=1) if text.startswith("--") else text).split()
        if not found:
            return
        base = found[0]
        name = found[2] if len(found) > 2 and found[1].lower() == "as" else ""
        stage = _Stage(name, line)
        earlier = next((other for other in self.stages if other.name and other.name == base), None)
        self.open = self.open or "$" in base
        if earlier:
            self._rest(stage, base)
            stage.needs.append(base)
            stage.workdir, stage.copied = earlier.workdir, list(earlier.copied)
            stage.command, stage.entrypoint = earlier.command, earlier.entrypoint
        elif base != "scratch":
            stage.uses = (base,)
            if image := image_name(base):
                self.resources.append(Resource(f"image:{image}", base, line, "image"))
        self.stages.append(stage)

    def _copy(self, stage: _Stage, text: str) -> None:
        options = OPTIONS.match(text) if text.startswith("--") else None
        rest = text[options.end() :] if options else text
        if options and (origin := re.search(r"--from=(\S+)", options[0])):
            self._copy_from(stage, self._plain(origin[1]))
            return
        found = [expanded(word, self.variables) for word in _vector(rest) or words(rest)]
        if len(found) < 2 or "<<" in rest:
            return
        target = posixpath.join(stage.workdir, found[-1])
        renamed = len(found) == 2 and not found[-1].endswith(("/", "."))
        for source in found[:-1]:
            if "://" in source or len(stage.copied) >= COPIES:
                continue
            stage.reads.append(posixpath.normpath(source.lstrip("/") or "."))
            copied = Copied(source, target)
            if not copied.is_folder and not renamed:
                copied = Copied(source, posixpath.join(target, posixpath.basename(source)))
            stage.copied.append(copied)

    def _rest(self, stage: _Stage, origin: str) -> None:
        """A stage rests on an earlier one, given by its name or number."""
        self.open = self.open or "$" in origin
        stage.rests.update(n for n, other in enumerate(self.stages) if origin and origin in (other.name, str(n)))

    def _copy_from(self, stage: _Stage, origin: str) -> None:
        earlier = self.stages[:-1]
        self._rest(stage, origin)
        if origin.isdecimal():
            origin = earlier[int(origin)].name if int(origin[:4]) < len(earlier) and len(origin) < 4 else ""
        if any(other.name == origin for other in earlier):
            stage.needs += [origin] if origin else []
        elif origin:
            stage.uses = unique(*stage.uses, origin)

    def _run(self, line: int, text: str) -> tuple[Command, ...]:
        stage = self.stages[-1]
        folder = folder_of(stage.workdir, stage.copied)
        if vector := _vector(text):
            return run_vector(vector, line, folder)
        if OPTIONS_FIRST.match(text):
            text = OPTIONS.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text, count=1)
        bare = HEREDOC.match(text.strip())
        if bare:
            text = "\n" + text.partition("\n")[2].rpartition(bare[2])[0]
        flags = words(self.shell.strip("[]").replace(",", " "))
        strict = any(flag.startswith("-") and not flag.startswith("--") and "e" in flag for flag in flags)
        shell = text if bare else expanded(text, self.variables)
        return commands(shell, line, strict=strict, pipefail="pipefail" in flags, directory=folder)

    def facts(self) -> FileFacts:
        """The facts of the whole file."""
        if not self.stages:
            return FileFacts()
        final, folder = self.stages[-1], posixpath.dirname(self.path)
        units = [self._image(final, "image", "image")]
        for stage in self.stages[:-1]:
            if stage.name and all(unit.id != f"image/{stage.name}" for unit in units):
                units.append(self._image(stage, f"image/{stage.name}", f"build stage {stage.name}"))
        units += self._builds(folder)
        if started := self._started(final):
            started = tuple(self._served(command) for command in started)
            line, inputs = started[0].line, {**final.inputs(), ENTRYPOINT: _vector(final.entrypoint[0])}
            given = {name: (value,) for name, value in self.variables.items() if value}
            unit = Unit("run", "service", line, "container", commands=started, inputs=inputs, directory=folder)
            units.append(replace(unit, variables=given))
        return FileFacts(units=tuple(units), resources=tuple(self.resources))

    def _builds(self, folder: str) -> Iterator[Unit]:
        """What is run for the final stage, in it and the stages that it rests on, and what for each named one."""
        last = len(self.stages) - 1
        resting = set(range(last)) if self.open else self._resting(last)
        build = tuple(c for n, stage in enumerate(self.stages) if n == last or n in resting for c in stage.build)
        if build:
            yield Unit("build", "build", build[0].line, "image build", commands=build, directory=folder)
        seen: set[str] = set()
        for number, stage in enumerate(self.stages[:-1]):
            if stage.name and stage.name not in seen:
                seen.add(stage.name)
                yield self._stage(number, stage, folder)

    def _stage(self, number: int, stage: _Stage, folder: str) -> Unit:
        resting = range(number) if self.open else sorted(self._resting(number))
        named = [n for n in resting if self.stages[n].name]
        unnamed = [c for n in resting if not self.stages[n].name for c in self.stages[n].build]
        return Unit(
            f"build/{stage.name}",
            "build-stage",
            stage.line,
            f"build of stage {stage.name}",
            commands=(*unnamed, *stage.build),
            needs=unique(*(f"build/{self.stages[n].name}" for n in named)),
            directory=folder,
        )

    def _resting(self, number: int) -> set[int]:
        """The numbers of the stages that one rests on, directly or not; they all stand before it."""
        found: set[int] = set()
        waiting = [number]
        while waiting:
            new = self.stages[waiting.pop()].rests - found
            found |= new
            waiting += new
        return found - {number}

    def _served(self, command: Command) -> Command:
        """`flask run` with the application that the image's environment names."""
        application, argv = self.variables.get("FLASK_APP", ""), command.argv
        if argv[:2] != ("flask", "run") or not application:
            return command
        return replace(command, argv=("flask", "--app", application, *argv[1:]))

    def _image(self, stage: _Stage, id_: str, says: str) -> Unit:
        return Unit(
            id_,
            "image",
            stage.line,
            says,
            parent="" if id_ == "image" else "image",
            uses=stage.uses,
            inputs=stage.inputs(),
            needs=tuple(f"image/{name}" for name in unique(*stage.needs)),
            reads=unique(*stage.reads),
            directory=posixpath.dirname(self.path),
        )

    def _started(self, stage: _Stage) -> tuple[Command, ...]:
        """The commands of ENTRYPOINT and CMD together."""
        folder = folder_of(stage.workdir, stage.copied)
        (entry, entry_line), (text, line) = stage.entrypoint, stage.command
        entry_vector, vector = _vector(entry), _vector(text)
        if not entry and vector:
            return run_vector(vector, line, folder)
        if not entry_vector:  # the shell form of an entry point takes no arguments from CMD
            shell = expanded(entry or text, self.variables)
            return commands(shell, entry_line or line, strict=False, directory=folder)
        started = run_vector((*entry_vector, *vector), entry_line, folder)
        # an entry point that is a script ends in `exec "$@"`
        return started + run_vector(vector, line, folder) if vector and entry_vector[0].endswith(".sh") else started


def _vector(text: str) -> tuple[str, ...]:
    """The words of an exec form `["a", "b"]`; () for the shell form."""
    text = text.replace("\\\n", " ").strip()
    if not text.startswith("["):
        return ()
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    return tuple(str(word) for word in found) if isinstance(found, list) else ()
