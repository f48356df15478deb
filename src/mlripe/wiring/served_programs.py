"""Programs that serve or work on: web servers, and workers of a queue, with the application that they are given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mlripe.lazy_regex import lazy_regex
from mlripe.wiring.command_words import arguments, option
from mlripe.wiring.commands import Launcher
from mlripe.wiring.places import Place

__all__ = ["flask", "served", "worker"]

_DOTTED_NAME = lazy_regex(r"[A-Za-z_]\w*(?:\.\w+)+")


def flask(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`flask --app web fit`: the command of that name where the application defines one, else the application."""
    named = option(words, "--app", "-A").partition(":")[0]
    for module in [named] if named else ["app", "wsgi"]:
        path = launcher.tree.file(module, bases) or launcher.tree.module(module.removesuffix(".py"), bases)
        if path:
            asked = arguments(words, ("--app", "-A", "-e", "--env-file"))
            yield from launcher.tree.subcommands(path, asked) or [Place(path)]
            return


def served(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """uvicorn, gunicorn and their kin: `package.module:app`."""
    named = option(words, "--app-dir", "--chdir")
    base = launcher.tree.folder(named, bases) if named else None
    for word in words:
        name, colon, _ = word.partition(":")
        if colon and re.fullmatch(r"[\w.-]+", name):  # a folder that no import could name may be served all the same
            if path := launcher.tree.module(name, bases if base is None else [base, *bases]):
                yield Place(path)
        elif not colon and re.fullmatch(r"[a-z_]\w*(?:\.\w+)+", word) and (path := launcher.tree.module(word, bases)):
            yield Place(path)
        yield from launcher.run_word(word, bases, (".py",))


def worker(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`arq worker.WorkerSettings`, `huey_consumer.py tasks.huey`: an object of a module, and the module."""
    for word in arguments(words):
        module = word
        while "." in module and not launcher.tree.module(module, bases):
            module = module.rpartition(".")[0]
        if path := launcher.tree.module(module, bases) if _DOTTED_NAME.fullmatch(word) else None:
            yield Place(path)
            if module != word:
                yield Place(path, word[len(module) + 1 :])
    yield from launcher.other(["", *words], bases)
