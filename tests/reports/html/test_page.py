"""The page as a file: well formed, complete in itself, fit for keyboard and screen reader, the same for the same input.

Looked at without a browser; `test_browser.py` looks with one.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
import tomli

import mlripe
from mlripe.assessment import (
    Assessment,
    Attestation,
    DimensionResult,
    Exclusion,
    ProblemResult,
    ProjectResult,
    Suppressed,
)
from mlripe.catalog.schema import Capability
from mlripe.cli.app import run
from mlripe.evidence import Sighting, Strength
from mlripe.maturity.verdicts import Lost, Verdict
from mlripe.planning.plan import Goal, Plan, PlannedStep, Reason, Stage
from mlripe.read_fault import ReadFault
from mlripe.reports import Options, Told, render

VOID = {"meta", "br", "input", "rect", "link", "img", "hr"}
BESIDE = {"span", "td", "th", "dt", "dd", "br", "tr", "li", "p"}  # what is not run together with the text before it
LOADING = {"src", "srcset", "data", "poster", "action", "formaction", "background", "ping", "xlink:href", "style"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""
    within: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """Every element with its attributes and the text in it; fails where tags do not close as they were opened."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(text)
        self.close()
        assert not self._open, [element.tag for element in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), (tag, attrs)
        if tag in BESIDE:
            self.handle_data(" ")
        element = Element(tag, {name: value or "" for name, value in attrs}, within=[each.tag for each in self._open])
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag, tag

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]

    def one(self, tag: str) -> Element:
        (element,) = self.all(tag)
        return element

    @property
    def text(self) -> str:
        return " ".join(self.one("main").text.split())


def report(assessment: Assessment, **more: object) -> Page:
    return Page(render("html", Told(assessment, **more), Options()))  # type: ignore[arg-type]


# --- well formed -----------------------------------------------------------------------------------------------------


def test_it_is_html(page: str) -> None:
    html5lib = pytest.importorskip("html5lib", reason="the validator is not installed")
    html5lib.HTMLParser(strict=True).parse(page)


def test_ids_are_unique_and_links_into_the_page_arrive(page: str) -> None:
    found = Page(page)
    ids = Counter(element.attributes["id"] for element in found.elements if "id" in element.attributes)
    assert [name for name, count in ids.items() if count > 1] == []
    references = [a.attributes["href"][1:] for a in found.all("a") if a.attributes["href"].startswith("#")]
    references += [name for e in found.elements for name in e.attributes.get("aria-labelledby", "").split()]
    references += [name for e in found.elements for name in e.attributes.get("for", "").split()]
    assert set(references) <= set(ids)
    assert len(references) > 50


def test_headings_leave_out_no_level(page: str) -> None:
    levels = [int(each.tag[1]) for each in Page(page).all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_every_control_is_named(page: str) -> None:
    found = Page(page)
    labelled = {each.attributes["for"] for each in found.all("label")}
    for control in found.all("input", "select"):
        assert control.attributes["id"] in labelled
    for control in found.all("button", "a", "summary"):
        assert control.attributes.get("aria-label") or control.text.strip(), control
    for region in found.elements:
        if region.attributes.get("tabindex") == "0":
            assert region.attributes["aria-label"], "what the keyboard stops at has a name"


def test_it_reads_without_scripts(page: str) -> None:
    """What only works with a script is hidden until the script shows it; what is folded opens by itself."""
    found = Page(page)
    for control in found.all("button", "form"):
        within_form = "form" in control.within
        assert "hidden" in control.attributes or within_form, control
    assert len(found.all("summary")) == len(found.all("details")) > 20


# --- complete in itself ----------------------------------------------------------------------------------------------


def test_nothing_is_loaded(page: str) -> None:
    found = Page(page)
    assert not found.all("link", "img", "iframe", "object", "embed", "base", "video", "audio", "source", "use")
    for element in found.elements:
        assert not LOADING & element.attributes.keys(), element
        assert not [name for name in element.attributes if name.startswith("on")], element
    assert not re.search(r"url\(|@import|https?:|//[a-z]", found.one("style").text)
    assert not re.search(r"fetch|XMLHttpRequest|import\(|eval|innerHTML|https?:", found.one("script").text)


def test_links_out_are_of_the_web_and_tell_nobody_where_from(page: str) -> None:
    for link in Page(page).all("a"):
        if not link.attributes["href"].startswith("#"):
            assert link.attributes["href"].startswith("https://")
            assert link.attributes["rel"] == "noreferrer"


def test_the_policy_allows_its_own_style_and_script_only(page: str) -> None:
    found = Page(page)
    (policy,) = (m.attributes["content"] for m in found.all("meta") if "http-equiv" in m.attributes)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for tag in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(found.one(tag).text.encode()).digest()).decode()
        assert rules[f"{tag}-src"] == f"'sha256-{digest}'"


def test_two_runs_with_other_hashes_write_the_same(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import mlflow\nmlflow.log_metric('auc', 1)\n")

    def once(seed: str) -> bytes:
        command = [sys.executable, "-m", "mlripe", "audit", str(tmp_path), "--format", "html"]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "ascii" if seed == "1" else "utf-16"}
        done = subprocess.run(command, env=environment, capture_output=True, check=True).stdout
        return done.decode("ascii" if seed == "1" else "utf-16").encode()

    first = once("1")
    assert b"train.py:2" in first
    assert first == once("2")


def test_other_formats_do_not_load_the_template_engine(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom mlripe.cli.app import run\n"
        f"run(['audit', {str(tmp_path)!r}, '--format', 'json', '-o', {str(tmp_path / 'r.json')!r}])\n"
        "assert 'jinja2' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


# --- what it says ----------------------------------------------------------------------------------------------------


def test_the_heading_says_what_was_read(assessment: Assessment) -> None:
    header = " ".join(report(assessment, as_of="2026-06-01").one("header").text.split())
    for says in ("churn", "ml-application: trains and serves", "4c5b393aa0", "Files 9", "generated 1", "2026-06-01"):
        assert says in header
    assert "2026" not in report(assessment).one("header").text


def test_a_level_and_what_it_rests_on_and_what_the_next_one_lacks(assessment: Assessment) -> None:
    text = report(assessment).text
    assert "Technical evidence for level 1 of 2, Tracked" in text
    assert "Rests on Runs are tracked src/train.py:40 started by schedule 0 3 * * *" in text
    assert "Level 2 lacks Models are registered Model registry: declared" in text
    assert "1 met, 1 not detected, 1 not observable" in text


def test_the_map_says_strengths_in_words_as_well(assessment: Assessment) -> None:
    cells = [a for a in report(assessment).all("a") if "cell" in a.attributes.get("class", "").split()]
    assert [" ".join(cell.text.split()) for cell in cells] == [
        "Experiment tracking automated",
        "Training code present",
        "Model registry declared",
        "Drift detection not detected",
    ]


def test_a_proof_has_its_chain_from_what_starts_it(assessment: Assessment) -> None:
    chain, *_ = (ol for ol in report(assessment).all("ol") if ol.attributes.get("class") == "chain")
    assert " ".join(chain.text.split()) == (
        "schedule 0 3 * * * .github/workflows/train.yml:4 job train .github/workflows/train.yml:9 "
        "make train Makefile:12 mlflow.log_metric src/train.py:40"
    )


def test_places_lead_to_the_commit_on_its_forge(full: str) -> None:
    """By the address alone: no user and no password; a file that is not the commit's leads nowhere."""
    assert "s3cret" not in full
    places = [a for a in Page(full).all("a") if a.attributes.get("class") == "place"]
    base = "https://gitlab.example.org:8443/shop/%3Cmodels%3E%20%26%20co/-/blob/"
    assert all(re.fullmatch(rf"{re.escape(base)}[0-9a-f]{{40}}/[^#]+#L\d+", a.attributes["href"]) for a in places)
    named = {a.text.strip().split(":")[0] for a in places}
    assert "ci/recommender.yml" in named
    changed = "recommender/recommender/train.py"
    assert changed not in named
    assert f'<code class="place">{changed}:' in full


def test_what_people_state_stands_apart(full: str) -> None:
    text = Page(full).text
    assert "the platform team watches all models https://wiki.example.org/drift" in text
    assert "Ada Lovelace, ML lead 2026-05-01, 2027-05-01 the release team of the shop a talk in March" in text
    assert "feature-store one model, no features to share" in text
    assert '<a href="https://wiki.example.org/drift" rel="noreferrer">' in full
    assert "Drift detection not detected attested: automated" in text
    assert "Feature store not detected not applicable" in text


def test_projects_and_read_faults(full: str) -> None:
    found = Page(full)
    heat = next(table for table in found.all("table") if table.attributes.get("class") == "heat")
    assert {"catalog", "recommender"} <= set(heat.text.split())
    assert "broken.yaml" in found.text


def test_road_map_says_what_to_do_in_order(pages: dict[str, Path]) -> None:
    found = Page(pages["notebooks-only"].read_text())
    steps = [" ".join(li.text.split()) for li in found.all("li") if li.attributes.get("id", "").startswith("step-")]
    assert len(steps) > 1
    assert all("Why" in step and "Done when mlripe reports" in step for step in steps)
    assert "Its machine learning is in notebooks, so that it begins with" in found.text
    assert "teams usually take 1 to 3 months" in found.text


def test_points_are_of_no_level(everything: Told) -> None:
    """A criterion that gives points is named by its model alone."""
    reasons = (Reason("azure", 2, "registered", "Models are registered"), Reason("rubric", 0, "a", "Points are given"))
    step = replace(everything.plan.steps[0], reasons=reasons)  # type: ignore[union-attr]
    stages = (Stage("level 2", (step,)),)
    page = Page(render("html", replace(everything, plan=replace(everything.plan, stages=stages)), Options()))  # type: ignore[type-var]
    assert "For azure 2: Models are registered rubric: Points are given" in page.text


def test_code_in_sentences_of_the_catalogue_is_code(pages: dict[str, Path]) -> None:
    page = pages["notebooks-only"].read_text()
    assert "<code>dvc repro</code>" in page
    assert "`" not in Page(page).text


def test_without_a_plan_the_steps_of_the_models_are_told(assessment: Assessment) -> None:
    assert "Model registry declared" in report(assessment).text
    assert "How to get model-registry." in report(assessment).text


def test_answers_of_a_check_come_first(assessment: Assessment) -> None:
    verdict = Verdict("target", "azure:2", False, "azure: level 1, below the target 2", ("Models are registered",))
    text = report(assessment, verdicts=(verdict,)).text
    assert text.startswith("Check Failed: 1 of 1. Fails: azure: level 1, below the target 2 Models are registered")


def test_a_check_that_passes_says_so(assessment: Assessment) -> None:
    page = report(assessment, verdicts=(Verdict("target", "azure:1", True, "azure: level 1, reached", (), ()),))
    assert page.text.startswith("Check Passed. Holds: azure: level 1, reached")
    assert "passed 1 of 1 hold" in " ".join(page.one("header").text.split())


def test_lines_to_attest_are_toml_that_counts_for_nothing_until_filled_in(full: str, tmp_path: Path) -> None:
    found = Page(full).all("pre")
    snippets = [each.text for each in found if each.attributes["aria-label"].startswith("Attestation")]
    tables = [tomli.loads(text)["tool"]["mlripe"]["attestations"][0] for text in snippets]
    assert {"azure/model-handed-to-engineers", "data-versioning"} <= {table["about"] for table in tables}
    assert all({"about", "by", "on", "until", "proof", "reason"} <= table.keys() for table in tables)
    (tmp_path / "pyproject.toml").write_text(snippets[0])
    assert run(["audit", str(tmp_path)]) == 2
    filled = re.sub('= ""', '= "x"', snippets[0]).replace("1970-12-31", "2999-12-31")
    (tmp_path / "pyproject.toml").write_text(filled)
    assert mlripe.audit(tmp_path).attestations[0].about == tables[0]["about"]


def test_an_empty_folder_has_a_page(pages: dict[str, Path]) -> None:
    text = Page(pages["empty"].read_text()).text
    assert "Technical evidence for level 0 of 4" in text
    assert "0 of 52 detected" in text


def test_no_level_says_why(assessment: Assessment) -> None:
    azure = replace(assessment.models["azure"], level=None, observed=None, reachable=None, why="it is a library")
    text = report(replace(assessment, models={"azure": azure})).text
    assert "Azure MLOps No level it is a library" in text


def test_a_model_that_gives_points(assessment: Assessment) -> None:
    dimensions = {"data": DimensionResult("Data", points=1.5, most=4), "none": DimensionResult("Nothing", points=0)}
    rubric = replace(
        assessment.models["azure"], level=None, observed=None, reachable=None, levels={}, points=1.5, most=28,
        dimensions=dimensions,
        criteria=(replace(assessment.models["azure"].criteria[0], dimension="data", points=0.5, most=1),),
    )  # fmt: skip
    page = report(replace(assessment, models={"rubric": rubric}))
    assert (
        "1.5 of 28 points More points by Model registry: declared → to present By dimension Data 1.5 of 4 Nothing 0 of 0"
        in page.text
    )
    assert [rect.attributes["width"] for rect in page.all("rect") if rect.attributes["class"] == "got"] == [
        "37.5",
        "0.0",
    ]
    assert "Data: 1.5 of 4 points Runs are tracked" in page.text


def test_a_model_of_stages_tells_level_and_strength(assessment: Assessment) -> None:
    stages = {"data": DimensionResult("Data", level=1, strength=Strength.present)}
    staged = replace(assessment.models["azure"], dimensions=stages)
    assert "By dimension Data level 1 present" in report(replace(assessment, models={"azure": staged})).text


def test_many_models_are_a_list_that_opens(pages: dict[str, Path], full: str) -> None:
    """Each a row with its level, so that the page stays short; few are told one by one."""
    listed = Page(pages["every-model"].read_text()).all("details")
    rows = [each for each in listed if "row" in each.attributes.get("class", "").split()]
    assert "Microsoft Azure MLOps maturity model level 3 of 4" in " ".join(rows[0].text.split())
    assert not any("open" in row.attributes for row in rows)
    assert [each.tag for each in Page(full).elements if each.attributes.get("id") == "level-azure"] == ["article"]


def test_many_proofs_and_their_chains_open_on_request(assessment: Assessment) -> None:
    """The strongest with its chain stands there; a few more with what starts them; the rest is counted."""
    tracking = assessment.capabilities["experiment-tracking"]
    proof = tracking.evidence[0]
    many = replace(tracking, evidence=tuple(replace(proof, line=line) for line in range(1, 9)))
    page = report(replace(assessment, capabilities={"experiment-tracking": many}))
    chains = [each for each in page.all("ol") if each.attributes.get("class") == "chain"]
    assert len(chains) == 8
    assert [each.within.count("details") for each in chains] == [1, 2, 2, 2, 2, 3, 3, 3]
    assert "started by schedule 0 3 * * *, 3 hops to here" in page.text
    assert "3 more proofs of Experiment tracking" in page.text


def test_a_read_fault_of_many_files_is_told_once(assessment: Assessment) -> None:
    read_faults = (
        *(ReadFault(f"{n}.ipynb", "not valid JSON") for n in range(1, 13)),
        ReadFault("a.yml", "not valid YAML", 3),
    )
    page = report(replace(assessment, read_faults=read_faults))
    assert "not valid JSON 12 times 1.ipynb 2.ipynb" in page.text
    assert "10.ipynb and 2 more not valid YAML a.yml:3" in page.text
    assert "13 read faults" in " ".join(page.one("header").text.split())


def test_a_problem_and_one_that_is_let_be(assessment: Assessment) -> None:
    seen = (Sighting("serve.py", 7, "0.73"),)
    fixed = ProblemResult(
        "fixed-threshold", "A fixed threshold", "misleading", "certain", "It was right once.", "Store it with the model.",
        "https://example.org/debt", seen, ("model-validation-gate",), "a setting",
    )  # fmt: skip
    let_be = (Suppressed("no-licence", "README.md", 0, "settings", "ours alone"),)
    page = report(replace(assessment, problems=(fixed,), suppressed=let_be))
    assert (
        "Misleading: A fixed threshold It was right once. Remedy Store it with the model. Seen at serve.py:7 0.73"
        in page.text
    )
    assert (
        "Missing model-validation-gate Hangs on a setting Kind fixed-threshold Source https://example.org/debt"
        in page.text
    )
    assert "Let be no-licence at README.md, by the settings: ours alone" in page.text
    assert "1 problem" in " ".join(page.one("header").text.split())


# --- what a repository may hold --------------------------------------------------------------------------------------

HOSTILE = (
    "</script><script>alert(1)</script>",
    "</style></title><img src=x onerror=alert(1)>",
    '\'" onmouseover=alert(1) x="',
    "javascript:alert(1)",
    'https://example.org/"onclick=alert(1)',
    "data:text/html,<script>alert(1)</script>",
    "<!-- <![CDATA[ ]]> --> <base href=//example.org>",
    "{{ 7 * 7 }} {% include 'x' %} {# #}",
    "&lt;script&gt; &#60;",
    "::error::x ###vso[task.setvariable variable=PATH]x ##[error]x",
    "\udcff \ud800 \x00 \x1b[31m \u202e txt.exe \n \r \x85 \u2028",
    "x" * 5000,
)


def poisoned(value: object, text: str) -> object:
    """`value` with every text in it replaced, but for the words that the code itself gives."""
    if isinstance(value, str):
        return text
    if isinstance(value, tuple):
        return tuple(poisoned(each, text) for each in value)
    if isinstance(value, Mapping):
        return {key: poisoned(each, text) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        given = {each.name: getattr(value, each.name) for each in fields(value)}
        return replace(value, **{n: v if n in ("status", "id") else poisoned(v, text) for n, v in given.items()})
    return value


@pytest.fixture
def everything(assessment: Assessment) -> Told:
    """Something in every part of the page."""
    capabilities = mlripe.catalog.load().capabilities
    projects = (ProjectResult("churn", assessment.capabilities, assessment.models),)
    attested = (Attestation("drift-detection", Strength.automated, "Ada", "2026-05-01", "2027-05-01", "-", "so"),)
    whole = replace(
        assessment, projects=projects, attestations=attested, exclusions=(Exclusion("feature-store", "none"),),
        additions=("rules",),
    )  # fmt: skip
    proof = assessment.capabilities["training-code"].evidence
    reason = Reason("azure", 2, "registered", "Models are registered")
    step = PlannedStep(
        "model-registry", "Model registry", Strength.none, Strength.present, 1, "small", "why", "how", "this", (reason,),
        ("training-code",), proof, assessment.unresolved, "first", "register.py", 3, "import mlflow\n", True,
    )  # fmt: skip
    stages = (Stage("level 2", (step,), Goal("azure", 2), "3 to 6", "https://example.org"),)
    plan = Plan(
        (Goal("azure", 2),),
        assessment.models,
        stages,
        "It climbs",
        assessment.unresolved,
        assessment.problems,
        (reason,),
    )
    lost = Lost(assessment.capabilities["experiment-tracking"].evidence[0], "ci.yml")
    verdict = Verdict("target", "azure:2", False, "below", ("one",), (lost,))
    return Told(whole, (verdict,), plan, capabilities={name: capabilities[name] for name in whole.capabilities})


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_of_a_repository_becomes_markup(everything: Told, text: str) -> None:
    """Whatever stands there, the page has the elements and attributes that it has with harmless words."""

    def shape(told: Told) -> list[tuple[str, tuple[str, ...]]]:
        found = Page(render("html", told, Options()))
        return [(e.tag, tuple(sorted(e.attributes))) for e in found.elements if e.tag != "option"]

    def told(text: str) -> Told:
        assessment = poisoned(everything.assessment, text)
        plan, verdicts = poisoned(everything.plan, text), poisoned(everything.verdicts, text)
        plan = replace(plan, goals=everything.plan.goals)  # type: ignore[type-var, union-attr, arg-type]
        words = {name: poisoned(each, text) for name, each in everything.capabilities.items()}
        words = {n: replace(w, **known(everything.capabilities[n])) for n, w in words.items()}  # type: ignore[type-var]
        return replace(everything, assessment=assessment, plan=plan, verdicts=verdicts, capabilities=words)  # type: ignore[arg-type]

    def known(capability: Capability) -> dict[str, object]:
        """What the compiled catalogue can only hold words of its own in."""
        return {"raised_by": capability.raised_by, "enforced_by": capability.enforced_by, "effort": capability.effort}

    page = render("html", told(text), Options())
    assert "##" not in page
    assert shape(told(text)) == shape(told("a harmless word"))
    for link in Page(page).all("a"):
        assert link.attributes["href"].startswith(("#", "https://"))
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]|&#(5[5-6]\d{3}|57[0-2]\d\d|8238|8232|133|0);", page)


def test_only_addresses_of_the_web_become_links(everything: Told) -> None:
    for proof, wanted in (("https://wiki.example.org/a?b=c", 1), ("javascript:alert(1)", 0), ("file:///etc/passwd", 0)):
        attested = replace(everything.assessment.attestations[0], proof=proof)
        page = report(replace(everything.assessment, attestations=(attested,)))
        assert len([a for a in page.all("a") if a.attributes["href"] == proof]) == wanted
        assert proof in page.text
