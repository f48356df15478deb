"""tox: environments and their commands, in tox.ini, setup.cfg and `legacy_tox_ini` of pyproject.toml."""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from mlripe.facts import Command, FileFacts, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.cursor import unique
from mlripe.readers.formats.documents import text_of
from mlripe.readers.runners.ini import Option, Section, sections
from mlripe.readers.shell.commands import commands

__all__ = ["expanded", "plain", "read_tox", "tox_units"]

ENVIRONMENTS: Final = 300  # of one file
LINES: Final = 2000  # of commands of one environment, with the sections that it takes them from
LENGTH: Final = 2000  # characters of one line of an environment list

BRACES = lazy_regex(r"\{([^{}\[\]]*)\}")
REFERENCE = lazy_regex(r"\{\[([^\]{}]+)\](\w+)\}")
POSITIONAL = lazy_regex(r"\{posargs(?::([^{}]*(?:\{[^{}]*\}[^{}]*)*))?\}")
VARIABLE = lazy_regex(r"\{env:(\w+)(?::([^{}]*))?\}")
FACTORS = lazy_regex(r"([\w.{},!-]+)\s*:\s+(.*)")
# The folder of the configuration is the one that commands run in; the rest is worth no more than its name.
PLACES: Final = {
    "{toxinidir}": ".", "{tox_root}": ".", "{/}": "/", "{envpython}": "python", "{env_python}": "python",
    "{envbindir}/": "", "{env_bin_dir}/": "",
}  # fmt: skip


def read_tox(path: str, content: bytes) -> FileFacts:
    """A unit of kind `environment` for each environment; the listed ones have `default` in their inputs."""
    return FileFacts(units=tox_units(path, text_of(content)))


def tox_units(path: str, text: str, line: int = 1) -> tuple[Unit, ...]:
    """The environments of a tox configuration whose text begins at `line` of the file at `path`."""
    return tuple(_Tox(path, sections(text), line - 1).units())


class _Tox:
    """A tox configuration."""

    def __init__(self, path: str, found: dict[str, Section], offset: int) -> None:
        self.path = path
        self.sections = found
        self.offset = offset

    def units(self) -> Iterator[Unit]:
        """The environments in the order of the list, then those that only have a section."""
        core = next((self.sections[name] for name in ("tox", "tox:tox") if name in self.sections), Section(1))
        listed = core.options.get("envlist") or core.options.get("env_list") or Option(1, [])
        defaults = {name: line for line, text in listed.lines for name in expanded(text)}
        if not defaults and "testenv" in self.sections:  # without a list, the one that has no section of its own
            defaults["py"] = self.sections["testenv"].line
        places = dict(defaults)
        owner: dict[str, Section] = {}
        for title, section in self.sections.items():
            if title.startswith("testenv:"):
                for name in expanded(title.removeprefix("testenv:")):
                    places[name] = section.line
                    owner.setdefault(name, section)
        for name, line in itertools.islice(places.items(), ENVIRONMENTS):
            unit = self._unit(name, line, owner.get(name, Section(line)), name in defaults)
            if labelled := unique(*self._labels(core, owner.get(name, Section(line)), name)):
                unit = replace(unit, inputs={**unit.inputs, "labels": labelled})
            yield replace(unit, needs=tuple(need for need in unit.needs if need in places and need != name))

    def _labels(self, core: Section, own: Section, name: str) -> Iterator[str]:
        """The labels of an environment: those that it gives itself, and those that list it."""
        given = own.options.get("labels") or self.sections.get("testenv", Section(1)).options.get("labels")
        for _, text in given.lines if given else ():
            yield from re.split(r"[,\s]+", text)
        listed = core.options.get("labels")
        for _, text in listed.lines if listed else ():
            label, _, names = text.partition("=")
            if name in expanded(names.strip()):
                yield label.strip()

    def _unit(self, name: str, line: int, own: Section, default: bool) -> Unit:
        base = self.sections.get("testenv", Section(line))

        def option(key: str) -> Option:
            return own.options.get(key) or base.options.get(key) or Option(line, [])

        folder = posixpath.dirname(self.path)
        place = posixpath.normpath(
            posixpath.join(folder, plain((option("changedir") or option("change_dir")).text, name))
        )
        lines = [
            item for key in ("commands_pre", "commands", "commands_post") for item in self._lines(option(key), name)
        ]
        return Unit(
            name,
            "environment",
            line + self.offset,
            f"tox {name}",
            commands=(*self._installs(option("deps"), name), *self._commands(lines)),
            inputs={"default": True} if default else {},
            needs=unique(
                *(needed for _, text in option("depends").lines for needed in expanded(text) if needed != name)
            ),
            directory="" if place == "." else place,
            allow_failure=option("ignore_outcome").text.strip().lower() == "true",
        )

    def _lines(self, option: Option, name: str, depth: int = 0) -> list[tuple[int, str]]:
        """The lines of commands of one environment, with those of other sections that they name."""
        found: list[tuple[int, str]] = []
        for line, text in option.lines:
            reference = REFERENCE.fullmatch(text)
            factors = FACTORS.match(text)
            if len(found) >= LINES:
                break
            if reference:
                other = self.sections.get(reference[1])
                target = other.options.get(reference[2]) if other else None
                found += self._lines(target, name, depth + 1)[:LINES] if target and depth < 3 else []
            elif factors and not factors[1].startswith(("-", "!")):
                found += [(line, factors[2])] if _applies(factors[1], name) else []
            else:
                found.append((line, text))
        return [(line, plain(text, name)) for line, text in found]

    def _installs(self, deps: Option, name: str) -> tuple[Command, ...]:
        """What tox itself runs first: pip, with the requirements files among its dependencies."""
        files = [(line, text) for line, text in self._lines(deps, name) if text.startswith(("-r", "-c", "."))]
        return self._commands([(line, f"pip install {text}") for line, text in files])

    def _commands(self, lines: list[tuple[int, str]]) -> tuple[Command, ...]:
        joined: list[tuple[int, str]] = []
        for line, text in lines:
            if joined and joined[-1][1].endswith("\\"):
                joined[-1] = joined[-1][0], f"{joined[-1][1]}\n{text}"
            else:
                joined.append((line, text))
        found: list[Command] = []
        for line, text in joined:
            ignored = text.startswith(("-", "!"))
            for command in commands(text.lstrip("-! "), line + self.offset):
                found.append(replace(command, allow_failure=True) if ignored else command)
        return tuple(found)


def expanded(text: str) -> list[str]:
    """The names that a list such as `py{310,311}-test, lint` stands for."""
    text = text[:LENGTH]
    names: list[str] = []
    for item in re.split(r"[,\s]\s*(?![^{]*\})", re.sub(r"\s*([,{}])\s*", r"\1", text)):
        parts = BRACES.split(item)
        choices = [part.split(",") if index % 2 else [part] for index, part in enumerate(parts)]
        names += ["".join(chosen) for chosen in itertools.islice(itertools.product(*choices), ENVIRONMENTS)]
    return [name for name in dict.fromkeys(names[:ENVIRONMENTS]) if name]


def _applies(condition: str, name: str) -> bool:
    """Whether an environment has the factors of `py{310,311}-linux, lint`."""
    own = set(name.split("-"))
    return any(
        all((factor[1:] not in own) if factor.startswith("!") else factor in own for factor in alternative.split("-"))
        for alternative in expanded(condition)
    )


def plain(text: str, name: str) -> str:
    """A line without tox's own substitutions."""
    text = POSITIONAL.sub(lambda match: match[1] or "", text)
    text = VARIABLE.sub(lambda match: match[2] or f"${{{match[1]}}}", text)
    for hole, value in PLACES.items():
        text = text.replace(hole, value)
    return text.replace("{envname}", name).replace("{env_name}", name)
