"""Compose files and Procfiles: services, with the images they run or the Dockerfiles that build them."""

from __future__ import annotations

import posixpath

from mlripe.facts import Command, Document, FileFacts, Resource, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.ci.common import settings
from mlripe.readers.formats.cursor import Node, beside, image_name, unique
from mlripe.readers.formats.documents import load_yaml, text_of
from mlripe.readers.infrastructure.container_paths import Copied, expanded, folder_of, run_vector
from mlripe.readers.runners.timers import timer
from mlripe.readers.shell.commands import commands, words

__all__ = ["read_compose", "read_procfile"]

PROCESS = lazy_regex(r"([\w-]+)\s*:\s*(\S.*)")


def read_compose(path: str, content: bytes) -> FileFacts:
    """A unit of kind `service` for each service: it uses the Dockerfile that builds it, or has an image.

    Included compose files are the `uses` of a last unit `include`.
    """
    documents = load_yaml(content)
    units: list[Unit] = []
    resources: list[Resource] = []
    for document in documents:
        for name, node in _services(document):
            reading = _Service(path, name, node)
            units.append(reading.unit())
            resources += reading.resources()
            units += reading.timers()
        root = Node.root(document)
        included = [(item["path"] if item.is_mapping else item).text for item in root["include"].items()]
        if uses := unique(*(beside(path, place) for place in included)):
            units.append(Unit("include", "include", root["include"].line, "include", uses=uses))
    return FileFacts(units=tuple(units), resources=tuple(resources), documents=documents)


def read_procfile(path: str, content: bytes) -> FileFacts:
    """A unit of kind `service` for each process type of a Procfile."""
    units = []
    for number, line in enumerate(text_of(content).splitlines(), 1):
        if process := PROCESS.match(line):
            found = commands(process[2], number, strict=False)
            folder = posixpath.dirname(path)
            units.append(Unit(process[1], "service", number, f"process {process[1]}", commands=found, directory=folder))
    return FileFacts(units=tuple(units))


def _environment(node: Node) -> dict[str, tuple[str, ...]]:
    """The variables of a service's environment, with their defaults filled in."""
    return {name: tuple(expanded(value, {}) for value in values) for name, values in settings(node).items()}


def _services(document: Document) -> list[tuple[str, Node]]:
    root = Node.root(document)
    if "services" in root:
        return [(name, node) for name, node in root["services"].entries() if node.is_mapping]
    # the first version of the format had services at the top
    return [(name, node) for name, node in root.entries() if "image" in node or "build" in node]


class _Service:
    """One service of a compose file."""

    def __init__(self, path: str, name: str, node: Node) -> None:
        self.path = path
        self.name = name
        self.node = node
        build = node["build"]
        self.built = bool(build)
        self.context = expanded((build["context"] if build.is_mapping else build).text, {}) or "."
        self.dockerfile = expanded(build["dockerfile"].text, {}) or "Dockerfile"

    def unit(self) -> Unit:
        """The service as a unit; it runs in its build context, or else in the compose file's folder."""
        node = self.node
        context = beside(self.path, self.context).removeprefix("./") if self.built else ""
        folder = ("" if context == "." else context) or posixpath.dirname(self.path)
        mounts = self._mounts(folder)
        depends = node["depends_on"]
        links = [link.text.partition(":")[0] for link in node["links"].items()]
        needs = [name for name, _ in depends.entries()] + [item.text for item in depends.items()] + links
        extends = node["extends"]
        return Unit(
            self.name,
            "service",
            node.line,
            f"service {self.name}",
            commands=self._commands(folder_of(node["working_dir"].text, mounts)),
            uses=unique(self._dockerfile(), beside(self.path, extends["file"].text)),
            inputs=self._inputs(),
            variables=_environment(node["environment"]),
            needs=unique(*needs),
            reads=unique(*(posixpath.normpath(mount.source) for mount in mounts)),
            directory=folder,
        )

    def resources(self) -> list[Resource]:
        """The image that it runs; one that it builds itself has only a name here."""
        reference = expanded(self.node["image"].text, {})
        name = image_name(reference)
        return (
            [Resource(f"image:{name}", reference, self.node["image"].line, self.name)]
            if name and not self.built
            else []
        )

    def timers(self) -> list[Unit]:
        """The jobs that labels ask a scheduler beside it to run in the service: `ofelia.job-exec.NAME.schedule`."""
        labels = dict(self.node["labels"].entries())
        for item in self.node["labels"].items():
            labels[item.text.partition("=")[0]] = item
        found = []
        for key, node in labels.items():
            job, dot, last = key.rpartition(".")
            command = labels.get(f"{job}.command")
            if dot and last == "schedule" and command and self._scheduled_by(key.partition(".")[0]):
                when, text = node.text.removeprefix(f"{key}="), command.text.removeprefix(f"{job}.command=")
                id = f"{self.name}/{job.rpartition('.')[2]}"
                found.append(timer(id, when, text, command.line, needs=(self.name,)))
        return found

    def _scheduled_by(self, name: str) -> bool:
        """Whether a service of the file runs a scheduler of this name."""
        services = Node.root(self.node.document)["services"]
        return any(name in service["image"].text for _, service in services.entries())

    def _dockerfile(self) -> str:
        if not self.built or "dockerfile_inline" in self.node["build"]:
            return ""
        return beside(self.path, posixpath.join(self.context, self.dockerfile))

    def _inputs(self) -> dict[str, object]:
        node = self.node
        found: dict[str, object] = {}
        if profiles := tuple(item.text for item in node["profiles"].items()):
            found["profiles"] = profiles
        if ports := tuple(
            item.text or item["target"].text for item in (*node["ports"].items(), *node["expose"].items())
        ):
            found["expose"] = ports
        if target := node["build"]["target"].text:
            found["target"] = target
        if self.built and (name := expanded(node["image"].text, {})):
            found["image"] = name
        for key in ("restart", "working_dir", "platform"):
            if text := node[key].text:
                found[key] = text
        for key in ("deploy", "healthcheck"):
            if key in node:
                found[key] = True
        return found

    def _mounts(self, folder: str) -> list[Copied]:
        """Folders and files of the repository that it sees, relative to `folder`."""
        found = []
        for item in self.node["volumes"].items():
            source, _, rest = expanded(item.text, {}).partition(":")
            source, target = (
                (item["source"].text, item["target"].text) if item.is_mapping else (source, rest.partition(":")[0])
            )
            if source.startswith(".") and target and (place := beside(self.path, source)):
                found.append(Copied(posixpath.relpath(f"/{place}", f"/{folder}"), target))
        return found

    def _commands(self, directory: str) -> tuple[Command, ...]:
        """The commands of `entrypoint` and `command` together."""
        entry, command = self.node["entrypoint"], self.node["command"]
        only = entry or command
        if only.text.lstrip().startswith("-"):  # arguments of the entry point that the image has
            return ()
        if isinstance(only.value, str) and not (entry and command):
            return commands(only.text.replace("$$", "$"), only.text_line, strict=False, directory=directory)
        vector = (*_vector(entry), *_vector(command))
        last = next((n for node in (command, entry) for n in reversed(list(node.items()))), None)
        line = last.text_line if last is not None and vector[0].endswith("sh") else (entry or command).text_line
        return run_vector(vector, line, directory) if vector else ()


def _vector(node: Node) -> tuple[str, ...]:
    found = words(node.text) if isinstance(node.value, str) else tuple(item.text for item in node.items())
    return tuple(word.replace("$$", "$") for word in found)
