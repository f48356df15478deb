"""setuptools: the lists in setup.cfg, and those that setup.py writes as literals. Nothing is executed."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from mlripe.facts import FileFacts
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.dependencies.gathering import Gathered, decode
from mlripe.readers.dependencies.requirements import gather_line
from mlripe.readers.dependencies.specifiers import normalise

__all__ = ["read_setup_cfg"]

_SECTION = lazy_regex(r"\[([^\]]+)\]")
_DELIMITER = lazy_regex(r"[:=]")
_GROUPS = {"install_requires": "", "setup_requires": "build", "tests_require": "test"}


def read_setup_cfg(path: str, content: bytes) -> FileFacts:
    """Dependencies of a setup.cfg: `install_requires`, extras by name, `setup_requires` as `build`.

    `file:` directives become the `uses` of one unit.
    """
    gathered = Gathered(path)
    for option in _options(decode(content)):
        if option.section == "metadata" and option.name == "name":
            gathered.own = normalise(option.lines[0][1])
        elif option.section == "options" and option.name in _GROUPS:
            _gather(gathered, option, _GROUPS[option.name])
        elif option.section == "options.extras_require":
            _gather(gathered, option, option.name)
    return gathered.facts()


class _Option(Struct, frozen=True):
    section: str
    name: str
    lines: list[tuple[int, str]]  # the value's lines with their numbers


def _options(text: str) -> Iterator[_Option]:
    """Every option of an ini file: a value goes on over the indented lines below it."""
    section = ""
    option: _Option | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.lstrip().startswith(("#", ";")):
            continue
        if line[0].isspace() and option:
            option.lines.append((number, line.strip()))
            continue
        if option:
            yield option
        option = None
        if header := _SECTION.match(line):
            section = header[1].strip()
        elif delimiter := _DELIMITER.search(line):
            name, value = line[: delimiter.start()].strip(), line[delimiter.end() :].strip()
            option = _Option(section, name, [(number, value)])
    if option:
        yield option


def _gather(gathered: Gathered, option: _Option, group: str) -> None:
    first = option.lines[0][1]
    if first.startswith("file:"):
        names = ",".join([first.removeprefix("file:"), *(text for _, text in option.lines[1:])])
        for name in names.split(","):
            if name.strip():
                gathered.include(name.strip(), option.lines[0][0])
        return
    for line, text in option.lines:
        if gathered.full:
            return
        # setuptools splits a value on one line at its semicolons; a marker has one too, but never without a quote.
        several = len(option.lines) == 1 and "'" not in text and '"' not in text
        for requirement in text.split(";") if several else [text]:
            if requirement.strip():
                gather_line(gathered, requirement.partition(" #")[0].strip(), line, group)
