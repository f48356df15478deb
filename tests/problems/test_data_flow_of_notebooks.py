"""Notebooks are followed within the same bounds as programs, and with their secrets masked."""

from __future__ import annotations

import ast
import json

from mlripe.auditing import inspection
from mlripe.snapshot.memory import MemorySnapshot

TOKEN = "ghp_" + "x7Kd9QmZ2pLwR4tYv8Bn3HcJ6sFgA1eUoWiT"
CELL = f"from sklearn.svm import SVC\ntoken = '{TOKEN}'\nSVC().fit([[1]], [1])\n"


def notebook(source: str) -> str:
    cell = {"cell_type": "code", "metadata": {}, "source": source.splitlines(True), "outputs": []}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]})


def test_the_program_of_a_notebook_holds_no_secret() -> None:
    store = inspection(MemorySnapshot({"fit.ipynb": notebook(CELL)})).store
    module = store.program("fit.ipynb")
    assert module is not None
    assert TOKEN not in ascii([vars(each) for node in module.body for each in ast.walk(node)])


def test_notebooks_count_towards_what_is_followed() -> None:
    files = {f"n{number}.ipynb": notebook(CELL + f"# {'x' * 60_000}\n") for number in range(24)}
    store = inspection(MemorySnapshot(files)).store
    bodies = [len(module.body) if (module := store.program(path)) else 0 for path in files]
    assert bodies[0] == 3
    assert bodies[-1] == 0
