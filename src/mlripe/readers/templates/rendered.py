"""What a template comes to: its text, and for each line of it the line of the template that it comes from."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from mlripe.readers.read_anew import Rendered

__all__ = ["MOST_TEXT", "TooLong", "Unknown", "Writer", "is_true", "text_of_value"]

MOST_TEXT: Final = 2_000_000  # characters that one template may come to
LONGEST_VALUE: Final = 10_000  # characters of one value


class TooLong(Exception):
    """A template comes to more text than is read."""


class Unknown(Struct, frozen=True):
    """A value that the files do not tell. Its text is its name, so that two places that use it agree."""

    name: str


class Writer:
    """Collects the text of one template, chunk by chunk."""

    def __init__(self) -> None:
        self._chunks: list[str] = []
        self._lines: list[int] = [0]  # 0: nothing but blanks so far
        self._length = 0

    def add(self, text: str, line: int, *, fixed: bool = False) -> None:
        """Adds text that begins at this line of the template; `fixed`: all of it comes from that one line."""
        self._length += len(text)
        if self._length > MOST_TEXT:
            raise TooLong
        self._chunks.append(text)
        for number, part in enumerate(text.split("\n")):
            if number:
                self._lines.append(0)
            if not self._lines[-1] and part.strip():
                self._lines[-1] = line if fixed else line + number

    def rendered(self) -> Rendered:
        """What was collected; a blank line is told as the line before it."""
        last, lines = 1, []
        for line in self._lines:
            last = line or last
            lines.append(last)
        return Rendered("".join(self._chunks), tuple(lines))


def is_true(value: object) -> bool:
    """Whether a condition holds; what is unknown is taken to hold."""
    return isinstance(value, Unknown) or bool(value)


def text_of_value(value: object) -> str:
    """A value as text of the project."""
    if isinstance(value, Unknown):
        return value.name
    if value is None or isinstance(value, dict | list | tuple):
        return ""
    return str(value)[:LONGEST_VALUE]
