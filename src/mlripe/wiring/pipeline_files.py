"""Programs that run a pipeline definition: the file of a usual name, or the one that a command names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlripe.wiring.command_words import option
from mlripe.wiring.commands import Handler, Launcher
from mlripe.wiring.places import Place

__all__ = ["definition", "mage"]


def definition(*names: str, asked: tuple[str, ...], verbs: tuple[str, ...] = ()) -> Handler:
    """A program that runs the pipeline definition of a usual name, or the one that an option names."""

    def handler(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
        if verbs and words[:1] and words[0] not in verbs:
            return
        named = option(words, *asked)
        for base in bases:
            path = launcher.tree.file(named, bases) if named else launcher.tree.named(base, *names)
            if path:
                yield Place(path)
                return

    return handler


def mage(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`mage run PROJECT PIPELINE`."""
    if len(words) >= 3 and words[0] == "run":
        path = launcher.tree.file(f"{words[1]}/pipelines/{words[2]}/metadata.yaml", bases)
        if path:
            yield Place(path)
