"""tox's own TOML: `[env.NAME]` in a tox.toml, `[tool.tox.env.NAME]` in a pyproject.toml.

An environment of `env_list` needs no table of its own: it is made from `env_run_base`, or from the template of
`env_base` whose factors give its name.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from itertools import islice, product

from mlripe.facts import Command, FileFacts, Unit
from mlripe.readers.formats.cursor import Node, unique
from mlripe.readers.formats.documents import load_toml
from mlripe.readers.runners.tox import expanded, plain

__all__ = ["read_tox_toml", "tox_toml_units"]

ENVIRONMENTS = 300  # of one file
COMMANDS = 200  # of one environment
WORDS = 200  # of one command
DEPTH = 4  # of references
RANGE = 30  # factors of one range
OPEN_RANGE = 4  # of a range that says no end
KEYS = ("commands_pre", "commands", "commands_post")


def read_tox_toml(path: str, content: bytes) -> FileFacts:
    """A unit of kind `environment` for each environment of a tox.toml."""
    documents = load_toml(content)
    units = (unit for document in documents for unit in tox_toml_units(path, Node.root(document)))
    return FileFacts(units=tuple(units), documents=documents)


def tox_toml_units(path: str, root: Node) -> Iterator[Unit]:
    """The environments below `root`: a tox.toml as a whole, or the `tool.tox` of a pyproject.toml."""
    listed = unique(*islice(_names(root["env_list"]), ENVIRONMENTS))
    own = dict(islice(root["env"].entries(), ENVIRONMENTS))
    templates: dict[str, Node] = {}
    for name, node in islice(root["env_base"].entries(), ENVIRONMENTS):
        for generated in islice(_products(node["factors"]), ENVIRONMENTS):
            for known in (generated, f"{name}-{generated}"):
                templates.setdefault(known, node)
    base = root["env_run_base"]
    names = unique(*own, *(listed or (("py",) if base and not own else ())))
    for name in names[:ENVIRONMENTS]:
        nodes = (own.get(name), templates.get(name), base)
        default = name in listed or (not listed and not own)
        yield _Environment(path, root, name, tuple(node for node in nodes if node), default).unit()


class _Environment:
    """One environment, with the tables that it takes its settings from: the nearest that has one decides."""

    def __init__(self, path: str, root: Node, name: str, tables: tuple[Node, ...], default: bool) -> None:
        self.path = path
        self.root = root
        self.name = name
        self.tables = tables
        self.default = default

    def unit(self) -> Unit:
        folder = plain(self._setting("change_dir").text, self.name)
        place = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), folder))
        lines = (command for key in KEYS for command in self._commands(self._setting(key), DEPTH))
        labels = unique(*(item.text for item in self._setting("labels").items()), *self._labelled())
        return Unit(
            self.name,
            "environment",
            self.tables[0].line if self.tables else self.root["env_list"].line,
            f"tox {self.name}",
            commands=(*self._installs(), *islice(lines, COMMANDS)),
            inputs={**({"default": True} if self.default else {}), **({"labels": labels} if labels else {})},
            directory="" if place == "." else place,
            allow_failure=self._setting("ignore_outcome").value is True,
        )

    def _setting(self, key: str) -> Node:
        return next((table[key] for table in self.tables if key in table), self.root[""])

    def _labelled(self) -> Iterator[str]:
        """The labels that list the environment."""
        for label, names in self.root["labels"].entries():
            if self.name in _names(names):
                yield label

    def _installs(self) -> Iterator[Command]:
        """What tox itself runs first: pip, with the requirements files among its dependencies."""
        for item in islice(self._setting("deps").items(), COMMANDS):
            if item.text.startswith(("-r", "-c", ".")):
                argv = ("pip", "install", *item.text.split())
                yield Command(" ".join(argv), argv, item.line)

    def _commands(self, node: Node, depth: int) -> Iterator[Command]:
        """The commands of a list; a reference in it stands for those that it names."""
        for line in islice(node.items(), COMMANDS) if depth else ():
            if line.is_mapping:
                yield from self._commands(self._referenced(line), depth - 1)
            elif command := self._command(line):
                yield command

    def _command(self, line: Node) -> Command | None:
        """A list of words; a leading `-` lets it fail."""
        argv = [plain(word, self.name) for word in islice(self._words(line, DEPTH), WORDS)]
        allow_failure = argv[:1] == ["-"]
        argv = [word for word in (argv[1:] if allow_failure else argv) if word]
        return Command(" ".join(argv), tuple(argv), line.line, allow_failure=allow_failure) if argv else None

    def _words(self, node: Node, depth: int) -> Iterator[str]:
        """The words of a list, with what stands there for others where nothing is given: `{replace = "posargs"}`."""
        for item in islice(node.items(), WORDS) if depth else ():
            if not item.is_mapping:
                yield item.text
                continue
            given = self._referenced(item) if item["replace"].text == "ref" else item["default"]
            if given.is_list:
                yield from self._words(given, depth - 1)
            elif given.text:
                yield given.text

    def _referenced(self, node: Node) -> Node:
        """What `{replace = "ref", of = ["env", "fit", "commands"]}` stands for, or `env` and `key` say."""
        names = [item.text for item in node["of"].items()] or ["env", node["env"].text, node["key"].text]
        found = self.root
        for name in names[:DEPTH]:
            found = found[name]
        return found


def _names(node: Node) -> Iterator[str]:
    """The names of a list of environments: texts, and products of factors."""
    for item in node.items():
        if item.is_mapping:
            excluded = {each.text for each in item["exclude"].items()}
            yield from (name for name in _products(item["product"]) if name not in excluded)
        else:
            yield from expanded(item.text)


def _products(node: Node) -> Iterator[str]:
    """The names that lists of factors give: one of each, joined by hyphens."""
    factors = [_factors(each) for each in islice(node.items(), 10)]
    for chosen in islice(product(*factors), ENVIRONMENTS) if factors else ():
        yield "-".join(chosen)


def _factors(node: Node) -> list[str]:
    """A list of factors, a text, or a range of numbers behind a prefix."""
    if not node.is_mapping:
        return [item.text for item in node.items()] or [node.text]
    first, last = node["start"].value, node["stop"].value
    if not isinstance(first, int):
        return []
    last = last if isinstance(last, int) else first + OPEN_RANGE
    return [f"{node['prefix'].text}{number}" for number in range(first, min(last, first + RANGE) + 1)]
