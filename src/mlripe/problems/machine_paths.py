"""Paths in programs that exist on one machine only: somebody's home, a drive of Windows, a share of one institute."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from mlripe.evidence import Defect
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import DefectKind
from mlripe.problems.sources import Examined
from mlripe.readers import Unreadable
from mlripe.readers.budgets import nearest
from mlripe.readers.python.source import parse

__all__ = ["machine_paths"]

_FILES: Final = (
    "csv|tsv|pkl|pickle|joblib|h5|hdf5|keras|pt|pth|json|ya?ml|txt|xlsx?|parquet|onnx|npy|npz|db|sqlite|html|png|jpe?g"
)
# accounts that images, platforms and examples have
_NOBODY: Final = (
    r"jovyan|ubuntu|ec2-user|app\w*|user(?:name)?|runner|airflow|vscode|docker|node|root|src|work|workspace|project|code|repo|data|model\w*|sagemaker-user|mlflow|coder|"
    r"studio-lab-user|shared|public|admin|default|gitpod|codespace|codio|me|my\w*|you\w*|name|site|www|dev\w*|nonroot|"
    r"worker|python|spark|hadoop|dagster|prefect|celery|azureuser|centos|debian|opc|test\w*|foo|xxx+|someone|some\w*"
)
_OF_ONE: Final = lazy_regex(
    rf"(?i)(?:file:///?)?(?:/(?:home|users)/(?!(?:{_NOBODY})/)[\w.-]{{2,40}}/|[a-z]:[\\/]{{1,2}}\w"
    r"|/(?:share|scratch|gpfs|nfs|media|lustre|hdd\d*|ssd\d*|raid\d*)/[\w.-]+/[\w.-])"
)
_OF_WINDOWS: Final = lazy_regex(rf"(?i)(?:\.{{1,2}}\\)?[\w-]+(?:\\[\w .-]+)*\\[\w .-]+\.(?:{_FILES})")
_MARKS: Final = lazy_regex(
    rb"(?i)/home/|/users/|[\"'][a-z]:[\\/]|/share/|/scratch/|/gpfs/|/nfs/|/media/|/lustre/|/hdd|/ssd|/raid"
    rb"|\\[\w .-]+\.\w+[\"']"
)
# what gives a default, or tells people something
_TELLING: Final = lazy_regex(
    r"(?i)get|getenv|add_argument|option|argument|field|print|info|debug|warning|warn|error|exception|markdown|write|sub"
    r"|compile|match|search|startswith|replace|exists|isfile|isdir|is_file|is_dir|add_parser|config|text_input"
)
_MOST: Final = 10  # lines of a file
_MOST_FILES: Final = 200  # that may hold such lines, or are about images
_MOST_OF_IMAGES: Final = 200_000  # bytes of all files about images
_LARGEST: Final = 200_000  # bytes of a file
_DOCKER: Final = (
    "Dockerfile",
    ".dockerfile",
    "docker-compose.yml",
    "docker-compose.yaml",
    "compose.yml",
    "compose.yaml",
)


def machine_paths(examined: Examined) -> Iterator[Defect]:
    """The lines of own programs that hold such a path, and neither as a default nor to tell people of it."""
    store = examined.store
    about_images = sorted((path for path in examined.paths if path.endswith(_DOCKER)), key=nearest)
    images = b"\n".join(store.text(path) for path in about_images[:_MOST_FILES])[:_MOST_OF_IMAGES]
    left = _MOST_FILES
    for path in sorted(examined.paths, key=nearest):
        size = store.entries[path].size or 0
        if not path.endswith(".py") or size > _LARGEST or store.role(path) is not None:
            continue
        text = store.text(path)
        if not left:
            return
        if not _MARKS.search(text):
            continue
        left -= 1
        for line, value in list(_paths_in(text))[:_MOST]:
            if value[:200].encode("utf-8", "replace") in images:
                continue
            if _OF_WINDOWS.fullmatch(value):
                why = "The path is written with backslashes: on Linux, in CI and in an image, it names no file."
                remedy = "Write it with / or with pathlib, which every system reads."
                says = "a path that only Windows reads"
                yield Defect(path, line, says, "of windows", why=why, remedy=remedy, finds=DefectKind.MACHINE_PATH)
            else:
                yield Defect(path, line, "a path of one machine", "of one", finds=DefectKind.MACHINE_PATH)


def _paths_in(text: bytes) -> Iterator[tuple[int, str]]:
    try:
        tree = parse(text)
    except (Unreadable, RecursionError):
        return
    asked = set(re.findall(rb"(?:exists|isfile|isdir)\(\s*(\w+)", text))
    waiting: list[tuple[ast.AST, bool]] = [(tree, False)]
    found: dict[int, str] = {}
    while waiting:
        node, telling = waiting.pop()
        if isinstance(node, ast.Expr) and isinstance(node.value, (ast.Constant, ast.JoinedStr)):
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not telling and _is_one(node.value):
            found.setdefault(node.lineno, node.value)
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            telling = telling or _TELLING.fullmatch(name) is not None
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            telling = telling or node.targets[0].id.encode() in asked
        elif isinstance(node, (ast.arguments, ast.Compare, ast.BoolOp, ast.IfExp)):
            telling = True  # a default, or one of several
        waiting += [(child, telling) for child in ast.iter_child_nodes(node)]
    yield from sorted(found.items())


def _is_one(value: str) -> bool:
    if len(value) > 300 or "\n" in value or "..." in value or "<" in value:
        return False
    return _OF_ONE.match(value) is not None or _OF_WINDOWS.fullmatch(value) is not None
