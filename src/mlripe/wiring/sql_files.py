"""Files of SQL that are sent to a warehouse: on the input of a command, or as a text that a program reads for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from mlripe.facts import Call
from mlripe.lazy_regex import lazy_regex

__all__ = ["SQL", "given_sql", "included_sql", "read_sql_files"]

SQL: Final = ".sql"
_LONGEST: Final = 4000  # characters that are searched
# `bq query < train.sql`, `bq query "$(cat train.sql)"`
_INPUT = lazy_regex(r"<\s{0,9}\"?([\w./${}-]{1,200}\.sql)\b")
_PRINTED = lazy_regex(r"\$\(\s{0,9}(?:cat|<)\s{1,9}([\w./${}-]{1,200}\.sql)\s{0,9}\)")
_INCLUDED = lazy_regex(r"\{%-?\s{0,9}include\s{1,9}[\"']([\w./-]{1,200}\.sql)[\"']")
_READS: Final = ("open", "pathlib.Path", "pathlib.PurePath", ".read_text", ".joinpath")


def given_sql(words: Sequence[str], text: str) -> list[str]:
    """The files of SQL that a client of a database is given: as words, on its input, or printed into a word."""
    if SQL not in text:
        return []
    found = [word.rpartition("=")[2].removeprefix("@") for word in words[1:] if word.endswith(SQL)]
    return [*found, *_INPUT.findall(text[:_LONGEST]), *_PRINTED.findall(text[:_LONGEST])]


def read_sql_files(call: Call) -> Iterator[str]:
    """The files of SQL that a call opens: what a program reads of them, it sends to a database."""
    for value in call.args if call.name.endswith(_READS) else ():
        if isinstance(value, str) and value.endswith(SQL):
            yield value


def included_sql(value: object) -> Iterator[str]:
    """The files of SQL that a templated text takes in, in a text or in a dictionary of texts."""
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, tuple) else (value,)
    for text in inner:
        if isinstance(text, str) and SQL in text:
            yield from _INCLUDED.findall(text[:_LONGEST])
        elif isinstance(text, Mapping):
            yield from (name for each in text.values() if isinstance(each, str) for name in included_sql(each))
