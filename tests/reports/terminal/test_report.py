"""The report for people: what it says, how it fits, and that a repository cannot speak to the terminal."""

from __future__ import annotations

from dataclasses import replace

from mlripe.assessment import (
    Assessment,
    CapabilityResult,
    DimensionResult,
    ProblemResult,
    ProjectResult,
    Suppressed,
)
from mlripe.evidence import Evidence, Hop, Sighting, Strength
from mlripe.facts import ReadFault
from mlripe.reports import Options, Told, render


def report(assessment: Assessment, **options: bool | int) -> str:
    return render("terminal", Told(assessment), Options(**options))  # type: ignore[arg-type]


def test_whole_report(assessment: Assessment) -> None:
    assert report(assessment) == (
        "churn\n"
        "  ml-application: trains and serves\n"
        "  commit 4c5b393aa0, 9 files; these prove nothing: generated 1, tests 2\n"
        "\n"
        "Azure MLOps: technical evidence for level 1 of 2, Tracked\n"
        "  rests on: Runs are tracked\n"
        "    src/train.py:40 <- make train <- job train <- schedule 0 3 * * *\n"
        "  criteria: 1 met, 1 not detected, 1 not observable in a repository\n"
        "\n"
        "Capabilities: 2 of 4 detected\n"
        "  experiment  experiment-tracking  automated  src/train.py:40 <- ... <- schedule 0 3 * * *\n"
        "  training    training-code        present    src/train.py:31  RandomForestClassifier.fit\n"
        "  1 only declared: model-registry\n"
        "  1 not detected: drift-detection\n"
        "\n"
        "Missing for the next level, least effort first  (* the level takes it)\n"
        "  * medium  model-registry: declared -> present, for azure 2\n"
        "            How to get model-registry.\n"
        "\n"
        "Read faults: 2\n"
        "  b.yml:3: not valid YAML\n"
        "  a.ipynb: no JSON\n"
    )


def test_the_first_lines_say_that_a_product_is_set_aside(assessment: Assessment) -> None:
    said = "  product: what it offers to others, and no practice of its own; for an application, set `kind`"
    assert said not in report(assessment)
    product = replace(assessment.repository, set_aside={"product": 3})
    first = report(replace(assessment, repository=product)).splitlines()[:5]
    assert any(line.startswith(said[:60]) for line in first), first


def test_verbose_shows_every_proof_with_its_whole_chain(assessment: Assessment) -> None:
    text = report(assessment, verbose=True)
    assert (
        "    automated  src/train.py:40  mlflow.log_metric [mlflow]\n"
        "               <- Makefile:12  make train\n"
        "               <- .github/workflows/train.yml:9  job train\n"
        "               <- .github/workflows/train.yml:4  schedule 0 3 * * *\n"
        "    present    notebooks/try.ipynb:7  mlflow.log_metric [mlflow] (nothing runs this notebook)\n"
    ) in text


def test_verbose_shows_every_criterion(assessment: Assessment) -> None:
    text = report(assessment, verbose=True)
    assert "    * met             Runs are tracked (creation)\n" in text
    assert (
        "    * not detected    Models are registered (release)\n                      needs model-registry present\n"
        in text
    )
    assert "      not observable  Teams work together (people)\n" in text


def test_never_claims_more_than_evidence(assessment: Assessment) -> None:
    text = report(assessment, verbose=True)
    assert "technical evidence for level 1" in text
    assert "not done" not in text
    assert "you are" not in text


def test_no_level_says_why(assessment: Assessment) -> None:
    none = replace(assessment.models["azure"], level=None, why="there is no machine learning in it", next=())
    text = report(replace(assessment, models={"azure": none}))
    assert "Azure MLOps: no level\n  there is no machine learning in it\n" in text
    assert "Missing for the next level" not in text


def test_floor_says_why_where_no_criterion_carries_it(assessment: Assessment) -> None:
    floor = replace(assessment.models["azure"], level=0, why="level 0: what any repository has")
    text = report(replace(assessment, models={"azure": floor}))
    assert "technical evidence for level 0 of 2, No MLOps\n  level 0: what any repository has\n" in text


def test_long_chain_keeps_its_two_ends(assessment: Assessment) -> None:
    hops = tuple(Hop("x", 1, f"hop {number} of a long chain") for number in range(9))
    proof = Evidence(
        "training-code", "torch", "src/train.py", 31, "fit", Strength.automated, (Hop("x", 1, "push"), *hops)
    )
    result = CapabilityResult("training-code", Strength.automated, (proof,))
    text = report(replace(assessment, capabilities={"training-code": result}))
    assert "src/train.py:31 <- hop 8 of a long chain <- ... <- push\n" in text


def test_a_read_fault_of_many_files_is_told_once(assessment: Assessment) -> None:
    """With --verbose each of them."""
    many = (ReadFault("", "more files than are read"), *(ReadFault(f"{n}.py", "cannot be read") for n in range(1, 31)))
    told = replace(assessment, read_faults=many)
    assert report(told).endswith(
        "Read faults: 31\n  (the whole): more files than are read\n  1.py and 29 more: cannot be read\n"
    )
    assert "  17.py: cannot be read\n" in report(told, verbose=True)


def test_rich_result_fits_a_laptop_screen(assessment: Assessment) -> None:
    names = [f"capability-number-{number:02}" for number in range(52)]
    places = "a-folder/" * 12
    proofs = {name: Evidence(name, "tool", f"{places}{name}.py", 9, "call " * 30, Strength.present) for name in names}
    results = {name: CapabilityResult(name, Strength.none) for name in names}
    results |= {name: CapabilityResult(name, Strength.present, (proofs[name],)) for name in names[:16]}
    many = tuple(ReadFault(f"{places}{number}.yml", f"not valid YAML in line {number} " * 9) for number in range(50))
    models = {"azure": assessment.models["azure"], "google": replace(assessment.models["azure"], id="google")}
    text = report(replace(assessment, capabilities=results, models=models, read_faults=many))
    assert max(len(line) for line in text.splitlines()) <= 100
    assert len(text.splitlines()) <= 45
    assert "Read faults: 50\n" in text
    assert "  and 47 more (--verbose)\n" in text


def test_models_share_one_list_of_steps(assessment: Assessment) -> None:
    google = replace(assessment.models["azure"], id="google", title="Google")
    text = report(replace(assessment, models={**assessment.models, "google": google}))
    assert text.count("model-registry: declared -> present, for azure 2, google 2\n") == 1


def test_colour_only_when_asked(assessment: Assessment) -> None:
    assert "\x1b" not in report(assessment)
    assert "\x1b[32mautomated\x1b[0m" in report(assessment, colour=True)


BAKED = ProblemResult(
    "notebook-behind-devops",
    "A model baked into an image",
    "misleading",
    "likely",
    "It cannot be made again.",
    "Register the model, and let the image load it.",
    "https://example.org",
    tuple(Sighting(f"{name}/Dockerfile", 3, "copies model.pkl into the image") for name in "abc"),
    ("lineage is not detected",),
    "a build argument",
)
LET_BE = (Suppressed("no-licence", "README.md", 0, "settings", "ours alone"),)


def test_a_problem_says_where_and_what_to_do(assessment: Assessment) -> None:
    assert (
        "Problems: 1  (1 misleading)\n"
        "  misleading: A model baked into an image\n"
        "    a/Dockerfile:3 and 2 more  copies model.pkl into the image\n"
        "    do: Register the model, and let the image load it.\n"
        "\n"
    ) in report(replace(assessment, problems=(BAKED,)))
    nowhere = replace(BAKED, evidence=())
    assert "    lineage is not detected\n" in report(replace(assessment, problems=(nowhere,)))
    assert "Problems" not in report(assessment)


def test_verbose_shows_all_of_a_problem(assessment: Assessment) -> None:
    assert (
        "  misleading: A model baked into an image [notebook-behind-devops, likely]\n"
        "    seen at a/Dockerfile:3  copies model.pkl into the image\n"
        "    seen at b/Dockerfile:3  copies model.pkl into the image\n"
        "    seen at c/Dockerfile:3  copies model.pkl into the image\n"
        "    missing: lineage is not detected\n"
        "    this hangs on a build argument\n"
        "    why: It cannot be made again.\n"
        "    do:  Register the model, and let the image load it.\n"
        "    source: https://example.org\n"
        "  no-licence at README.md is let be by the settings: ours alone\n"
    ) in report(replace(assessment, problems=(BAKED,), suppressed=LET_BE), verbose=True)


def test_many_problems_fit_the_screen_and_the_rest_is_counted(assessment: Assessment) -> None:
    long = replace(BAKED, title="A model " * 30, remedy="Do " * 90, evidence=(Sighting("a-folder/" * 30, 3, "x"),))
    broken = replace(long, severity="broken")
    text = report(replace(assessment, problems=(*(broken,) * 4, *(long,) * 5), problems_left=7, suppressed=LET_BE))
    assert max(len(line) for line in text.splitlines()) <= 100
    assert "Problems: 16  (4 broken, 5 misleading)" in text
    assert "  and 1 broken, 5 misleading, 7 not listed (--verbose)\n  1 let be, with a reason (--verbose)\n" in text


def test_repository_cannot_command_the_terminal(assessment: Assessment) -> None:
    nasty = "evil\x1b]0;title\x07\n\u202e\udcff.py"
    proof = Evidence("training-code", "torch", nasty, 1, nasty, Strength.present, (Hop(nasty, 1, nasty),), nasty)
    result = CapabilityResult("training-code", Strength.present, (proof,))
    repository = replace(assessment.repository, name=nasty, why_kind=nasty)
    hostile = replace(
        assessment,
        repository=repository,
        capabilities={"training-code": result},
        read_faults=(ReadFault(nasty, nasty, 1),),
    )
    for verbose in (False, True):
        text = report(hostile, verbose=verbose)
        assert all(line.isprintable() for line in text.split("\n"))
        assert r"evil\x1b]0;title\x07\n\u202e\xff.py:1" in text


# --- many models -----------------------------------------------------------------------------------------------------


def with_models(assessment: Assessment, **changed: dict[str, object]) -> Assessment:
    """Azure's result, and changed copies of it under other names."""
    azure = assessment.models["azure"]
    others = {name: replace(azure, id=name, title=name, **fields) for name, fields in changed.items()}  # type: ignore[arg-type]
    return replace(assessment, models={"azure": azure, **others})


def many(assessment: Assessment) -> Assessment:
    return with_models(
        assessment,
        attested={"level": 2, "observed": 1, "reachable": 2, "next": ()},
        hopeful={"reachable": 2},
        nothing={"level": None, "observed": None, "reachable": None, "why": "it uses no language model", "next": ()},
        score={"points": 1.5, "most": 7.0, "dimensions": {}},
        practices={
            "level": None,
            "levels": {},
            "observed": None,
            "reachable": None,
            "points": 3.0,
            "most": 46.0,
            "dimensions": {},
        },
        ours={"fidelity": "structure-only", "note": "Only its structure is published."},
    )


def test_many_models_stand_side_by_side(assessment: Assessment) -> None:
    text = report(many(assessment))
    table = text.split("\n\n")[1]
    assert table == (
        "Maturity models: 7  (technical evidence, and what comes next; each whole: --verbose)\n"
        "  azure      level 1 of 2                level 2: model-registry present\n"
        "  attested   level 2 of 2 (1 observed)\n"
        "  hopeful    level 1 of 2 (2 reachable)  level 2: model-registry present\n"
        "  nothing    no level                    it uses no language model\n"
        "  score      1.5 of 7 points, level 1    more: model-registry present\n"
        "  practices  3 of 46 points              more: model-registry present\n"
        "  ours       level 1 of 2                level 2: model-registry present\n"
        "  ours: Only its structure is published."
    )
    assert "rests on" not in text


def test_many_models_are_told_one_by_one_when_asked(assessment: Assessment) -> None:
    text = report(many(assessment), verbose=True)
    assert "Maturity models: 7" in text
    assert "practices: 3 of 46 points\n" in text
    assert "score: 1.5 of 7 points, technical evidence for level 1 of 2, Tracked\n" in text


def test_few_models_have_no_table(assessment: Assessment) -> None:
    assert "Maturity models:" not in report(with_models(assessment, second={}, third={}))


def test_a_step_names_the_first_levels_that_it_serves(assessment: Assessment) -> None:
    text = report(many(assessment))
    assert "model-registry: declared -> present, for azure 2, hopeful 2 and 3 more\n" in text
    assert "for azure 2, hopeful 2, score, practices, ours 2\n" in report(many(assessment), verbose=True)


def test_many_models_and_projects_fit_a_laptop_screen(assessment: Assessment) -> None:
    names = {f"a-maturity-model-with-number-{number:02}": {} for number in range(12)}
    whole = with_models(assessment, **names)
    results = {
        f"capability-number-{n:02}": CapabilityResult(f"capability-number-{n:02}", Strength.none) for n in range(52)
    }
    projects = tuple(ProjectResult(f"services/project-{number}", results, whole.models) for number in range(20))
    text = report(replace(whole, projects=projects, capabilities=results))
    assert max(len(line) for line in text.splitlines()) <= 100
    assert len(text.splitlines()) <= 45


def test_stages_are_told_with_their_strength(assessment: Assessment) -> None:
    stages = {
        "data": DimensionResult("1 Data", 1, strength=Strength.automated),
        "loop": DimensionResult("2 Retraining (often skipped)", 0, strength=Strength.none),
    }
    azure = replace(assessment.models["azure"], dimensions=stages)
    text = report(replace(assessment, models={"azure": azure}))
    assert "  1 Data: automated; 2 Retraining (often skipped): none\n" in text
