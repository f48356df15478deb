"""Models and tables that a program reads by a written path, and that nothing in the repository holds, makes or fetches.

It errs on the side of what may come to be there: a save whose path is not written out, a mention in a text for people
or in a settings file, and anything that fetches files may bring it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from typing import Final

from mlripe.evidence import Defect
from mlripe.facts import UNKNOWN, Call
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import DefectKind
from mlripe.problems.sources import Examined
from mlripe.readers.store import FactStore

__all__ = ["absent_data"]

# what is read and what is saved, by groups of endings that the same functions save
_GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "table": (".csv", ".tsv", ".parquet", ".feather", ".xlsx", ".xls"),
    "pickle": (".pkl", ".pickle", ".joblib", ".sav", ".dill"),
    "network": (".h5", ".hdf5", ".keras", ".pt", ".pth", ".onnx", ".tflite", ".ckpt", ".safetensors"),
    "array": (".npy", ".npz"),
}
_READING: Final = (
    "pandas.read_csv", "pandas.read_parquet", "pandas.read_excel", "pandas.read_feather", "pandas.read_pickle",
    "pandas.read_table", "polars.read_*", "polars.scan_*", "joblib.load", "torch.load", "numpy.load",
    "keras.models.load_model", "tensorflow.keras.models.load_model", "onnxruntime.InferenceSession",
    "geopandas.read_file", "sklearn.externals.joblib.load", "cloudpickle.load", "dill.load",
)  # fmt: skip
_SAVING: Final[dict[str, tuple[str, ...]]] = {
    "table": ("*.to_csv", "*.to_parquet", "*.to_excel", "*.to_feather", "*.write_csv", "*.write_parquet", "*.savetxt",
              "*.parquet", "*.csv", "*.save", "csv.*"),
    "pickle": ("*.dump", "*.to_pickle", "*.save", "*.save_*"),
    "network": ("*.save", "*.save_*", "*.ModelCheckpoint", "*.export", "*.convert*", "*.serialize*", "*.state_dict"),
    "array": ("*.save", "*.savez*", "*.dump", "*.save_*"),
}  # fmt: skip
_FOLDERS_OF_MODELS: Final = ("keras.models.load_model", "tensorflow.keras.models.load_model")
_NAMING: Final = ("os.path.", "pathlib.", "print", "logging.", "json.", "yaml.", "streamlit.")
_ASKING: Final = (".exists", ".is_file", ".info", ".warning", ".error", ".debug", ".is_dir", "Error", "Exception")
_FETCHES: Final = lazy_regex(
    rb"urlretrieve|gdown|kagglehub|kaggle|hf_hub_download|snapshot_download|download_(?:file|blob|artifact|data|model|from)|"
    rb"get_object|gsutil|gcloud storage|aws s3|\bs3 cp\b|\bwget\b|\bdvc\b|rclone|azcopy|load_dataset|\.download\(|"
    rb"git lfs|roboflow|extractall|unzip|iter_content"
)
_TOLD: Final = lazy_regex(rb"(?i)kaggle|download|dataset|data set|\bdata\b.{0,60}http")
_TEXTS: Final = (
    ".md",
    ".rst",
    ".yml",
    ".yaml",
    ".toml",
    ".cfg",
    ".ini",
    ".json",
    ".sh",
    ".ipynb",
    ".R",
    ".dvc",
    ".bat",
)
_FOR_PEOPLE: Final = (".md", ".rst")
_LARGEST: Final = 300_000  # bytes of a text that may name a file
_MOST: Final = 20
_MOST_NAMES: Final = 4096
_MOST_SOUGHT: Final = 60  # names that are looked for in all texts
_MOST_BYTES: Final = 20_000_000  # of those texts: where there are more, nothing is called absent


def absent_data(examined: Examined) -> Iterator[Defect]:
    """The lines that read such a file."""
    store = examined.store
    found = _Found(store)
    names = {posixpath.basename(path) for path in (*store.entries, *store.folders)}
    seen: set[str] = set()
    told = 0
    for path, call, written, group in found.reads:
        name = posixpath.basename(posixpath.normpath(written))
        if name in names or name in seen or group in found.saved_anywhere:
            continue
        if found.fetches or (group == "table" and found.told):
            continue
        seen.add(name)
        if len(seen) > _MOST_SOUGHT or told == _MOST:
            return
        if not found.is_named_elsewhere(name):
            told += 1
            says = f"{written} is not in the repository, and mlripe found nothing that makes or fetches it"
            yield Defect(path, call.line, says, f"{group} files", finds=DefectKind.ABSENT_DATA)


class _Found:
    """What the programs of one repository read and save."""

    def __init__(self, store: FactStore) -> None:
        self.store = store
        self.reads: list[tuple[str, Call, str, str]] = []
        self.saved_anywhere: set[str] = set()  # groups of which something is saved at a path that is not written out
        self._others: set[str] = set()  # the last names of all paths that other calls are given
        for path, facts in list(store.loaded()):
            for call in facts.calls:
                self._look(path, call)

    def _look(self, path: str, call: Call) -> None:
        written = call.args[0] if call.args else next(iter(call.keywords.values()), UNKNOWN)
        reads = _reads(call)
        if reads and path.endswith(".py") and self.store.role(path) is None and isinstance(written, str):
            if (group := _group(written, call)) and _is_plain(written):
                self.reads.append((path, call, written, group))
            return
        if reads or call.name.startswith(_NAMING) or call.name.endswith(_ASKING):
            return
        given = (*call.args, *call.keywords.values())
        self._others.update(posixpath.basename(each) for each in given if isinstance(each, str) and len(each) < 300)
        saved = _groups_saved_by(call.name)
        if call.name == "open" and any(each in ("wb", "ab", "w") for each in given):
            saved = (*saved, "pickle")
        if saved and not any(isinstance(each, str) and "." in each for each in given):
            self.saved_anywhere.update(saved)

    def is_named_elsewhere(self, name: str) -> bool:
        """Whether another call is given a file of this name, or another text than a program's names it."""
        wanted = name.encode("utf-8", "replace")
        return name in self._others or self._texts is None or any(wanted in text for text in self._texts)

    @cached_property
    def _texts(self) -> list[bytes] | None:
        """The texts that may name a file; None where they are too many to be looked at."""
        sizes = {
            path: entry.size or 0
            for path, entry in self.store.entries.items()
            if path.endswith(_TEXTS) or "Dockerfile" in path or "Makefile" in path
        }
        looked_at = [path for path, size in sizes.items() if size < _LARGEST]
        if sum(sizes[path] for path in looked_at) > _MOST_BYTES:
            return None
        return [self.store.text(path) for path in looked_at]

    @cached_property
    def fetches(self) -> bool:
        """Whether anything fetches files, or takes their paths from the command line."""
        texts = [self.store.text(path) for path in self.store.entries if path.endswith(".py")]
        return any(_FETCHES.search(text) for text in (*texts, *self._commands))

    @cached_property
    def _commands(self) -> list[bytes]:
        return [
            self.store.text(path)
            for path in self.store.entries
            if path.endswith((".sh", ".yml", ".yaml", "Makefile", "Dockerfile")) or path.startswith(".dvc/")
        ]

    @cached_property
    def told(self) -> bool:
        """Whether a text for people tells where data comes from."""
        texts = (self.store.text(path) for path in self.store.entries if path.endswith(_FOR_PEOPLE))
        return any(_TOLD.search(text) for text in texts)


def _reads(call: Call) -> bool:
    if call.name == "open":
        mode = call.args[1] if len(call.args) > 1 else call.keywords.get("mode", "r")
        return isinstance(mode, str) and "r" in mode
    return _is_read_by(call.name)


# a repository calls few functions many times
@lru_cache(_MOST_NAMES)
def _is_read_by(name: str) -> bool:
    return any(fnmatchcase(name, known) for known in _READING)


@lru_cache(_MOST_NAMES)
def _groups_saved_by(name: str) -> tuple[str, ...]:
    """The groups of files that a function of this name saves."""
    return tuple(
        group
        for group, names in _SAVING.items()
        if any(fnmatchcase(f".{name}", f"*{known.removeprefix('*')}") for known in names)
    )


def _group(written: str, call: Call) -> str:
    ending = posixpath.splitext(written)[1].lower()
    found = next((group for group, endings in _GROUPS.items() if ending in endings), "")
    return found or ("network" if not ending and call.name in _FOLDERS_OF_MODELS and "/" in written else "")


def _is_plain(written: str) -> bool:
    return not re.search(r"[*?{}<>$%~\\:]|^/|^\.\./\.\./\.\.", written) and len(written) < 200
