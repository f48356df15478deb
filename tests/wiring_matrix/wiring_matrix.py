"""The wiring matrix: small repositories made of rows of tables, each with the strengths that are right for it.

A case is one starter (what starts a command: a push, a schedule, a platform), one hop (what the command goes through: a
make target, a wrapper, a called workflow) and one program form (how the trained program is written). Rows are fragments
of files with placeholders:

    <command>                the command as it is; on a line of its own it may have several lines
    <quoted>                 the command as a JSON string
    <argv>                   the command as a JSON list of words, by `sh -c` where it needs a shell
    <script>                 the Python file that the program is
    <module>, <function>     the Python function that the program is
    <name of a fragment>     a text of fragments.yaml

Every starter is tried with the plain program, every hop between the plain starter and the plain program, every form
with the plain starter, every gate and every twin as it stands; beside them some hundreds of combinations, drawn by a
hash of the names, so that a new row does not change which others are drawn.

    python tests/wiring_matrix/wiring_matrix.py               the share that is right, by table
    python tests/wiring_matrix/wiring_matrix.py ID ...        the files of a case, what is right and what was found
    python tests/wiring_matrix/wiring_matrix.py --write       rewrites failing.txt
"""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
FAILING = HERE / "failing.txt"
TABLES = ("starters", "hops", "forms", "gates", "twins", "chains")
PLAIN_STARTER = "github/schedule"
PLAIN_FORM = "script/main guard"
PLAIN_SCRIPT = "train.py"
GIVEN = ("command", "quoted", "argv", "script", "module", "function")
DRAWN = 1  # combinations that are drawn for each starter and each hop
RUN = ("schedule", "event", "push", "dispatch", "deployed")  # the starts that drawn combinations are made of
KEYS = frozenset(
    "files command calls script names refuses starts strengths other otherwise steps gate form starter".split()
)  # what a row may say
ORDER = ("none", "declared", "present", "automated", "enforced")
_NEEDS_SHELL = re.compile(r"[;&|<>$\n*`]")
_OWN_SCRIPT = re.compile(r"\btrain\.py\b|-m train\b")
_WORD = re.compile(r"<([\w. -]+)>")


class Unfit(Exception):
    """Two fragments that cannot be put together: a file of both, a command that the other cannot take."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; what it gives and what it needs follows from its keys and placeholders."""

    id: str
    files: Mapping[str, str] = field(default_factory=dict)
    command: str = ""
    calls: str = ""
    script: str = ""
    names: str = ""  # the script that it runs by a name of its own (`make run WHAT=train`): no other form fits
    refuses: str = ""  # characters that a command must not have here
    starts: str = ""  # how it starts, a key of starts.yaml
    strengths: Mapping[str, str] = field(default_factory=dict)
    other: str = ""  # a command of the same files that must not train
    otherwise: str = "nothing"  # how the training starts where that other command is asked for
    steps: tuple[str, ...] = ()
    gate: str = ""
    form: str = ""
    starter: str = ""

    @property
    def text(self) -> str:
        return "\n".join((self.command, *self.files.values()))

    def asks(self, *names: str) -> bool:
        return any(f"<{name}>" in self.text for name in names)


@dataclass(frozen=True, slots=True)
class Case:
    """A small repository and the strengths that are right for it: `automated`, `<=present`, `>=automated`."""

    id: str
    files: Mapping[str, str]
    wanted: Mapping[str, str]


def loaded(name: str) -> Any:
    return yaml.safe_load((HERE / f"{name}.yaml").read_text())


@cache
def table(name: str) -> dict[str, Row]:
    """The rows of a table by group and name (`make/target`)."""
    rows = {}
    for group, members in loaded(name).items():
        for member, keys in members.items():
            row_id = f"{group}/{member}"
            unknown = set(keys) - KEYS
            if unknown:
                raise ValueError(f"{name}.yaml: {row_id}: unknown key {sorted(unknown)}")
            if keys.get("starts") and keys["starts"] not in starts():
                raise ValueError(f"{name}.yaml: {row_id}: starts.yaml has no {keys['starts']!r}")
            rows[row_id] = Row(row_id, **{**keys, "steps": tuple(keys.get("steps", ()))})
    return rows


@cache
def starts() -> dict[str, dict[str, str]]:
    return {name: {k: v for k, v in row.items() if k != "says"} for name, row in loaded("starts").items()}


@cache
def fragments() -> dict[str, str]:
    return {name: text.rstrip("\n") for name, text in loaded("fragments").items()}


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced; a value of several lines keeps the place's indentation."""
    lines = []
    for line in text.split("\n"):
        while match := next((m for m in _WORD.finditer(line) if m[1] in values or m[1] in fragments()), None):
            value = values.get(match[1], fragments().get(match[1], ""))
            before = line[: match.start()]
            if "\n" in value:
                if before.strip(" \t-") or line[match.end() :].strip():
                    raise Unfit(f"{match[0]} of several lines inside the line {line!r}")
                value = filled(value, values).replace("\n", "\n" + before.replace("-", " "))
                value = re.sub(r"[ \t]+(?=\n)", "", value)
            line = before + value + line[match.end() :]
            if "\n" in value:
                break
        lines.append(line)
    return "\n".join(lines)


def argv(command: str) -> str:
    words = (
        ["sh", "-c", command] if _NEEDS_SHELL.search(command) or re.match(r"\w+=", command) else shlex.split(command)
    )
    return json.dumps(words)


def values(command: str, form: Row) -> dict[str, str]:
    """What the placeholders of a fragment stand for, before this command of this program."""
    given = {"command": command, "quoted": json.dumps(command), "argv": argv(command)} if command else {}
    if form.calls:
        given["module"], _, given["function"] = form.calls.partition(":")
    if form.script:
        given["script"] = form.script
    return given


def check(part: Row, command: str, form: Row) -> None:
    if any(character in command for character in part.refuses):
        raise Unfit(f"{part.id} takes no command with {part.refuses!r}: {command}")
    for needed, key in (("script", form.script), ("module", form.calls)):
        if part.asks(needed) and not key:
            raise Unfit(f"{part.id} needs a {needed}, which {form.id} has not")


def put_together(starter: Row, hop: Row | None, form: Row, command: str = "") -> dict[str, str]:
    """The files of a starter that runs a command through a hop to a program. Raises Unfit."""
    files: dict[str, str] = {}
    command = command or form.command
    if hop and (hop.names or _OWN_SCRIPT.search(hop.text)) and form.script != "train.py":
        raise Unfit(f"{hop.id} runs train.py, which {form.id} has not")
    for part in filter(None, (form, hop, starter)):
        check(part, command if part is not form else "", form)
        given = values(command, form)
        for path, text in part.files.items():
            if path in files:
                raise Unfit(f"{path} is a file of two parts")
            files[path] = filled(text, given)
        if part.command and part is not form:
            command = filled(part.command, given)
    return with_requirements(files)


def with_requirements(files: dict[str, str]) -> dict[str, str]:
    """The files, and the requirements that one of them installs."""
    if "requirements.txt" not in files and any("requirements.txt" in text for text in files.values()):
        files["requirements.txt"] = fragments()["requirements"]
    return files


# --- the cases -------------------------------------------------------------------------------------------------------


def cases() -> Iterator[Case]:
    yield from _starters()
    yield from _hops()
    yield from _forms()
    yield from _gates()
    yield from _twins()
    yield from _chains()
    yield from _mixed()


def wanted(row: Row, default: str = "") -> dict[str, str]:
    kind = row.starts or default
    return {**(starts()[kind] if kind else {}), **row.strengths}


def _starters() -> Iterator[Case]:
    for row in table("starters").values():
        form = table("forms")[row.form or PLAIN_FORM]
        yield Case(f"starters/{row.id}", put_together(row, None, form), wanted(row))


def _hops() -> Iterator[Case]:
    for row in table("hops").values():
        form = table("forms")[row.form or PLAIN_FORM]
        starter = table("starters")[row.starter or PLAIN_STARTER]
        files = put_together(starter if row.command else row, row if row.command else None, form)
        yield Case(f"hops/{row.id}", files, wanted(row, starter.starts))


def _forms() -> Iterator[Case]:
    starter = table("starters")[PLAIN_STARTER]
    for row in table("forms").values():
        yield Case(f"forms/{row.id}", put_together(starter, None, row), wanted(row, starter.starts))


def _gates() -> Iterator[Case]:
    shared = loaded("gates_shared")
    for row in table("gates").values():
        yield Case(f"gates/{row.id}", _gated(row, shared, "github/push"), _of_gate(row))


def _of_gate(row: Row) -> dict[str, str]:
    return {**({"model-validation-gate": row.gate} if row.gate else {}), **row.strengths}


def _gated(row: Row, shared: Mapping[str, str], starter: str) -> dict[str, str]:
    """The files of a gate: those that all gates share, its own, and its steps as one command of a starter."""
    files = {path: filled(text, {}) for path, text in {**shared, **row.files}.items()}
    if row.steps:
        start = table("starters")[starter]
        command = ("\n" if any("\n" in step for step in row.steps) else " && ").join(row.steps)
        check(start, command, Row("gate"))
        for path, text in start.files.items():
            if path in files:
                raise Unfit(path)
            files[path] = filled(text, values(command, Row("gate")))
    return with_requirements(files)


def _twins() -> Iterator[Case]:
    plain = table("starters")[PLAIN_STARTER]
    for row in table("twins").values():
        form = table("forms")[row.form or PLAIN_FORM]
        starter = table("starters")[row.starter or PLAIN_STARTER]
        files = put_together(starter if row.command else row, row if row.command else None, form)
        yield Case(f"twins/{row.id}", files, wanted(row, "" if row.strengths else "nothing"))
    for row in table("hops").values():
        form = table("forms")[row.form or PLAIN_FORM]
        if row.command and row.other:  # the same files, and another command asked for
            other = Row(row.id, row.files, row.other)
            yield Case(f"twins/other/{row.id}", put_together(plain, other, form), starts()[row.otherwise])
        if row.command and row.files and not row.strengths:  # the files that it goes through are not there
            yield Case(
                f"twins/absent/{row.id}", put_together(plain, Row(row.id, {}, row.command), form), starts()["nothing"]
            )
    for row in table("forms").values():
        if row.other:
            yield Case(f"twins/other/{row.id}", put_together(plain, None, row, row.other), starts()["nothing"])


def _chains() -> Iterator[Case]:
    for row in table("chains").values():
        yield Case(f"chains/{row.id}", {path: filled(text, {}) for path, text in row.files.items()}, row.strengths)


def _rank(*names: str) -> str:
    return sha256("\n".join(names).encode()).hexdigest()


def _mixed() -> Iterator[Case]:
    """Drawn combinations: for each starter some hops, for each hop some starters, each with one form."""
    takers = [row for row in table("starters").values() if row.asks("command", "quoted", "argv") and row.starts in RUN]
    hops = [row for row in table("hops").values() if row.command and not row.strengths]
    pairs = []
    for starter in takers:
        pairs += [[(starter, hop) for hop in sorted(hops, key=lambda hop: _rank(starter.id, hop.id))]]
    for hop in hops:
        pairs += [[(starter, hop) for starter in sorted(takers, key=lambda starter: _rank(starter.id, hop.id))]]
    found: dict[str, Case] = {}
    for ranked in pairs:
        drawn = 0
        for starter, hop in ranked:
            case = _drawn(starter, hop)
            if case:
                found[case.id] = case
                drawn += 1
            if drawn == DRAWN:
                break
    yield from found.values()
    yield from _mixed_gates(takers)


def _drawn(starter: Row, hop: Row) -> Case | None:
    forms = sorted(table("forms").values(), key=lambda form: _rank(starter.id, hop.id, form.id))
    for form in forms:
        if form.strengths or form.starts:
            continue
        try:
            files = put_together(starter, hop, form)
        except Unfit:
            continue
        if not hop.asks(*GIVEN) and PLAIN_SCRIPT not in files:
            continue  # the hop runs it whatever it is given, and the form has none
        return Case(f"mixed/{starter.id} + {hop.id} + {form.id}", files, wanted(starter))
    return None


def _mixed_gates(takers: list[Row]) -> Iterator[Case]:
    shared = loaded("gates_shared")
    for gate in table("gates").values():
        for starter in sorted(takers, key=lambda one: _rank(one.id, gate.id)) if gate.steps and gate.gate else ():
            if starter.starts in ("schedule", "push") and starter.id != "github/push":
                try:
                    files = _gated(gate, shared, starter.id)
                except Unfit:
                    continue
                yield Case(f"mixed/{starter.id} + gate {gate.id}", files, _of_gate(gate))
                break


# --- what mlripe finds -----------------------------------------------------------------------------------------------


def found(case: Case) -> dict[str, str]:
    """The strengths that mlripe gives to the capabilities that the case is judged by."""
    from mlripe.auditing import inspection
    from mlripe.evidence import Strength
    from mlripe.snapshot.memory import MemorySnapshot

    with MemorySnapshot(case.files) as snapshot:
        evidence = inspection(snapshot).detection.evidence  # what the levels are judged by; levels cost time
    return {
        name: max((one.strength for one in evidence if one.capability == name), default=Strength.none).name
        for name in case.wanted
    }


def holds(right: str, got: str) -> bool:
    sign, strength = (right[:2], right[2:]) if right[:2] in ("<=", ">=") else ("", right)
    difference = ORDER.index(got) - ORDER.index(strength)
    return {"": difference == 0, "<=": difference <= 0, ">=": difference >= 0}[sign]


def wrong(case: Case) -> list[str]:
    """A sentence for each capability whose strength is not right."""
    got = found(case)
    return [f"{k}: {right} is right, got {got[k]}" for k, right in case.wanted.items() if not holds(right, got[k])]


def failing() -> list[str]:
    return FAILING.read_text().splitlines()


# --- the command -----------------------------------------------------------------------------------------------------


def show(case: Case) -> None:
    for path, text in case.files.items():
        print(f"--- {path}\n{text}")
    print(f"=== {case.id}\nright: {dict(case.wanted)}\nfound: {found(case)}\n")


def shares(all_cases: list[Case], write: bool) -> None:
    right: dict[str, list[bool]] = {name: [] for name in (*TABLES, "mixed")}
    bad = []
    for case in all_cases:
        faults = wrong(case)
        right[case.id.partition("/")[0]].append(not faults)
        if faults:
            bad.append(case.id)
    for name, results in right.items():
        print(f"{name:10} {sum(results):4} of {len(results):4} right, {sum(results) / max(1, len(results)):.1%}")
    total = [one for results in right.values() for one in results]
    print(f"{'all':10} {sum(total):4} of {len(total):4} right, {sum(total) / len(total):.1%}")
    if write:
        FAILING.write_text("".join(f"{name}\n" for name in sorted(bad)))


def main(asked: list[str]) -> None:
    all_cases = list(cases())
    names = [word for word in asked if word != "--write"]
    if names:
        for case in all_cases:
            if any(name in case.id for name in names):
                show(case)
    else:
        shares(all_cases, "--write" in asked)


if __name__ == "__main__":
    main(sys.argv[1:])
