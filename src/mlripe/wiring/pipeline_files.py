"""Programs that run a pipeline definition: the file of a usual name, or the one that a command names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlripe.wiring.command_words import arguments, option
from mlripe.wiring.commands import Handler, Launcher
from mlripe.wiring.places import Place

__all__ = ["databricks_workflow", "definition", "mage", "nextflow"]

_DEPLOYMENTS = ("conf/deployment.yml", "conf/deployment.yaml")


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


def databricks_workflow(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`dbx execute WORKFLOW`, `dbx launch --job WORKFLOW`: a workflow of the project's deployment file."""
    if not words or words[0] not in ("execute", "launch"):
        return
    named = option(words, "--deployment-file")
    found = [launcher.tree.file(named, bases)] if named else [launcher.tree.named(b, *_DEPLOYMENTS) for b in bases]
    workflow = option(words, "--job") or next(
        iter(arguments(words[1:], ("--cluster-id", "--task", "--environment"))), ""
    )
    for path in found:
        if path and (place := launcher.tree.target(path, f"jobs/{workflow}")):
            yield place
            return


def mage(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`mage run PROJECT PIPELINE`."""
    if len(words) >= 3 and words[0] == "run":
        path = launcher.tree.file(f"{words[1]}/pipelines/{words[2]}/metadata.yaml", bases)
        if path:
            yield Place(path)


def nextflow(launcher: Launcher, words: Sequence[str], bases: Sequence[str]) -> Iterator[Place]:
    """`nextflow run main.nf`, `nextflow run .`: a workflow's file, or a folder with its `main.nf`."""
    asked = (
        arguments(words[1:], ("-profile", "-c", "-params-file", "-w", "-r", "-entry"))[:1]
        if words[:1] == ["run"]
        else []
    )
    for name in asked:
        folder = launcher.tree.folder(name, bases)
        path = launcher.tree.file(name, bases) or (folder is not None and launcher.tree.named(folder, "main.nf"))
        if path:
            yield Place(path)
