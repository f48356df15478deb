"""Globs as `.gitignore` writes them, held against git itself and against a matcher that simply tries everything."""

from __future__ import annotations

import random
import re
import subprocess
import time
from pathlib import Path

import pytest

from mlripe.catalog import load
from mlripe.catalog.glob_syntax import _PATH, alternatives, fits, joint, literals, segments, translate
from mlripe.catalog.globs import PathGlobs, PathSets, WordGlobs, ending, walk

NAMES = ["a", "b", "]", "-", "!", "^", "[", "z", "ab", "a]", "[a", "x-y", "aXb", "a.b", ".b", "*", "a*b", "d5", "é", "{a}", "\\", "a\\"]  # fmt: skip
PATHS = [*NAMES, *(f"{one}/{two}" for one in NAMES[:14] for two in NAMES[:14]), "a/b/a", "a/b/ab", "b/a/a/b", "a/b/z/d5", "a/]/[a/b"]  # fmt: skip
PIECES = ["a", "b", "z", "/", "*", "**", "?", "[ab]", "[!a]", "[^]x]", "[]]", "[]-a]", "[a-z]", "[z-a]", "[!]", "[", "]", "[a", "\\*", "\\a", "\\", "-", "!", "^", ".", "[[:alpha:]]", "[![:digit:]-]", "[a\\]]", "[+-9]", "[--0]", "[a-\\d]", "**/", "/**", "{", "}", "é"]  # fmt: skip


def globs(count: int, seed: int, pieces: list[str] = PIECES) -> list[str]:
    rng = random.Random(seed)
    return ["".join(rng.choices(pieces, k=rng.randint(1, 6))) for _ in range(count)]


# --- a matcher that tries everything ---------------------------------------------------------------------------------


def expected(glob: str, path: str) -> bool:
    """What a glob matches, by the rules as they are written down: tries every way to divide the path."""
    return _segments(list(segments(glob)), path.split("/"))


def _segments(wanted: list[str], parts: list[str]) -> bool:
    if not wanted:
        return not parts
    if wanted[0] == "**":
        return any(_segments(wanted[1:], parts[at:]) for at in range(len(parts) + 1))
    return bool(parts) and _segment(wanted[0], parts[0]) and _segments(wanted[1:], parts[1:])


def _segment(wanted: str, name: str) -> bool:
    if not wanted:
        return not name
    if wanted[0] == "*":
        return any(_segment(wanted[1:], name[at:]) for at in range(len(name) + 1))
    if not name:
        return False
    if wanted[0] == "?":
        return _segment(wanted[1:], name[1:])
    if wanted[0] == "\\" and len(wanted) > 1:
        return name[0] == wanted[1] and _segment(wanted[2:], name[1:])
    if wanted[0] == "[" and (read := _class(wanted)):
        members, turned, rest = read
        return ((name[0] in members) != turned) and _segment(rest, name[1:])
    return name[0] == wanted[0] and _segment(wanted[1:], name[1:])


def _class(wanted: str) -> tuple[set[str], bool, str] | None:
    """The characters of a class, whether it is turned round, and what comes behind it; None where it has no end."""
    at, members = 1, set()
    turned = wanted[at : at + 1] in ("!", "^")
    at += turned
    first = at
    last = ""  # what a dash may go on from
    while at < len(wanted):
        char = wanted[at]
        if char == "]" and at > first:
            return members, turned, wanted[at + 1 :]
        posix = re.match(r"\[:(alpha|digit):\]", wanted[at:])
        if posix:
            members |= {c for c in map(chr, range(128)) if (c.isalpha() if posix[1] == "alpha" else c.isdigit())}
            at, last = at + len(posix[0]), ""
            continue
        if char == "-" and last and wanted[at + 1 : at + 2] not in ("]", ""):
            at += 1 + (wanted[at + 1] == "\\")
            if at >= len(wanted):
                return None
            members |= {chr(code) for code in range(ord(last), ord(wanted[at]) + 1)}
            at, last = at + 1, ""
            continue
        if char == "\\":
            at += 1
            if at >= len(wanted):
                return None
            char = wanted[at]
        members.add(char)
        at, last = at + 1, char
    return None


def test_every_way_to_match_agrees_with_the_rules() -> None:
    some = 0
    for glob in globs(450, seed=1):
        wanted = [path for path in PATHS if any(expected(each, path) for each in alternatives(glob))]
        some += bool(wanted)
        one = PathGlobs([glob])
        assert [path for path in PATHS if walk_any(glob, path)] == wanted, glob
        assert [path for path in PATHS if one.fullmatch(path)] == wanted, glob
        atomic = joint(alternatives(glob))
        assert [path for path in PATHS if atomic.fullmatch(path)] == wanted, glob
        plain = re.compile(translate(glob), re.DOTALL)
        assert [path for path in PATHS if plain.fullmatch(path)] == wanted, glob
        for path in wanted:
            assert path.endswith(ending(glob)), glob
    assert some > 100


def walk_any(glob: str, path: str) -> bool:
    return any(walk(segments(each), path.split("/")) for each in alternatives(glob))


def test_many_globs_at_once_are_each_of_them() -> None:
    for seed in range(40):
        some = globs(12, seed)
        wanted = [path for path in PATHS if any(walk_any(glob, path) for glob in some)]
        assert [path for path in PATHS if PathGlobs(some).fullmatch(path)] == wanted, some


def test_many_sets_at_once_are_each_of_them() -> None:
    for seed in range(20):
        sets = [globs(size, seed * 10 + size) for size in (1, 2, 5, 12)] + [[]]
        found = PathSets(sets)
        for path in PATHS:
            wanted = {number for number, some in enumerate(sets) if any(walk_any(glob, path) for glob in some)}
            assert all(found.matching(path) == wanted for _ in range(3)), (sets, path)


def test_all_scopes_of_the_catalogue_answer_alike_alone_and_at_once() -> None:
    detectors = load().detectors
    patterns = [pattern for detector in detectors for pattern in (*detector.shows, *detector.starts)]
    patterns += [each for pattern in patterns for each in (*pattern.when, *pattern.unless)]
    sets = list(dict.fromkeys([each.within for each in patterns] + [each.path for each in patterns]))
    names = {re.sub(r"[*?]+", "x", glob) for some in sets for glob in some}
    paths = sorted({f"{folder}{name.strip('/')}" for name in names for folder in ("", "tests/", "ml/src/")})
    assert len(paths) > 2000
    found, alone = PathSets(sets), [PathGlobs(some) for some in sets]
    for path in paths:
        assert found.matching(path) == {number for number, one in enumerate(alone) if one.fullmatch(path)}, path


def test_words_agree_with_the_rules() -> None:
    pieces = [piece for piece in PIECES if "/" not in piece and "\\" not in piece]
    for glob in globs(500, 3, pieces):
        one = WordGlobs([glob])
        wanted = [name for name in NAMES if _segment(glob, name)]
        assert [name for name in NAMES if one.fullmatch(name)] == wanted, glob
        assert [name for name in NAMES * 5 if one.fullmatch(name)] == wanted * 5, glob  # asked often
        assert all(text in name for name in wanted for text in literals(glob)), glob
    assert fits("a?c", "a/c", word=True)
    assert not fits("a?c", "a/c")


def test_git_itself_agrees(tmp_path: Path) -> None:
    """Anchored globs against git's own matcher of paths, for those that git takes for well formed."""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    blob = subprocess.run(
        ["git", "hash-object", "-w", "--stdin"], cwd=tmp_path, input=b"", capture_output=True, check=True
    ).stdout.decode()
    files = [path for path in PATHS if path.isascii() and "\\" not in path and not path.startswith("-")]
    files = [path for path in files if not any(other.startswith(f"{path}/") for other in files)]
    entries = "".join(f"100644 {blob.strip()}\t{path}\0" for path in files)
    subprocess.run(["git", "update-index", "-z", "--index-info"], cwd=tmp_path, input=entries.encode(), check=True)
    asked = 0
    for glob in dict.fromkeys(globs(900, 5)):
        lexed = _PATH.findall(glob)
        well_formed = not any(each == "[" or (len(each) > 1 and "/" in each) for each in lexed)
        wild = re.search(r"[*?\[]", glob)  # git takes a plain name for a folder as well
        if not well_formed or not wild or not glob.isascii() or glob.startswith("/") or "/" not in glob.strip("/"):
            continue
        if re.search(r"\\(?:\Z|/)|//|/\Z|[{}]", glob):
            continue
        asked += 1
        command = ["git", "ls-files", "-z", "--", f":(glob){glob}"]
        listed = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout.decode().split("\0")[:-1]
        assert sorted(path for path in files if PathGlobs([glob]).fullmatch(path)) == sorted(listed), glob
    assert asked > 60


@pytest.mark.parametrize(
    ("glob", "yes", "no"),
    [
        ("[z-a]*", "zebra", "alpha"),
        ("[]]", "]", "a"),
        ("[!]]*", "a", "]a"),
        ("[^]x]", "a", "x"),
        ("[!]", "[!]", "!"),
        ("[a-\\d]*", "c", "\\"),
        ("src/[]]*.py", "src/]a.py", "src/a.py"),
        ("a[!b]c", "axc", "a/c"),
        ("{{cookiecutter.name}}/", "{{cookiecutter.name}}/a.py", "cookiecutter.name/a.py"),
        ("{*.yml,conf/**}", "conf/a/b", "b/conf"),
        ("{a,{b,c}}.py", "c.py", "{b.py"),
        ("a**b", "axb", "a/b"),
        ("\\*.py", "*.py", "a.py"),
        ("docs/**", "docs/a", "docs"),
        ("doc?/**", "docs/a", "docs"),
        ("x[a.b]", "xa", "xc"),
    ],
)
def test_a_glob_that_is_easily_misread(glob: str, yes: str, no: str) -> None:
    for asked in (1, 60):
        one = PathGlobs([glob])
        assert all(one.fullmatch(yes) and not one.fullmatch(no) for _ in range(asked))


def test_braces_by_the_hundred_stand_for_themselves() -> None:
    assert alternatives("{a,b}" * 7) != ("{a,b}" * 7,)
    assert alternatives("{a,b}" * 40) == ("{a,b}" * 40,)
    assert len(alternatives("{" + ",".join(map(str, range(200))) + "}")) == 200


@pytest.mark.parametrize(
    "glob",
    [
        "*a" * 60 + "b", "**/" * 60 + "b", "**/*a*a*a*a/" * 20 + "b", "[ab]*" * 60 + "c", "?*" * 80 + "b", "*[!b]" * 60 + "b",
        "[" * 300, "[[:alpha:]" * 40, "{" * 300, "\\" * 301, "(a*)*" * 30, "*" * 300 + "b",
    ],
)  # fmt: skip
def test_no_glob_tries_every_way(glob: str) -> None:
    started = time.process_time()
    paths = ["a" * 250, "/".join("a" * 120), "/".join(["aaaaaaaa"] * 100), "[" * 250]
    one = PathGlobs([glob])
    assert not any(one.fullmatch(path) for path in paths * 20)
    assert not WordGlobs([glob.rstrip("/")]).fullmatch("a" * 250)
    assert time.process_time() - started < 4
