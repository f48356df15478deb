"""Installers and lists of names: what an added catalogue says of them holds, and what is wrong with it is refused."""

from __future__ import annotations

import pytest

from mlripe.catalog import Catalog, load
from mlripe.catalog.additions import Addition, extended
from mlripe.catalog.knowledge import Installers
from mlripe.detection.engine import detect
from mlripe.detection.source_filter import gate_for
from mlripe.errors import CatalogError
from mlripe.kinds import Names
from mlripe.readers.store import FactStore
from mlripe.snapshot.memory import MemorySnapshot

ACME = """\
acme-env:
  locks: [acme.lock]
  installs:
    - {command: acme-env sync, files: [acme.lock, acme.toml], named_by: [--lock]}
    - {step: acme/setup-env, files: [acme.lock], says: restores}
    - {word: "AcmeEnv.restore", files: [acme.lock]}
  frozen: [acme-env sync --exact]
"""


def added(name: str, text: str) -> Catalog:
    return extended(load(), [Addition("ours", {f"rules/{name}.yaml": text.encode()})])


def environment(catalog: Catalog, files: dict[str, str]) -> dict[str, str]:
    """What is said of the environment of a repository, with the strength of each."""
    store = FactStore(MemorySnapshot(files), catalog.roles, gate_for(catalog.words), catalog.knowledge)
    store.load()
    evidence = detect(store, catalog).evidence
    return {row.says: row.strength.name for row in evidence if row.capability == "environment-definition"}


def workflow(step: str) -> dict[str, str]:
    lead = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
    return {".github/workflows/ci.yml": f"{lead}      - {step}\n", "acme.lock": "x\n"}


@pytest.mark.parametrize(
    ("step", "says", "strength"),
    [
        ("run: acme-env sync", "installs from acme.lock", "automated"),
        ("run: acme-env sync --exact", "installs from acme.lock", "enforced"),
        ("uses: acme/setup-env@v3", "restores acme.lock", "automated"),
        ("run: julia -e 'AcmeEnv.restore()'", "installs from acme.lock", "automated"),
    ],
)
def test_an_installer_of_an_added_catalogue_is_known_by_what_it_installs(step: str, says: str, strength: str) -> None:
    assert environment(added("installers", ACME), workflow(step)) == {
        says: strength,
        "lock file acme.lock": "present",
    }
    assert environment(load(), workflow(step)) == {}


def test_an_option_names_the_file_in_place_of_the_usual_one() -> None:
    files = workflow("run: acme-env sync --lock other/acme.lock") | {"other/acme.lock": "x\n"}
    assert "installs from other/acme.lock" in environment(added("installers", ACME), files)


def test_an_installer_of_the_same_name_is_replaced() -> None:
    catalog = added("installers", "poetry: {locks: [ours.lock]}\n")
    assert "poetry.lock" not in catalog.knowledge.installers.locks
    assert "uv.lock" in catalog.knowledge.installers.locks


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("installers", "acme: {instals: []}\n", "acme.instals: unknown key; did you mean 'installs'?"),
        ("installers", "acme: {installs: [{files: [a]}]}\n", "acme.installs.0: needs `command`, `step` or `word`"),
        ("installers", "acme: {installs: [{command: a, files: []}]}\n", "acme.installs.0.files: names no file"),
        ("names", "model-file: {names: [.x]}\n", "did you mean 'model-files'?"),
    ],
)
def test_what_is_wrong_is_told(name: str, text: str, says: str) -> None:
    with pytest.raises(CatalogError) as error:
        added(name, text)
    assert says in str(error.value)


def test_a_list_of_names_is_replaced() -> None:
    catalog = added("names", "model-files: {names: [.mdl]}\n")
    assert catalog.knowledge.named(Names.MODEL_FILES) == (".mdl",)
    assert ".onnx" in load().knowledge.named(Names.MODEL_FILES)


def test_what_a_command_of_the_table_begins_with_is_looked_at() -> None:
    known = load().knowledge.installers
    assert isinstance(known, Installers)
    assert {"poetry", "uv", "pip3", "cargo", "julia"} <= known.programs


@pytest.mark.parametrize(
    ("files", "command", "source"),
    [
        ({"build.sbt": "", "project/Versions.scala": 'val spark = "3.5.1"\n'}, "sbt test", "project/Versions.scala"),
        (
            {"src/A.csproj": '<PackageReference Include="Microsoft.ML" Version="1.6.0" />\n'},
            "dotnet restore A.sln",
            "src/A.csproj",
        ),
        ({"build.gradle": "implementation 'org.slf4j:slf4j-api:2.0.9'\n"}, "./gradlew build", "build.gradle"),
        ({"pom.xml": "<parent><version>3.1.0</version></parent>\n"}, "./mvnw -B package", "pom.xml"),
        ({"mix.lock": "%{}\n"}, "mix deps.get", "mix.lock"),
        ({"build.gradle": "implementation 'org.slf4j:slf4j-api:+'\n"}, "./gradlew build", ""),
        ({"src/A.csproj": '<PackageReference Include="Microsoft.ML" Version="*" />\n'}, "dotnet restore", ""),
    ],
)
def test_builds_of_other_languages_install_what_their_files_pin(
    files: dict[str, str], command: str, source: str
) -> None:
    found = environment(load(), {**files, **workflow(f"run: {command}")})
    assert [says for says, strength in found.items() if strength == "automated"] == (
        [f"installs from {source}"] if source else []
    )
