"""The report in Markdown, as a comment and as a page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mlripe.assessment import DimensionResult
from mlripe.evidence import Evidence, Strength
from mlripe.maturity.plan import Goal, Plan, PlannedStep
from mlripe.reports import Options, Told, render
from mlripe.reports.markdown_text import code, link, proof, prose

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
    assert "ml-application: trains and serves; 9 files, commit `4c5b393aa0`.\n" in text
    assert "| Azure MLOps | **level 1** of 2: Tracked | Runs are tracked: `src/train.py:40 <- make train <- " in text
    assert (
        "### What the next level lacks\n\n"
        "| For | Not detected | It takes | Nearest |\n"
        "| --- | --- | --- | --- |\n"
        "| azure 2 | Models are registered (central) | `model-registry`: declared → present "
        "| `requirements.txt:3  mlflow, unused` |\n"
    ) in text
    assert "<details><summary>Capabilities: 2 of 4 detected</summary>\n\n| Area |" in text
    assert "| training | `training-code` | present | `src/train.py:31  RandomForestClassifier.fit` |\n" in text
    assert "1 not detected: `drift-detection`\n" in text
    assert "- `azure/together`, attested: we sit together (Ada, 2026-01-01, until 2027-01-01; wiki)\n" in text
    assert "- `drift-detection`, not applicable: one batch a year\n" in text
    assert "- `azure/together`: Teams work together\n" in text
    assert "<details><summary>Problems: 2</summary>\n\n- `b.yml:3`: not valid YAML\n" in text


def test_passing_check_says_so(checked: Told) -> None:
    text = report(replace(checked, verdicts=checked.verdicts[:1]))
    assert "**Passed**.\n" in text
    assert "What is missing" not in text


def test_every_proof_with_verbose(audited: Told) -> None:
    assert "notebooks/try.ipynb:7" not in report(audited)
    assert "<br>`notebooks/try.ipynb:7  mlflow.log_metric` |" in report(audited, verbose=True)


def test_a_model_of_stages_tells_each(audited: Told) -> None:
    model = audited.assessment.models["azure"]
    stages = {"creation": DimensionResult("Model creation", strength=Strength.automated)}
    told = replace(model, dimensions=stages, fidelity="structure-only", note="its text is not published")
    text = report(replace(audited, assessment=replace(audited.assessment, models={"azure": told})))
    assert "<br>Model creation: automated<br>its text is not published |\n" in text


def test_the_plan_is_a_numbered_list(audited: Told) -> None:
    step = PlannedStep(
        "model-registry",
        "Model registry",
        1,
        Strength.declared,
        Strength.present,
        "medium",
        "why",
        "Register the model.",
        "a call that registers",
        (),
    )
    plan = Plan((Goal("azure", 2),), audited.assessment.models, (step,))
    assert (
        "### The way to azure 2\n\n"
        "1. **Model registry** (`model-registry`, medium): declared → present. Register the model.\n"
    ) in report(replace(audited, plan=plan))
    assert "The way to" not in report(audited)


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
