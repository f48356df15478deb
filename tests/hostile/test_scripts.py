"""TypeScript, JavaScript and R that is written to take time or memory: each is read within limits, and told where it is not.

A family is a kind of text, not one text: the limits hold for any size and spelling of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlripe.readers.languages.syntax import LARGEST

if TYPE_CHECKING:
    from tests.hostile.conftest import MeasuredRead

SECONDS = 7.0
MEGABYTES = 330.0

# the part that is repeated, and the ending of the file
FAMILIES = (
    ("brackets", "(", ".ts"),
    ("braces", "{", ".ts"),
    ("objects in calls", "({", ".js"),
    ("calls in calls", "f(a,", ".ts"),
    ("chains of calls", "a.b()", ".ts"),
    ("optional members", "a?.", ".ts"),
    ("assertions", "a!", ".tsx"),
    ("tagged templates", "`", ".ts"),
    ("templates in templates", "`${", ".ts"),
    ("quotes", '"', ".js"),
    ("tags that never close", "<a>", ".tsx"),
    ("attributes of tags", "<a b=", ".ts"),
    ("type arguments", "a<b>(", ".ts"),
    ("types of types", "type A=", ".ts"),
    ("conditions in conditions", "if(a<1){throw b}else ", ".ts"),
    ("choices", "a?b:", ".ts"),
    ("functions in functions", "x=>{y(", ".ts"),
    ("classes", "@a class B{@c d(){}}", ".ts"),
    ("classes in classes", "class A extends ", ".js"),
    ("patterns", "const {a,", ".ts"),
    ("assignments", "a.b=", ".js"),
    ("imports", "import{a}from'b';", ".ts"),
    ("exports", "export default ", ".ts"),
    ("comments", "/*", ".js"),
    ("no text", "\x00", ".js"),
)


@pytest.mark.parametrize(("part", "ending"), [row[1:] for row in FAMILIES], ids=[row[0] for row in FAMILIES])
def test_scripts(part: str, ending: str, measured_read: MeasuredRead) -> None:
    content = (part * (LARGEST // len(part))).encode()
    told = measured_read(f"a{ending}", content, SECONDS, MEGABYTES)
    assert all("complex" in says or "nested" in says for says in told), told


def test_what_is_larger_is_not_parsed(measured_read: MeasuredRead) -> None:
    (says,) = measured_read("a.ts", b"f();" * LARGEST, SECONDS, MEGABYTES)
    assert says == "not parsed: larger than 256 KiB"


# R has no grammar of a package: its own reader passes over a file once
OF_R = (
    "f(", "f(a,", "{", "function(x) ", "f <- function() {", "f <- function(x) g(x)\n", '"', "'", "`", "a$b(", "a::b(",
    "library(a);", "source('a.R')\n", "list.files('a')\n", "file.path('a',", "%", "[[", "#", "1L,", "```{r}\n",
)  # fmt: skip


@pytest.mark.parametrize("part", OF_R)
@pytest.mark.parametrize("path", ["a.R", "a.Rmd"])
def test_r(path: str, part: str, measured_read: MeasuredRead) -> None:
    told = measured_read(path, (part * (2 * LARGEST // len(part))).encode(), SECONDS, MEGABYTES)
    assert all("complex" in says or "nested" in says for says in told), told
