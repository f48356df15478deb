"""The words and operators of a shell text, each with its place: quotes, substitutions, here-documents and comments.

One pass from left to right; what is nested (`$(...)`, backticks) is tokenised where it stands, down to a fixed depth.
A text that is no valid shell (PowerShell, a template) gives odd tokens, never an error.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from mlripe.lazy_regex import lazy_regex
from mlripe.readers.work import spend

__all__ = ["Lexer", "Token"]

DEPTH: Final = 12  # substitutions in substitutions; deeper ones stay text
REACH: Final = 2000  # characters that `${...}`, `${{...}}` and `$((...))` may span

BLANK = lazy_regex(r"(?:[^\S\n]|\\\r?\n|`[ \t]*\r?\n|\^\r?\n)+")  # with the continuations of sh, PowerShell, cmd
PLAIN = lazy_regex(r"[^\s\\'\"`$|&;()<>^]+")
QUOTED_PLAIN = lazy_regex(r"[^\"\\`$]+")
ANSI_QUOTED = lazy_regex(r"\$'([^'\\]*(?:\\.[^'\\]*)*)'", re.DOTALL)
BACKTICKED = lazy_regex(r"`([^`\\]*(?:\\.[^`\\]*)*)`", re.DOTALL)
REDIRECT = lazy_regex(r"(?:\d+|&|\{\w+\})?(?:<<<|<<-?|<>|<&|>>|>&|>\||>(?!\()|<(?!\())")
OPERATOR = lazy_regex(r"&&|\|\||\|&|;;&|;;|;&|[|&;()\n]")
ARRAY = lazy_regex(r"[A-Za-z_]\w*\+?=\Z")
END_OF_LINE = lazy_regex(r"[^\n]*")
KEYWORDS: Final = frozenset(
    ("if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac", "in", "function")
) | {"select", "time", "{", "}", "!"}


class Token(Struct, frozen=True):
    """A word (quotes removed in `value`), an operator or a redirection; `start` and `end` are offsets in the text."""

    kind: str  # word | op | redirect
    value: str
    start: int
    end: int
    plain: bool = False  # a word without quotes, so that it may be a keyword
    inner: tuple[tuple[Token, ...], ...] = ()  # the tokens of each substitution in it

    def is_op(self, *values: str) -> bool:
        """Whether it is one of these operators."""
        return self.kind == "op" and self.value in values

    def is_keyword(self, *values: str) -> bool:
        """Whether it is one of these words, unquoted."""
        return self.plain and self.value in values


class _Word(Struct):
    """A word in the making."""

    parts: list[str]
    inner: list[tuple[Token, ...]]
    plain: bool = True


class Lexer:
    """Tokenises one text. `bodies` maps the offset of a `<<` to the span of its here-document."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.bodies: dict[int, tuple[int, int]] = {}
        self._pending: list[tuple[int, str]] = []
        # Quotes found to have no end are ordinary characters from there on; this also keeps the time linear.
        self._dead: set[str] = set()

    def tokens(self, start: int = 0, stop: int | None = None) -> tuple[Token, ...]:
        """The tokens between two offsets, the whole text by default."""
        stop = len(self.text) if stop is None else stop
        spend((stop - start) // 4)
        return self._tokens(start, stop, 0)[0]

    def _tokens(self, pos: int, stop: int, depth: int, *, closes: bool = False) -> tuple[tuple[Token, ...], int]:
        """Tokens up to `stop`, or up to and without the `)` that ends a substitution; and where reading ended."""
        found: list[Token] = []
        parentheses = cases = 0
        while pos < stop:
            if blank := BLANK.match(self.text, pos, stop):
                pos = blank.end()
            elif self.text[pos] == "#":
                pos = self._line_end(pos, stop)
            elif redirect := REDIRECT.match(self.text, pos, stop):
                found.append(Token("redirect", redirect[0], pos, redirect.end()))
                pos = self._heredoc_word(found, redirect.end(), stop, depth)
            elif operator := OPERATOR.match(self.text, pos, stop):
                value = operator[0]
                if value == ")" and closes and not parentheses and not cases:
                    stop = operator.end()
                    break
                parentheses += (value == "(") - (value == ")" and parentheses > 0)
                found.append(Token("op", value, pos, operator.end()))
                pos = self._skip_bodies(operator.end(), stop) if value == "\n" else operator.end()
            else:
                starts = not found or found[-1].kind == "op" or found[-1].is_keyword(*KEYWORDS)
                word = self._word(pos, stop, depth)
                cases += starts and (word.is_keyword("case") - (word.is_keyword("esac") and cases > 0))
                found.append(word)
                pos = word.end
        spend(3 * len(found))
        return tuple(found), stop

    def _line_end(self, pos: int, stop: int) -> int:
        match = END_OF_LINE.match(self.text, pos, stop)
        return match.end() if match else stop

    # --- here-documents ----------------------------------------------------------------------------------------------

    def _heredoc_word(self, found: list[Token], pos: int, stop: int, depth: int) -> int:
        """After `<<`: reads the delimiter and expects the body after this line. Gives where reading goes on."""
        operator = found[-1]
        if operator.value.endswith("<<<") or not operator.value.endswith(("<<", "<<-")):  # `<<<`: a word, no body
            return pos
        blank = BLANK.match(self.text, pos, stop)
        pos = blank.end() if blank else pos
        if pos < stop and self.text[pos] not in "\n|&;()<>#":
            word = self._word(pos, stop, depth)
            self._pending.append((operator.start, word.value))
            found.append(word)
            pos = word.end
        return pos

    def _skip_bodies(self, pos: int, stop: int) -> int:
        for operator, delimiter in self._pending:
            begin = pos
            while pos < stop:
                end = self._line_end(pos, stop)
                last = self.text[pos:end].strip() == delimiter
                self.bodies[operator] = (begin, pos if last else end)
                pos = min(end + 1, stop)
                if last:
                    break
        self._pending.clear()
        return pos

    # --- words -------------------------------------------------------------------------------------------------------

    def _word(self, pos: int, stop: int, depth: int) -> Token:
        word, start = _Word([], []), pos
        while pos < stop:
            if plain := PLAIN.match(self.text, pos, stop):
                word.parts.append(plain[0])
                pos = plain.end()
                continue
            char = self.text[pos]
            if char in "<>" and self.text.startswith("(", pos + 1):
                pos = self._nested(word, pos, pos + 2, stop, depth)
            elif char == "(" and word.plain and ARRAY.match("".join(word.parts[-1:])):
                pos = self._nested(word, pos, pos + 1, stop, depth)
                word.inner = [inner for tokens in word.inner for token in tokens for inner in token.inner]
            elif char.isspace() or char in "|&;()<>" or (char in "\\`^" and BLANK.match(self.text, pos, stop)):
                if pos == start:  # a lone `<` or `>` that starts nothing
                    pos += 1
                break
            else:
                pos = self._special(word, pos, stop, depth)
        return Token("word", "".join(word.parts), start, pos, word.plain, tuple(word.inner))

    def _special(self, word: _Word, pos: int, stop: int, depth: int) -> int:
        """A quote, an escape or an expansion at `pos`, outside double quotes; gives where it ends."""
        char = self.text[pos]
        if char == "'" and char not in self._dead:
            end = self.text.find("'", pos + 1, stop)
            if end >= 0:
                word.parts.append(self.text[pos + 1 : end])
                word.plain = False
                return end + 1
            self._dead.add(char)
        elif char == '"' and char not in self._dead:
            quoted = _Word([], [])
            end = self._double_quoted(quoted, pos + 1, stop, depth)
            if end >= 0:
                word.parts += quoted.parts
                word.inner += quoted.inner
                word.plain = False
                return end
            self._dead.add(char)
        elif char == "\\" and pos + 1 < stop:
            word.parts.append(self.text[pos + 1])
            word.plain = False
            return pos + 2
        elif char == "`":
            return self._backticked(word, pos, stop, depth)
        elif char == "$":
            return self._dollar(word, pos, stop, depth)
        word.parts.append(char)
        return pos + 1

    def _double_quoted(self, word: _Word, pos: int, stop: int, depth: int) -> int:
        """What stands between double quotes; gives where it ends, -1 where it never does."""
        while pos < stop:
            if plain := QUOTED_PLAIN.match(self.text, pos, stop):
                word.parts.append(plain[0])
                pos = plain.end()
                continue
            char = self.text[pos]
            if char == '"':
                return pos + 1
            if char == "\\" and pos + 1 < stop:
                escaped = self.text[pos + 1]
                word.parts.append("" if escaped == "\n" else escaped if escaped in '"\\$`' else char + escaped)
                pos += 2
            elif char == "`":
                pos = self._backticked(word, pos, stop, depth)
            elif char == "$" and not self.text.startswith(("$'", '$"'), pos):
                pos = self._dollar(word, pos, stop, depth)
            else:
                word.parts.append(char)
                pos += 1
        return -1

    # --- expansions --------------------------------------------------------------------------------------------------

    def _nested(self, word: _Word, start: int, pos: int, stop: int, depth: int) -> int:
        """A substitution whose commands begin at `pos`; the word keeps it as written from `start`."""
        if depth >= DEPTH:
            word.parts.append(self.text[start:pos])
            return pos
        tokens, end = self._tokens(pos, stop, depth + 1, closes=True)
        word.inner.append(tokens)
        word.parts.append(self.text[start:end])
        word.plain = False
        return end

    def _backticked(self, word: _Word, pos: int, stop: int, depth: int) -> int:
        match = None if "`" in self._dead or depth >= DEPTH else BACKTICKED.match(self.text, pos, stop)
        if match is None:
            self._dead.add("`")
            word.parts.append("`")
            return pos + 1
        word.inner.append(self._tokens(match.start(1), match.end(1), depth + 1)[0])
        word.parts.append(match[0])
        word.plain = False
        return match.end()

    def _dollar(self, word: _Word, pos: int, stop: int, depth: int) -> int:
        text, end = self.text, -1
        opening = next((o for o in ("${{", "$((", "${", "$'") if text.startswith(o, pos)), "")
        if opening and opening not in self._dead:
            reach = min(stop, pos + REACH)
            if opening == "$'":
                if ansi := ANSI_QUOTED.match(text, pos, reach):
                    word.parts.append(ansi[1])
                    word.plain = False
                    return ansi.end()
            elif opening == "${{":
                end = text.find("}}", pos, reach) + 2
                end = end if end > 1 else -1
            else:
                end = self._balanced(pos + 1, reach, *("()" if opening == "$((" else "{}"))
            if end < 0:
                self._dead.add(opening)
        if end < 0 and text.startswith("$(", pos):
            return self._nested(word, pos, pos + 2, stop, depth)
        end = pos + 1 if end < 0 else end
        word.parts.append(text[pos:end])
        return end

    def _balanced(self, pos: int, stop: int, opens: str, closes: str) -> int:
        """Where the bracket at `pos` is closed, -1 if not within reach."""
        level = 0
        for index in range(pos, stop):
            char = self.text[index]
            level += (char == opens) - (char == closes)
            if level == 0:
                return index + 1
        return -1
