"""The build files of two clouds, Google Cloud Build and AWS CodeBuild: what they run. Nothing in them starts them."""

from __future__ import annotations

import posixpath
from typing import Final

from mlripe.facts import Command, FileFacts, Resource, Unit
from mlripe.kinds import RunsAfter
from mlripe.readers.ci.common import anyway, folder, image, is_true, names, pieces, script, step_says
from mlripe.readers.formats.cursor import Node, run_by, unique
from mlripe.readers.formats.documents import load_json, load_yaml

__all__ = ["build_commands", "is_buildspec", "read_buildspec", "read_cloudbuild"]

WORKSPACE: Final = "/workspace"  # where a build of Google's has its sources
# The program that an image runs, where it is not called like the image; "" where the arguments begin with the program.
PROGRAMS = {"cloud-sdk": "", "google-cloud-cli": "", "executor": "kaniko"}
_PHASES = frozenset(("install", "pre_build", "build", "post_build"))  # of CodeBuild


# --- Google Cloud Build ----------------------------------------------------------------------------------------------


def read_cloudbuild(path: str, content: bytes) -> FileFacts:
    """cloudbuild.yaml or .json: a unit `build` and its steps; each step runs its image's program with its arguments."""
    documents = load_json(content) if path.endswith(".json") else load_yaml(content)
    units: list[Unit] = []
    resources: list[Resource] = []
    for root in map(Node.root, documents[:1]):
        if not any(step["name"] for step in root["steps"].items()):
            continue
        given = {key: (value.text,) for key, value in root["substitutions"].entries() if value.text}
        says = f"build {posixpath.basename(path)}"
        units.append(Unit("build", "workflow", 1, says, variables=given, side_by_side=True))
        steps = list(root["steps"].items())
        ids = {step["id"].text: f"steps/{index}" for index, step in enumerate(steps) if step["id"]}
        before: tuple[str, ...] = ()  # what a step waits for that says nothing: all that stands above it
        for index, step in enumerate(steps):
            id = f"steps/{index}"
            waits = names(step["waitFor"])
            needs = tuple(ids[name] for name in waits if name in ids) if waits else before
            units.append(_cloudbuild_step(id, step, needs))
            resources += image(step["name"], id)
            before = (*before, id) if waits else (id,)
    return FileFacts(units=tuple(units), resources=tuple(resources), documents=documents)


def _cloudbuild_step(id: str, step: Node, needs: tuple[str, ...]) -> Unit:
    name = step["name"].text
    found = _cloudbuild_commands(step)
    return Unit(
        id,
        "step",
        step.line,
        step_says(step["id"].text, (), found) if found else step_says(name),
        "build",
        commands=found,
        uses=unique(name),
        needs=needs,
        directory=folder("", _within(step["dir"].text)),
        allow_failure=is_true(step["allowFailure"]),
    )


def _within(directory: str) -> str:
    """A folder of the build's workspace, which holds the sources: `/workspace/jobs` is `jobs`."""
    return directory[len(WORKSPACE) :].strip("/") or "." if f"{directory}/".startswith(f"{WORKSPACE}/") else directory


def _cloudbuild_commands(step: Node) -> tuple[Command, ...]:
    if step["script"].text:
        return script(pieces(step["script"]), strict=False)
    arguments = list(step["args"].items()) if step["args"].is_list else [step["args"]] if step["args"] else []
    if step["entrypoint"].text:
        return run_by([step["entrypoint"], *arguments], step["args"].line if arguments else step["entrypoint"].line)
    program = step["name"].text.partition("@")[0].rsplit("/", 1)[-1].partition(":")[0]
    words = (PROGRAMS.get(program, program), *(argument.text for argument in arguments))
    argv = tuple(word for word in words if word)
    return (Command(" ".join(argv), argv, step["args"].line),) if arguments else ()


# --- AWS CodeBuild ---------------------------------------------------------------------------------------------------


def read_buildspec(path: str, content: bytes) -> FileFacts:
    """buildspec.yml: a unit `build` and its phases; `post_build` runs whatever came before."""
    documents = load_yaml(content)
    units: list[Unit] = []
    for root in map(Node.root, documents[:1]):
        phases = _phases(root)
        if phases:
            units.append(Unit("build", "workflow", 1, f"build {posixpath.basename(path)}", side_by_side=True))
        before: tuple[str, ...] = ()
        for number, (name, phase) in enumerate(phases):
            after = RunsAfter.SUCCESS
            if name == "post_build" and number and phases[number - 1][1]["on-failure"].text != "ABORT":
                # whatever came of the build; what stands before that must have succeeded
                before, after = tuple(f"phases/{name}" for name, _ in phases[: number - 1]), RunsAfter.ANY
            units.append(_phase(name, phase, before, after))
            before = (f"phases/{name}",)
    return FileFacts(units=tuple(units), documents=documents)


def is_buildspec(data: object) -> bool:
    """Whether a document is a build file of CodeBuild, whatever it is called: its project names it."""
    phases = data.get("phases") if isinstance(data, dict) and str(data.get("version")) in ("0.1", "0.2") else None
    return isinstance(phases, dict) and not _PHASES.isdisjoint(phases)


def _phases(root: Node) -> list[tuple[str, Node]]:
    return [(name, phase) for name, phase in root["phases"].entries() if phase.is_mapping]


def build_commands(root: Node) -> tuple[Command, ...]:
    """The commands of a build specification that stands within another file, in the order of its phases."""
    found: tuple[Command, ...] = ()
    for _, phase in _phases(root):
        found += script(pieces(phase["commands"])) + anyway(script(pieces(phase["finally"])))
    return found


def _phase(name: str, phase: Node, before: tuple[str, ...], after: RunsAfter) -> Unit:
    return Unit(
        f"phases/{name}",
        "step",
        phase.line,
        f"phase {name}",
        "build",
        commands=script(pieces(phase["commands"])) + anyway(script(pieces(phase["finally"]))),
        needs=before,
        runs_after=after,
        allow_failure=phase["on-failure"].text == "CONTINUE",
    )
