"""Notebooks: code cells as one module, each line at its own line of the file."""

from __future__ import annotations

import json

import pytest

from mlripe.readers import Unreadable
from mlripe.readers.python.notebook import read_notebook
from mlripe.readers.python.notebook_cells import typed


def notebook(*cells: str, language: str = "python", indent: int | None = 1) -> bytes:
    data = {
        "cells": [{"cell_type": "code", "source": cell.splitlines(keepends=True), "outputs": []} for cell in cells]
        + [{"cell_type": "markdown", "source": ["mlflow.log_metric('a', 1)"]}],
        "metadata": {"kernelspec": {"language": language, "name": "x"}},
        "nbformat": 4,
    }
    return json.dumps(data, indent=indent).encode()


def test_calls_across_cells_are_resolved_and_placed_in_the_file() -> None:
    content = notebook("import mlflow as mf\n", "x = 1\nmf.log_metric('a', x)\n")
    (call,) = read_notebook("a.ipynb", content).calls
    assert call.name == "mlflow.log_metric"
    assert "log_metric" in content.decode().splitlines()[call.line - 1]


def test_magics_are_skipped_and_shell_lines_are_commands() -> None:
    facts = read_notebook("a.ipynb", notebook("%matplotlib inline\n!dvc pull data.dvc\nimport mlflow\n"))
    assert [i.module for i in facts.imports] == ["mlflow"]
    assert [c.argv for unit in facts.units for c in unit.commands] == [("dvc", "pull", "data.dvc")]


def test_a_cell_magic_makes_its_cell_no_python() -> None:
    facts = read_notebook("a.ipynb", notebook("%%bash\nset -e\n", "import mlflow\n"))
    assert [i.module for i in facts.imports] == ["mlflow"]


def test_a_cell_that_does_not_parse_hides_only_itself() -> None:
    facts = read_notebook("a.ipynb", notebook("import mlflow\n", "print 'x'\n", "mlflow.autolog()\n"))
    assert [c.name for c in facts.calls] == ["mlflow.autolog"]


def test_other_languages_give_nothing() -> None:
    assert read_notebook("a.ipynb", notebook("library(mlflow)\n", language="R")).calls == ()


def test_a_notebook_on_one_line_is_read() -> None:
    (call,) = read_notebook("a.ipynb", notebook("import mlflow\nmlflow.autolog()\n", indent=None)).calls
    assert call.line == 1


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"cells": 3}', b"[" * 100_000])
def test_what_is_no_notebook_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read_notebook("a.ipynb", content)


def test_what_was_typed_is_neither_output_nor_metadata() -> None:
    notebook = b'{\n "cells": [\n  {\n   "source": [\n    "x = 1\\n",\n    "y"\n   ],\n   "outputs": [\n    {"text": ["git_sha"]}\n   ]\n  }\n ],\n "metadata": {"sourceType": "datasetVersion"}\n}\n'
    lines = typed(notebook).split(b"\n")
    assert [line.strip() for line in lines if line] == [b'"source": [', b'"x = 1\\n",', b'"y"', b"],"]
    assert lines[4] == notebook.split(b"\n")[4]
    assert typed(b'{"cells": [{"source": ["x"]}]}') == b'{"cells": [{"source": ["x"]}]}'
