"""Secrets that are written in files: where they stand and what form they have, never what they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mlripe.evidence import Defect
from mlripe.kinds import FileRole
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import DefectKind
from mlripe.problems.sources import Examined
from mlripe.read_fault import ReadFault
from mlripe.readers.budgets import nearest
from mlripe.readers.store import FactStore

__all__ = ["credentials"]

MOST_FILES: Final = 3000  # that nothing else reads
MOST_BYTES: Final = 24 << 20
LARGEST: Final = 1 << 20
# what holds no text that people write, or is made by a tool that writes hashes
_NO_TEXT: Final = lazy_regex(
    r"(?i)\.(?:png|jpe?g|gif|bmp|ico|webp|tiff?|svg|pdf|docx?|xlsx?|pptx?|odt|mp[34]|wav|avi|mov|zip|gz|tgz|bz2|xz|zst|7z|"
    r"tar|rar|whl|jar|class|so|dll|dylib|exe|bin|o|a|pyc|pkl|pickle|joblib|npy|npz|h5|hdf5|keras|pt|pth|onnx|pb|tflite|"
    r"safetensors|gguf|bst|cbm|ubj|parquet|feather|arrow|avro|orc|csv|tsv|jsonl|ndjson|db|sqlite3?|rds|rdata|mat|nii|dcm|"
    r"woff2?|ttf|otf|eot|map|lock|sum|min\.js|min\.css|dvc)\Z|(?:^|/)(?:package-lock\.json|pnpm-lock\.yaml|conda-lock\.yml)\Z"
)
_EXAMPLE: Final = lazy_regex(r"(?i)(?:^|[._/-])(?:examples?|samples?|templates?|dist|dummy|default|stub)(?:[._/-]|\Z)")
_SETTINGS: Final = lazy_regex(
    r"(?i)\.(?:ya?ml|env|tf|tfvars|ini|cfg|conf|properties|toml)\Z|(?:^|/)(?:\.env|dockerfile)[^/]*\Z"
)
_PROSE: Final = lazy_regex(r"(?i)\.(?:md|rst|txt|adoc|html?)\Z|(?:^|/)docs?/")


def credentials(examined: Examined) -> Iterator[Defect]:
    """A defect for each secret in the files of the repository; those of one file, or of one value, are one cause."""
    store = examined.store
    _search_the_rest(store)
    first_of: dict[int, str] = {}
    for path, found in sorted(store.secrets.found.items()):
        for secret in found:
            first_of.setdefault(secret.number, path)
    for path, found in sorted(store.secrets.found.items()):
        role = store.role(path)
        if role is not None and (not role.read or role.id == FileRole.CATALOGUE):
            continue
        apart = _stands_apart(store, path)
        for secret in found:
            form = store.knowledge.secrets[secret.form]
            if secret.default:
                if not apart and _SETTINGS.search(path):
                    yield Defect(path, secret.line, form.says, cause="all", finds=DefectKind.DEFAULT_PASSWORD)
            elif not (form.named and (apart or _NO_TEXT.search(path))):  # a lock names packages, some of them passwords
                slight = bool(apart) or bool(_PROSE.search(path))
                cause, kind = first_of[secret.number], DefectKind.CREDENTIAL
                yield Defect(path, secret.line, form.says, cause, slight=slight, likely=form.named, finds=kind)


def _stands_apart(store: FactStore, path: str) -> bool:
    """Whether a password is worth nothing where it stands: a test, an example, prose, a database of CI alone."""
    role = store.role(path)
    tried = role is not None and role.id in (FileRole.TESTS, FileRole.FIXTURES)
    in_ci = path in store.ci_files or store.service(path) is not None
    return tried or in_ci or _EXAMPLE.search(path) is not None or _PROSE.search(path) is not None


def _search_the_rest(store: FactStore) -> None:
    """Searches the files that no reader has asked for: those nearest to the root, within bounds."""
    waiting: list[str] = []
    left = size = 0
    for path in sorted(store.entries, key=nearest):
        entry, role = store.entries[path], store.role(path)
        if path in store.secrets.searched or entry.mode == "120000" or (role is not None and not role.read):
            continue
        if _NO_TEXT.search(path) or (entry.size or 0) > LARGEST:
            continue
        if len(waiting) >= MOST_FILES or size > MOST_BYTES:
            left += 1
            continue
        size += entry.size or 0
        waiting.append(path)
    for path, content in store.snapshot.read_many(waiting):
        if b"\0" not in content[:1024]:
            store.secrets.masked(path, content)
    if left:
        store.read_faults.append(ReadFault("", f"{left} files were not searched for secrets: more could hold one"))
