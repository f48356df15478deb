"""AWS CodePipeline and CodeBuild in a CloudFormation template: what starts a pipeline, and its actions in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mlripe.facts import Trigger, Unit
from mlripe.readers.formats.cursor import Node
from mlripe.readers.infrastructure.code_pipelines import Action, Build, build_of, steps_of, template_of

__all__ = ["PIPELINE", "PROJECT", "pipeline_steps", "pipeline_triggers", "project_build", "referred"]

PIPELINE = "AWS::CodePipeline::Pipeline"
PROJECT = "AWS::CodeBuild::Project"
_REPOSITORIES = frozenset({"CodeCommit", "GitHub", "CodeStarSourceConnection", "Bitbucket"})
_SILENT = ("PollForSourceChanges", "DetectChanges")  # settings of a source that is not to start the pipeline


def pipeline_triggers(properties: Node) -> Iterator[Trigger]:
    """A push to the repository that a source action watches, or a new version of the object or image."""
    for action in _actions(properties):
        if action.at("ActionTypeId.Category").text == "Source":
            settings, provider = action["Configuration"], action.at("ActionTypeId.Provider").text
            if any(settings[key].text.lower() == "false" for key in _SILENT):
                continue
            branch = settings["BranchName"].text or settings["Branch"].text
            kind = "push" if provider in _REPOSITORIES else "event"
            yield Trigger(kind, action.line, branch if kind == "push" else provider)


def pipeline_steps(path: str, name: str, properties: Node, declared: Node) -> Iterator[Unit]:
    """The steps of a pipeline; the projects of its builds stand in the same template."""
    projects = {key: node for key, node in declared.entries() if node["Type"].text == PROJECT}
    yield from steps_of(name, (_action(path, action, projects) for action in _actions(properties)))


def _actions(properties: Node) -> Iterator[Node]:
    for stage in properties["Stages"].items():
        yield from sorted(stage["Actions"].items(), key=_turn)


def _turn(action: Node) -> int:
    text = action["RunOrder"].text
    return int(text) if text.isdecimal() and len(text) < 4 else 1


def _action(path: str, action: Node, projects: Mapping[str, Node]) -> Action:
    category, provider = action.at("ActionTypeId.Category").text, action.at("ActionTypeId.Provider").text
    settings = action["Configuration"]
    build = Build()
    if provider == "CodeBuild":
        wanted = _project(settings["ProjectName"], projects)
        build = project_build(projects[wanted]["Properties"]) if wanted else Build()
    elif "TemplatePath" in settings:
        build = Build(template_of(path, settings["TemplatePath"].text))
    return Action(
        action["Name"].text,
        action.line,
        (action.path[:-2], _turn(action)),
        provider + category,
        approval=category == "Approval",
        build=build,
    )


def _project(named: Node, projects: Mapping[str, Node]) -> str:
    """The project that an action names: by a reference, or by the name that the project gives itself."""
    found = [name for name in referred(named) if name in projects]
    if not found and named.text:
        found = [key for key, node in projects.items() if node["Properties"]["Name"].text == named.text]
    return found[0] if found else ""


def project_build(properties: Node) -> Build:
    """What a build project runs."""
    specification = properties["Source"]["BuildSpec"]
    return build_of(specification.text, specification.text_line)


def referred(node: Node) -> Iterator[str]:
    """The names of the resources that a value refers to: `!Ref Name`, `!GetAtt Name.Arn`, `!Sub arn:...:${Name}`."""
    for _, inner in node.walk():
        text = inner.text
        if "${" in text:
            yield from (part.partition("}")[0].partition(".")[0] for part in text.split("${")[1:])
        elif text:
            yield text.partition(".")[0]
