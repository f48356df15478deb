"""Templates of whole projects (Cookiecutter, Copier, Databricks bundles): read as what they generate.

A repository of this kind holds no project, it holds the text of one. What counts is the project that it gives with its
default answers. So its files get the names and the content of that project before any reader meets them
(`readers/read_anew.py`), and every place that is told afterwards is named as it lies in the repository.
`generators.py` knows the generators, `jinja.py` and `go_text.py` their two languages. Nothing of a template is run:
what an expression of it asks for beyond names, comparisons and a few functions on texts stays unknown.
"""

from __future__ import annotations

from mlripe.readers.templates.generators import TEMPLATE_FILES, templates_in

__all__ = ["TEMPLATE_FILES", "templates_in"]
