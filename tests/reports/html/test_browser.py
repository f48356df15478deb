"""The page in a real browser, from disk: nothing is asked of any network, filters filter, axe-core finds nothing.

Needs the extra `browser` and a Chromium; skipped where either is missing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (the extra `browser`)")
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def works(program: str) -> bool:
    """Some systems have a program of that name which only says where to get another one."""
    return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0


CHROMIUM = next(filter(works, filter(None, map(shutil.which, PROGRAMS))), "")

pytestmark = pytest.mark.skipif(
    not CHROMIUM, reason=f"no Chromium that works on PATH under any of the names {', '.join(PROGRAMS)}"
)

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    unboxed = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=unboxed)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Any) -> Open:
    """Opens a report; when it is left, nobody may have complained and nothing else may have been asked for."""

    @contextmanager
    def opened(file: Path, width: int = 1280, **options: Any) -> Iterator[Any]:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        page = context.new_page()
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        yield page
        context.close()
        assert said == []
        assert {address.partition("#")[0] for address in asked} == {file.as_uri()}

    return opened


@pytest.fixture
def full_file(pages: dict[str, Path]) -> Path:
    return pages["full"]


# --- for everybody ---------------------------------------------------------------------------------------------------


def accused(page: Any) -> list[tuple[str, str, str]]:
    """What axe-core finds with everything unfolded, by every rule, not only the serious ones."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is not installed")
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    violations = axe.Axe().run(page).response["violations"]
    return [(each["id"], each["impact"], each["nodes"][0]["html"]) for each in violations]


def test_accessible(page_file: Path, opened: Open) -> None:
    with opened(page_file, color_scheme="light", reduced_motion="reduce") as page:
        assert accused(page) == []


def test_accessible_in_the_dark(pages: dict[str, Path], opened: Open) -> None:
    with opened(pages["check"], color_scheme="dark", reduced_motion="reduce") as page:
        assert accused(page) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_fits_its_window(page_file: Path, width: int, opened: Open) -> None:
    with opened(page_file, width) as page:
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_reads_without_scripts(full_file: Path, opened: Open) -> None:
    with opened(full_file, java_script_enabled=False) as page:
        assert page.locator("#filters").is_hidden()
        assert page.locator("#theme").is_hidden()
        proof = page.locator("#cap-model-validation-gate .proof").first
        assert proof.is_hidden()
        page.locator("#cap-model-validation-gate > summary").click()
        assert proof.is_visible()


def test_by_keyboard(full_file: Path, opened: Open) -> None:
    with opened(full_file) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        page.locator(".cell[href='#cap-model-validation-gate']").focus()
        page.keyboard.press("Enter")
        page.wait_for_function("document.activeElement.closest('details')?.id === 'cap-model-validation-gate'")
        assert page.locator("#cap-model-validation-gate .proof").first.is_visible()


def test_on_paper_there_are_the_proofs(full_file: Path, tmp_path: Path, opened: Open) -> None:
    with opened(full_file) as page:
        page.emulate_media(media="print")
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert page.locator("#cap-model-validation-gate .proof").first.is_visible()
        assert page.locator("#filters").is_hidden()
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert page.locator("#cap-model-validation-gate").get_attribute("open") is None
        assert page.pdf(path=tmp_path / "report.pdf").startswith(b"%PDF")


# --- with scripts ----------------------------------------------------------------------------------------------------


def shown(page: Any) -> list[str]:
    """The capabilities that are listed."""
    return [item.get_attribute("id").removeprefix("cap-") for item in page.locator(".cap:visible").all()]


def test_filters(full_file: Path, opened: Open) -> None:
    with opened(full_file) as page:
        every = shown(page)
        assert len(every) > 40
        page.select_option("#filter-area", "registry")
        assert "model-registry" in shown(page)
        assert len(shown(page)) < 10
        page.select_option("#filter-strength", "0")
        missing = shown(page)
        assert "model-registry" not in missing
        assert page.locator("#filter-count").text_content() == f"{len(missing)} of {len(every)} shown"
        page.get_by_role("button", name="Clear").click()
        page.wait_for_function(f"document.querySelectorAll('.cap:not([hidden])').length === {len(every)}")
        page.get_by_label("Text").fill("MLFLOW  log_")
        assert "experiment-tracking" in shown(page)
        assert len(shown(page)) < 10
        page.get_by_label("Text").fill("there is no such word")
        assert shown(page) == []
        assert page.locator("#filter-none").is_visible()


def test_all_that_is_listed_opens_and_closes(full_file: Path, opened: Open) -> None:
    with opened(full_file) as page:
        page.select_option("#filter-strength", "4")
        count = len(shown(page))
        page.get_by_role("button", name="Open all").click()
        assert page.locator(".cap[open]").count() == count > 0
        page.get_by_role("button", name="Close all").click()
        assert page.locator(".cap[open]").count() == 0


def test_a_cell_of_the_map_leads_to_its_proofs_whatever_is_filtered(full_file: Path, opened: Open) -> None:
    with opened(full_file) as page:
        page.get_by_label("Text").fill("there is no such word")
        page.locator(".cell[href='#cap-model-registry']").click()
        page.wait_for_function("document.querySelector('#cap-model-registry').open")
        assert page.locator("#cap-model-registry .proof").first.is_visible()


def test_an_address_with_a_capability_opens_it(full_file: Path, opened: Open) -> None:
    with opened(full_file) as page:
        page.goto(f"{full_file.as_uri()}#cap-model-registry")
        page.reload()
        assert page.locator("#cap-model-registry .proof").first.is_visible()


def test_every_link_into_the_page_arrives(full_file: Path, opened: Open) -> None:
    with opened(full_file, reduced_motion="reduce") as page:
        for link in page.locator("nav a, .tiles a").all():
            link.click()
            name = link.get_attribute("href").removeprefix("#")
            page.wait_for_function("name => document.getElementById(name).getBoundingClientRect().top < 900", arg=name)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_turn(full_file: Path, scheme: str, opened: Open) -> None:
    def ground(page: Any) -> int:
        colour: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return int(colour.removeprefix("rgb(").split(",")[0])

    with opened(full_file, color_scheme=scheme) as page:
        first = ground(page)
        assert (first > 128) is (scheme == "light")
        page.get_by_role("button", name=f"{'Dark' if scheme == 'light' else 'Light'} colours").click()
        assert (ground(page) > 128) is (scheme == "dark")
        page.get_by_role("button", name=f"{'Light' if scheme == 'light' else 'Dark'} colours").click()
        assert ground(page) == first


def test_lines_to_attest_are_copied(full_file: Path, opened: Open) -> None:
    with opened(full_file) as page:
        snippet = page.locator("#unseen details").first
        snippet.locator("summary").click()
        snippet.get_by_role("button").click()
        page.wait_for_function("['Copied', 'Marked'].includes(document.querySelector('#unseen .copy').textContent)")
        marked = page.evaluate("window.getSelection().toString()")
        assert marked.startswith("[[tool.mlripe.attestations]]\nabout = ")


def test_what_is_hostile_runs_nothing(tmp_path: Path, opened: Open) -> None:
    from mlripe.cli.app import run

    folder = tmp_path / "<img src=x onerror=alert(1)>"
    folder.mkdir()
    (folder / "<script>document.title='caught'<").mkdir()
    (folder / "<script>document.title='caught'<" / "script>.py").write_text(
        "import mlflow\nmlflow.log_metric('a', 1)\n"
    )
    target = tmp_path / "report.html"
    assert run(["audit", str(folder), "--format", f"html={target}"]) == 0
    with opened(target) as page:
        assert page.title() == "<img src=x onerror=alert(1)>: MLOps maturity"
        assert page.locator("img").count() == 0
        assert "script>.py:2" in page.locator("#cap-experiment-tracking").text_content()
        # a script that got in all the same would not be run
        page.evaluate("document.body.append(Object.assign(document.createElement('div'), {innerHTML: '<b id=in>'}))")
        assert page.locator("#in").count() == 1
