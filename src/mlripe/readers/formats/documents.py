"""YAML, TOML and JSON as plain data with line numbers: mappings, sequences, text, whole numbers, decimals, truth, null.

Made for configuration that people wrote and that nobody vouches for:

- Keys are always text, as written: `on:` is "on", `200:` is "200". So in a path text is a key and a number an index.
- Plain YAML scalars follow the core schema of YAML 1.2, not 1.1: `yes` and `off` are text. A number is converted where
  its text comes back from it, so that `3.10` stays the version that it is.
- Tags never make objects: `!Ref x` is "x". Merge keys (`<<`) are honoured, the last of duplicate keys wins.
- Aliases share what they name, and count in full: what is beyond `data_limits` is refused.
"""

from __future__ import annotations

import json
import re

from mlripe.data_limits import TOO_DEEP, beyond_limits
from mlripe.facts import Document, FileFacts
from mlripe.lazy_regex import lazy_regex
from mlripe.readers import Unreadable
from mlripe.readers.formats.key_lines import json_lines, toml_lines
from mlripe.readers.formats.yaml_documents import read_yaml
from mlripe.readers.work import spend
from mlripe.toml_text import NotToml, read_toml

__all__ = ["load_json", "load_toml", "load_yaml", "read_document", "text_of"]


def text_of(content: bytes) -> str:
    """The text of a file: UTF-8 with or without a mark, UTF-16 with one; bytes that are neither become U+FFFD."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    return content.decode("utf-8-sig", "replace")


def read_document(path: str, content: bytes) -> FileFacts:
    """A plain YAML, TOML or JSON file: its documents and nothing else. YAML if its name does not tell."""
    if path.endswith(".toml"):
        return FileFacts(documents=load_toml(content))
    if path.endswith((".json", ".jsonc")):
        return FileFacts(documents=load_json(content))
    return FileFacts(documents=load_yaml(content))


def load_yaml(content: bytes) -> tuple[Document, ...]:
    """Every document of a YAML stream that is not empty. Raises `Unreadable` for what is not YAML, and for bombs."""
    return read_yaml(text_of(content))


# --- JSON and TOML ---------------------------------------------------------------------------------------------------

_COMMENT = lazy_regex(r'("(?:[^"\\\n]|\\.)*"?)|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_LAST_COMMA = lazy_regex(r'("(?:[^"\\\n]|\\.)*"?)|,(?=\s*[}\]])')


def load_json(content: bytes) -> tuple[Document, ...]:
    """The one document of a JSON file; comments and last commas, as editors' settings have them, are let pass."""
    text = text_of(content)
    if not text.strip():
        return ()
    try:
        data = _parse_json(text)
    except json.JSONDecodeError as error:
        try:
            data = _parse_json(_LAST_COMMA.sub(_keep_text, _COMMENT.sub(_keep_text, text)))
        except (ValueError, RecursionError):
            raise Unreadable("not valid JSON", error.lineno) from None
    except RecursionError:
        raise Unreadable(TOO_DEEP) from None
    except ValueError:
        raise Unreadable("a number of it has too many digits") from None
    if says := beyond_limits(data):
        raise Unreadable(says)
    return (_counted(Document(data, json_lines(text)), text),)


def _parse_json(text: str) -> object:
    return json.loads(text, parse_constant=str)


def _keep_text(match: re.Match[str]) -> str:
    return match[1] or "\n" * match[0].count("\n")


def load_toml(content: bytes) -> tuple[Document, ...]:
    """The one document of a TOML file. Dates and times become text."""
    text = text_of(content)
    try:
        data = read_toml(text)
    except NotToml as error:
        raise Unreadable(str(error), error.line) from None
    return (_counted(Document(_without_dates(data), toml_lines(text)), text),) if data else ()


def _counted(document: Document, text: str) -> Document:
    """The document, whose values have been counted as work: as many as have a line, or as a text has room for."""
    spend(2 * max(len(document.lines), len(text) // 50))
    return document


def _without_dates(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_dates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_dates(item) for item in value]
    return value if value is None or isinstance(value, str | bool | int | float) else str(value)
