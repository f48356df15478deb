"""The structure of a shell text: simple commands, pipelines, `&&`/`||` lists and compound commands, from its tokens.

Only what decides whether a command's failure matters is kept. A text that does not follow the grammar is still read:
a keyword that fits nowhere is dropped, and a compound command that is never closed ends with the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct, field

from mlripe.lazy_regex import lazy_regex
from mlripe.readers.shell.lexer import Token

__all__ = ["Compound", "Item", "Node", "Pipeline", "Section", "Simple", "parse"]

DEPTH: Final = 40  # compound commands in compound commands; the words of deeper ones are read as simple commands
ASSIGNMENT = lazy_regex(r"[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=")
END: Final = frozenset[str]()
STRAY: Final = ("then", "elif", "else", "fi", "do", "done", "esac", "}", "if", "while", "until", "for", "case")


class Simple(Struct):
    """A simple command: `assignments` and `words` in order, the here-documents it reads, and all its tokens."""

    tokens: list[Token] = field(default_factory=list)
    assignments: list[Token] = field(default_factory=list)
    words: list[Token] = field(default_factory=list)
    heredocs: list[int] = field(default_factory=list)  # offsets of `<<`

    @property
    def argv(self) -> tuple[str, ...]:
        """The command's words."""
        return tuple(word.value for word in self.words)


class Section(Struct):
    """A part of a compound command: a list that is a condition, or a body."""

    items: list[Item]
    condition: bool = False
    labels: tuple[str, ...] = ()  # of a part of a `case`: the patterns before its `)`


class Compound(Struct):
    """A compound command. `kind`: group, subshell, branch, loop or function (`name`)."""

    kind: str
    sections: list[Section] = field(default_factory=list)
    header: list[Token] = field(default_factory=list)  # the words of `for x in words`, `case word in`
    name: str = ""

    def simples(self) -> Iterator[Simple]:
        """Every simple command in it, in order."""
        for section in self.sections:
            for item in section.items:
                for pipeline in item.pipelines:
                    yield from pipeline.simples()


Node = Simple | Compound


class Pipeline(Struct):
    """Commands joined by `|`; `negated` by a leading `!`."""

    parts: list[Node]
    negated: bool = False

    def simples(self) -> Iterator[Simple]:
        """Every simple command in it, in order."""
        for part in self.parts:
            if isinstance(part, Simple):
                yield part
            else:
                yield from part.simples()


class Item(Struct):
    """Pipelines joined by `&&` and `||` (`joins[i]` stands after pipeline i), ended by `;`, `&` or a line end."""

    pipelines: list[Pipeline]
    joins: list[str]
    background: bool = False


def parse(tokens: Sequence[Token]) -> list[Item]:
    """The lists of commands that the tokens make up."""
    return _Parser(tokens).items(END, 0)


class _Parser:
    """A position in the tokens, and a method a construct."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    # --- looking -----------------------------------------------------------------------------------------------------

    def _peek(self, ahead: int = 0) -> Token | None:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else None

    def _op(self, *values: str, ahead: int = 0) -> bool:
        token = self._peek(ahead)
        return token is not None and token.is_op(*values)

    def _keyword(self, *values: str) -> bool:
        token = self._peek()
        return token is not None and token.is_keyword(*values)

    def _closes(self, closers: frozenset[str]) -> bool:
        token = self._peek()
        return token is not None and (token.kind == "op" or token.plain) and token.value in closers

    def _take(self, *values: str) -> bool:
        """Moves past the next token if it is one of these operators or keywords."""
        found = self._op(*values) or self._keyword(*values)
        self.at += found
        return found

    def _skip_lines(self) -> None:
        while self._op("\n"):
            self.at += 1

    # --- lists -------------------------------------------------------------------------------------------------------

    def items(self, closers: frozenset[str], depth: int) -> list[Item]:
        """The items up to a closing word or operator, which is left where it is."""
        found = []
        while self._peek() is not None and not self._closes(closers):
            before = self.at
            if item := self._item(closers, depth):
                found.append(item)
            if self.at == before:  # a word or operator that fits nowhere
                self.at += 1
        return found

    def _item(self, closers: frozenset[str], depth: int) -> Item | None:
        pipelines: list[Pipeline] = []
        joins: list[str] = []
        while True:
            pipeline = self._pipeline(closers, depth)
            if pipeline is None:
                break
            pipelines.append(pipeline)
            if not self._op("&&", "||"):
                break
            joins.append(self.tokens[self.at].value)
            self.at += 1
            self._skip_lines()
        background = self._op("&")
        if self._op("&", ";", "\n"):
            self.at += 1
        return Item(pipelines, joins[: len(pipelines) - 1], background) if pipelines else None

    def _pipeline(self, closers: frozenset[str], depth: int) -> Pipeline | None:
        negated = False
        while self._keyword("!", "time"):
            negated |= self._keyword("!")
            self.at += 1
        parts: list[Node] = []
        while (part := self._node(closers, depth)) is not None:
            parts.append(part)
            if not self._op("|", "|&"):
                break
            self.at += 1
            self._skip_lines()
        return Pipeline(parts, negated) if parts else None

    # --- commands ----------------------------------------------------------------------------------------------------

    def _node(self, closers: frozenset[str], depth: int) -> Node | None:
        while not self._closes(closers):
            token = self._peek()
            if token is None or (token.kind == "op" and token.value != "("):
                return None
            if token.value == "(":
                return self._parenthesis(depth)
            if depth < DEPTH and (compound := self._compound(token, closers, depth)):
                return compound
            if not token.is_keyword(*STRAY):
                return self._simple()
            self.at += 1  # closes nothing, or is nested too deep: what follows is read as it stands
        return None

    def _compound(self, token: Token, closers: frozenset[str], depth: int) -> Compound | None:
        if token.is_keyword("if", "while", "until"):
            return self._conditional(depth)
        if token.is_keyword("for", "select"):
            return self._for(depth)
        if token.is_keyword("case"):
            return self._case(depth)
        if token.is_keyword("{"):
            return self._body("group", "}", depth)
        if token.is_keyword("function") or (self._op("(", ahead=1) and self._op(")", ahead=2)):
            return self._function(closers, depth)
        return None

    def _body(self, kind: str, closer: str, depth: int) -> Compound:
        self.at += 1
        body = self.items(frozenset((closer,)), depth + 1)
        self._take(closer)
        self._redirections()
        return Compound(kind, [Section(body)])

    def _parenthesis(self, depth: int) -> Compound:
        first, second = self.tokens[self.at], self._peek(1)
        if depth < DEPTH and not (second is not None and second.is_op("(") and second.start == first.end):
            return self._body("subshell", ")", depth)
        level = 0  # arithmetic, or nested too deep
        while (token := self._peek()) is not None:
            level += token.is_op("(") - token.is_op(")")
            self.at += 1
            if level == 0:
                break
        return Compound("group")

    def _conditional(self, depth: int) -> Compound:
        """`if` with all its branches, `while`, `until`."""
        loop = not self._keyword("if")
        then, ends = ("do", ("done",)) if loop else ("then", ("elif", "else", "fi"))
        compound = Compound("loop" if loop else "branch")
        while True:
            self.at += 1
            condition = self.items(frozenset((then,)), depth + 1)
            found = self._take(then)  # not found: not this grammar, so nothing is known of conditions
            compound.sections.append(Section(condition, condition=found))
            compound.sections.append(Section(self.items(frozenset(ends), depth + 1)))
            if not self._keyword("elif"):
                break
        if self._take("else"):
            compound.sections.append(Section(self.items(frozenset(("fi",)), depth + 1)))
        self._take(ends[-1])
        self._redirections()
        return compound

    def _for(self, depth: int) -> Compound:
        compound = Compound("loop")
        level = 0
        while (token := self._peek()) is not None and not (level == 0 and token.is_op(";", "\n")):
            level += token.is_op("(") - token.is_op(")")
            compound.header.append(token)
            self.at += 1
        while self._op(";", "\n"):
            self.at += 1
        if self._keyword("do"):
            compound.sections = self._body("loop", "done", depth).sections
        return compound

    def _case(self, depth: int) -> Compound:
        compound = Compound("branch")
        while self._peek() is not None and not self._keyword("in") and not self._op("\n", ";"):
            compound.header.append(self.tokens[self.at])
            self.at += 1
        if not self._take("in"):
            return compound
        while self._peek() is not None and not self._keyword("esac"):
            start = self.at
            while self._peek() is not None and not self._op(")") and not self._keyword("esac"):
                self.at += 1
            labels = tuple(token.value for token in self.tokens[start : self.at] if token.kind == "word")
            if self._take(")"):
                body = self.items(frozenset((";;", ";&", ";;&", "esac")), depth + 1)
                compound.sections.append(Section(body, labels=labels))
                self._take(";;", ";&", ";;&")
        self._take("esac")
        self._redirections()
        return compound

    def _function(self, closers: frozenset[str], depth: int) -> Compound | None:
        self._take("function")
        name = self._peek()
        self.at += 1
        if self._op("("):
            self.at += 2
        self._skip_lines()
        body = self._node(closers, depth + 1)
        if name is None or body is None:
            return None
        return Compound("function", [Section([Item([Pipeline([body])], [])])], name=name.value)

    def _redirections(self) -> None:
        """Moves past the redirections of a compound command."""
        while (token := self._peek()) is not None and token.kind == "redirect":
            self.at += 1
            following = self._peek()
            self.at += following is not None and following.kind == "word"

    def _simple(self) -> Simple:
        simple = Simple()
        test = self._keyword("[[")
        while (token := self._peek()) is not None and (test or token.kind != "op"):
            self.at += 1
            simple.tokens.append(token)
            if test:  # inside [[ ]] operators and redirections are comparisons
                simple.words.append(token)
                if token.is_keyword("]]") or token.is_op("\n"):
                    test = False
            elif token.kind == "redirect":
                self._redirected(simple, token)
            elif not simple.words and ASSIGNMENT.match(token.value):
                simple.assignments.append(token)
            else:
                simple.words.append(token)
        return simple

    def _redirected(self, simple: Simple, operator: Token) -> None:
        if operator.value.endswith(("<<", "<<-")):
            simple.heredocs.append(operator.start)
        target = self._peek()
        if target is not None and target.kind == "word":
            simple.tokens.append(target)
            self.at += 1
