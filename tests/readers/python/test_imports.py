"""Files that are only passed through: their imports by a linear scan."""

from __future__ import annotations

from mlripe.readers.languages.javascript import read_imports as read_script_imports
from mlripe.readers.python.imports import read_imports


def test_imports_of_python_in_every_form() -> None:
    source = (
        b"import os, a.b as c\nfrom .x import (\n    one,  # why\n    two as deux,\n)\ndef f():\n    from y import z\n"
    )
    facts = read_imports("m.py", source)
    assert [(i.module, i.names, i.line) for i in facts.imports] == [
        ("os", (), 1),
        ("a.b", (), 1),
        (".x", ("one", "two"), 2),
        ("y", ("z",), 7),
    ]
    assert facts.definitions[0].mentions == {"os": 1, "a.b": 1, ".x.one": 2, ".x.two": 2, "y.z": 7}


def test_imports_of_scripts() -> None:
    source = (
        b"import { a } from './a'\nconst b = require(\"../b\")\nimport React from 'react'\nexport * from '@/lib/c'\n"
    )
    facts = read_script_imports("app/api/route.ts", source)
    assert [(i.module, i.line) for i in facts.imports] == [("./a", 1), ("../b", 2), ("react", 3), ("@/lib/c", 4)]
