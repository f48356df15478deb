"""pre-commit: the hooks of .pre-commit-config.yaml."""

from __future__ import annotations

from mlripe.facts import FileFacts, Unit
from mlripe.readers.formats.cursor import Node
from mlripe.readers.formats.documents import load_yaml
from mlripe.readers.shell.commands import commands

__all__ = ["read_pre_commit"]

HOOKS = 500  # of one file


def read_pre_commit(path: str, content: bytes) -> FileFacts:
    """A unit `pre-commit`, and below it one of kind `hook` for each hook, with its repository in `uses`.

    A hook that says what it runs (`entry`) has it as commands. A hook that is there twice is `2/id` the second time.
    """
    documents = load_yaml(content)
    units: list[Unit] = []
    for document in documents[:1]:
        root = Node.root(document)
        units.append(Unit("pre-commit", "hooks", root["repos"].line, "pre-commit"))
        seen: dict[str, int] = {}
        for repo in root["repos"].items():
            for hook in repo["hooks"].items():
                name = hook["id"].text
                if name and len(units) <= HOOKS:
                    seen[name] = seen.get(name, 0) + 1
                    units.append(
                        _hook(name if seen[name] == 1 else f"{seen[name]}/{name}", name, hook, repo["repo"].text)
                    )
    return FileFacts(units=tuple(units), documents=documents)


def _hook(unit_id: str, name: str, hook: Node, repo: str) -> Unit:
    inputs: dict[str, object] = {}
    for key in ("entry", "language"):
        if text := hook[key].text:
            inputs[key] = text
    for key in ("stages", "args"):
        if listed := tuple(item.text for item in hook[key].items()):
            inputs[key] = listed
    entry = hook["entry"]
    return Unit(
        unit_id,
        "hook",
        hook["id"].line,
        f"hook {name}",
        parent="pre-commit",
        commands=commands(entry.text, entry.text_line) if entry.text and hook["language"].text != "pygrep" else (),
        uses=(repo,) if repo and repo not in ("local", "meta") else (),
        inputs=inputs,
    )
