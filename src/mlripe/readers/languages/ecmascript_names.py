"""What names stand for in one TypeScript or JavaScript file, as far as that file allows.

They are followed through imports (`import`, `require`, `await import()`), variables whose constructor is seen, typed
parameters and fields, and attributes set on `this`. The name of what a package gives is the package's and then its own:
`@ai-sdk/openai.openai`, `openai.chat.completions.create`. What a package gives as a whole, or by default, is called as
the package is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mlripe.readers import Unreadable
from mlripe.readers.languages.ecmascript_values import first_of, text_of, unwrapped
from mlripe.readers.work import spend

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["FUNCTIONS", "Names", "module_of"]

FUNCTIONS: Final = frozenset(
    "arrow_function function_expression function_declaration generator_function generator_function_declaration "
    "method_definition".split()
)
_LONGEST_CHAIN: Final = 60  # links of a chain that are followed
_LONGEST_NAME: Final = 400
_MOST_FRAMES: Final = 40  # functions in one another
_CHAINED: Final = frozenset(("member_expression", "call_expression", "new_expression"))
_NAMED: Final = frozenset(("identifier", "shorthand_property_identifier", "member_expression"))
Frame = dict[str, str | None]  # what a name is in a scope; None for one that is not known


class Names:
    """The names of a file while it is walked: a frame a scope, the innermost last. `owner`: the class one is in."""

    def __init__(self) -> None:
        self.local: set[str] = set()  # functions and classes of the file's own top level
        self.classes: set[str] = set()
        self.owner = ""
        self._frames: list[Frame] = [{}]
        # by node, what was found while names stood for the same: a chain is asked for at each of its links
        self._known: dict[int, str | None] = {}

    def enter(self, frame: Frame) -> None:
        """A scope begins, with these names in it. Raises `Unreadable` where it is nested too deeply."""
        if len(self._frames) > _MOST_FRAMES:
            raise Unreadable(f"more than {_MOST_FRAMES} functions nested in one another")
        self._frames.append(frame)
        self._known.clear()

    def leave(self) -> None:
        """The innermost scope ends."""
        self._frames.pop()
        self._known.clear()

    def bind(self, name: str, origin: str | None) -> None:
        """In the innermost scope the name stands for that, or for something unknown."""
        self._frames[-1][name] = origin
        self._known.clear()

    def bound(self, name: str) -> bool:
        """Whether the name is one of the file's, known or not: any other is the language's."""
        return name in self.local or any(name in frame for frame in self._frames)

    def lookup(self, name: str) -> str | None:
        """What a name stands for, None where the file does not say."""
        for frame in reversed(self._frames):
            if name in frame:
                return frame[name]
        return name if name in self.local else None

    def resolve(self, node: Node, links: int = _LONGEST_CHAIN) -> str | None:
        """The dotted origin of an expression, None where it has none, or more than so many links."""
        node = unwrapped(node)
        kind = node.type
        if kind in ("identifier", "shorthand_property_identifier"):
            return self.lookup(text_of(node))
        if links == 0 or kind not in _CHAINED:
            return None
        if node.id not in self._known:
            spend(1)
            chained = self._member(node, links) if kind == "member_expression" else self.constructed(node, links - 1)
            self._known[node.id] = chained
        return self._known[node.id]

    def _member(self, node: Node, links: int) -> str | None:
        owner, name = node.child_by_field_name("object"), text_of(node.child_by_field_name("property"))
        if owner is None or len(name) > _LONGEST_NAME:
            return None
        if owner.type == "this":
            return self.lookup(f"this.{name}") or (f"{self.owner}.{name}" if self.owner else None)
        origin = self.resolve(owner, links - 1)
        return f"{origin}.{name}" if origin and len(origin) <= _LONGEST_NAME else None

    def constructed(self, node: Node, links: int = _LONGEST_CHAIN) -> str | None:
        """What a variable that is set to an expression stands for."""
        node = unwrapped(node)
        if node.type == "call_expression":
            if (module := module_of(node)) is not None:
                return module
            function = node.child_by_field_name("function")
            origin = self.resolve(function, links) if function is not None else None
            # what a function of this file returns is unknown
            return None if origin in self.local and origin not in self.classes else origin
        if node.type == "new_expression":
            made = node.child_by_field_name("constructor")
            return self.resolve(made, links) if made is not None else None
        return self.resolve(node, links) if node.type in _NAMED else None

    def called(self, node: Node) -> str:
        """The name of what is called: its origin, `.method` of something unknown or of this file, or a plain name."""
        origin = self.resolve(node)
        if origin:
            own = origin.split(".", 1)[0] in self.local
            return "." + origin.rsplit(".", 1)[-1] if own and "." in origin else origin
        node = unwrapped(node)
        if node.type == "identifier":
            name = text_of(node)
            return "" if self.bound(name) else name
        parts: list[str] = []
        while node.type == "member_expression" and len(parts) < 6:
            parts.append(text_of(node.child_by_field_name("property"))[:_LONGEST_NAME])
            owner = node.child_by_field_name("object")
            if owner is None:
                break
            node = unwrapped(owner)
        if not parts:
            return ""
        root = text_of(node) if node.type == "identifier" else ""
        return ".".join(("" if self.bound(root) else root, *reversed(parts)))

    def annotation(self, node: Node | None) -> str | None:
        """What a parameter or field of that type is."""
        inner = first_of(node)
        if inner is not None and inner.type == "nested_type_identifier":
            parts = text_of(inner).split(".")
            origin = self.lookup(parts[0])
            return ".".join((origin, *parts[1:])) if origin and len(parts) < _LONGEST_CHAIN else None
        return self.lookup(text_of(inner)) if inner is not None and inner.type == "type_identifier" else None


def module_of(node: Node) -> str | None:
    """The module that `require("x")` or `import("x")` gives, None for any other call."""
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None or arguments is None or function.type not in ("import", "identifier"):
        return None
    if function.type == "identifier" and text_of(function) != "require":
        return None
    first = first_of(arguments)
    if first is None or first.type != "string":
        return None
    return "".join(text_of(part) for part in first.named_children)[:_LONGEST_NAME] or None
