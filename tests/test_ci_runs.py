"""The action, the templates, the Jenkins snippet and what `mlripe init` writes, run as their services run them.

What a service does around a script is done here by hand: the checkout, the environment, the shell as it is started, the
files for outputs and summaries. mlripe is the one that is tested; pip and apt-get only write down what they are asked.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

import pytest
import yaml

from mlripe.cli.app import run

pytestmark = pytest.mark.skipif(sys.platform == "win32" or shutil.which("bash") is None, reason="needs bash")

ROOT = Path(__file__).resolve().parent.parent
WORKFLOW = ".github/workflows/ci.yml"
FILES = {
    "README.md": "# churn\n",
    "train.py": "from sklearn.svm import SVC\n\nSVC().fit([[1]], [1])\n",
    "tests/test_train.py": "def test_a():\n    assert 1 + 1 == 2\n",
    WORKFLOW: "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: pytest\n",
}
CHANGES: Mapping[str, Mapping[str, str | None]] = {"keeps": {"more.py": "x = 1\n"}, "loses": {WORKFLOW: None}}
HOSTILE = "$(touch canary) `touch canary` ';touch canary;' \";touch canary;\" || touch canary"
BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail")
GITHUB = BASH  # `shell: bash`; without it there is no pipefail, which asks less

# A Python whose environments hold the mlripe that is tested, and whose pip installs nothing.
PYTHON = """\
#!/bin/sh
case "$1 $2 $3" in
"-I -m venv") mkdir -p "$4/bin" "$4/lib/site-packages" && touch "$4/pyvenv.cfg" && cp {tools}/* "$4/bin" && exit ;;
"-I -m pip") shift 3 && exec {tools}/pip "$@" ;;
esac
export MLRIPE_CACHE_DIR=
exec {python} "$@"
"""
MLRIPE = '#!/bin/sh\nMLRIPE_CACHE_DIR= PYTHONPATH={source} exec {python} -P -m mlripe "$@"\n'
WRITES_DOWN = "#!/bin/sh\nprintf '%s\\n' {name} \"$@\" >> {log}\n"


def git(folder: Path, *arguments: str) -> str:
    fixed = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    done = subprocess.run(
        ["git", *who, *arguments], cwd=folder, env=os.environ | fixed, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def write(folder: Path, files: Mapping[str, str | None]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink() if text is None else path.write_text(text)


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a branch for each change, and what the service makes of it: a merge into main."""
    folder = tmp_path_factory.mktemp("origin")
    git(folder, "init", "--quiet", "--initial-branch", "main")
    write(folder, FILES)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "a start")
    for name, files in CHANGES.items():
        git(folder, "switch", "--quiet", "--create", name, "main")
        write(folder, files)
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message", name)
        git(folder, "switch", "--quiet", "--create", f"merge-{name}", "main")
        git(folder, "merge", "--quiet", "--no-ff", "--message", "as the service merges", name)
    git(folder, "switch", "--quiet", "main")
    return folder


@dataclass
class Job:
    """A machine of a service with a checkout on it. `run` gives the exit code and what was said."""

    folder: Path
    workspace: Path
    told: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)  # that the service sets for every script

    @property
    def tools(self) -> Path:
        return self.folder / "tools"

    @property
    def asked_of_others(self) -> list[str]:
        """What pip and apt-get were called with, a word a line."""
        log = self.folder / "calls"
        return log.read_text().splitlines() if log.exists() else []

    def run(self, script: str, environment: Mapping[str, str], shell: tuple[str, ...] = BASH) -> tuple[int, str]:
        file = self.folder / "script"
        file.write_text(script)
        fixed = {"PATH": f"{self.tools}:/usr/bin:/bin", "HOME": str(self.folder), "CI": "true", **self.variables}
        done = subprocess.run(
            [*shell, str(file)],
            cwd=self.workspace,
            env=fixed | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert not list(self.folder.rglob("canary")), "a value was taken for a command"
        return done.returncode, done.stdout


MakeJob = Callable[..., Job]


@pytest.fixture
def job(origin: Path, tmp_path: Path) -> MakeJob:
    """Checks a branch out as services do: its commit, no branch; `depth` as the service is asked for."""

    def make(branch: str = "main", depth: int = 0, folder: str = "work space") -> Job:
        made = Job(tmp_path, tmp_path / folder / "churn")
        cut = ("--depth", str(depth), "--branch", branch) if depth else ()
        git(tmp_path, "clone", "--quiet", *cut, f"file://{origin}", str(made.workspace))
        git(made.workspace, "checkout", "--quiet", "--detach", "HEAD" if depth else f"origin/{branch}")
        made.tools.mkdir()
        at = {
            "tools": shlex.quote(str(made.tools)),
            "python": shlex.quote(sys.executable),
            "source": shlex.quote(str(ROOT / "src")),
            "log": shlex.quote(str(tmp_path / "calls")),
        }
        programs = {"mlripe": MLRIPE, "python": PYTHON, "python3": PYTHON, "pip": WRITES_DOWN, "apt-get": WRITES_DOWN}
        for name, text in programs.items():
            (made.tools / name).write_text(text.format(name=name, **at))
            (made.tools / name).chmod(0o755)
        return made

    return make


def trapped(job: Job) -> Job:
    """A job whose checkout has modules in the place of those that mlripe and Python use, where Python looks first."""
    for name in ("click/__init__", "mlripe/__init__", "pip/__init__", "venv/__init__", "yaml", "json", "sitecustomize"):
        write(job.workspace, {f"{name}.py": "open('canary', 'w').close()\n"})
    job.variables = {"PYTHONPATH": "."}
    with pytest.raises(AssertionError, match="a value was taken for a command"):
        job.run(f"{shlex.quote(sys.executable)} -c 'import click'", {})
    for canary in job.folder.rglob("canary"):
        canary.unlink()
    return job


# --- the GitHub Action -----------------------------------------------------------------------------------------------

ACTION: Any = yaml.safe_load((ROOT / "action.yml").read_text())


def filled(text: str, context: Mapping[str, str]) -> str:
    """The text with each `${{ name }}` put in; what is not known is empty, as GitHub has it."""
    return re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda found: context.get(found[1], ""), text)


def wanted(step: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    """Whether a step runs: those of ours ask no more than whether a value is a word."""
    if "if" not in step:
        return True
    asked = re.fullmatch(r"([\w.]+) == '(\w+)'", step["if"])
    assert asked, step["if"]
    return context.get(asked[1], "") == asked[2]


def outputs(file: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in file.read_text().splitlines()) if file.exists() else {}


@dataclass
class Ran:
    """What came of an action: its exit code, what was said, its outputs, and the actions that it used."""

    code: int
    told: str
    outputs: Mapping[str, str]
    used: list[str]

    @property
    def annotations(self) -> list[str]:
        return [line for line in self.told.splitlines() if line.startswith("::")]


def run_action(job: Job, **inputs: str) -> Ran:
    assert set(inputs) <= set(ACTION["inputs"])
    context = {f"inputs.{name}": row["default"] for name, row in ACTION["inputs"].items()}
    context |= {f"inputs.{name}": value for name, value in inputs.items()}
    temporary = job.folder / "runner temp"
    temporary.mkdir()
    context |= {"runner.temp": str(temporary), "runner.os": "Linux"}
    context["steps.python.outputs.python-path"] = str(job.tools / "python")
    fixed = {
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_STEP_SUMMARY": str(job.folder / "summary"),
        "RUNNER_TEMP": str(temporary),
    }
    ran = Ran(0, "", {}, [])
    for step in ACTION["runs"]["steps"]:
        if not wanted(step, context) or ran.code:
            continue
        if "uses" in step:
            ran.used.append(step["uses"].partition("@")[0])
            continue
        output = job.folder / f"output of {step['id']}"
        given = {name: filled(value, context) for name, value in step["env"].items()}
        ran.code, told = job.run(step["run"], {**fixed, **given, "GITHUB_OUTPUT": str(output)}, GITHUB)
        ran.told += told
        context |= {f"steps.{step['id']}.outputs.{name}": value for name, value in outputs(output).items()}
    ran.outputs = {name: filled(row["value"], context) for name, row in ACTION["outputs"].items()}
    return ran


def test_a_pull_request_that_keeps_what_there_is(job: MakeJob) -> None:
    ran = run_action(at := job("merge-keeps"), target="azure:1\n\n  google:0  \r\n", against="origin/main")
    assert (ran.code, ran.annotations) == (0, []), ran.told
    assert ran.outputs == {"level": "1", "levels": '{"azure":1,"google":0}'}
    assert ran.told.endswith("nothing fell since origin/main\n")
    assert (at.folder / "summary").read_text().startswith("<!-- mlripe -->\n")
    assert at.asked_of_others == ["pip", "install", "--quiet", str(ROOT)]


def test_a_pull_request_that_loses_something(job: MakeJob) -> None:
    ran = run_action(
        at := job("merge-loses"),
        against="origin/main",
        require="code-testing=present",
        formats="sarif=of mlripe.sarif\njunit=mlripe.xml\n",
    )
    assert ran.code == 1, ran.told
    assert ran.outputs == {"level": "0", "levels": '{"azure":0,"google":0}'}
    fell = [line for line in ran.annotations if "code-testing" in line]
    assert len(fell) == 1
    assert fell[0].startswith(f"::error file={WORKFLOW},")
    assert "fell from automated to present" in (at.folder / "summary").read_text()
    assert json.loads((at.workspace / "of mlripe.sarif").read_text())["runs"][0]["results"]
    assert (at.workspace / "mlripe.xml").exists()


def test_a_checkout_of_the_last_commit_alone(job: MakeJob) -> None:
    ran = run_action(job("merge-keeps", depth=1), target="azure:1", against="origin/main")
    assert ran.code == 2
    assert ran.outputs == {"level": "", "levels": ""}
    (says,) = ran.annotations
    assert says.startswith("::error title=mlripe::mlripe: the repository ")
    assert says.endswith("get the whole history, with `git fetch --unshallow` or `fetch-depth: 0` in the checkout")


def test_the_action_imports_nothing_of_the_checkout(job: MakeJob) -> None:
    ran = run_action(trapped(job("main")), target="azure:1")
    assert (ran.code, ran.outputs["level"]) == (0, "1"), ran.told


def test_where_nothing_is_asked_the_settings_say_what_is(job: MakeJob) -> None:
    at = job("main")
    ran = run_action(at)
    assert ran.code == 2
    assert ran.annotations == [f"::error title=mlripe::{ran.told.splitlines()[0]}"]
    assert "nothing is asked" in ran.told
    shutil.rmtree(at.folder / "runner temp")
    (at.workspace / "mlripe.toml").write_text('targets = ["google:0"]\n')
    ran = run_action(at)
    assert (ran.code, ran.outputs["level"]) == (0, "0"), ran.told


def test_a_folder_of_the_checkout(job: MakeJob) -> None:
    at = job("main")
    write(at.workspace, {"a model/train.py": FILES["train.py"]})
    ran = run_action(at, target="azure:1", path="a model", formats="json=report.json")
    assert (ran.code, ran.outputs["level"]) == (1, "0")
    assert json.loads((at.workspace / "report.json").read_text())["repository"]["name"] == "a model"


def test_a_certain_version_and_no_cache(job: MakeJob) -> None:
    at = job("main")
    ran = run_action(at, target="azure:1", version="1.2.3", cache="false")
    assert ran.used == ["actions/setup-python"]
    assert at.asked_of_others == ["pip", "install", "--quiet", "mlripe==1.2.3"]
    shutil.rmtree(at.folder / "runner temp")
    assert run_action(at, target="azure:1").used == ["actions/setup-python", "actions/cache"]


@pytest.mark.parametrize("name", ["target", "require", "against", "formats", "path"])
@pytest.mark.parametrize("value", [HOSTILE, f"\n{HOSTILE}\n--exit-zero", "%0A::set-output name=level::4"])
def test_an_input_is_a_value_and_never_a_command(name: str, value: str, job: MakeJob) -> None:
    ran = run_action(job("main"), **{"target": "azure:4", name: value})
    assert ran.code == 2, ran.told
    assert ran.outputs == {"level": "", "levels": ""}
    assert [line.split("mlripe: ")[0] for line in ran.annotations] == ["::error title=mlripe::"]
    assert "%0A" not in ran.annotations[0], "which GitHub would make a line of"


def test_the_version_is_a_value_too(job: MakeJob) -> None:
    at = job("main")
    run_action(at, target="azure:1", version=HOSTILE)
    assert at.asked_of_others == ["pip", "install", "--quiet", f"mlripe=={HOSTILE}"]


# --- what `mlripe init` writes ---------------------------------------------------------------------------------------


def set_up(job: Job, ci: str) -> Any:
    """What `mlripe init` has written for a CI into the checkout, parsed."""
    assert run(["init", str(job.workspace), "--yes", "--target", "azure:1", "--ci", ci]) == 0
    file = {"github": ".github/workflows/mlripe.yml", "gitlab": ".gitlab-ci.yml"}[ci]
    text = (job.workspace / file).read_text()
    return yaml.safe_load(re.sub(r"^on:", '"on":', text, flags=re.MULTILINE))  # YAML 1.1 reads a bare `on` as true


@pytest.mark.parametrize(
    ("ci", "schema"),
    [
        ("github", "https://json.schemastore.org/github-workflow.json"),
        (
            "gitlab",
            "https://gitlab.com/gitlab-org/gitlab/-/raw/master/app/assets/javascripts/editor/schema/ci.json",
        ),
    ],
)
def test_what_is_written_is_of_the_form_that_its_reader_wants(
    ci: str, schema: str, job: MakeJob, holds_against: Callable[[Any, str], None]
) -> None:
    holds_against(set_up(job("main"), ci), schema)


def run_workflow(job: Job, workflow: Any, event: str) -> tuple[int, str]:
    """The first job of a workflow: its scripts, as long as none fails, and those that run all the same."""
    (first,) = workflow["jobs"].values()
    base = {"GITHUB_BASE_REF": "main" if event == "pull_request" else "", "GITHUB_EVENT_NAME": event}
    code, told = 0, ""
    for step in first["steps"]:
        always = step.get("if") == "${{ !cancelled() }}"
        if "run" in step and (always or (not code and wanted(step, {"github.event_name": event}))):
            failed, said = job.run(step["run"], base, ("bash", "-e"))
            code, told = code or failed, told + said
    return code, told


@pytest.mark.parametrize(("branch", "event"), [("main", "push"), ("merge-keeps", "pull_request")])
def test_the_workflow_that_is_written_passes(branch: str, event: str, job: MakeJob) -> None:
    at = job(branch)
    code, told = run_workflow(at, set_up(at, "github"), event)
    assert code == 0, told
    assert ("nothing fell since origin/main" in told) == (event == "pull_request")


def test_the_workflow_that_is_written_fails_where_something_is_lost(job: MakeJob) -> None:
    at = job("merge-loses")
    code, told = run_workflow(at, set_up(at, "github"), "pull_request")
    assert code == 1
    assert "code-testing: fell from automated to present since origin/main" in told
    assert "azure: technical evidence for level " in told, "the target is told as well"


@pytest.mark.parametrize(("branch", "code"), [("keeps", 0), ("loses", 1)])
def test_the_job_that_is_written(branch: str, code: int, job: MakeJob) -> None:
    at = job(branch)
    written = set_up(at, "gitlab")["mlripe"]
    (at.workspace / "mlripe.toml").write_text('targets = ["azure:0"]\n')
    assert run_gitlab(at, written, merge_request=True)[0] == code
    assert run_gitlab(at, written, merge_request=False)[0] == 0


# --- GitLab ----------------------------------------------------------------------------------------------------------

TEMPLATE: Any = yaml.safe_load((ROOT / "docs/templates/gitlab-ci.yml").read_text())["mlripe"]


def run_gitlab(
    job: Job, template: Mapping[str, Any], merge_request: bool, shell: str = "bash", **variables: str
) -> tuple[int, str]:
    """One shell for both lists of lines; the variables may name those that the service sets."""
    base = git(job.workspace, "merge-base", "HEAD", "origin/main")
    given = {"CI_PROJECT_DIR": str(job.workspace), "CI_MERGE_REQUEST_DIFF_BASE_SHA": base if merge_request else ""}
    mine = {name: Template(str(text)).safe_substitute(given) for name, text in template["variables"].items()}
    lines = [*template.get("before_script", ()), *template["script"]]
    pipefail = "set -eo pipefail" if shell == "bash" else "set -e"
    return job.run("\n".join((pipefail, *lines)), {**mine, **given, **variables}, (shell,))


@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_gitlab_holds_a_merge_request_against_where_it_began(shell: str, job: MakeJob) -> None:
    code, told = run_gitlab(at := job("keeps"), TEMPLATE, merge_request=True, shell=shell)
    assert code == 0, told
    assert "nothing fell since " in told
    assert at.asked_of_others[-3:] == ["install", "--quiet", "mlripe"]


def test_gitlab_shows_what_a_merge_request_loses(job: MakeJob) -> None:
    at = job("loses")
    write(at.workspace, {".cache/pip/train.py": "import mlflow\nmlflow.log_metric('a', 1)\n"})
    code, told = run_gitlab(at, TEMPLATE, merge_request=True, MLRIPE_VERSION="==1.2.3")
    assert code == 1
    assert "code-testing: fell from automated to present since " in told
    assert "mlripe==1.2.3" in at.asked_of_others
    artifacts = TEMPLATE["artifacts"]["reports"]
    issues = json.loads((at.workspace / artifacts["codequality"]).read_text())
    assert WORKFLOW in {issue["location"]["path"] for issue in issues}
    assert "testcase" in (at.workspace / artifacts["junit"]).read_text()


def test_gitlab_asks_for_the_level_alone_on_the_main_branch(job: MakeJob) -> None:
    code, told = run_gitlab(job("main"), TEMPLATE, merge_request=False)
    assert (code, told.count("\n")) == (0, 1)
    assert told.startswith("azure: technical evidence for level 1")


def test_gitlab_imports_nothing_of_the_checkout(job: MakeJob) -> None:
    code, told = run_gitlab(trapped(job("main")), TEMPLATE, merge_request=False)
    assert code == 0, told


# --- Azure Pipelines -------------------------------------------------------------------------------------------------

PIPELINE: Any = yaml.safe_load((ROOT / "docs/templates/azure-pipelines.yml").read_text())


def run_azure(job: Job, target: str) -> tuple[int, str]:
    """The scripts of the job, each in a shell of its own, as long as none fails; bash is told of no option."""
    code, told = 0, ""
    given = {"SYSTEM_PULLREQUEST_TARGETBRANCH": target} if target else {}
    for step in PIPELINE["jobs"][0]["steps"]:
        if "bash" in step and not code:
            assert "$(" not in step["bash"], "which the service would fill in"
            code, said = job.run(step["bash"], given, ("bash", "--noprofile", "--norc"))
            told += said
    return code, told


@pytest.mark.parametrize("target", ["main", "refs/heads/main"])
def test_azure_holds_a_pull_request_against_its_target(target: str, job: MakeJob) -> None:
    code, told = run_azure(job("merge-keeps"), target)
    assert (code, "nothing fell since origin/main" in told) == (0, True), told


def test_azure_shows_what_a_pull_request_loses(job: MakeJob) -> None:
    at = job("merge-loses")
    code, told = run_azure(at, "refs/heads/main")
    assert code == 1
    assert f"##vso[task.logissue type=error;sourcepath={WORKFLOW}" in told
    assert (at.workspace / "mlripe.xml").exists()


def test_azure_asks_for_the_level_alone_elsewhere(job: MakeJob) -> None:
    assert run_azure(job("main"), "")[0] == 0


def test_azure_imports_nothing_of_the_checkout(job: MakeJob) -> None:
    code, told = run_azure(trapped(job("main")), "")
    assert code == 0, told


def test_azure_takes_a_branch_for_a_name(job: MakeJob) -> None:
    code, told = run_azure(job("main"), f"refs/heads/{HOSTILE}")
    assert code == 2
    assert "has no revision 'origin/$(touch canary)" in told or 'has no revision "origin/$(touch canary)' in told


# --- Jenkins ---------------------------------------------------------------------------------------------------------


def snippet() -> str:
    (text,) = re.findall(r"^```groovy\n(.*?)^```", (ROOT / "docs/ci.md").read_text(), re.DOTALL | re.MULTILINE)
    return str(text)


def run_jenkins(job: Job) -> tuple[int, str]:
    """The scripts of the snippet, as long as none fails."""
    code, said = 0, ""
    for line in re.findall(r"sh '(.*)'$", snippet(), re.MULTILINE):
        if not code:
            code, told = job.run(line, {}, ("sh", "-xe"))
            said += told
    return code, said


def test_jenkins_imports_nothing_of_the_checkout(job: MakeJob) -> None:
    code, told = run_jenkins(trapped(job("main")))
    assert code == 0, told


@pytest.mark.parametrize(("branch", "code"), [("main", 0), ("loses", 1)])
def test_jenkins_runs_the_check_and_keeps_its_reports(branch: str, code: int, job: MakeJob) -> None:
    at = job(branch)
    done, said = run_jenkins(at)
    assert done == code, said
    assert "azure: technical evidence for level " in said
    assert (at.workspace / "mlripe.xml").exists()
    assert json.loads((at.workspace / "mlripe.sarif").read_text())["version"] == "2.1.0"


def test_jenkins_snippet_is_a_pipeline() -> None:
    """No registry for Python has a parser of Groovy; that it is declarative and whole says mlripe's own reader."""
    from mlripe.readers.ci.jenkins import read_jenkinsfile

    facts = read_jenkinsfile("Jenkinsfile", snippet().encode())
    assert facts.read_faults == ()
    assert [unit.id for unit in facts.units if unit.id.startswith("stages/")] == ["stages/MLOps maturity"]
    bare = re.sub(r"'[^'\n]*'|//.*", "", snippet())
    assert bare.count("{") == bare.count("}") > 5
