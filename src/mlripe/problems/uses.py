"""Code that fails whenever it is reached: names that nothing binds, own functions and classes used as they are not."""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from mlripe.evidence import Defect
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import DefectKind, FaultKind
from mlripe.problems.sources import Examined
from mlripe.readers.budgets import nearest
from mlripe.readers.python.straight_flow import Called, Signature
from mlripe.readers.python.uses import Member, Shape, Uses, uses

__all__ = ["fails_when_called"]

_MOST_BYTES: Final = 500_000  # of source that is looked at, the nearest to the root first: to parse it takes time
_LARGEST: Final = 200_000  # bytes of a file: what is larger was mostly generated
_MOST_BASES: Final = 6  # classes above a class
_EMPTY_BASES: Final = ("object", "ABC", "abc.ABC", "Protocol", "Generic")
_MANY: Final = 8  # faults of one file: more of them mean a file that something else fills
_SET_FOR_ALL: Final = lazy_regex(rb"(?:builtins\.|['\"])([^\W\d]\w*)")
_FILLED: Final = (b"{%", b"<%", b"%run ")  # a template, or a notebook that runs another one in its place


def fails_when_called(examined: Examined) -> Iterator[Defect]:
    """The lines of a repository's own Python files that cannot work whoever reaches them."""
    known = _Known(examined)
    told = {(fault.path, fault.line) for fault in examined.detection.faults}
    for path in known.paths:
        found = [each for each in known.faults(path) if (path, each[1]) not in told]
        if len(found) > _MANY and all(kind is FaultKind.UNBOUND_NAME for kind, *_ in found):
            continue
        for _, line, _, says, remedy in found:
            cause = f"{posixpath.basename(path)} {found[0][2]}"  # copies of a file have the same fault
            why = f"Whoever comes to this line gets an error: {says}."
            yield Defect(path, line, says, cause, why=why, remedy=remedy, finds=DefectKind.FAILS_WHEN_CALLED)


_Found = tuple[FaultKind, int, str, str, str]


class _Known:
    """The Python files of one repository, each looked at once."""

    def __init__(self, examined: Examined) -> None:
        self.store = examined.store
        self.modules = examined.wiring.tree.modules
        self._uses: dict[str, Uses] = {}
        self._homes: dict[tuple[str, str], tuple[str, str]] = {}
        self._files: dict[tuple[str, str], str | None] = {}
        self._counts: dict[str, int] = {}
        self.paths: list[str] = []
        room = _MOST_BYTES
        for path in sorted(examined.paths, key=nearest):
            size = self.store.entries[path].size or 0
            if not path.endswith(".py") or size > _LARGEST or size > room or self.store.role(path) is not None:
                continue
            if not self.store.from_template(path) and "{" not in path:
                room -= size
                self.paths.append(path)
        self._own = frozenset(self.paths)
        declared = (each.name for _, facts in list(self.store.loaded()) for each in facts.dependencies)
        self._declared = frozenset(name.replace("-", "_").lower() for name in declared)

    def of(self, path: str) -> Uses:
        """What a file uses."""
        if path not in self._uses:
            text = self.store.text(path) if path in self._own else b""
            filled = any(mark in text for mark in _FILLED)
            self._uses[path] = Uses() if filled else self.store.kept.recalled(path, "uses", Uses, text, uses)
        return self._uses[path]

    def faults(self, path: str) -> Iterator[_Found]:
        """What fails in a file, by kind, line, name, what stands there and what to do."""
        found = self.of(path)
        for name, line in found.unbound:
            if name.strip("_") and not self._given_elsewhere(name):
                yield FaultKind.UNBOUND_NAME, line, name, f"nothing gives {name} a value", f"Import or define {name}."
        for call in found.calls:
            takes = self._signature(path, found, call.name)
            if takes and (wrong := takes.mismatch(call)):
                yield _wrong(call, call.name, wrong)
        for member in found.members:
            yield from self._of_member(path, found, member)
        for dotted, line in found.read:
            if lacking := self._lacking(path, found, dotted):
                name = ".".join(dotted.split(".")[:2])
                says = f"{lacking} has no {dotted.split('.')[1]}"
                yield FaultKind.ABSENT_MODULE, line, name, says, "Use what the module has, or add it there."

    def _given_elsewhere(self, name: str) -> bool:
        """Whether a file gives all others a name, by way of `builtins`."""
        return name.encode() in self._given_to_all

    @cached_property
    def _given_to_all(self) -> frozenset[bytes]:
        """The names that files which speak of `builtins` set there, or write as a text."""
        texts = (self.store.text(path) for path in self.paths)
        return frozenset(name for text in texts if b"builtins" in text for name in _SET_FOR_ALL.findall(text))

    # --- functions and modules ---------------------------------------------------------------------------------------

    def _signature(self, path: str, found: Uses, name: str) -> Signature | None:
        """What a function or class takes that a file calls by this name; None where it is not known for certain."""
        root, _, rest = name.partition(".")
        if root not in found.only:
            return None
        if not rest:
            home, own = self._home(path, found, name)
            return self._takes(home, own) if home else None
        file = self._module(path, root)
        return self._takes(file, rest) if file and file != path and "." not in rest else None

    def _takes(self, file: str, name: str) -> Signature | None:
        there = self.of(file)
        if name in there.signatures and name in there.only:
            return there.signatures[name]
        shape = there.shapes.get(name) if name in there.only else None
        closed = shape and not shape.open and all(base in _EMPTY_BASES[:1] for base in shape.bases)
        return shape.methods.get("__init__") if shape and closed else None

    def _home(self, path: str, found: Uses, name: str) -> tuple[str, str]:
        """The file that defines what a file calls by a name, and what it is called there."""
        if name in found.signatures or name in found.shapes:
            return path, name
        if (path, name) not in self._homes:
            self._homes[path, name] = self._imported(path, name)
        return self._homes[path, name]

    def _imported(self, path: str, name: str) -> tuple[str, str]:
        brought = [each for each in self.store.of(path).imports if name in each.names or name in each.renamed]
        if len(brought) != 1:
            return "", ""
        imported = brought[0]
        original = imported.renamed.get(name, name)
        file = self.modules.file(imported.module, path)
        alone = file is not None and self._is_alone(imported.module, file, path)
        return (file, original) if file and alone and file != path else ("", "")

    def _is_alone(self, module: str, file: str, path: str) -> bool:
        """Whether a file, and nothing else of the repository or from elsewhere, is the module that another imports."""
        top = module.partition(".")[0]
        if not top:
            return True
        if top in sys.stdlib_module_names or top.lower() in self._declared:
            return False
        end = "/" + module.replace(".", "/")
        ends = (f"{end}.py", f"{end}/__init__.py")
        above = next((f"/{file}"[: -len(each)] for each in ends if f"/{file}".endswith(each)), "-").lstrip("/")
        seen = above in ("", "src", posixpath.dirname(path)) or not path.startswith(f"{above}/{top}/")
        if module not in self._counts:
            self._counts[module] = sum(f"/{each}".endswith(ends) for each in self.store.entries)
        return seen and self._counts[module] == 1

    def _module(self, path: str, name: str) -> str | None:
        """The file of the module that a file calls by a plain name."""
        if (path, name) not in self._files:
            self._files[path, name] = self._file_of(path, name)
        return self._files[path, name]

    def _file_of(self, path: str, name: str) -> str | None:
        modules = set()
        for each in self.store.of(path).imports:
            if name == each.module and not each.names:
                modules.add(each.module)
            elif name in each.names and name not in each.renamed.values():
                modules.add(f"{each.module}{'' if each.module.endswith('.') else '.'}{name}")
        module = modules.pop() if len(modules) == 1 else ""
        file = self.modules.file(module, path) if module else None
        return file if file and self._is_alone(module, file, path) else None

    def _lacking(self, path: str, found: Uses, dotted: str) -> str:
        """The file of the module of which something is read that it has not, "" where that is not certain."""
        root, _, rest = dotted.partition(".")
        if root not in found.only or root in found.signatures or root in found.shapes:
            return ""
        name = rest.partition(".")[0]
        file = self._module(path, root)
        if not file or file == path or name.startswith("__") or file not in self._own:
            return ""
        names = self.of(file).names
        if names is None or name in names:
            return ""
        folder = posixpath.dirname(file) if file.endswith("__init__.py") else file.removesuffix(".py")
        below = any(each.startswith((f"{folder}/{name}.", f"{folder}/{name}/")) for each in self.store.entries)
        return "" if below or self._asks_for(path, name) else file

    # --- members -----------------------------------------------------------------------------------------------------

    def _of_member(self, path: str, found: Uses, member: Member) -> Iterator[_Found]:
        if member.owner not in found.only:
            return
        file, name = self._home(path, found, member.owner)
        shapes = self._with_bases(file, name) if file else None
        if not shapes or member.name.startswith("__"):
            return
        if all(member.name not in shape.members for shape in shapes):
            if member.call is None and not self._asks_for(path, member.name) and not self._sets(member.name):
                says = f"{name} of {file} has no {member.name}"
                remedy = f"Call what {name} has, or add {member.name} to it."
                yield FaultKind.ABSENT_MODULE, member.line, f"{name}.{member.name}", says, remedy
        elif member.call and (takes := shapes[0].methods.get(member.name)) and (wrong := takes.mismatch(member.call)):
            yield _wrong(member.call, f"{name}.{member.name}", wrong)

    def _with_bases(self, file: str, name: str) -> list[Shape] | None:
        """The shapes of a class and of all that it is made of; None where one of them is not known."""
        waiting, shapes = [(file, name)], list[Shape]()
        while waiting and len(shapes) < _MOST_BASES:
            at, called = waiting.pop()
            there = self.of(at)
            shape = there.shapes.get(called) if called in there.only else None
            if shape is None or shape.open:
                return None
            shapes.append(shape)
            for base in shape.bases:
                if base not in _EMPTY_BASES:
                    waiting.append(self._home(at, there, base))
        return None if waiting else shapes

    def _sets(self, name: str) -> bool:
        """Whether a file gives an object such a member from outside."""
        written = re.compile(rb"\." + re.escape(name.encode("utf-8", "replace")) + rb"[ \t]*=[^=]")
        return any(written.search(self.store.text(path)) for path in self.paths)

    def _asks_for(self, path: str, name: str) -> bool:
        """Whether a file asks whether there is such a name."""
        text, quoted = self.store.text(path), name.encode("utf-8", "replace")
        return b"'" + quoted + b"'" in text or b'"' + quoted + b'"' in text


def _wrong(call: Called, name: str, wrong: str) -> _Found:
    remedy = f"Call {name} as it is defined, or change its definition."
    return FaultKind.WRONG_CALL, call.line, name, f"{name} {wrong}", remedy
