"""Models that are copied into an image when it is built, so that a new model is a new image."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from mlripe.detection.observations import Observation
from mlripe.kinds import FileRole, Names, Role
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.texts import line_at
from mlripe.wiring import Place, Wiring

__all__ = ["baked_models"]

MOST_MODELS: Final = 20  # of a folder that are looked at
_PREPARES = lazy_regex(r"token|vocab|scaler|encoder|vectori|process|imput|label|column|feature|transformer")


def baked_models(observations: list[Observation], store: FactStore, wiring: Wiring) -> Iterator[Observation]:
    """An observation at each image whose build copies a model's file: by name, or in a folder that has one in git."""
    copied = _Copied(store)
    for path, facts in list(store.loaded()):
        for unit in facts.units if store.role(path) is None else ():
            if unit.kind != "image":
                continue
            for read in unit.reads:
                if model := read if _is_model(read, store) else copied.model(read, unit.directory):
                    line = _line(read, store.text(path)) or unit.line
                    says = f"copies {posixpath.basename(model)} into the image"
                    yield Observation.of_role(Role.BAKED_MODEL, "baked", Place(path, unit.id), line, says)
                    break


class _Copied:
    """Answers which model's file a build copies with a folder."""

    def __init__(self, store: FactStore) -> None:
        self.store = store
        self._ignored: dict[str, frozenset[str]] = {}
        self._held: dict[str, list[str]] = {}  # a folder -> the first few models at any depth below it
        models = [path for path in store.entries if _is_model(path, store) and not _is_test(path, store)]
        # records of runs are seldom what is served, and there may be many of them
        for path in sorted(models, key=lambda path: (store.role(path) is not None, path)):
            folder = path
            while folder:
                folder = posixpath.dirname(folder)
                if len(held := self._held.setdefault(folder, [])) < MOST_MODELS:
                    held.append(path)

    def model(self, read: str, directory: str) -> str:
        """The first model in a folder that is copied, from the Dockerfile's own folder or from the root.

        `COPY .` is taken for the former: what else it may hold, only the build command tells.
        """
        for context in dict.fromkeys((directory, directory if read == "." else "")):
            folder = posixpath.normpath(posixpath.join(context, read))
            for model in self._held.get("" if folder == "." else folder, ()):
                if not self._is_left_out(posixpath.relpath(model, context or "."), context):
                    return model
        return ""

    def _is_left_out(self, path: str, context: str) -> bool:
        """Whether the .dockerignore speaks of the path, its ending or a folder of it; in doubt it does."""
        if context not in self._ignored:
            text = self.store.text(posixpath.join(context, ".dockerignore")).decode("utf-8", "replace")
            self._ignored[context] = frozenset(pattern.strip("/*!") for pattern in text.split())
        words = {path, posixpath.splitext(path)[1], *path.split("/")}
        return not words.isdisjoint(self._ignored[context])


def _is_model(path: str, store: FactStore) -> bool:
    """Whether it is a model's file by its name, rather than one that prepares what the model reads."""
    endings = store.knowledge.named(Names.MODEL_FILES)
    return path.endswith(endings) and not _PREPARES.search(posixpath.basename(path).lower())


def _is_test(path: str, store: FactStore) -> bool:
    role = store.role(path)
    return role is not None and role.id in (FileRole.TESTS, FileRole.FIXTURES)


def _line(read: str, text: bytes) -> int:
    """The line of the instruction that copies it; 0 where it is written otherwise."""
    name = "" if read == "." else re.escape(read)
    written = rf"(?im)^[ \t]*(?:COPY|ADD)\b[^\n]*[ \t\"'\[](?:\./|/)?{name or '[.]'}/?[ \t\"',]"
    found = re.search(written.encode("utf-8", "replace"), text)
    return line_at(text, found.start()) if found else 0
