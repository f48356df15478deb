"""A repository's names and texts, and its settings', cannot break a format or speak to who reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from mlripe.reports import Options, Told, render
from mlripe.reports.terminal.text import one_line, wrapped

Poison = Callable[[Told, str], Told]
HOSTILE = [
    "a\nb\r\nc",
    "\n::error file=a::b",
    "::set-output name=level::4",
    "x\r::add-mask::secret",
    "##[error]no",
    "a ##vso[task.setvariable variable=x]y",
    "\n##vso[task.complete result=Succeeded;]done",
    "##VSO[task.logissue type=error]",
    "a]b;c,d:e%0Af%25",
    "]]>",
    "</failure><failure/>",
    '"><script>alert(1)</script>',
    "<!-- mlripe -->",
    "--><img src=x onerror=alert(1)>",
    "\x00\x01\x08\x0b\x1b[31m\x7f\x85\ufffe\uffff",
    "\ud800 \udfff \udce8",
    "\u202eevil\u2066\u2028\u2029",
    "a | b || c \\| d \\",
    "| --- | --- |",
    "`code` ``more`` ``` fence",
    "`",
    "\\`",
    "[click](javascript:alert(1)) ![x](https://evil.example/x.png)",
    "[a]: https://evil.example",
    "@everyone #1 GH-2 https://evil.example/x www.evil.example owner/name#3 a@b.example",
    "*a* _b_ ~~c~~ $d$ &lt; &amp; &#64;team",
    "# title",
    "- [ ] item",
    "",
    " ",
    "a" * 10_000,
    "😀 ünï",
]


def told_in(format_: str, told: Told) -> str:
    return render(format_, told, Options(verbose=True))


@pytest.fixture(params=range(len(HOSTILE)), ids=[ascii(text)[:40] for text in HOSTILE])
def hostile(request: pytest.FixtureRequest) -> str:
    return HOSTILE[request.param]


@pytest.fixture(params=["audited", "checked"])
def told(request: pytest.FixtureRequest, hostile: str, poisoned: Poison) -> Told:
    found: Told = request.getfixturevalue(request.param)
    return poisoned(found, hostile)


@pytest.fixture
def harmless(request: pytest.FixtureRequest, told: Told, poisoned: Poison) -> Told:
    """The same with a word in every place."""
    return poisoned(told, "word")


def strict(value: Any) -> None:
    """Raises where a text has a lone surrogate or a control character other than a newline."""
    for text in texts(value):
        text.encode()
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for each in value.items() if isinstance(value, dict) else value:
            yield from texts(list(each) if isinstance(each, tuple) else each)


def test_json_formats(told: Told, holds_against: Callable[[Any, str], None]) -> None:
    sarif = json.loads(told_in("sarif", told))
    holds_against(sarif, "https://json.schemastore.org/sarif-2.1.0.json")
    strict(sarif["runs"][0]["results"])
    for result in sarif["runs"][0]["results"]:
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9/%._~-]*", uri), uri
    assert all(issue["location"]["lines"]["begin"] >= 1 for issue in json.loads(told_in("gitlab", told)))
    assert set(json.loads(told_in("badge", told))) == {"schemaVersion", "label", "message", "color"}


def test_xml_formats(told: Told, hostile: str) -> None:
    root = Xml.fromstring(told_in("junit", told).encode())
    assert {each.tag for each in root.iter()} <= {"testsuites", "testsuite", "testcase", "failure", "skipped"}
    picture = Xml.fromstring(told_in("badge-svg", told).encode())
    assert {each.tag.split("}")[1] for each in picture.iter()} == {"svg", "title", "clipPath", "rect", "g", "text"}


def test_github_log_obeys_our_commands_alone(told: Told) -> None:
    for line in told_in("github", told).split("\n"):
        assert "\r" not in line
        if line.lstrip().startswith("::"):
            obeyed = re.fullmatch(r"::(?:error|notice) ([^:]*)::.*", line)
            assert obeyed
            properties = obeyed[1]
            assert {part.split("=")[0] for part in properties.split(",")} <= {"file", "line", "title"}
        assert "##[" not in line


def test_azure_log_obeys_our_commands_alone(told: Told) -> None:
    for line in told_in("azure", told).split("\n"):
        assert line.lower().count("##vso[") == line.startswith("##vso[task.logissue ")
        if line.startswith("##vso["):
            inside = line[len("##vso[task.logissue ") :].split("]")[0]
            names = [part.split("=")[0] for part in inside.split(";") if part]
            assert set(names) <= {"type", "sourcepath", "linenumber", "code"}
            assert len(names) == len(set(names))


@pytest.mark.parametrize("format_", ["json", "sarif", "gitlab", "junit", "markdown", "badge", "badge-svg"])
def test_a_report_in_a_log_gives_no_command(format_: str, told: Told) -> None:
    for line in told_in(format_, told).splitlines():
        assert not re.search(r"##(vso)?\[", line, re.IGNORECASE)
        assert not line.lstrip().startswith("::")


def leaves(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from leaves(token.children or [])


def headings(written: str) -> list[str]:
    return [token.tag for token in MarkdownIt("commonmark").parse(written) if token.type == "heading_open"]


def test_markdown_stays_ours(told: Told, harmless: Told) -> None:
    written = told_in("markdown", told)
    assert written.splitlines()[0] == "<!-- mlripe -->"
    assert written.splitlines().count("<!-- mlripe -->") == 1
    tokens = list(leaves(MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(written)))
    html = {tag for token in tokens if token.type.startswith("html") for tag in re.findall(r"<[^>]*>", token.content)}
    assert html <= {"<!-- mlripe -->", "<details>", "</details>", "<summary>", "</summary>", "<sub>", "</sub>", "<br>"}
    assert not [token for token in tokens if token.type in ("link_open", "image", "s_open", "em_open")]
    shown = "\n".join(token.content for token in tokens if token.type == "text")
    assert not re.search(r"@\w|#\d|://|\bwww\.|GH-\d", shown), "no mention, no reference, no bare link"
    assert headings(written) == headings(told_in("markdown", harmless))


def test_markdown_tables_keep_their_columns(told: Told) -> None:
    columns = 0
    for token in MarkdownIt("commonmark").enable("table").parse(told_in("markdown", told)):
        if token.type == "tr_open":
            columns = 0
        elif token.type in ("td_open", "th_open"):
            columns += 1
        elif token.type == "tr_close":
            assert columns in (2, 3, 4, 6)
    rows = [line for line in told_in("markdown", told).splitlines() if line.startswith("|")]
    assert all(line.endswith(" |") for line in rows)


def test_markdown_fits_a_comment(told: Told) -> None:
    assert len(told_in("markdown", told)) < 65_536


def test_a_line_for_people_gives_no_command(hostile: str) -> None:
    lines = [one_line(hostile), *wrapped(f"somebody says {hostile}", 80, "  ")]
    for line in lines:
        assert not re.match(r"\s*::(error|set-output|add-mask)", line)
        assert not re.search(r"##(vso)?\[", line, re.IGNORECASE)
