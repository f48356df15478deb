"""Sources for a newer Python than the one that runs: their facts, each on its own line."""

from __future__ import annotations

import pytest

from mlripe.readers import Unreadable
from mlripe.readers.python.source import read_python


@pytest.mark.parametrize(
    "line",
    [
        'a = f"file://{ROOT / "runs"}"',
        "a = f'{rows['price']:>{width}} {', '.join(rows['names'])}'",
        'a = f"{"\\n".join(names)} and {{braces}} # no comment"',
        'a = f"{f"{x}"}"',
        "type Rows = list[dict[str, int]]",
        "def first[T](items: list[T]) -> T: return items[0]",
        "class Box[T: (int, str)]: pass",
        'a = f"{\n    total\n}"',
    ],
)
def test_what_stands_below_is_found_on_its_line(line: str) -> None:
    facts = read_python("a.py", f"# it's one\n{line}\nmodel.fit(x)\n".encode())
    assert [(call.name, call.line) for call in facts.calls if call.name == ".fit"] == [(".fit", 3 + line.count("\n"))]


@pytest.mark.parametrize("source", ['print "no"\n', 'f"{', "f'{a:{", "x = f'''{ \"", "type = [\n", 'f"{"' * 2000])
def test_what_no_python_reads_stays_unreadable(source: str) -> None:
    with pytest.raises(Unreadable):
        read_python("a.py", source.encode())
