"""package.json, R's DESCRIPTION and Julia's Project.toml."""

from __future__ import annotations

import json

import pytest

from mlripe.facts import Dependency, FileFacts
from mlripe.readers import Unreadable
from mlripe.readers.dependencies.julia import read_julia_project
from mlripe.readers.dependencies.node import read_package_json
from mlripe.readers.dependencies.r import read_description


def test_package_json() -> None:
    text = """\
{
  "name": "own",
  "dependencies": {
    "next": "14.1.0",
    "@scope/a": "^1.2.0"
  },
  "devDependencies": {"promptfoo": "latest"},
  "peerDependencies": {"react": ">=18"},
  "optionalDependencies": {"fsevents": "~2.3"}
}
"""
    assert read_package_json("package.json", text.encode()).dependencies == (
        Dependency("node", "next", 4, "exact", "14.1.0"),
        Dependency("node", "@scope/a", 5, "bounded", "^1.2.0"),
        Dependency("node", "promptfoo", 7, group="dev"),
        Dependency("node", "react", 8, "loose", ">=18", "peer"),
        Dependency("node", "fsevents", 9, "bounded", "~2.3", "optional"),
    )


@pytest.mark.parametrize(
    ("specifier", "pin"),
    [
        ("1.2.3", "exact"),
        ("=1.2.3", "exact"),
        ("v1.2.3-beta.1", "exact"),
        ("1.2", "bounded"),
        ("1", "bounded"),
        ("1.x", "bounded"),
        ("1.2.0 - 2.0.0", "bounded"),
        (">=1 <2", "bounded"),
        ("^1 || ^2", "bounded"),
        (">=1", "loose"),
        ("^1 || >=3", "loose"),
        ("*", "none"),
        ("x", "none"),
        ("", "none"),
        ("latest", "none"),
        ("npm:other@^1.0", "bounded"),
        ("npm:@scope/other@1.0.0", "exact"),
        ("workspace:^1.0.0", "none"),
        ("file:../own", "none"),
        ("github:owner/name", "none"),
        ("owner/name#v1.2.0", "exact"),
        ("git+https://host.org/a/b.git#0a1b2c3d", "exact"),
        ("https://host.org/a-1.2.3.tgz", "exact"),
    ],
)
def test_how_firmly_npm_holds_a_version(specifier: str, pin: str) -> None:
    content = json.dumps({"dependencies": {"a": specifier}}).encode()
    (dependency,) = read_package_json("package.json", content).dependencies
    assert dependency.pin == pin


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"dependencies": []}', '{"dependencies": "a"}'])
def test_a_package_json_without_dependencies(text: str) -> None:
    assert read_package_json("package.json", text.encode()) == FileFacts()


def test_what_is_no_json_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        read_package_json("package.json", b"{")


def test_description() -> None:
    facts = read_description(
        "DESCRIPTION",
        b"""\
Package: own
Version: 0.1
Depends: R (>= 4.1.0), methods
Imports:
    dplyr (>= 1.0),
    data.table
    (== 1.14.8),
    bad name here
Suggests: testthat (>= 3.0.0)
Description: It imports nothing,
    and says so.
""",
    )
    assert facts.dependencies == (
        Dependency("r", "methods", 3),
        Dependency("r", "dplyr", 5, "loose", ">= 1.0"),
        Dependency("r", "data.table", 6, "exact", "1.14.8"),
        Dependency("r", "testthat", 9, "loose", ">= 3.0.0", "suggests"),
    )
    assert [(each.line, each.says) for each in facts.read_faults] == [
        (8, "`bad name here` is no R package; write `name` or `name (>= 1.2)`")
    ]


def test_a_description_of_something_else() -> None:
    assert read_description("DESCRIPTION", b"Just a text.\nNothing more.\n") == FileFacts()


FLUX, PLOTS, TEST = (f"{digit * 8}-aaaa-bbbb-cccc-dddddddddddd" for digit in "123")


def test_julia_project() -> None:
    text = f"""\
name = "Own"
[deps]
Flux = "{FLUX}"
Plots = "{PLOTS}"
[compat]
Flux = "0.13, 0.14"
Test = "=1.2.3"
julia = "1.9"
[extras]
Test = "{TEST}"
[targets]
test = ["Test"]
"""
    assert read_julia_project("Project.toml", text.encode()).dependencies == (
        Dependency("julia", "Flux", 3, "bounded", "0.13, 0.14"),
        Dependency("julia", "Plots", 4),
        Dependency("julia", "Test", 10, "exact", "=1.2.3", "test"),
    )


@pytest.mark.parametrize(
    ("compat", "pin"),
    [
        ("1.2", "bounded"),
        ("^1.2", "bounded"),
        ("~1", "bounded"),
        ("1.2 - 2", "bounded"),
        (">= 1.2", "loose"),
        ("*", "none"),
    ],
)
def test_how_firmly_julia_holds_a_version(compat: str, pin: str) -> None:
    text = f'[deps]\nFlux = "{FLUX}"\n[compat]\nFlux = "{compat}"\n'
    (dependency,) = read_julia_project("Project.toml", text.encode()).dependencies
    assert dependency.pin == pin


def test_a_project_toml_that_is_not_julias() -> None:
    assert read_julia_project("Project.toml", b'[deps]\nnumpy = "1.0"\n') == FileFacts()
