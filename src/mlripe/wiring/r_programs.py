"""What Rscript, R, Julia and Quarto start: scripts and documents, and code on a command line that names them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlripe.catalog.languages import R, language_of
from mlripe.wiring.commands import Launcher
from mlripe.wiring.places import Place

__all__ = ["quarto", "rscript"]

_ENDINGS = (".R", ".r", ".Rmd", ".rmd", ".qmd", ".jl")
_CODE = ("-e", "--eval", "--exec")


def rscript(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`Rscript fit.R`, `Rscript -e 'source("fit.R"); fit()'`, `Rscript -e 'targets::tar_make()'`, `julia fit.jl`."""
    for before, word in zip(("", *words), words, strict=False):
        if before in _CODE:
            yield from _inline(launcher, word, bases)
        else:
            yield from launcher.run_word(word.split("=", 1)[-1], bases, _ENDINGS)


def _inline(launcher: Launcher, code: str, bases: Sequence[str]) -> Iterator[Place]:
    """What code on a command line sources, renders or makes; the functions that it calls by their names alone."""
    from mlripe.readers.languages.r import read_r

    facts = read_r("", code.encode())
    sourced = [path for imported in facts.imports if (path := launcher.tree.file(imported.module, bases))]
    for path in sourced:
        if language_of(path) == R:
            yield Place(path)
    called = {call.name for call in facts.calls}
    for path in sourced:
        yield from (Place(path, name) for name in launcher.tree.functions(path) if name in called)
    if any(name.endswith("tar_make") for name in called):
        for base in bases:
            if targets := launcher.tree.named(base, "_targets.R"):
                yield Place(targets)
                return


def quarto(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`quarto render report.qmd`; where no file is named, all documents of the project."""
    if words[:1] and words[0] in ("render", "preview"):
        for word in words[1:]:
            yield from launcher.run_word(word, bases, (".qmd", ".Rmd", ".ipynb"))
