"""The options that a Python program takes on its command line, where its sources say all of them: argparse and click.

Nothing is told where a source takes what it does not know, reads the command line itself, or hands its parser to a
library. Which command or sub-command an option belongs to is not told apart: an option that nothing declares is
unknown to all of them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from mlripe.lazy_regex import lazy_regex
from mlripe.readers import Unreadable
from mlripe.readers.python.source import parse
from mlripe.readers.python.trees import walk

__all__ = ["DeclaredOptions", "declared_options"]

_MOST_NODES: Final = 60_000  # of all sources of a program
_HELP: Final = "--help"
_MAKER: Final = "ArgumentParser"
_PARSERS: Final = frozenset((_MAKER, "add_parser", "add_argument_group", "add_mutually_exclusive_group"))
_PLAIN: Final = frozenset(
    "description prog epilog usage formatter_class add_help allow_abbrev help name aliases".split()
)
# names that take or read options in other ways than these
_OPEN: Final = frozenset(
    "parse_known_args parse_known_intermixed_args Fire fire hydra typer Typer HfArgumentParser absl flags docopt "
    "tyro jsonargparse LightningCLI simple_parsing add_argparse_args add_arguments OptionParser optparse getopt argh "
    "configargparse cyclopts plac sacred tap Tap parse_args_into_dataclasses ignore_unknown_options context_settings "
    "UNPROCESSED execute_from_command_line".split()
)
# those of them that nothing else is called, found before anything is parsed
_WRITTEN: Final = lazy_regex(
    rb"parse_known_args|HfArgumentParser|\b(?:fire\.Fire|hydra|typer|absl|docopt|tyro|jsonargparse|LightningCLI|configargparse)\b"
)
_CLICK: Final = frozenset("option argument command group version_option help_option pass_context pass_obj".split())


class DeclaredOptions(Struct, frozen=True):
    """The long options of a program; `shortened`: the start of one is enough."""

    names: frozenset[str]
    shortened: bool = False

    def takes(self, option: str) -> bool:
        """Whether the program knows an option."""
        return option in self.names or (self.shortened and any(name.startswith(option) for name in self.names))


def declared_options(sources: Iterable[bytes]) -> DeclaredOptions | None:
    """The options that a program of these sources takes; None where they do not say all of them."""
    nodes: list[ast.AST] = []
    written = list(sources)
    if any(_WRITTEN.search(source) for source in written):
        return None
    for source in written:
        try:
            tree = parse(source)
        except Unreadable:
            return None
        for node in walk(tree):
            nodes.append(node)
            if len(nodes) > _MOST_NODES or _named(node) in _OPEN:
                return None
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    if _reads_command_line(nodes, calls):
        return None
    makers = [call for call in calls if _named(call.func) == _MAKER]
    clicks = any(isinstance(node, ast.alias) and node.name == "click" for node in nodes)
    if bool(makers) == clicks:
        return None  # neither of them, or both
    return _of_argparse(nodes, calls) if makers else _of_click(nodes)


def _named(node: ast.AST) -> str:
    """The last name of a name, an attribute, an import or a keyword."""
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.alias):
        return node.name.partition(".")[0]
    return (node.arg or "") if isinstance(node, ast.keyword) else ""


def _reads_command_line(nodes: list[ast.AST], calls: list[ast.Call]) -> bool:
    """Whether a source looks at the words itself, and does not only hand them on: `main(sys.argv[1:])`."""
    given = [argument for call in calls for argument in call.args]
    handed = {id(each.value if isinstance(each, ast.Subscript) else each) for each in given}
    return any(isinstance(node, ast.Attribute) and node.attr == "argv" and id(node) not in handed for node in nodes)


def _texts(call: ast.Call) -> Iterator[str]:
    for argument in call.args:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value


# --- argparse --------------------------------------------------------------------------------------------------------


def _of_argparse(nodes: list[ast.AST], calls: list[ast.Call]) -> DeclaredOptions | None:
    functions = {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
    parsers = _parsers(nodes)
    names, parsed = {_HELP}, False
    for call in calls:
        name = _named(call.func)
        if name in _PARSERS and any(keyword.arg not in _PLAIN for keyword in call.keywords if name == _MAKER):
            return None
        if name == "parse_args":
            parsed = True
            if any(isinstance(each, (ast.List, ast.Constant)) for each in call.args):
                return None
        elif name == "add_argument":
            if not call.args or len(list(_texts(call))) < len(call.args):
                return None
            long = [text for text in _texts(call) if text.startswith("--")]
            # `BooleanOptionalAction` takes the negative as well
            names.update(long, (f"--no-{text[2:]}" for text in long))
        elif name not in functions and any(_named(each) in parsers for each in _handed_on(call)):
            return None
    return DeclaredOptions(frozenset(names), shortened=True) if parsed else None


def _handed_on(call: ast.Call) -> Iterator[ast.AST]:
    """What a call is given by position, by name, or in a list that it is given."""
    for value in (*call.args, *(keyword.value for keyword in call.keywords)):
        yield from value.elts if isinstance(value, (ast.List, ast.Tuple)) else (value,)


def _parsers(nodes: list[ast.AST]) -> frozenset[str]:
    """The last names of what holds a parser or a group of its options: a variable, an attribute, a parameter."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.arg) and node.annotation is not None and _named(node.annotation) == _MAKER:
            found.add(node.arg)
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) and isinstance(node.value, ast.Call):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if _named(node.value.func) in _PARSERS:
                found.update(name for name in map(_named, targets) if name)
    return frozenset(found)


# --- click -----------------------------------------------------------------------------------------------------------


def _of_click(nodes: list[ast.AST]) -> DeclaredOptions | None:
    """The options of all commands, where no decorator but click's stands on one."""
    names, commands = {_HELP}, 0
    for node in nodes:
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        decorators = [each.func if isinstance(each, ast.Call) else each for each in node.decorator_list]
        written = [_named(each) for each in decorators]
        if "command" not in written and "group" not in written:
            continue
        commands += 1
        if not _CLICK.issuperset(written):
            return None
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and _named(decorator.func) in ("option", "version_option"):
                texts = list(_texts(decorator))
                if _named(decorator.func) == "version_option":
                    names.add("--version")
                elif not any(text.startswith("-") for text in texts):
                    return None
                names.update(
                    part.strip() for text in texts for part in text.split("/") if part.strip().startswith("--")
                )
    return DeclaredOptions(frozenset(names)) if commands else None
