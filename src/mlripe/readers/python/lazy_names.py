"""Names that a package hands on only when they are asked for: a table of names and modules behind `__getattr__`.

Three ways are known: a module's own `__getattr__` beside a table, `lazy_loader.attach`, and the `_LazyModule` of
transformers and diffusers. Each becomes an import in the scope `__getattr__`, which runs nothing when the package is
imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mlripe.facts import Call, Import

__all__ = ["lazy_imports"]

_SCOPE = "__getattr__"
_MOST = 500  # names of one table


def lazy_imports(functions: Iterable[str], calls: Iterable[Call], constants: Mapping[str, object]) -> Iterator[Import]:
    """The imports behind a package's lazy names: `functions` that it defines, its `calls` and module `constants`."""
    tables: list[tuple[Mapping[object, object], int]] = []
    for call in calls:
        if call.name.endswith((".attach", "_LazyModule")):
            tables += [(value, call.line) for value in (*call.args, *call.keywords.values()) if isinstance(value, dict)]
    if tables or _SCOPE in functions:
        tables += [(value, 1) for value in constants.values() if isinstance(value, dict)]
    for table, line in tables:
        for key, value in list(table.items())[:_MOST]:
            if not isinstance(key, str):
                continue
            if isinstance(value, str) and _is_module(value):  # {"train": ".linear"}
                yield Import(value, (key,), line, _SCOPE)
            elif isinstance(value, tuple) and _is_module(key):  # {"linear": ["train", "predict"]}
                names = tuple(name for name in value if isinstance(name, str))
                yield Import(key if key.startswith(".") else f".{key}", names, line, _SCOPE)


def _is_module(text: str) -> bool:
    return len(text) < 200 and all(part.isidentifier() for part in text.lstrip(".").split("."))
