"""AWS CodePipeline in templates and in programs of CDK: its actions in order, what starts it, what its builds run."""

from __future__ import annotations

import pytest

from mlripe.facts import Unit
from mlripe.readers import read
from mlripe.readers.infrastructure.code_pipelines import build_of, template_of


def action(name: str, category: str, provider: str, more: str = "") -> str:
    kind = f"{{Category: {category}, Owner: AWS, Provider: {provider}, Version: '1'}}"
    return f"            - Name: {name}\n              ActionTypeId: {kind}\n{more}"


def template(*stages: str, others: str = "") -> str:
    lines = "".join(f"        - Name: stage{n}\n          Actions:\n{text}" for n, text in enumerate(stages))
    head = "Resources:\n  Delivery:\n    Type: AWS::CodePipeline::Pipeline\n    Properties:\n      Stages:\n"
    return head + lines + others


def units(text: str, path: str = "pipeline.yml") -> dict[str, Unit]:
    return {unit.id: unit for unit in read(path, text.encode()).units}


def settings(written: str) -> str:
    return f"              Configuration: {written}\n"


def in_class(*lines: str) -> str:
    """A program of CDK with one construct."""
    head = (
        "from aws_cdk import Stack, aws_codebuild as cb, aws_codepipeline as cp, aws_codepipeline_actions as actions\n"
        "from aws_cdk import aws_events as events, aws_events_targets as targets, pipelines\n"
        "class Delivery(Stack):\n    def __init__(self, scope, id):\n"
    )
    return head + "".join(f"        {line}\n" for line in lines)


PIPELINE = "pipeline = cp.Pipeline(self, 'Delivery')"
BUILD = "pipeline.add_stage(stage_name='b', actions=[actions.CodeBuildAction(action_name='Fit', project=project)])"


def steps(text: str, path: str = "stack.py") -> list[Unit]:
    return [unit for unit in units(text, path).values() if unit.kind == "step"]


def triggers(text: str, path: str = "stack.py") -> list[tuple[str, bool]]:
    found = [unit for unit in units(text, path).values() if unit.kind == "workflow"]
    return [(trigger.kind, trigger.active) for trigger in found[0].triggers]


def test_actions_of_a_turn_run_side_by_side_after_those_before() -> None:
    later = "              RunOrder: 2\n"
    text = template(
        action("git", "Source", "CodeCommit"),
        action("ask", "Approval", "Manual", later)
        + action("a", "Test", "CodeBuild")
        + action("b", "Test", "CodeBuild"),
    )
    found = [unit for unit in units(text).values() if unit.kind == "step"]
    assert [unit.says for unit in found] == ["action git", "action a", "action b", "action ask"]
    assert [unit.needs for unit in found] == [
        (), ("Delivery/0",), ("Delivery/0",), ("Delivery/1", "Delivery/2")
    ]  # fmt: skip
    assert [unit.approval for unit in found] == [False, False, False, True]


@pytest.mark.parametrize(
    ("provider", "written", "kinds"),
    [
        ("CodeCommit", "{BranchName: main}", ["push"]),
        ("CodeCommit", "{BranchName: main, PollForSourceChanges: false}", []),
        ("CodeStarSourceConnection", "{BranchName: main, DetectChanges: 'false'}", []),
        ("S3", "{S3Bucket: rows}", ["event"]),
        ("ECR", "{RepositoryName: churn}", ["event"]),
    ],
)
def test_a_source_of_a_template_starts_it_where_it_is_watched(provider: str, written: str, kinds: list[str]) -> None:
    found = units(template(action("git", "Source", provider, settings(written))))["Delivery"]
    assert [trigger.kind for trigger in found.triggers] == kinds


def test_a_rule_starts_the_pipeline_that_its_address_ends_with() -> None:
    rule = (
        "  Rule:\n    Type: AWS::Events::Rule\n    Properties:\n"
        "      EventPattern: {source: [aws.codecommit]}\n      Targets:\n"
        "        - {Id: d, Arn: !Sub 'arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Delivery}'}\n"
    )
    found = units(template(action("git", "Source", "S3", settings("{PollForSourceChanges: false}")), others=rule))
    assert [trigger.kind for trigger in found["Delivery"].triggers] == ["push"]


def test_a_build_runs_the_project_that_it_names() -> None:
    projects = (
        "  Fit:\n    Type: AWS::CodeBuild::Project\n    Properties:\n      Name: fit\n"
        "      Source: {Type: CODEPIPELINE, BuildSpec: ci/fit.yml}\n"
        "  Try:\n    Type: AWS::CodeBuild::Project\n    Properties:\n      Source:\n        Type: CODEPIPELINE\n"
        "        BuildSpec: |\n          version: 0.2\n          phases: {build: {commands: [pytest]}}\n"
    )
    text = template(
        action("try", "Test", "CodeBuild", settings("{ProjectName: !Ref Try}"))
        + action("fit", "Build", "CodeBuild", settings("{ProjectName: fit}"))
        + action("other", "Build", "CodeBuild", settings("{ProjectName: elsewhere}")),
        others=projects,
    )
    trying, fitting, other = (unit for unit in units(text).values() if unit.kind == "step")
    assert [(command.text, command.line) for command in trying.commands] == [("pytest", 29)]
    assert fitting.uses == ("codepipeline/CodeBuildBuild", "codebuild:ci/fit.yml")
    assert (other.uses, other.commands) == (("codepipeline/CodeBuildBuild",), ())


def test_a_specification_is_a_file_or_the_text_of_one() -> None:
    assert build_of("").uses == ("codebuild:buildspec.yml",)
    assert build_of("./ci/build.yml").uses == ("codebuild:ci/build.yml",)
    found = build_of("version: 0.2\nphases:\n  build:\n    commands: [make test]\n    finally: [make clean]\n", 5)
    assert [(c.text, c.line, c.allow_failure) for c in found.commands] == [
        ("make test", 8, False),
        ("make clean", 9, True),
    ]
    assert build_of("version: [\n").commands == ()


@pytest.mark.parametrize(
    ("written", "uses"),
    [
        ("Built::deploy/endpoint.yml", ("./ci/deploy/endpoint.yml", "./deploy/endpoint.yml", "stack:endpoint")),
        (
            "Built::churn-prod.template.json",
            ("./ci/churn-prod.template.json", "./churn-prod.template.json", "stack:churn-prod"),
        ),
        ("Built::", ()),
        ("x" * 5000 + ".yml", ()),
    ],
)
def test_a_template_is_a_file_or_that_of_a_stack(written: str, uses: tuple[str, ...]) -> None:
    assert template_of("ci/pipeline.yml", written) == uses


@pytest.mark.parametrize(
    ("spec", "uses", "commands"),
    [
        ("", ("codebuild:buildspec.yml",), []),
        (", build_spec=cb.BuildSpec.from_source_filename('ci/fit.yml')", ("codebuild:ci/fit.yml",), []),
        (
            ", build_spec=cb.BuildSpec.from_object({'version': '0.2', 'phases': {'build': {'commands': ['make fit']}}})",
            (),
            ["make fit"],
        ),
        (", build_spec=cb.BuildSpec.from_object(self.spec)", (), []),
    ],
)
def test_a_build_of_cdk_runs_its_project(spec: str, uses: tuple[str, ...], commands: list[str]) -> None:
    (step,) = steps(in_class(f"project = cb.PipelineProject(self, 'Fit'{spec})", PIPELINE, BUILD))
    assert step.uses == ("codepipeline/CodeBuild", *uses)
    assert [command.text for command in step.commands] == commands


def test_commands_of_a_build_have_lines_of_their_own() -> None:
    """The line of a command, and not that of the call that is given all of them."""
    project = (
        "project = cb.PipelineProject(self, 'Fit', build_spec=cb.BuildSpec.from_object({'phases': {'build': {'commands': [",
        "  'echo \\'fit it\\'',",
        "  'make data',",
        "  'python fit.py --all',",
        "  'make data',",
        "]}}}))",
    )
    (step,) = steps(in_class(*project, PIPELINE, BUILD))
    assert [(command.argv[0], command.line) for command in step.commands] == [
        ("echo", 5), ("make", 7), ("python", 8), ("make", 9),
    ]  # fmt: skip


def test_each_build_of_cdk_has_the_project_made_last_before_it() -> None:
    lines = []
    for name in ("check", "fit"):
        lines.append(f"{name} = cb.Project(self, '{name}', build_spec=cb.BuildSpec.from_source_filename('{name}.yml'))")
        lines.append(f"{name}_action = actions.CodeBuildAction(action_name='{name}', project={name})")
    found = steps(in_class(PIPELINE, *lines))
    assert [unit.uses[1] for unit in found] == ["codebuild:check.yml", "codebuild:fit.yml"]


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("actions.GitHubSourceAction(action_name='Git', branch='main')", ["push"]),
        ("actions.GitHubSourceAction(action_name='Git', trigger=actions.GitHubTrigger.NONE)", []),
        ("actions.CodeStarConnectionsSourceAction(action_name='Git', trigger_on_push=False)", []),
        ("actions.S3SourceAction(action_name='Rows', bucket_key='rows.zip')", ["event"]),
        ("pipelines.CodePipelineSource.git_hub('acme/churn', 'main')", ["push"]),
    ],
)
def test_a_source_of_cdk_starts_it_where_it_is_watched(source: str, kinds: list[str]) -> None:
    assert [kind for kind, _ in triggers(in_class(PIPELINE, f"self.source = {source}"))] == kinds


@pytest.mark.parametrize(
    ("rule", "started"),
    [
        ("schedule=events.Schedule.rate(self.often)", [("schedule", True)]),
        ("schedule=events.Schedule.rate(self.often), enabled=False", [("schedule", False)]),
        ("event_pattern=events.EventPattern(source=['aws.sagemaker'])", [("event", True)]),
        ("event_pattern=events.EventPattern(source=['aws.codecommit'])", [("push", True)]),
    ],
)
def test_a_rule_of_cdk_starts_the_pipeline_that_is_its_target(rule: str, started: list[tuple[str, bool]]) -> None:
    made = f"rule = events.Rule(self, 'Start', {rule})"
    assert triggers(in_class(PIPELINE, made, "rule.add_target(targets.CodePipeline(pipeline))")) == started
    assert triggers(in_class(PIPELINE, made, "rule.add_target(targets.SnsTopic(self.topic))")) == []


def test_a_rule_may_start_a_pipeline_of_sagemaker_in_a_stack_that_the_pipeline_deploys() -> None:
    deploys = "actions.CloudFormationCreateUpdateStackAction(action_name='d', template_path=built.at_path('fit.yml'))"
    lines = (
        "built = cp.Artifact()",
        PIPELINE,
        f"pipeline.add_stage(stage_name='d', actions=[{deploys}])",
        "rule = events.Rule(self, 'Drift', event_pattern=events.EventPattern(source=['aws.cloudwatch']))",
        "self.start(rule, 'arn:aws:sagemaker:eu-west-1:1:pipeline/fit')",
    )
    (rule,) = (unit for unit in units(in_class(*lines), "stack.py").values() if unit.kind == "resource")
    assert (rule.uses[1:], [trigger.kind for trigger in rule.triggers]) == (("stack:fit",), ["event"])


def test_approvals_and_steps_of_a_cdk_pipeline_stand_in_order() -> None:
    text = in_class(
        "built = pipelines.ShellStep('Build', install_commands=['pip install .'], commands=['pytest', 'npx cdk synth'])",
        "pipeline = pipelines.CodePipeline(self, 'Delivery', synth=built)",
        "pipeline.add_stage(self.trial)",
        "asked = pipelines.ManualApprovalStep('Ask')",
        "pipeline.add_stage(self.production)",
    )
    found = steps(text)
    assert [unit.approval for unit in found] == [False, False, True, False]
    assert [command.text for command in found[0].commands] == ["pip install .", "pytest", "npx cdk synth"]
    assert found[3].needs == (found[2].id,)


def test_typescript_reads_as_python_does() -> None:
    text = """
    import * as actions from 'aws-cdk-lib/aws-codepipeline-actions';
    import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
    export class Delivery {
      constructor(scope, id) {
        const built = new codepipeline.Artifact();
        new codepipeline.Pipeline(this, 'Delivery', { stages: [
          { stageName: 's', actions: [new actions.GitHubSourceAction({ actionName: 'Git', branch: 'main' })] },
          { stageName: 'a', actions: [new actions.ManualApprovalAction({ actionName: 'Ask' })] },
          { stageName: 'd', actions: [new actions.CloudFormationCreateUpdateStackAction({
            actionName: 'Deploy', templatePath: built.atPath('endpoint.yml'),
          })] },
        ] });
      }
    }
    """
    found = steps(text, "delivery.ts")
    assert [unit.uses[0].partition("/")[2] for unit in found] == [
        "GitHubSource", "ManualApproval", "CloudFormationCreateUpdateStack",
    ]  # fmt: skip
    assert found[2].uses[-1] == "stack:endpoint"
    assert triggers(text, "delivery.ts") == [("push", True)]


def test_a_program_without_cdk_describes_no_pipeline() -> None:
    assert units("from deploy import codepipeline\ncodepipeline.Pipeline(1, 'x')\n", "a.py") == {}


def test_a_build_file_may_have_any_name() -> None:
    facts = read("ci/fit.yml", b"version: 0.2\nphases:\n  build:\n    commands: [python fit.py]\n")
    assert [unit.id for unit in facts.units] == ["build", "phases/build"]
    assert facts.ci_service == "codebuild"
    assert read("ci/plan.yml", b"version: 1\nphases:\n  build: {weeks: 2}\n").units == ()


def test_a_pipeline_of_many_actions_ends() -> None:
    many = [f"actions.CodeBuildAction(action_name='a{n}', project=p)" for n in range(3000)]
    assert len(steps(in_class(PIPELINE, *many))) == 60


@pytest.mark.parametrize(
    ("written", "types"),
    [
        ("sagemaker.CfnEndpoint(self, 'Endpoint')", ["cloudformation:AWS::SageMaker::Endpoint"]),
        ("cloudwatch.Alarm(self, 'Slow')", ["cloudformation:AWS::CloudWatch::Alarm"]),
        ("cloudwatch.Metric(namespace='churn')", []),
        ("sagemaker.CfnEndpointConfig.DataCaptureConfigProperty()", []),
        ("s3.CfnBucket(self, 'Rows')", []),
    ],
)
def test_constructs_are_the_resources_that_cloudformation_makes_of_them(written: str, types: list[str]) -> None:
    head = "from aws_cdk import aws_cloudwatch as cloudwatch, aws_s3 as s3, aws_sagemaker as sagemaker\n"
    found = read("stack.py", f"{head}def make(self):\n    {written}\n".encode()).resources
    assert [resource.type for resource in found] == types
    assert all((resource.line, resource.unit) == (3, "make") for resource in found)


@pytest.mark.parametrize("module", ["aws-cdk-lib/aws-sagemaker", "@aws-cdk/aws-sagemaker"])
def test_constructs_of_typescript_are_resources_too(module: str) -> None:
    text = f"import * as sm from '{module}';\nnew sm.CfnEndpoint(this, 'Endpoint', {{}});\n"
    (resource,) = read("stack.ts", text.encode()).resources
    assert (resource.type, resource.name) == ("cloudformation:AWS::SageMaker::Endpoint", "Endpoint")
