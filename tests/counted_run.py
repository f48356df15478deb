"""Runs `mlripe ARGUMENTS...` and writes to stderr, as JSON, what it cost in numbers that are the same on any machine."""

from __future__ import annotations

import json
import os
import sys
from types import FrameType
from typing import Any

COUNTS = {"calls": 0, "expressions": 0, "parses": 0, "classes": 0}
READ: set[str] = set()
OPENED: list[str] = []


def profile(frame: FrameType, event: str, _: Any) -> None:
    """Counts the calls of functions written in Python, and some of them by their names."""
    if event != "call":
        return
    COUNTS["calls"] += 1
    name, file = frame.f_code.co_name, frame.f_code.co_filename
    if name == "compile" and file.endswith("_compiler.py"):
        COUNTS["expressions"] += 1
    elif name == "parse" and file.endswith("ast.py"):
        COUNTS["parses"] += 1
    elif name == "_process_class":
        COUNTS["classes"] += 1


def audited(event: str, arguments: tuple[Any, ...]) -> None:
    """Notes each file of the repository that is opened."""
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        path = os.path.abspath(os.fsdecode(arguments[0]))
        if path.startswith(HERE) and "/.git/" not in path:
            OPENED.append(path)


HERE = os.getcwd() + os.sep
sys.addaudithook(audited)
sys.setprofile(profile)
try:
    from mlripe.cli import main

    sys.argv[0] = "mlripe"
    main()
except SystemExit:
    pass
sys.setprofile(None)
COUNTS["modules"] = sum(name.partition(".")[0] == "mlripe" for name in sys.modules)
COUNTS["files"], COUNTS["opened"] = len(set(OPENED)), len(OPENED)
print(json.dumps(COUNTS), file=sys.stderr)
