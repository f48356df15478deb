"""Templates of whole projects (Cookiecutter, Copier, Databricks bundles): read as what they generate.

A repository of this kind holds no project, it holds the text of one. What counts is the project that it gives with its
default answers. So its files get the names and the content of that project before any reader meets them
(`readers/read_anew.py`), and every place that is told afterwards is named as it lies in the repository.
`generators.py` knows the generators, `jinja.py` and `go_text.py` their two languages. Nothing of a template is run:
what an expression of it asks for beyond names, comparisons and a few functions on texts stays unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mlripe.readers.read_anew import Reading

__all__ = ["TEMPLATE_FILES", "templates_in"]

# files that make their folder a template, beside folders whose name is filled in
TEMPLATE_FILES: Final = frozenset(("copier.yml", "copier.yaml", "databricks_template_schema.json"))


def templates_in(paths: Collection[str], read: Callable[[str], bytes | None]) -> tuple[Reading, ...]:
    """The templates of a repository, innermost first; Jinja is loaded only where there may be one."""
    if not any("{{" in path or path.endswith(tuple(TEMPLATE_FILES)) for path in paths):
        return ()
    from mlripe.readers.templates.generators import found_in

    return found_in(paths, read)
