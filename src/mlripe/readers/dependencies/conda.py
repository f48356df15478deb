"""Conda's environment files, by whatever name: environment.yml, train-conda.yml of Azure ML, conda.yaml of MLflow.

MLflow's python_env.yaml, which stands beside the last, is read here too.
"""

from __future__ import annotations

import re

from mlripe.facts import Dependency, Document, FileFacts
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.dependencies.gathering import Gathered, shown
from mlripe.readers.dependencies.requirements import gather_line
from mlripe.readers.dependencies.specifiers import MAX_LENGTH, normalise, pin_of
from mlripe.readers.formats.cursor import Node

__all__ = ["conda_facts", "looks_like_conda", "looks_like_python_env", "read_conda"]

_SPEC = lazy_regex(r"(?:[^\s:\[]+::)?([A-Za-z0-9_][A-Za-z0-9_.-]*)\s*(?:\[([^\]]*)\])?(.*)")
_VERSION = lazy_regex(r"[A-Za-z0-9_.+!*,|<>=~ -]*")
_BRACKET = lazy_regex(r"\bversion\s*=\s*['\"]?([^'\"\]]+)")
_OWN_KEYS = frozenset({"name", "channels", "dependencies", "prefix", "variables", "platforms", "category"})
_PYTHON_ENV_KEYS = frozenset({"python", "build_dependencies"})
_MEMBERS = frozenset({"python", "pip"})


def looks_like_conda(data: object) -> bool:
    """Whether a loaded document is a conda environment: a list of specifications, and an sign that conda reads them."""
    items = data.get("dependencies") if isinstance(data, dict) else None
    if not isinstance(items, list) or not items or not all(_is_entry(item) for item in items):
        return False
    assert isinstance(data, dict)
    if "channels" in data or set(data) <= _OWN_KEYS:
        return True
    return any(isinstance(item, dict) or _name(item) in _MEMBERS for item in items)


def looks_like_python_env(data: object) -> bool:
    """Whether a loaded document is MLflow's python_env.yaml: an interpreter, and requirements in pip's grammar."""
    return isinstance(data, dict) and {"python", "dependencies"} <= set(data) <= _OWN_KEYS | _PYTHON_ENV_KEYS


def conda_facts(path: str, document: Document) -> FileFacts:
    """Dependencies of a loaded document: conda's own, and those under `pip:` as Python's.

    Reads a conda environment, one written into an Azure ML environment as `conda_file:`, and MLflow's python_env, whose
    `build_dependencies` are in group `build`. Any other document gives nothing.
    """
    gathered = Gathered(path)
    root = Node.root(document)
    if looks_like_python_env(document.data):
        _gather_pip(gathered, root["build_dependencies"], "build")
        _gather_pip(gathered, root["dependencies"])
    for node in (root, root["conda_file"]):
        if looks_like_conda(node.value):
            for item in node["dependencies"].items():
                _gather_entry(gathered, item)
    return gathered.facts()


def read_conda(path: str, content: bytes) -> FileFacts:
    """Dependencies of a YAML file as `conda_facts` gives them, of all its documents."""
    from mlripe.readers.formats.documents import load_yaml

    return sum((conda_facts(path, document) for document in load_yaml(content)), FileFacts())


def _is_entry(item: object) -> bool:
    if isinstance(item, dict):
        return len(item) == 1 and not {"name", "role", "src"} & set(item)
    return isinstance(item, str) and _match(item) is not None


def _name(item: object) -> str:
    match = _match(item) if isinstance(item, str) else None
    return match[1].lower() if match else ""


def _match(specification: str) -> re.Match[str] | None:
    return _SPEC.fullmatch(specification.strip()) if len(specification) <= MAX_LENGTH else None


def _gather_entry(gathered: Gathered, item: Node) -> None:
    if item.is_mapping:
        if "pip" in item:
            _gather_pip(gathered, item["pip"])
        for name, _ in item.entries():
            if name != "pip":
                gathered.read_fault(item.line, f"`{name}:` is no conda package; write `{name}=1.2`")
        return
    text = item.text.strip()
    match = _match(text)
    if match is None or not _VERSION.fullmatch(match[3]):
        gathered.read_fault(item.line, f"{shown(text)} is no conda package; write `name`, `name=1.2` or `name>=1,<2`")
        return
    bracket = _BRACKET.search(match[2] or "")
    pin, version = pin_of(bracket[1]) if bracket else _pin(match[3].strip())
    gathered.add(Dependency("conda", normalise(match[1]), item.line, pin, version))


def _pin(rest: str) -> tuple[str, str]:
    """The pin of what follows the name: `=1.2=build` or ` 1.2 build` too, where the build is not asked for."""
    if rest.startswith("=") and not rest.startswith("=="):
        return pin_of(rest[1:].partition("=")[0])
    if rest[:1].isalnum():
        return pin_of(rest.split()[0])
    return pin_of(rest)


def _gather_pip(gathered: Gathered, pip: Node, group: str = "") -> None:
    for item in pip.items() if pip.is_list else [pip]:
        if item.text:
            gather_line(gathered, item.text.partition(" #")[0].strip(), item.line, group)
