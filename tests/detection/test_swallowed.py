"""A test of the model whose failure is swallowed in so many words is run for nobody: a person has to read its output."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mlripe.assessment import Assessment

BEHAVES = "from model import predict\n\ndef test_invariance_to_synonyms():\n    assert predict('good') == predict('great')\n"


def judged(assess: Callable[[dict[str, str]], Assessment], steps: str, **files: str) -> tuple[str, str]:
    workflow = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n{steps}"
    named = {name.replace("__", "."): text for name, text in files.items()}
    found = assess({".github/workflows/ci.yml": workflow, "tests/model/test_behaviour.py": BEHAVES, **named})
    result = found.capabilities["model-behaviour-tests"]
    return result.strength.name, result.evidence[0].note


@pytest.mark.parametrize(
    "steps",
    [
        "      - run: pytest tests || true\n",
        "      - run: pytest tests || echo 'tests completed'\n",
        "      - run: pytest tests\n        continue-on-error: true\n",
        "      - run: make test\n",
    ],
)
def test_swallowed_in_so_many_words(steps: str, assess: Callable[[dict[str, str]], Assessment]) -> None:
    assert judged(assess, steps, Makefile="test:\n\t-pytest tests\n") == ("present", "its failure stops nothing")


@pytest.mark.parametrize(
    "steps",
    [
        "      - run: pytest tests\n",
        "      - run: pytest tests || exit 1\n",
        # a script that merely goes on still ran them, and keeps what they said
        "      - run: bash all.sh\n",
    ],
)
def test_run_and_heeded_or_merely_passed_over(steps: str, assess: Callable[[dict[str, str]], Assessment]) -> None:
    script = "#!/bin/bash\npytest tests > results.txt\ncat results.txt\n"
    assert judged(assess, steps, all__sh=script)[0] in ("automated", "enforced")
