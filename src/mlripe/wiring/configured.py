"""Classes and functions that a program's configuration names: class paths in a file that it is given, and Hydra's.

`python run.py --config job.yaml` makes what `class_path: churn.trainer.Trainer` in that file names. `@hydra.main` reads
its own file, with the choices of groups that its defaults and the words of the command make.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from mlripe.facts import Call
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.cursor import Node
from mlripe.readers.store import FactStore
from mlripe.wiring.command_words import option
from mlripe.wiring.modules import Modules
from mlripe.wiring.places import Place

__all__ = ["CONFIGURATIONS", "configured"]

_DOTTED = lazy_regex(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
CONFIGURATIONS = (".yaml", ".yml", ".json", ".toml")
_MOST_FILES = 30  # configuration files of one command
_MOST_PLACES = 50


def configured(
    store: FactStore, modules: Modules, path: str, words: Sequence[str], files: Sequence[str]
) -> list[Place]:
    """What the program at `path` makes by its configuration: the `files` among its `words`, and Hydra's own."""
    found: dict[Place, None] = {}
    for file in dict.fromkeys((*files[:_MOST_FILES], *_of_hydra(store, path, words))):
        for place in _named(store, modules, file, path):
            if len(found) < _MOST_PLACES:
                found[place] = None
    return list(found)


def _named(store: FactStore, modules: Modules, file: str, program: str) -> Iterator[Place]:
    """The classes and functions of the repository whose dotted names a file holds as values."""
    for document in store.of(file).documents:
        for _, node in Node.root(document).walk():
            name = node.value if isinstance(node.value, str) else ""
            split = modules.split(name, program) if len(name) < 200 and _DOTTED.fullmatch(name) else None
            if split and split[1] and any(known.name == split[1] for known in store.of(split[0]).definitions):
                yield Place(split[0])
                yield Place(*split)


# --- Hydra -----------------------------------------------------------------------------------------------------------


def _of_hydra(store: FactStore, path: str, words: Sequence[str]) -> list[str]:
    """The configuration files that `@hydra.main` of a program composes for these words."""
    calls = (call for call in store.of(path).calls if call.decorator and call.name == "hydra.main")
    call = next(calls, None)
    folder, name = _start(call, posixpath.dirname(path), words) if call else ("", "")
    if not name:
        return []
    chosen = dict(word.lstrip("+").split("=", 1) for word in words if re.match(r"\+{0,2}[\w/@]+=", word))
    found: list[str] = []
    waiting = [name]
    while waiting and len(found) < _MOST_FILES:
        file = _file(store, folder, waiting.pop(0))
        if not file or file in found:
            continue
        found.append(file)
        group = posixpath.dirname(posixpath.relpath(file, folder or "."))
        waiting += [posixpath.join(group, each) for each in _defaults(store, file, chosen)]
    for key, value in chosen.items():  # a group that no default names: `+experiment=deep`
        found += [file for each in value.split(",") if (file := _file(store, folder, f"{key}/{each}"))]
    return found


def _start(call: Call, beside: str, words: Sequence[str]) -> tuple[str, str]:
    """The folder and the name of the file that Hydra begins with."""
    options = {"config_path": ("--config-path", "-cp"), "config_name": ("--config-name", "-cn")}
    given = {key: call.keywords.get(key) for key in options}
    for key, names in options.items():
        if asked := option(words, *names):
            given[key] = asked
    folder, name = given["config_path"], given["config_name"]
    if not isinstance(name, str):
        return "", ""
    joined = posixpath.normpath(posixpath.join(beside, folder if isinstance(folder, str) else ""))
    return "" if joined == "." else joined, name


def _file(store: FactStore, folder: str, name: str) -> str:
    stem = posixpath.normpath(posixpath.join(folder, name.lstrip("/")))
    return next((path for path in (stem, f"{stem}.yaml", f"{stem}.yml") if path in store.entries), "")


def _defaults(store: FactStore, file: str, chosen: dict[str, str]) -> Iterator[str]:
    """The files that the defaults list of a configuration brings, by the choices of the command."""
    for document in store.of(file).documents:
        for item in Node.root(document)["defaults"].items():
            if item.text and item.text != "_self_":
                yield item.text
            for key, value in item.entries():
                group = key.removeprefix("override ").removeprefix("optional ").partition("@")[0]
                wanted = chosen.get(group, value.text) or ""
                yield from (f"{group}/{each}" for each in wanted.split(",") if each)
