"""R to facts: packages, calls with what they are given, functions of the top level and what they mention.

A hand-written reader, because no grammar of R comes as a package. A function of a package is called `package.function`
where the source says so; a bare name stays bare, since R looks it up in all that is attached. What a file sources, or
all files of a folder that it sources, are imports whose module is the path.
"""

from __future__ import annotations

import posixpath
from typing import Final

from msgspec import Struct, field

from mlripe.facts import UNKNOWN, Call, Definition, FileFacts, Import
from mlripe.readers.formats.documents import text_of
from mlripe.readers.languages.r_tokens import Token, code_of_chunks, tokens

__all__ = ["read_r"]

_DOCUMENTS: Final = (".Rmd", ".rmd", ".qmd")
_ATTACHING: Final = frozenset("library require requireNamespace loadNamespace attachNamespace p_load".split())
_SOURCING: Final = frozenset(("source", "sys.source", "render", "quarto_render", "rscript", "purl"))
_LISTING: Final = frozenset(("list.files", "dir", "dir_ls", "list_files"))
_LOADING: Final = frozenset(("load_all", "tar_source"))  # all files of R/ at once
_JOINING: Final = frozenset(("here", "file.path", "path", "normalizePath", "paste0"))
_CONTROL: Final = frozenset("if for while repeat function return in next break else".split())
_ASSIGNED: Final = ("<-", "<<-")
_PLAIN: Final = frozenset("TRUE FALSE NULL NA Inf NaN T F".split())
_OPEN: Final = {"(": ")", "{": "}", "[": "]"}
_MOST_ARGUMENTS: Final = 50
_DEEPEST: Final = 400  # brackets in one another


class _Bracket(Struct):
    """An open bracket: of a call, with what was given so far, or of nothing that matters."""

    closes: str
    name: str = ""
    line: int = 0
    args: list[object] = field(default_factory=list)
    keywords: dict[str, object] = field(default_factory=dict)
    key: str = ""
    value: object = None  # of the argument that is being read; None before it begins
    scope: str | None = None  # of the function whose body ends with it


def read_r(path: str, content: bytes) -> FileFacts:
    """The facts of an R script, or of the code in an R Markdown or Quarto document."""
    source = text_of(content)
    found = _Reading(path)
    found.read(list(tokens(code_of_chunks(source) if path.endswith(_DOCUMENTS) else source)))
    return found.facts()


class _Reading:
    """One pass over the tokens of a file."""

    def __init__(self, path: str) -> None:
        self.folder = posixpath.dirname(path)
        self.imports: dict[tuple[str, str], Import] = {}
        self.calls: list[Call] = []
        self.definitions: list[Definition] = []
        self.open: list[_Bracket] = []
        self.scope = ""
        self.began = 0
        self.kept: dict[str, int] = {}
        self.mentions: dict[str, int] = {}
        self.listed: list[tuple[str, int]] = []
        self.waiting = ""  # the function whose parameters were read, and whose body begins
        self.waiting_call: tuple[str, int] = ("", 0)  # a name whose bracket follows, and its line
        self.one_line = False  # the function that is being read is one expression

    def facts(self) -> FileFacts:
        """The facts of the whole file."""
        body = Definition("", 1, 1, "module", mentions=self.mentions if not self.scope else self.kept)
        if any(name.rpartition(".")[2] == "source" for name in (*body.mentions, *self.kept)):
            for folder, line in self.listed:  # lapply(list.files("R"), source)
                self.bring(folder.rstrip("/") + "/", line)
        return FileFacts(
            imports=tuple(self.imports.values()),
            calls=tuple(self.calls),
            definitions=(*self.definitions, body),
        )

    def read(self, found: list[Token]) -> None:
        """Reads all tokens."""
        end = Token("end", "\n", 0)
        for number, token in enumerate(found):
            before = found[number - 1] if number else end
            after = found[number + 1] if number + 1 < len(found) else end
            if token.kind == "word":
                self.word(found, number, before, after)
            elif token.kind in ("text", "number"):
                self.given(token.value if token.kind == "text" else _number(token.value))
            elif token.kind == "sign":
                self.sign(token, before)
            elif token.kind == "end":
                self.ends(token.line)

    # --- words -------------------------------------------------------------------------------------------------------

    def word(self, found: list[Token], number: int, before: Token, after: Token) -> None:
        token = found[number]
        if token.value == "function" or token.value in _CONTROL:
            if token.value == "function" and not self.scope and not self.open:
                self.begin(found, number)
            else:
                self.given(UNKNOWN)
            return
        if after.value in ("::", ":::") and after.kind == "sign":
            self.bring(token.value, token.line)
            return
        name = token.value
        if before.value in ("::", ":::") and number > 1:
            name = f"{found[number - 2].value}.{token.value}"
        elif before.value in ("$", "@") and before.kind == "sign":
            name = f".{token.value}"
        if after.value == "=" and after.kind == "sign" and (not self.open or self.open[-1].value is None):
            if self.open and self.open[-1].name:
                self.open[-1].key = token.value
            return
        if after.value == "(" and after.kind == "sign":
            self.mentions.setdefault(name, token.line)
            self.given(UNKNOWN)
            self.waiting_call = (name, token.line)
            return
        if not name.startswith(".") and after.value not in _ASSIGNED and name not in _PLAIN:
            self.mentions.setdefault(name, token.line)
        self.given(_Word(name))

    def begin(self, found: list[Token], number: int) -> None:
        """A function of the top level: `name <- function(...)`; its body is its scope."""
        if number > 1 and found[number - 1].value in ("<-", "=") and found[number - 2].kind == "word":
            self.waiting = found[number - 2].value
            self.began = found[number - 2].line

    # --- brackets ----------------------------------------------------------------------------------------------------

    def sign(self, token: Token, before: Token) -> None:
        value = token.value
        if value in _OPEN:
            name, line = self.waiting_call if value == "(" else ("", 0)
            self.waiting_call = ("", 0)
            if len(self.open) >= _DEEPEST:
                return
            bracket = _Bracket(_OPEN[value], name, line)
            if value == "{" and self.waiting and not self.open:
                bracket.scope = self.waiting
                self.enter()
            elif value == "(" and self.waiting and before.value == "function":
                bracket.scope = ""  # of its parameters
            self.open.append(bracket)
        elif value in (")", "}", "]"):
            self.close(value, token.line)
        elif value == "," and self.open:
            self.next_argument()
        elif self.open and self.open[-1].name and self.open[-1].value is not None and value not in (":", "-"):
            self.open[-1].value = UNKNOWN

    def enter(self) -> None:
        self.scope, self.waiting = self.waiting, ""
        self.kept, self.mentions = self.mentions, {}

    def leave(self, line: int) -> None:
        self.definitions.append(Definition(self.scope, self.began, line, "function", mentions=self.mentions))
        self.scope, self.mentions = "", self.kept

    def close(self, value: str, line: int) -> None:
        while self.open:
            bracket = self.open.pop()
            if bracket.name:
                self.open.append(bracket)
                self.next_argument()
                self.open.pop()
                self.called(bracket)
            if bracket.scope and self.scope == bracket.scope:
                self.leave(line)
            if bracket.closes == value:
                break

    def ends(self, line: int) -> None:
        """The end of a line ends a function that is one expression: `score <- function(x) predict(model, x)`."""
        if not self.open and self.scope and self.one_line:
            self.leave(line)
            self.one_line = False

    # --- calls -------------------------------------------------------------------------------------------------------

    def given(self, value: object) -> None:
        """A value that stands in an argument; a second one makes it unknown."""
        if self.waiting and not self.open and not self.scope:  # the body is one expression
            self.enter()
            self.one_line = True
        if self.open and self.open[-1].name:
            self.open[-1].value = value if self.open[-1].value is None else UNKNOWN

    def next_argument(self) -> None:
        bracket = self.open[-1]
        value = bracket.value
        if value is not None and len(bracket.args) + len(bracket.keywords) < _MOST_ARGUMENTS:
            known = UNKNOWN if isinstance(value, _Word) and bracket.name.rpartition(".")[2] not in _ATTACHING else value
            if bracket.key:
                bracket.keywords[bracket.key] = known
            else:
                bracket.args.append(str(known) if isinstance(known, _Word) else known)
        bracket.key, bracket.value = "", None

    def called(self, bracket: _Bracket) -> None:
        name, last = bracket.name, bracket.name.rpartition(".")[2] if "." in bracket.name[1:] else bracket.name
        last = bracket.name if bracket.name in _LISTING | _JOINING | _SOURCING else last
        call = Call(name, bracket.line, self.scope, tuple(bracket.args), bracket.keywords)
        self.calls.append(call)
        first = next((value for value in (*bracket.args, *bracket.keywords.values()) if isinstance(value, str)), "")
        if (last in _ATTACHING and first) or (last in _SOURCING and first.endswith((".R", ".r", *_DOCUMENTS))):
            self.bring(first, bracket.line)
        elif last in _LISTING and first:
            self.listed.append((first, bracket.line))
        elif last in _LOADING:
            self.bring("R/", bracket.line)
        elif last in _JOINING and self.open and self.open[-1].name:
            parts = [value for value in bracket.args if isinstance(value, str)]
            self.open[-1].value = "/".join(parts) if parts and len(parts) == len(bracket.args) else UNKNOWN

    def bring(self, module: str, line: int) -> None:
        self.imports.setdefault((module, self.scope), Import(module, ("*",), line, self.scope))


class _Word(str):
    """A bare word that is given to a call."""

    __slots__ = ()


def _number(text: str) -> object:
    try:
        return int(text.rstrip("Li")) if text.rstrip("Li").isdigit() else float(text.rstrip("Li"))
    except ValueError:
        return UNKNOWN
