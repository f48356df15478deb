"""Every CI service is recognised by every detector that looks at files of CI, by the wiring, and by what tests wait for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest

from mlripe.catalog import Catalog, load
from mlripe.catalog.additions import Addition, extended
from mlripe.catalog.schema import Case
from mlripe.detection.case_runner import run_case
from mlripe.errors import CatalogError
from tests.ci_pipelines import SPELLINGS, files_of, path_of

if TYPE_CHECKING:
    from tests.conftest import Assess

EVERY_SERVICE: Final = "~ci"
# what each entry of a detector that looks at the files of any service is shown by, as lines of a pipeline's script
SCRIPTS: Final = {
    ("argo-cd", 3): "sed -i 's|image: .*|image: api:2|' k8s/deploy.yaml\ngit push",
    ("compiled-language-tests", 5): "mix test",
    ("compiled-language-tests", 7): "mvn -B test",
    ("cluster-compute", 11): "python train.py\n- gpu",
    ("ansible", 3): "ansible-playbook -i hosts deploy.yml",
    ("databricks-deploys", 4): "databricks bundle deploy --target prod",
    ("helm", 1): "helm upgrade --install prometheus prometheus-community/prometheus",
    ("kubectl", 1): "envsubst < a.yaml | kubectl apply -f -",
    ("kubernetes-manifests", 2): "eksctl create cluster --name ml",
    ("lintr", 2): "Rscript -e 'lintr::lint_package()'\nlintr::lint_dir()",
    ("practice-ab-testing", 3): "- name: shift traffic to the new model\nmodel weight",
    ("practice-ci-files", 0): "make test",
    ("practice-api-tests", 4): (
        'python - <<EOF\nimport boto3\nclient = boto3.client("sagemaker-runtime")\n'
        'answer = client.invoke_endpoint(EndpointName="churn")\nassert answer\nEOF'
    ),
    ("practice-api-tests", 6): "python - <<EOF\nfrom inference import predict_fn\nassert predict_fn([1]) == [1]\nEOF",
    ("practice-retraining", 3): "python train.py\n  if: drift",
    ("practice-smoke-check", 0): "curl -f https://api.example.org/health",
    ("practice-smoke-check", 1): "curl -s -w '%{http_code}' https://api.example.org/health || exit 1",
    ("practice-smoke-check", 2): (
        "code=$(curl -s -w '%{http_code}' $URL/predict)\nif [ \"$code\" != 200 ]; then\n  exit 1\nfi"
    ),
    ("practice-validation-gate", 2): 'if [ "$accuracy" -lt 0.8 ]; then\n  exit 1\nfi',
    ("ssh-deploys", 3): "ssh host docker compose up -d",
    ("ssh-deploys", 4): "rsync -a build/ $TARGET@host:/srv",
    ("terraform", 3): "terraform apply -auto-approve",
}
WHOLE_FILES: Final = {("practice-ci-files", 1): "# on: push\n# jobs: {}\n", ("practice-ci-files", 2): "  \n"}
# the spellings in which the file's own name tells, whatever it holds and whoever includes it
NAMED: Final = [each for each in SPELLINGS if each[1] not in ("content", "included by name")]
# files of a build, which something else has to submit
NO_WORKFLOW: Final = ("cloud-build", "codebuild")


def entries() -> Iterator[tuple[str, int]]:
    """The entries of detectors that look at the files of every CI service."""
    for detector in load().detectors:
        for number, show in enumerate(detector.shows):
            if EVERY_SERVICE in show.within:
                yield detector.id, number


def found(name: str, number: int, files: dict[str, str], catalog: Catalog) -> bool:
    """Whether this one entry of a detector sees what it is for."""
    detector = next(detector for detector in catalog.detectors if detector.id == name)
    show = detector.shows[number]
    alone = replace(detector, shows=(show,), starts=())
    return not set(show.named).isdisjoint(run_case(alone, Case(files=files, shows={}), catalog))


def test_there_is_an_example_of_each_entry_and_a_spelling_of_each_service() -> None:
    assert set(entries()) == {*SCRIPTS, *WHOLE_FILES}
    assert {service for service, _ in SPELLINGS} == set(load().knowledge.ci_services.by_id)


@pytest.mark.parametrize("spelling", SPELLINGS, ids=" ".join)
@pytest.mark.parametrize(("name", "number"), SCRIPTS, ids=lambda value: str(value))
def test_a_script_is_recognised_in_every_service(name: str, number: int, spelling: tuple[str, str]) -> None:
    files = files_of(spelling, SCRIPTS[name, number])
    expected = not (name == "practice-ci-files" and spelling[0] in NO_WORKFLOW)
    assert found(name, number, files, load()) == expected
    assert not found(name, number, {"notes/a.txt": files[path_of(spelling)]}, load())


@pytest.mark.parametrize("spelling", NAMED, ids=" ".join)
@pytest.mark.parametrize(("name", "number"), WHOLE_FILES, ids=lambda value: str(value))
def test_a_file_that_runs_nothing_is_recognised_in_every_service(
    name: str, number: int, spelling: tuple[str, str]
) -> None:
    files = {**files_of(spelling, "true"), path_of(spelling): WHOLE_FILES[name, number]}
    assert found(name, number, files, load())


@pytest.mark.parametrize("spelling", SPELLINGS, ids=" ".join)
def test_what_runs_a_service_on_another_machine_releases(spelling: tuple[str, str], assess: Assess) -> None:
    capabilities = assess(files_of(spelling, "ssh host docker compose up -d")).capabilities
    assert capabilities["release-automation"].strength.name == "automated"


@pytest.mark.parametrize("spelling", SPELLINGS, ids=" ".join)
@pytest.mark.parametrize(("script", "strength"), [("RUN_LIVE=1 pytest", "automated"), ("pytest", "present")])
def test_a_test_that_waits_for_a_variable_runs_where_ci_sets_it(
    spelling: tuple[str, str], script: str, strength: str, assess: Assess
) -> None:
    test = 'import os, pytest\npytestmark = pytest.mark.skipif(not os.getenv("RUN_LIVE"), reason="")\ndef test_a():\n    assert 1\n'
    results = assess({**files_of(spelling, script), "tests/test_live.py": test}).capabilities
    assert results["code-testing"].strength.name == strength


@pytest.mark.parametrize("spelling", SPELLINGS, ids=" ".join)
def test_a_service_sets_its_own_variables(spelling: tuple[str, str], assess: Assess) -> None:
    for variable in load().knowledge.ci_services.by_id[spelling[0]].variables:
        test = f'import os, pytest\npytestmark = pytest.mark.skipif(not os.getenv("{variable}"), reason="")\ndef test_a():\n    assert 1\n'
        results = assess({**files_of(spelling, "pytest"), "tests/test_live.py": test}).capabilities
        assert results["code-testing"].strength.name == "automated"


def added(text: str) -> Catalog:
    return extended(load(), [Addition("ours", {"rules/ci_services.yaml": text.encode()})])


FORGE: Final = """
forge:
  title: Our forge
  files: ["**/.forge/workflows/*.yml"]
  reader: ci.github:read_github_workflow
  home: [.forge/workflows/]
"""


def test_a_service_of_another_catalogue_is_recognised_as_mlripes_own_are() -> None:
    text = files_of(("github", "yml"), SCRIPTS["ssh-deploys", 3])[".github/workflows/ci.yml"]
    files = {".forge/workflows/ci.yml": text}
    assert found("ssh-deploys", 3, files, added(FORGE))
    assert not found("ssh-deploys", 3, files, load())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (FORGE.replace("read_github_workflow", "read_github"), "did you mean 'ci.github:read_github_workflow'?"),
        (FORGE.replace("title:", "titel:"), "forge.titel: unknown key; did you mean 'title'?"),
        (FORGE + "  elsewhere: templates\n", "forge.elsewhere: must be '', 'template' or 'ignored', not 'templates'"),
    ],
)
def test_a_wrong_service_is_refused(text: str, says: str) -> None:
    with pytest.raises(CatalogError) as error:
        added(text)
    assert says in str(error.value)


def test_a_detector_that_names_a_service_that_there_is_not_is_refused() -> None:
    text = (
        'tool: Ours\nshows:\n  - {capability: lineage, command: [ours], within: ["~ci:gitlub"]}\n'
        '  - {capability: lineage, command: [ours], when: [{text: ["a"], within: ["~cl"]}]}\n'
    )
    with pytest.raises(CatalogError) as error:
        extended(load(), [Addition("ours", {"detectors/data/ours.yaml": text.encode()})])
    assert "shows.0.within: '~ci:gitlub' is not known; did you mean '~ci:gitlab'?" in str(error.value)
    assert "shows.1.when.0.within: '~cl' is not known; did you mean '~ci'?" in str(error.value)
