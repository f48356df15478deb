"""Terraform across files and modules: what a resource starts, the code that it packs, and what is switched off.

A rule, the target that joins it to a function, the function and the archive that it packs stand in as many files as
their author likes; they find each other by their addresses, through variables, locals and outputs of modules.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from msgspec import Struct, field

from mlripe.facts import UNKNOWN, Document, FileFacts
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.cursor import Node
from mlripe.readers.infrastructure.hcl import load_hcl
from mlripe.readers.infrastructure.terraform import CODE_KEYS
from mlripe.readers.infrastructure.terraform_expressions import evaluated, references
from mlripe.readers.infrastructure.terraform_pipelines import PIPELINE, actions_of
from mlripe.readers.infrastructure.terraform_triggers import SCHEDULE_KEYS, SWITCHES
from mlripe.readers.store import FactStore
from mlripe.wiring.places import Place

__all__ = ["TERRAFORM", "Terraform"]

TERRAFORM: Final = (".tf", ".tf.json")
_IMAGE_KEYS: Final = ("image", "image_uri", "container_image")
_DEPTH: Final = 6  # from a variable to what gives it, from there on, and so on
_MOST: Final = 40  # resources that one resource starts
# what runs: a reference to one of these from what has a trigger, or is started itself, starts it
_RUNS = lazy_regex(
    r"(?:function|task_definition|job_definition|state_machine|_pipeline|_project|_job|_jobs?_v\d|_service|_notebook"
    r"|_workflow|_runbook|_revision|_dag|_cron_job(?:_v1)?|_container_app_job|_flow_definition)\Z|_app_script_project"
)
# what speaks of a thing that runs and starts none: rights, alarms, logs, networks in front of it
_ONLY_SPEAKS = lazy_regex(
    r"_iam_|_permission|_policy|_alarm|_log_|_dashboard|_security_group|_lb_|_acl|_autoscaling_|_appautoscaling_|_secret"
)
_HOLDS = lazy_regex(r"archive_file|_object\Z|_blob\Z|_file\Z|null_resource|terraform_data")  # code that others name
_RULES = ("rule", "event_rule", "trigger_name", "schedule_name")  # by which a target names what starts it
_NOT_STARTED = frozenset(
    ("depends_on", "role", "role_arn", "event_pattern", "lifecycle", "triggers", "replace_triggered_by")
)
_HANDLERS = {"handler": "", "entry_point": "main"}  # key -> the module of a name that has none
_SET = lazy_regex(r"-var[= ]([A-Za-z_]\w*)=(\S*)")
_NOTHING = Node(Document(None), None)


class _Folder(Struct):
    """One module of Terraform: all that its files declare, by address or name, each with its file."""

    blocks: dict[str, tuple[str, Node]] = field(default_factory=dict)  # `aws_lambda_function.train`, `data.x.y`
    variables: dict[str, Node] = field(default_factory=dict)
    locals: dict[str, Node] = field(default_factory=dict)
    outputs: dict[str, Node] = field(default_factory=dict)
    modules: dict[str, Node] = field(default_factory=dict)
    given: dict[str, list[object]] = field(default_factory=dict)  # what files of values set

    def add(self, path: str, root: Node) -> None:
        for kind, prefix in (("resource", ""), ("data", "data.")):
            for type, named in root[kind].entries():
                for name, body in named.entries():
                    self.blocks[f"{prefix}{type}.{name}"] = path, body
        self.variables.update(root["variable"].entries())
        self.outputs.update(root["output"].entries())
        self.modules.update(root["module"].entries())
        for holder in (root["locals"], *root["locals"].items()):
            self.locals.update(holder.entries())


class Terraform:
    """Answers for the resources of one repository's Terraform files."""

    def __init__(self, store: FactStore) -> None:
        self.store = store
        self._asking: set[tuple[str, str]] = set()  # names that are being worked out, so that a circle ends

    @cached_property
    def _folders(self) -> dict[str, _Folder]:
        found: dict[str, _Folder] = {}
        for path, facts in list(self.store.loaded()):
            if path.endswith(TERRAFORM):
                for document in facts.documents:
                    found.setdefault(posixpath.dirname(path), _Folder()).add(path, Node.root(document))
        for path in self.store.entries if found else ():
            folder = self._of_values(path, found)
            if folder is not None:
                for key, node in Node.root(load_hcl(self._text(path))).entries():
                    folder.given.setdefault(key, []).append(node.value)
        for key, value in self._set_by_commands() if found else ():
            for folder in found.values():
                folder.given.setdefault(key, []).append(value)
        return found

    def _set_by_commands(self) -> Iterator[tuple[str, object]]:
        """The variables that commands set (`-var name=value`), or the environment (`TF_VAR_name`)."""
        for _, facts in list(self.store.loaded()):
            for unit in facts.units:
                for name, values in unit.variables.items():
                    if name.startswith("TF_VAR_"):
                        yield from ((name.removeprefix("TF_VAR_"), _literal(value)) for value in values)
                for command in unit.commands:
                    text = " ".join(command.argv) if any(word.startswith("-var") for word in command.argv) else ""
                    yield from ((name, _literal(value)) for name, value in _SET.findall(text))

    def _of_values(self, path: str, folders: dict[str, _Folder]) -> _Folder | None:
        """The module that a file of values is for: the nearest above it."""
        if not path.endswith(".tfvars"):
            return None
        at = posixpath.dirname(path)
        while at and at not in folders:
            at = posixpath.dirname(at)
        return folders.get(at)

    def _text(self, path: str) -> str:
        return self.store.text(path).decode("utf-8", "replace")

    def _block(self, place: Place) -> tuple[str, Node]:
        """The folder and the body of a resource, or of a pipeline's step; an empty body for anything else."""
        folder = posixpath.dirname(place.path)
        known = self._folders.get(folder, _Folder())
        address, _, step = place.unit.partition("/")
        _, body = known.blocks.get(address, ("", _NOTHING))
        if step:  # of a pipeline
            found = actions_of(body)
            body = found[int(step)] if step.isdecimal() and len(step) < 4 and int(step) < len(found) else _NOTHING
        return folder, body

    # --- what it starts ----------------------------------------------------------------------------------------------

    def starts(self, place: Place) -> list[Place]:
        """The resources that a resource starts once it is started itself: those it names, and those that name it."""
        folder, body = self._block(place)
        if not body or _ONLY_SPEAKS.search(place.unit.partition(".")[0]):
            return []
        whole = place.unit.startswith(f"{PIPELINE}.") and "/" not in place.unit  # its steps start what they name
        named = (found for _, found in self._named(folder, body) if not whole and _RUNS.search(_type(found)))
        found = dict.fromkeys([*named, *self._joined.get(place, ())])
        within = self.off(place)  # of what is never made, only what it would start
        return [started for started in found if started != place and (within or not self.off(started))][:_MOST]

    def _named(self, folder: str, body: Node) -> Iterator[tuple[str, Place]]:
        """The resources that a block names, each with the key under which it does."""
        waiting = [("", body)]
        while waiting:
            key, node = waiting.pop()
            if key in _NOT_STARTED:
                continue
            for name in references(node.value):
                yield from ((key, found) for found in self._resolved(folder, name, _DEPTH))
            waiting += [*node.entries(), *((key, item) for item in node.items())]

    @cached_property
    def _joined(self) -> dict[Place, list[Place]]:
        """By rule, what joins it to that which it starts."""
        found: dict[Place, list[Place]] = {}
        for folder, module in self._folders.items():
            for address, (path, body) in module.blocks.items():
                for rule in dict.fromkeys(place for key in _RULES for _, place in self._named(folder, body[key])):
                    found.setdefault(rule, []).append(Place(path, address))
        return found

    def _resolved(self, folder: str, name: str, depth: int) -> Iterator[Place]:
        """The resources behind a name in a module: its own, or by the value of a variable, a local or an output."""
        module, asked = self._folders.get(folder), (folder, name)
        if module is None or depth <= 0 or asked in self._asking:
            return
        self._asking.add(asked)
        try:
            for where, node in self._meant(folder, module, name):
                for _, inner in node.walk():
                    for other in references(inner.value):
                        yield from self._resolved(where, other, depth - 1)
            address = ".".join(name.split(".")[: 3 if name.startswith("data.") else 2])
            if address in module.blocks:
                yield Place(module.blocks[address][0], address)
        finally:
            self._asking.discard(asked)

    def _meant(self, folder: str, module: _Folder, name: str) -> Iterator[tuple[str, Node]]:
        """What a variable, a local or an output stands for, each with the folder that it is seen from."""
        kind, _, rest = name.partition(".")
        first, _, more = rest.partition(".")
        if kind == "var":
            yield from ((where, call[first]) for where, call in self._callers.get(folder, ()) if first in call)
        elif kind == "local" and first in module.locals:
            yield folder, module.locals[first]
        elif kind == "module" and first in module.modules:
            where = self._source(folder, module.modules[first])
            if where in self._folders and (output := self._folders[where].outputs.get(more.partition(".")[0])):
                yield where, output["value"]

    @cached_property
    def _callers(self) -> dict[str, list[tuple[str, Node]]]:
        """By folder, the blocks that use it as a module, each with the folder that it stands in."""
        found: dict[str, list[tuple[str, Node]]] = {}
        for folder, module in self._folders.items():
            for call in module.modules.values():
                if (source := self._source(folder, call)) != folder:
                    found.setdefault(source, []).append((folder, call))
        return found

    @staticmethod
    def _source(folder: str, call: Node) -> str:
        source = call["source"].text
        joined = posixpath.normpath(posixpath.join(folder, source)) if source.startswith(".") else "//"
        return "" if joined == "." else joined

    # --- what is switched off ----------------------------------------------------------------------------------------

    def off(self, place: Place) -> bool:
        """Whether a resource is never made, whatever the variables can be."""
        folder, body = self._block(place)
        return bool(body) and self._unmade(folder, body, _DEPTH)

    def schedule_disabled(self, place: Place) -> bool:
        """Whether the schedule of a resource is never active, whatever the variables can be."""
        folder, body = self._block(place)
        holders = [holder for _, holder in body.walk() if any(key in holder for key in SCHEDULE_KEYS)]
        return any(
            key in holder and all(_text(value) == off for value in self.values(folder, holder[key].value))
            for holder in ([body, *holders] if holders else [])
            for key, off in SWITCHES.items()
        )

    def _unmade(self, folder: str, body: Node, depth: int) -> bool:
        """`count = 0`, `for_each = {}`, for the resource or for every use of the module that it stands in."""
        for key in ("count", "for_each"):
            if key in body and all(value in (0, [], {}) for value in self.values(folder, body[key].value)):
                return True
        callers = self._callers.get(folder, [])
        return bool(callers) and depth > 0 and all(self._unmade(where, call, depth - 1) for where, call in callers)

    # --- values ------------------------------------------------------------------------------------------------------

    def values(self, folder: str, value: object, depth: int = _DEPTH) -> tuple[object, ...]:
        """What a value can be in a module."""

        def lookup(name: str) -> tuple[object, ...]:
            return self._worth(folder, name, depth - 1)

        return evaluated(value, lookup)

    def _worth(self, folder: str, name: str, depth: int) -> tuple[object, ...]:
        module, asked = self._folders.get(folder), (folder, name)
        if name.startswith("path."):
            return (folder or ".",)
        if module is None or depth <= 0 or asked in self._asking:
            return (UNKNOWN,)
        self._asking.add(asked)
        try:
            kind, _, rest = name.partition(".")
            found = [
                value
                for where, node in self._meant(folder, module, name)
                for value in self.values(where, node.value, depth)
            ]
            if kind == "var" and not found:
                found = module.given.get(rest) or [
                    module.variables.get(rest, Node(Document(None), None))["default"].value
                ]
            if kind in module.blocks or not found:  # an attribute of a resource that is written out
                found = self._attribute(folder, module, name, depth)
            return tuple(UNKNOWN if value is None else value for value in found) or (UNKNOWN,)
        finally:
            self._asking.discard(asked)

    def _attribute(self, folder: str, module: _Folder, name: str, depth: int) -> list[object]:
        address, _, key = name.rpartition(".")
        _, body = module.blocks.get(address, ("", _NOTHING))
        node = body["name"] if key in ("repository_url", "id", "repository_id") else body[key]
        return [*self.values(folder, node.value, depth)] if node.text else []

    # --- code --------------------------------------------------------------------------------------------------------

    def code(self, place: Place) -> list[str]:
        """The repository's files that a resource packs or names by expressions: `./folder`, `./train.py:main`."""
        folder, body = self._block(place)
        if not body:
            return []
        packed = list(dict.fromkeys(self._packed(folder, body, _DEPTH)))
        handlers = [(node, _HANDLERS[key]) for key, node in body.walk() if key in _HANDLERS]
        functions = [named for node, module in handlers if (named := self._function(folder, node, module))]
        if functions:
            return [found for named in functions for found in self._files(packed, *named)]
        return [f"./{path}" for path in packed]

    def _packed(self, folder: str, body: Node, depth: int) -> Iterator[str]:
        """The files and folders that a block packs, itself or by the archives and objects that it names."""
        for key, node in body.walk():
            for value in self.values(folder, node.value) if key in CODE_KEYS and isinstance(node.value, str) else ():
                path = posixpath.normpath(posixpath.join(folder, value)) if isinstance(value, str) else ""
                for seen in (path, posixpath.normpath(str(value))):
                    seen = "" if seen == "." else seen
                    if seen in self.store.entries or seen in self.store.folders:
                        yield seen
        for _, found in self._named(folder, body) if depth else ():
            if _HOLDS.search(_type(found)):
                where, holder = self._block(found)
                yield from self._packed(where, holder, depth - 1)

    def _function(self, folder: str, node: Node, module: str) -> tuple[str, str] | None:
        """The module and the name of the function that a key names: `train.main`, or `main` of `main.py`."""
        for value in self.values(folder, node.value) if node.text else ():
            if isinstance(value, str) and re.fullmatch(r"[\w./-]{1,200}", value):
                before, dot, name = value.rpartition(".")
                return (before.replace(".", "/"), name) if dot else (module, name) if module else None
        return None

    def _files(self, packed: list[str], module: str, function: str) -> Iterator[str]:
        for path in packed:
            if path.endswith(".zip"):  # the sources of an archive lie beside it
                path = posixpath.dirname(path)
            inside = posixpath.join(path, f"{module}.py") if not path.endswith(".py") else path
            if inside in self.store.entries and inside.endswith(f"{module}.py"):
                yield f"./{inside}:{function}"
        if not packed:  # an archive that something else packs: the only module of that name with such a function
            name = f"/{module}.py"
            found = [path for path in self.store.entries if f"/{path}".endswith(name) and self.store.role(path) is None]
            if len(found) == 1 and _defines(self.store.of(found[0]), function):
                yield f"./{found[0]}:{function}"

    # --- images ------------------------------------------------------------------------------------------------------

    def images(self, place: Place) -> Iterator[str]:
        """The names of images that a resource gives by expressions: `"${aws_ecr_repository.fit.repository_url}:1"`."""
        folder, body = self._block(place)
        for key, node in body.walk():
            if key in _IMAGE_KEYS and references(node.value):
                for value in self.values(folder, node.value):
                    if isinstance(value, str) and "${" not in value:
                        yield value

    def runs_image(self, place: Place) -> bool:
        """Whether a resource runs an image, be it one that nothing here names."""
        return any(key in _IMAGE_KEYS for key, _ in self._block(place)[1].walk())


def _literal(text: str) -> object:
    return UNKNOWN if "$" in text else text


def _defines(facts: FileFacts, function: str) -> bool:
    return any(known.name == function for known in facts.definitions)


def _type(place: Place) -> str:
    return place.unit.removeprefix("data.").partition(".")[0]


def _text(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
