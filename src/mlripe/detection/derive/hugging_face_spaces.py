"""What a Hugging Face Space runs: the program that the head of its README names, or `app.py`."""

from __future__ import annotations

import re

from mlripe.lazy_regex import lazy_regex
from mlripe.readers.store import FactStore
from mlripe.wiring import MAIN, Place

__all__ = ["space_programs"]

_HEAD = lazy_regex(r"\A\ufeff?---\s*\n(.{0,4000}?)\n---", re.DOTALL)
_SDK = lazy_regex(r"(?m)^sdk:\s*[\"']?(?:gradio|streamlit|static)\b")
_PROGRAM = lazy_regex(r"(?m)^app_file:\s*[\"']?([\w./-]+\.py)\b")


def space_programs(store: FactStore) -> list[Place]:
    """The program of the Space that the repository is pushed to; [] where an image is built, or no README says it."""
    for path in sorted(store.entries):
        if "/" in path or not path.lower().startswith("readme") or not path.endswith(".md"):
            continue
        head = _HEAD.match(store.text(path)[:5000].decode("utf-8", "replace"))
        if head and _SDK.search(head[1]):
            named = _PROGRAM.search(head[1])
            program = named[1].removeprefix("./") if named else "app.py"
            return [Place(program, MAIN)] if program in store.entries else []
    return []
