"""A project's own settings: which files prove nothing, and what a wrong setting is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlripe.catalog import load
from mlripe.settings.load import ConfigError, load_config
from mlripe.snapshot import open_snapshot
from mlripe.snapshot.memory import MemorySnapshot

ROLES = load().roles


def paths(files: dict[str, str], role: str) -> tuple[str, ...]:
    roles = load_config(MemorySnapshot(files), ROLES).roles(ROLES)
    return next((r.paths for r in roles if r.id == role), ())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mlripe.toml", "[paths]\ntests = ['checks/']\n"),
        ("pyproject.toml", "[tool.mlripe.paths]\ntests = ['checks/']\n"),
    ],
)
def test_a_role_takes_the_projects_own_globs(name: str, text: str) -> None:
    assert paths({name: text}, "tests") == ("checks/",)
    assert paths({name: text}, "vendored") == paths({}, "vendored") != ()


def test_no_globs_switch_a_role_off() -> None:
    assert paths({"mlripe.toml": "[paths]\nfixtures = []\n"}, "fixtures") == ()


def test_the_own_file_goes_before_the_shared_one() -> None:
    files = {"mlripe.toml": "[paths]\ndocs = ['a/']\n", "pyproject.toml": "[tool.mlripe.paths]\ndocs = ['b/']\n"}
    assert paths(files, "docs") == ("a/",)


def test_a_pyproject_that_only_names_mlripe_is_no_configuration_even_if_it_is_broken() -> None:
    for text in ("[project]\ndependencies = ['mlripe']\n", "[project\ndependencies = ['mlripe']\n"):
        assert load_config(MemorySnapshot({"pyproject.toml": text}), ROLES).paths == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[path]\ntests = []\n", "mlripe.toml: path: unknown key; did you mean 'paths'?"),
        ("[[exclusions]]\nabuot = 'x'\n", "mlripe.toml: exclusions.0.abuot: unknown key; did you mean 'about'?; "),
        ("[[exclusions]]\nabout = 'x'\nreason = 'r'\nuntil = 1\n", "mlripe.toml: exclusions.0.until: unknown key"),
        ('"a\\nb" = 1\n', "mlripe.toml: 'a\\nb': unknown key"),
        (
            "[[attestations]]\nabout = 'lineage'\nby = 'a'\non = 'soon'\nuntil = 2099-01-01\nproof = 'p'\nreason = 'r'\n",
            "mlripe.toml: attestations.0.on: must be a date, such as 2026-05-01, not 'soon'",
        ),
        ("[paths]\ntest = ['a/']\n", "mlripe.toml: paths.test: is no role of paths; did you mean 'tests'?; known are "),
        ("[paths]\ntests = 'a/'\n", "mlripe.toml: paths.tests: "),
        ("[paths\n", "mlripe.toml: is not valid TOML"),
    ],
)
def test_a_wrong_setting_is_named_with_its_remedy(text: str, says: str) -> None:
    with pytest.raises(ConfigError) as error:
        load_config(MemorySnapshot({"mlripe.toml": text}), ROLES)
    assert str(error.value).startswith(says)


@pytest.mark.parametrize("text", ["tool = 3 # mlripe\n", "[[tool]]\nmlripe = 1\n"])
def test_a_tool_table_that_is_none_is_not_ours(text: str) -> None:
    assert load_config(MemorySnapshot({"pyproject.toml": text}), ROLES).paths == {}


def test_settings_that_are_no_table() -> None:
    with pytest.raises(ConfigError, match=r"tool\.mlripe: must be a table"):
        load_config(MemorySnapshot({"pyproject.toml": "[tool]\nmlripe = 3\n"}), ROLES)


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"pyproject.toml": "[tool.mlripe\n"}, "pyproject.toml: is not valid TOML"),
        ({"pyproject.toml": "[mlripe]\ntargets = []\n"}, "pyproject.toml: mlripe: is how a file of its own says it"),
        ({"mlripe.toml": "[tool.mlripe]\ntargets = []\n"}, "mlripe.toml: tool.mlripe: is how pyproject.toml says it"),
        ({"mlripe.toml": b"# caf\xe9\n"}, "mlripe.toml: is not UTF-8; save it as UTF-8"),
        ({"mlripe.toml": "models = []\n".encode("utf-16")}, "mlripe.toml: is not UTF-8; save it as UTF-8"),
        ({"mlripe.toml/a.txt": ""}, "mlripe.toml: is a folder; rename it, or make it a file of settings"),
    ],
)
def test_settings_that_cannot_be_read_are_not_passed_over(files: dict[str, str | bytes], says: str) -> None:
    with pytest.raises(ConfigError) as error:
        load_config(MemorySnapshot(files), ROLES)
    assert str(error.value).startswith(says)


def test_a_link_is_not_followed_and_told(tmp_path: Path) -> None:
    (tmp_path / "conf.toml").write_text("models = ['google']\n")
    (tmp_path / "mlripe.toml").symlink_to("conf.toml")
    with (
        open_snapshot(tmp_path) as snapshot,
        pytest.raises(ConfigError, match="is a symbolic link, and none is followed"),
    ):
        load_config(snapshot, ROLES)


def test_a_byte_order_mark_is_no_part_of_the_settings() -> None:
    assert load_config(MemorySnapshot({"mlripe.toml": "\ufeffmodels = ['google']\n"}), ROLES).models == ("google",)


def test_what_goes_unread_beside_the_own_file_is_known() -> None:
    files = {"mlripe.toml": "", "pyproject.toml": "[tool.mlripe]\nmodels = ['google']\n"}
    config = load_config(MemorySnapshot(files), ROLES)
    assert (config.file, config.ignored, config.models) == ("mlripe.toml", "pyproject.toml", ())


# --- folders ---------------------------------------------------------------------------------------------------------

LOADER = "tool: Ours\nshows:\n  - {capability: data-ingestion, call: our_loader.pull}\n"


def test_own_catalogues_come_from_the_snapshot() -> None:
    files = {"mlripe.toml": "catalogs = ['tools/mlripe/']\n", "tools/mlripe/detectors/data/ours.yaml": LOADER}
    config = load_config(MemorySnapshot(files), ROLES)
    assert config.catalogs == ("tools/mlripe",)
    (addition,) = config.additions(MemorySnapshot(files))
    assert (addition.name, list(addition.files)) == ("tools/mlripe", ["detectors/data/ours.yaml"])


def test_projects_may_be_named_or_left_to_be_found() -> None:
    assert load_config(MemorySnapshot({}), ROLES).projects is None
    assert load_config(MemorySnapshot({"mlripe.toml": "projects = []\n"}), ROLES).projects == ()
    files = {"mlripe.toml": "projects = ['./a', 'b/']\n", "a/x.py": "", "b/x.py": ""}
    assert load_config(MemorySnapshot(files), ROLES).projects == ("a", "b")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("projects = ['c']", "mlripe.toml: projects: there is no file below 'c'"),
        ("projects = ['../c']", "mlripe.toml: projects: '../c' is no folder inside the repository"),
        ("catalogs = ['/etc']", "mlripe.toml: catalogs: '/etc' is no folder inside the repository"),
        ("catalogs = ['a/../..']", "mlripe.toml: catalogs: 'a/../..' is no folder inside the repository"),
        ("catalogs = 'a'", "mlripe.toml: catalogs: must be a list, not 'a'"),
    ],
)
def test_a_folder_must_be_one_of_the_repository(text: str, says: str) -> None:
    with pytest.raises(ConfigError) as error:
        load_config(MemorySnapshot({"mlripe.toml": text, "a/x.py": ""}), ROLES)
    assert str(error.value).startswith(says)


# --- what else may be set --------------------------------------------------------------------------------------------


def test_models_targets_and_requirements_are_taken_as_they_are_written() -> None:
    text = "models = ['google']\ntargets = ['google:1']\nrequire = ['code-testing=present']\n"
    config = load_config(MemorySnapshot({"mlripe.toml": text}), ROLES)
    assert (config.models, config.targets, config.require) == (("google",), ("google:1",), ("code-testing=present",))


def test_excluded_files_are_not_looked_at() -> None:
    files = {"mlripe.toml": "exclude = ['old/']\n", "old/train.py": "x", "train.py": "y"}
    (first, *_) = load_config(MemorySnapshot(files), ROLES).roles(ROLES)
    assert (first.id, first.paths, first.read) == ("excluded", ("old/",), False)


def test_a_profile_says_what_need_not_be_there() -> None:
    config = load_config(MemorySnapshot({"mlripe.toml": "profile = 'research'\n"}), ROLES)
    excluded = {each.about: each.reason for each in config.excluded(load())}
    assert excluded["online-serving"].startswith("profile research: ")
    assert "experiment-tracking" not in excluded


def test_an_unknown_profile_names_the_nearest() -> None:
    config = load_config(MemorySnapshot({"mlripe.toml": "profile = 'reserch'\n"}), ROLES)
    with pytest.raises(
        ConfigError, match=r"mlripe.toml: profile: there is no profile 'reserch'; did you mean 'research'"
    ):
        config.excluded(load())
