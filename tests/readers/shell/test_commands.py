"""A shell text becomes simple commands: their words, lines, directories, and whether their failure matters."""

from __future__ import annotations

import time

import pytest

from mlripe.readers import read
from mlripe.readers.shell.commands import commands, read_shell, words


def argvs(text: str) -> list[str]:
    return [" ".join(command.argv) for command in commands(text)]


def allow_failure(text: str, *, strict: bool = True, pipefail: bool = False) -> list[str]:
    """The commands whose failure stops nothing, by their first words."""
    found = commands(text, strict=strict, pipefail=pipefail)
    return [command.argv[0] for command in found if command.allow_failure]


def directories(text: str, script: str = "") -> dict[str, str]:
    """Where each python command runs."""
    found = commands(text, script=script)
    return {command.argv[1]: command.directory for command in found if command.argv[0] == "python"}


# --- splitting -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a && b || c ; d & e | f\ng", ["a", "b", "c", "d", "e", "f", "g"]),
        ("python train.py \\\n  --lr 0.1", ["python train.py --lr 0.1"]),
        ("a # b\n# c\nd#e", ["a", "d#e"]),
        ("echo 'a; b' \"c && $d\" e\\ f", ["echo a; b c && $d e f"]),
        ("A=1 B='x y' python t.py", ["python t.py"]),
        ("x=1", []),
        ("python t.py > log 2>&1 < in >> more &> all", ["python t.py"]),
        ("(a; b) && { c; d; } > out", ["a", "b", "c", "d"]),
        ("if a; then b; elif c; then d; else e; fi", ["a", "b", "c", "d", "e"]),
        ("for i in 1 2 $(seq 3); do a $i; done", ["seq 3", "a $i"]),
        ("for ((i=0; i<3; i++)); do a; done; b", ["a", "b"]),
        ("while read x; do a; done < file", ["read x", "a"]),
        ('case "$1" in\n a|b) c ;;\n (*) d;;\nesac\ne', ["c", "d", "e"]),
        ("f() { a; }\nfunction g { b; }\nf", ["f", "a"]),
        ("echo $(date) `hostname`", ["date", "hostname", "echo $(date) `hostname`"]),
        ('x="$(a "$(b)")"', ["b", "a $(b)"]),
        ("[[ -f a && $b < 3 ]] && c", ["[[ -f a && $b < 3 ]]", "c"]),
        ("((n > 1)) && a; b=$((1 + (2)))", ["a"]),
        ("diff <(sort a) <(sort b)", ["sort a", "sort b", "diff <(sort a) <(sort b)"]),
        ('args=(--x 1)\na "${args[@]}"', ["a --x 1"]),
        ("! a; time b", ["a", "b"]),
        ("a ${b:-c d} ${{ x && y || 'z' }}", ["a c d ${{ x && y || 'z' }}"]),
        ("a\r\nb \\\r\n c\r\n", ["a", "b c"]),
        ("az ml `\n --file x `\n --y\ncopy a ^\n b", ["az ml --file x --y", "copy a b"]),
    ],
)
def test_a_text_is_split_as_a_shell_would(text: str, expected: list[str]) -> None:
    assert argvs(text) == expected


def test_a_command_keeps_its_text_as_written() -> None:
    (command,) = commands("  A=1 python train.py \\\n   --x 'y z' > log\n")
    assert command.text == "A=1 python train.py --x 'y z' > log"


def test_a_variable_of_azure_pipelines_is_no_command() -> None:
    assert argvs("cp $(Build.SourcesDirectory)/a b") == ["cp $(Build.SourcesDirectory)/a b"]


def test_words() -> None:
    assert words("uvicorn app:app --host '0.0.0.0' \"--x=a b\" # c") == (
        "uvicorn",
        "app:app",
        "--host",
        "0.0.0.0",
        "--x=a b",
    )


# --- lines -----------------------------------------------------------------------------------------------------------


def test_lines_count_from_the_line_of_the_text() -> None:
    text = 'a\n\n# c\nb "x\ny" && c\nd \\\n  e; f\nX=1 \\\n g'
    assert {c.argv[0]: c.line for c in commands(text, line=10)} == {
        "a": 10,
        "b": 13,
        "c": 14,
        "d": 15,
        "f": 16,
        "g": 18,
    }


# --- texts in texts --------------------------------------------------------------------------------------------------


def test_a_here_document_is_no_text_of_commands() -> None:
    assert argvs("cat > x <<'EOF' && b\nrm -rf it's\nEOF\nc") == ["cat", "b", "c"]
    assert argvs("python - <<-PY\n\timport os\n\tPY\nc") == ["python -", "python -c import os\n", "c"]


def test_a_here_document_that_a_shell_reads_is() -> None:
    found = commands("ssh host bash -s <<EOF\ncd app\npython t.py\nEOF\npython u.py")
    assert [(c.argv[-1], c.line, c.directory) for c in found[2:]] == [("t.py", 3, "app"), ("u.py", 5, "")]


def test_a_here_document_in_a_substitution() -> None:
    assert argvs("gh pr create --body \"$(cat <<'EOF'\nit's\nEOF\n)\"\nb")[-1] == "b"


def test_the_text_of_sh_c_is_read_too() -> None:
    found = commands('docker run img bash -lc "pip install x &&\n  python t.py"\neval "$(direnv hook)"')
    assert [(" ".join(c.argv), c.line) for c in found[1:3]] == [("pip install x", 1), ("python t.py", 2)]


# --- does a failure matter -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb", []),
        ("a || true\nb || :\nc || echo no\nd || exit 0", ["a", "b", "c", "d"]),
        ("a || exit 1\nb || { echo no; exit 1; }\nc || (echo no && exit 2)", []),
        ("die() { echo no; exit 1; }\na || die here", []),
        ("a && b || true", ["a", "b"]),
        ("{ a; b; } || true", ["a", "b"]),
        ("a | tee log", ["a"]),
        ("a & b", ["a"]),
        ("if a; then b; fi", ["a"]),
        ("if ! a; then exit 1; fi", []),
        ("if a; then b; else exit 1; fi", []),
        ("while a; do b; done", ["a"]),
        ("! a", ["a"]),
        ("x=$(a)", []),
        ("echo $(a)", ["a"]),
        ("set +e\na\nset -e\nb", ["a", "set"]),
        ('set +e\na\nstatus=$?\nset -e\nb\nexit "$status"', ["set"]),
        ("set +e\na\nstatus=$?\nset -e\nb\necho $status", ["a", "set"]),
    ],
)
def test_with_set_e_a_failure_stops_unless_the_text_says_otherwise(text: str, expected: list[str]) -> None:
    assert allow_failure(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb\nc", ["a", "b"]),
        ("a && b\nc", ["b"]),
        ("a || exit 1\nc", []),
        ("set -euo pipefail\na | b\nc", ["set"]),
        ("set -o errexit\na\nb", ["set"]),
        ("if [ -z x ]; then exit 1; fi\nb", ["["]),
        ("main() {\n a\n b\n}\nmain", ["a"]),
        ("if a; then b; c; fi", ["a", "b"]),
    ],
)
def test_without_set_e_only_the_last_command_counts(text: str, expected: list[str]) -> None:
    assert allow_failure(text, strict=False) == expected


def test_pipefail_makes_every_part_of_a_pipe_count() -> None:
    assert allow_failure("pytest | tee log", pipefail=True) == []


# --- where it runs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cd src && python a\npython b", {"a": "src", "b": "src"}),
        ("(cd src; python a)\npython b", {"a": "src", "b": ""}),
        ("cd src/x; python a; cd ..; python b; cd -; python c", {"a": "src/x", "b": "src", "c": "src/x"}),
        ("pushd x; python a; popd; python b", {"a": "x", "b": ""}),
        ("cd src; for d in *; do cd $d; python a; cd ..; python b; done", {"a": "src", "b": "src"}),
        ("cd /opt/x; python a", {"a": ""}),
        ("cd ../y; python a", {"a": "../y"}),
        ("D=src\ncd $D/x; python a", {"a": "src/x"}),
        ("cd sub; cd $GITHUB_WORKSPACE/y; python a; cd ${{ github.workspace }}; python b", {"a": "y", "b": ""}),
        ("cd x | python a; python b", {"a": "", "b": ""}),
        ("if t; then cd x; python a; else python b; fi", {"a": "x", "b": ""}),
    ],
)
def test_directories(text: str, expected: dict[str, str]) -> None:
    assert directories(text) == expected


def test_a_script_that_goes_to_its_own_folder() -> None:
    text = 'H="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"\ncd "$H/.."\npython a\ncd $(dirname $0)/x\npython b'
    assert directories(text, script="ops/scripts") == {"a": "ops", "b": "ops/scripts/x"}


def test_a_directory_to_start_from() -> None:
    assert [c.directory for c in commands("a; cd ../y; b", directory="x")] == ["x", "x", "y"]


# --- files, and texts that are none ----------------------------------------------------------------------------------


def test_a_script_is_one_unit() -> None:
    (unit,) = read_shell("scripts/run.sh", b"#!/bin/bash -e\npython a.py\npython b.py\n").units
    assert (unit.kind, unit.id, unit.directory) == ("script", "script", "")
    assert [(c.argv[1], c.line, c.allow_failure) for c in unit.commands] == [("a.py", 2, False), ("b.py", 3, False)]


def test_a_script_without_set_e_goes_on_after_a_failure() -> None:
    (unit,) = read_shell("run.sh", b"python a.py\npython b.py\n").units
    assert [c.allow_failure for c in unit.commands] == [True, False]


@pytest.mark.parametrize(
    "text",
    [
        "if ($LASTEXITCODE -ne 0) { throw 'x' }\n$x = @\"\nit's\n\"@\npython a.py",
        "echo don't\npython a.py",
        'echo 5" wide\npython a.py',
        "fi done } ) ;; && esac\npython a.py",
        "echo `never closed\npython a.py",
    ],
)
def test_what_is_no_shell_is_still_read(text: str) -> None:
    assert ("python", "a.py") in [c.argv for c in commands(text)]


@pytest.mark.parametrize(
    "piece", ['"$(', "`", "'", "${", "$((", "( ", "f() ", "if a; then ", "a && ", "<<E\n", "then "]
)
def test_a_hostile_text_takes_bounded_time(piece: str) -> None:
    start = time.process_time()
    found = commands(piece * 5_000, strict=False)
    assert len(found) <= 2000
    assert time.process_time() - start < 5


def test_a_script_without_an_ending_says_in_its_first_line_what_runs_it() -> None:
    assert [c.argv for u in read("scripts/test", b"#!/bin/sh -e\npytest tests\n").units for c in u.commands] == [
        ("pytest", "tests")
    ]
    assert read("bin/check-all", b"#!/usr/bin/env bash\nmypy src\n").units
    assert not read("scripts/report", b"#!/usr/bin/env python3\nimport pytest\n").units
    assert not read("data/test", b"#!/bin/sh\npytest\n").units, "no folder of programs"
    assert not read("bin/tool", b"\x7fELF sh\n").units


def test_a_function_hands_its_argument_to_a_remote_shell() -> None:
    text = 'on() { sshpass -p "$P" ssh -o A=no me@host "$1"; }\non "cd app && docker run -d api"\nall() { ssh host "$@"; }\nall make up\n'
    found = [command.argv for command in commands(text)]
    assert ("docker", "run", "-d", "api") in found
    assert ("make", "up") in found
