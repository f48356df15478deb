"""INI files as tox and setuptools write them, with the line of every line of a value."""

from __future__ import annotations

from msgspec import Struct, field

from mlripe.lazy_regex import lazy_regex

__all__ = ["Option", "Section", "sections"]

HEADER = lazy_regex(r"\[([^\]]+)\]\s*(?:[#;].*)?\Z")
OPTION = lazy_regex(r"([^=:\s\[][^=:]*?)\s*[=:]\s*(.*)\Z")
COMMENT = lazy_regex(r"\s#.*\Z")


class Option(Struct, frozen=True):
    """An option: its line, and the lines of its value that are not empty with their numbers."""

    line: int
    lines: list[tuple[int, str]]

    @property
    def text(self) -> str:
        """The value on one line."""
        return " ".join(text for _, text in self.lines)


class Section(Struct, frozen=True):
    """A section: its line and its options by name."""

    line: int
    options: dict[str, Option] = field(default_factory=dict)


def sections(text: str) -> dict[str, Section]:
    """The sections of an INI file by name. Values go on over indented lines; comments are left out."""
    found: dict[str, Section] = {}
    section: Section | None = None
    option: Option | None = None
    for number, line in enumerate(text.splitlines(), 1):
        stripped = COMMENT.sub("", line).strip()
        if not stripped or stripped[0] in "#;":
            continue
        if line[0].isspace() and option:
            option.lines.append((number, stripped))
        elif header := HEADER.match(stripped):
            section = found.setdefault(header[1].strip(), Section(number))
            option = None
        elif section and (match := OPTION.match(stripped)):
            option = section.options[match[1].strip().lower()] = Option(
                number, [(number, match[2])] if match[2] else []
            )
    return found
