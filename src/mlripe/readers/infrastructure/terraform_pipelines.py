"""AWS CodePipeline and CodeBuild in Terraform: the actions of a pipeline in order, and what a project builds."""

from __future__ import annotations

from collections.abc import Iterator

from mlripe.facts import Unit
from mlripe.readers.formats.cursor import Node
from mlripe.readers.infrastructure.code_pipelines import Action, Build, build_of, steps_of, template_of

__all__ = ["PIPELINE", "PROJECT", "actions_of", "pipeline_steps", "project_build"]

PIPELINE = "aws_codepipeline"
PROJECT = "aws_codebuild_project"


def actions_of(body: Node) -> list[Node]:
    """The actions of a pipeline, stage after stage, those of a stage in their turns."""
    found: list[Node] = []
    for stage in _blocks(body["stage"]):
        found += sorted(_blocks(stage["action"]), key=_turn)
    return found


def pipeline_steps(path: str, id: str, body: Node) -> Iterator[Unit]:
    """The steps of a pipeline; what the project of a build runs is told by the wiring, which follows its name."""
    yield from steps_of(id, (_action(path, action) for action in actions_of(body)))


def project_build(body: Node) -> Build:
    """What a project builds whose specification is written out, or lies where the service looks by itself."""
    specification = next((source["buildspec"] for source in _blocks(body["source"])), body["source"]["buildspec"])
    text = specification.text
    if not text:
        return build_of("")
    return build_of(text, specification.text_line) if "\n" in text and "phases" in text else Build()


def _blocks(node: Node) -> list[Node]:
    return list(node.items()) if node.is_list else [node] if node.is_mapping else []


def _turn(action: Node) -> int:
    text = action["run_order"].text
    return int(text) if text.isdecimal() and len(text) < 4 else 1


def _action(path: str, action: Node) -> Action:
    category, provider = action["category"].text, action["provider"].text
    template = action["configuration"]["TemplatePath"].text
    stage = action.path[: action.path.index("action")] if "action" in action.path else ()
    return Action(
        action["name"].text,
        action.line,
        (stage, _turn(action)),
        provider + category,
        approval=category == "Approval",
        build=Build(template_of(path, template)) if template else Build(),
    )
