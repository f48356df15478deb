"""The report in Markdown, as a comment and as a page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mlripe.assessment import DimensionResult
from mlripe.evidence import Evidence, Strength
from mlripe.maturity.verdicts import Verdict
from mlripe.planning.plan import Goal, Plan, PlannedStep, Stage
from mlripe.read_fault import ReadFault
from mlripe.reports import Options, Told, render
from mlripe.reports.markdown.text import code, link, proof, prose, sentence
from mlripe.reports.plan import FORMATS

PERMALINK = "https://forge.example/o/churn/blob/4c5b393aa0/{path}#L{line}"


def report(told: Told, **options: bool) -> str:
    return render("markdown", told, Options(**options))


def test_a_check_begins_with_its_answers(checked: Told) -> None:
    assert report(checked).startswith(
        "<!-- mlripe -->\n"
        "## MLOps maturity of churn\n"
        "\n"
        "**Failed**: 4 of 5.\n"
        "\n"
        "| Asked |  | Found |\n"
        "| --- | --- | --- |\n"
        "| `azure:1` | holds | azure: technical evidence for level 1, target 1: reached |\n"
        "| `azure:2` | **fails** | azure: technical evidence for level 1, target 2: below |\n"
        "| `drift-detection=present` | **fails** | drift-detection: none, required present: below |\n"
        "| `training-code` | **fails** | training-code: fell from automated to present since main |\n"
        "| `azure` | **fails** | azure: fell from level 2 to 1 since main |\n"
        "\n"
        "### What fell\n"
        "\n"
        "- training-code: fell from automated to present since main\n"
        "  - by the change of `.github/workflows/ci.yml`: `tests/test_train.py:7 <- step pytest <- push`\n"
        "\n"
        "### Levels\n"
    )


def test_an_audit_tells_levels_what_is_missing_and_the_proofs(audited: Told) -> None:
    text = report(audited)
    assert (
        "ml-application: trains and serves; 9 files (of these prove nothing: generated 1, tests 2), commit `4c5b393aa0`.\n"
    ) in text
    assert "| Azure MLOps | **level 1** of 2: Tracked | Runs are tracked: `src/train.py:40 <- make train <- " in text
    assert (
        "### What the next level lacks\n\n"
        "| For | Not detected | It takes | Nearest |\n"
        "| --- | --- | --- | --- |\n"
        "| azure 2 | Models are registered (central) | `model-registry`: declared → present "
        "| `requirements.txt:3  mlflow, unused` |\n"
    ) in text
    assert (
        "### Capabilities: 2 of 4 detected\n\n"
        "| Area | enforced | automated | present | declared | not detected |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        "| experiment |  | Experiment tracking |  |  |  |\n"
        "| training |  |  | Training code |  |  |\n"
    ) in text
    assert "| Drift detection (not applicable) |\n" in text
    assert (
        "#### Training code: present\n\n- present: `src/train.py:31` `RandomForestClassifier.fit`, seen by scikit-learn\n"
    ) in text
    assert "- `azure/together`, attested: we sit together (Ada, 2026-01-01, until 2027-01-01; wiki)\n" in text
    assert "- `drift-detection`, not applicable: one batch a year\n" in text
    assert "- `azure/together`: Teams work together\n" in text
    assert "<details><summary>Read faults: 2</summary>\n\n- `b.yml:3`: not valid YAML\n" in text


def test_passing_check_says_so(checked: Told) -> None:
    text = report(replace(checked, verdicts=checked.verdicts[:1]))
    assert "**Passed**.\n" in text
    assert "What is missing" not in text


def test_a_check_tells_every_capability_in_a_line(checked: Told) -> None:
    """It is a comment: what a page of a wiki has besides would hide the answers."""
    text = report(checked)
    assert "| training | `training-code` | present | `src/train.py:31  RandomForestClassifier.fit` |\n" in text
    assert "1 not detected: `drift-detection`\n" in text
    assert "#### " not in text
    assert "How it was judged" not in text


def test_a_chain_is_told_once_and_the_rest_with_verbose(audited: Told) -> None:
    tracking = audited.assessment.capabilities["experiment-tracking"]
    many = replace(tracking, evidence=tuple(replace(tracking.evidence[0], line=line) for line in range(1, 9)))
    told = replace(audited, assessment=replace(audited.assessment, capabilities={"experiment-tracking": many}))
    text = report(told)
    chain = (
        "  - `schedule 0 3 * * *` `.github/workflows/train.yml:4`\n  - `job train` `.github/workflows/train.yml:9`\n"
    )
    assert text.count(chain) == 1
    assert (
        "- automated: `src/train.py:2` `mlflow.log_metric`, seen by mlflow\n  - started by `schedule 0 3 * * *`, "
        in text
    )
    assert "- and 3 more (`--verbose`)\n" in text
    assert report(told, verbose=True).count(chain) == 8


def test_each_model_is_there_whole(audited: Told) -> None:
    text = report(audited)
    assert (
        "<details><summary>Azure MLOps: every criterion</summary>\n\n1 met, 1 not detected, 1 not observable. " in text
    )
    assert "**Level 2, " in text
    assert "| Models are registered (central) | not detected | model-registry present | `requirements.txt:3" in text


def test_what_a_person_has_to_know_is_there_as_on_the_page(audited: Told) -> None:
    """Lines to attest, what the strengths mean, a read fault of many files told once."""
    read_faults = tuple(ReadFault(f"{number}.ipynb", "not valid JSON") for number in range(1, 13))
    text = report(replace(audited, assessment=replace(audited.assessment, read_faults=read_faults), as_of="2026-06-01"))
    assert '```toml\n[[tool.mlripe.attestations]]\nabout = "azure/together"\n' in text
    assert "- **present**: real code or configuration does it, and a person has to run it by hand\n" in text
    assert "Read faults: 12</summary>\n\n- `1.ipynb`, `2.ipynb`, `3.ipynb` and 9 more: not valid JSON\n" in text
    assert ", as of 2026-06-01.\n" in text


def test_sentences_of_the_catalogue_keep_their_code() -> None:
    assert sentence("Add a `dvc.yaml`, and *run* it.") == r"Add a `dvc.yaml`, and \*run\* it."
    assert sentence("A lone ` stays text.") == r"A lone \` stays text."


def test_a_model_of_stages_tells_each(audited: Told) -> None:
    model = audited.assessment.models["azure"]
    stages = {"creation": DimensionResult("Model creation", strength=Strength.automated)}
    told = replace(model, dimensions=stages, fidelity="structure-only", note="its text is not published")
    text = report(replace(audited, assessment=replace(audited.assessment, models={"azure": told})))
    assert "<br>Model creation: automated<br>its text is not published |\n" in text


def test_a_plan_is_told_in_short_and_as_a_list_to_tick_off(audited: Told) -> None:
    step = PlannedStep(
        "model-registry", "Model registry", Strength.declared, Strength.present, 2, "medium", "Nobody knows which.",
        "Register the model in `train.py`.", "mlripe reports model-registry as present", edit="train.py", at=3,
        snippet="import mlflow\n",
    )  # fmt: skip
    stage = Stage("level 2, Registered", (step,), Goal("azure", 2), "3 to 6")
    plan = Plan((Goal("azure", 2),), audited.assessment.models, (stage,), "It climbs the levels.")
    of_check = replace(audited, plan=plan, verdicts=(Verdict("target", "azure:2", False, "below"),))
    assert (
        "### What to do first\n\n"
        "1. **Model registry** (2 days): declared → present. Register the model in `train.py`.\n"
    ) in report(of_check)
    assert "### Road map\n\nIt climbs the levels.\n" in report(replace(audited, plan=plan))
    assert FORMATS["markdown"]("churn", plan, Options()) == (
        "## churn: what to do next\n\nIt climbs the levels.\n\n"
        "Now it is at level 1: Tracked.\n\n"
        "### level 2, Registered\n\n1 step, about 2 days of work on files; teams usually take 3 to 6 months for such a level.\n\n"
        "1. [ ] **Model registry** (2 days): declared -> present\n"
        "    - do: Register the model in `train.py`.\n"
        "    - file: `edit train.py:3`\n\n"
        "    ```\n    import mlflow\n    ```\n\n"
        "    - why: Nobody knows which.\n"
        "    - done when mlripe reports model-registry as present\n\n"
    )


def test_proofs_are_linked_where_the_forge_is_known(audited: Told) -> None:
    text = report(replace(audited, permalink=PERMALINK))
    linked = "[`src/train.py:31`](https://forge.example/o/churn/blob/4c5b393aa0/src/train.py#L31)"
    assert f"{linked} `RandomForestClassifier.fit`" in text


def test_a_hostile_path_cannot_leave_its_link(audited: Told) -> None:
    found = Evidence("training-code", "torch", "a) [x](javascript:1)/ü {line}.py", 0, "fit", Strength.present)
    told = replace(audited, permalink=PERMALINK)
    assert proof(found, told.link(found.path, found.line)) == (
        "[`a) [x](javascript:1)/ü {line}.py`](https://forge.example/o/churn/blob/4c5b393aa0/"
        "a%29%20%5Bx%5D%28javascript%3A1%29/%C3%BC%20%7Bline%7D.py#L1) `fit`"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("train.py", "`train.py`"),
        ("a`b", "``a`b``"),
        ("`", "`` ` ``"),
        ("a | b", r"`a \x7c b`"),
        ("two\nlines", r"`two\nlines`"),
        (" ", ""),
    ],
)
def test_code(text: str, shown: str) -> None:
    assert code(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a plain sentence, with 3 numbers.", "a plain sentence, with 3 numbers."),
        ("<b>|*a*", r"&lt;b&gt;&#124;\*a\*"),
        ("# a heading", r"\# a heading"),
        ("12. an item", r"12\. an item"),
        ("2026-01-01", "2026-01-01"),
        ("@team #12", "@\u200bteam #\u200b12"),
    ],
)
def test_prose(text: str, shown: str) -> None:
    assert prose(text) == shown


def test_link_only_to_web_addresses() -> None:
    assert link("a", "https://example.org/(x)") == "[a](https://example.org/%28x%29)"
    assert link("a", "javascript:alert(1)") == "a"
