"""Checks of CI (linters, type checkers, scanners) of which no run stops anything, whatever it finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from mlripe.evidence import Defect
from mlripe.facts import Command, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.problem_kinds import DefectKind
from mlripe.problems.sources import Examined
from mlripe.readers.store import FactStore
from mlripe.texts import line_at

__all__ = ["swallowed_checks"]

# programs whose exit code is all that they are for, with the words that make of them something else
_CHECKS: Final = frozenset(
    "flake8 pylint mypy pyright pyre bandit safety pip-audit eslint tsc ruff tflint tfsec checkov hadolint trivy "
    "pydocstyle vulture xenon semgrep yamllint markdownlint shellcheck detect-secrets gitleaks interrogate".split()
)
_WRITERS: Final = {
    "black": "--check",
    "isort": "--check",
    "prettier": "--check",
    "autopep8": "--exit-code",
    "pint": "--test",
}
_RUNNERS: Final = ("npx", "yarn", "pnpm", "bunx")
_COMPARES: Final = lazy_regex(
    r"git\s+(?:diff|status|commit|push|add)|failTaskOnFailedTests|git-auto-commit|add-and-commit|create-pull-request|autofix|reviewdog"
)
_ZERO: Final = lazy_regex(r"--exit-zero|--exit-code[= ]0|--soft-fail|\|\|\s*(?:true|:|echo|exit 0)")
_CATCHES: Final = lazy_regex(rb"catchError\s*\(\s*buildResult\s*:\s*['\"]SUCCESS['\"]")


def swallowed_checks(examined: Examined) -> Iterator[Defect]:
    """The lines of such checks, one problem for all of them."""
    store = examined.store
    runs: dict[str, list[tuple[str, int, bool]]] = {}
    for path in store.ci_files:
        if store.role(path) is not None:
            continue
        text = store.text(path).decode("utf-8", "replace")
        units = {unit.id: unit for unit in store.of(path).units}
        for unit in units.values():
            for command in unit.commands:
                name, writes = _check(examined, command)
                if not name or (writes and _COMPARES.search(text)):
                    continue
                lenient = writes or _lets_pass(units, unit, command)
                runs.setdefault(name, []).append((path, command.line, lenient))
    for name, places in sorted(runs.items()):
        if all(lenient for _, _, lenient in places):
            for path, line, _ in places:
                says = f"{name} stops nothing here, whatever it finds"
                yield Defect(path, line, says, "swallowed", finds=DefectKind.SWALLOWED_CHECK)
    yield from _caught(store)


def _caught(store: FactStore) -> Iterator[Defect]:
    """Steps of Jenkins whose failure is a success."""
    for path in store.ci_files:
        text = store.text(path) if path.rpartition("/")[2].startswith("Jenkinsfile") else b""
        if found := _CATCHES.search(text):
            line = line_at(text, found.start())
            yield Defect(
                path, line, "a failure in here is called a success", "swallowed", finds=DefectKind.SWALLOWED_CHECK
            )


def _check(examined: Examined, command: Command) -> tuple[str, bool]:
    """The check that a command runs, "" for none, and whether it only rewrites files."""
    argv = list(examined.wiring.words.spoken(command.argv))
    while argv and (argv[0] in _RUNNERS or argv[0].startswith("--")):
        argv = argv[1:]
    name = argv[0].rpartition("/")[2] if argv else ""
    if name in _WRITERS:
        asks = any(
            word.startswith(_WRITERS[name]) or word in ("--diff", "-c", "--list-different", "-l") for word in argv
        )
        return (name, not asks) if len(argv) > 1 else ("", False)
    if name == "ruff":
        return ("", False) if "format" in argv else (name, False)
    if name not in _CHECKS or {"--version", "--help", "init", "install", "update"} & set(argv):
        return "", False
    return name, False


def _lets_pass(units: Mapping[str, Unit], unit: Unit, command: Command) -> bool:
    if _ZERO.search(command.text) or command.allowed_explicitly:
        return True
    at: Unit | None = unit
    while at is not None and not at.allow_failure:
        at = units.get(at.parent)
    return at is not None
