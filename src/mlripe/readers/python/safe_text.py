"""Python source from bytes to a text that is safe to parse: `ast.parse` runs in C, and nothing can interrupt it.

What a hostile text can make it do was measured with CPython 3.11 to 3.13, and each kind has its bound:

- **Memory.** The tree takes up to 0.95 KB for a word or an sign (`a;` repeated: 1.8 GB from 2 MB). So a text may hold
  `TOKENS` of them. Of 40,000 files of standard libraries, installed packages and repositories two hold more.
- **Time of f-strings.** Each field is looked for from the beginning of its text (3.11), or of the rest of the file
  (3.12): fields times length, 0.4 s for a thousand million. So there is a bound on that product.
- **Time of dotted names.** Those of an import are joined part by part: 0.2 s for 8,000 parts, four times as long for
  twice as many. A name may have `_PARTS`.
- **Time of identifiers.** Combining marks are sorted by insertion, in quadratic time. Runs of them are cut to the
  thirty that Unicode's stream-safe text format allows (UAX #15), wherever they stand; nobody writes a longer one.
- **Codecs.** A file names its own, and Python has codecs that take quadratic time (`punycode`), or give another text
  than the one that people see (`utf-7`, `unicode_escape`). So there is a list of those that are taken.

A parser in C with linear time, tree-sitter, was measured in its place. It takes half the memory, but 66 s for 100,000
line continuations, and its nodes take as long to walk as `ast` takes to parse. So bounds stand before `ast`.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import Final

from mlripe.lazy_regex import lazy_regex
from mlripe.readers import Unreadable
from mlripe.readers.work import spend

__all__ = ["TOKENS", "check_costs", "decoded", "without_long_marks"]

TOKENS: Final = 250_000  # words, signs and ends of lines
_FIELDS: Final = 5_000_000_000  # opening braces times characters, of a text with f-strings
_PARTS: Final = 500  # of a dotted name
_MARKS: Final = 30  # combining marks in a row

# by the names that `codecs` gives; all of them keep ASCII as it is
_ENCODINGS: Final = frozenset(
    "utf-8 utf-8-sig ascii iso8859-1 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-9 "
    "iso8859-10 iso8859-11 iso8859-13 iso8859-14 iso8859-15 iso8859-16 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 "
    "cp1256 cp1257 cp1258 cp437 cp850 cp852 cp866 cp874 koi8-r koi8-u mac-roman tis-620 gb2312 gbk gb18030 big5 "
    "big5hkscs cp932 cp949 cp950 euc_jp euc_kr shift_jis shift_jisx0213".split()
)
_LONGEST_NAME: Final = 40  # characters of an encoding's name
# as PEP 263 has it: in a comment on the first line, or on the second below a line without code
_COOKIE = lazy_regex(rb"(?:[ \t\f]*(?:#[^\r\n]*)?\r?\n)??[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)")
_EMACS = lazy_regex(r"(?i)(utf-8|latin-1|iso-8859-1)-(?:unix|dos|mac)")  # which ends of lines a file has

_F_STRING = lazy_regex(r"(?<!\w)(?:[fFtT][rR]?|[rR][fFtT])[\"']")
_TOKEN = lazy_regex(
    r'#[^\r\n]*|"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*+(?:\'\'\')?'
    r'|"(?:[^"\\\n]|\\.)*+"?|\'(?:[^\'\\\n]|\\.)*+\'?|\w+|[^\w \t\f]',
    re.DOTALL,
)


def _kind(byte: int) -> int:
    """What a byte of a text in UTF-8 is: "a" for a part of a word, " " between, "," for an sign or an end of line."""
    if byte >= 0x80 or chr(byte).isalnum() or byte == ord("_"):
        return ord("a")
    return ord(" ") if byte in b" \t\f" else ord(",")


_KINDS: Final = bytes(map(_kind, range(256)))
_KINDS_WITH_DOTS: Final = _KINDS[: ord(".")] + b"." + _KINDS[ord(".") + 1 :]


def decoded(content: bytes) -> str:
    """The text of a source file, in the encoding that it names, UTF-8 for none; what is no text in it becomes U+FFFD.

    Raises `Unreadable` for an encoding that is not taken.
    """
    if content.startswith(codecs.BOM_UTF8):
        return content[len(codecs.BOM_UTF8) :].decode("utf-8", "replace")
    return content.decode(_declared(content), "replace")


def _declared(content: bytes) -> str:
    found = _COOKIE.match(content)
    if not found:
        return "utf-8"
    name = found[1].decode("ascii", "replace")
    if emacs := _EMACS.fullmatch(name):
        name = emacs[1]
    try:
        encoding = codecs.lookup(name).name if len(name) <= _LONGEST_NAME else ""
    except (LookupError, ValueError):
        encoding = ""
    if encoding not in _ENCODINGS:
        raise Unreadable(f"not readable as Python: its encoding, {name[:_LONGEST_NAME]}, is none that is taken")
    return encoding


def check_costs(text: str) -> None:
    """Raises `Unreadable` for a text that would take more memory or time to parse than a source is worth."""
    tokens = _most_tokens(text)
    if tokens > TOKENS and not _F_STRING.search(text):
        tokens = _tokens(text)
    if tokens > TOKENS:
        raise Unreadable(f"too complex to be parsed: more than {TOKENS} words and signs")
    if text.count("{") * len(text) > _FIELDS and _F_STRING.search(text):
        raise Unreadable("too complex to be parsed: too many braces for its length, in a text with f-strings")
    if text.count(".") > _PARTS and _most_parts(text) > _PARTS:
        raise Unreadable(f"too complex to be parsed: a name of more than {_PARTS} parts")
    spend(tokens)


def _most_tokens(text: str) -> int:
    """The words, signs and ends of lines of a text, those in comments and strings among them: fast, and never less."""
    kinds = text.encode("utf-8", "replace").translate(_KINDS)
    return kinds.count(b",") + kinds.count(b",a") + kinds.count(b" a") + kinds.startswith(b"a")


def _most_parts(text: str) -> int:
    """The most parts that a dotted name may have: dots behind words, without another sign between them."""
    joined = text.replace("\\\n", "").replace("\\\r\n", "").encode("utf-8", "replace")
    return max(run.count(b"a.") for run in joined.translate(_KINDS_WITH_DOTS, b" \t\f").split(b","))


def _tokens(text: str) -> int:
    """The tokens of a text without f-strings, whose strings end by simple rules."""
    return sum(1 for _ in _TOKEN.finditer(text))


def without_long_marks(text: str) -> str:
    """The text with every run of combining marks cut to the longest that is of use."""
    if text.isascii():
        return text
    marks = "".join(char for char in set(text) if char > "\u02ff" and _begins_with_mark(char))
    if not marks:
        return text
    return re.sub(rf"([{re.escape(marks)}]{{{_MARKS}}})[{re.escape(marks)}]+", r"\1", text)


def _begins_with_mark(char: str) -> bool:
    return unicodedata.combining(unicodedata.normalize("NFKD", char)[0]) > 0
