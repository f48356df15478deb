"""Infrastructure code: Terraform, Bicep and ARM, CloudFormation, SAM, Serverless, Pulumi, CDK, Ansible."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest

from mlripe.facts import UNKNOWN, FileFacts, Trigger, Unit
from mlripe.readers.formats.dialects import structured_facts
from mlripe.readers.formats.documents import load_json, load_yaml
from mlripe.readers.infrastructure.bicep import read_bicep
from mlripe.readers.infrastructure.hcl import load_hcl
from mlripe.readers.infrastructure.terraform import read_terraform


def terraform(text: str, path: str = "infra/main.tf") -> FileFacts:
    return read_terraform(path, dedent(text).encode())


def structured(text: str, path: str = "template.yaml") -> FileFacts:
    return sum((structured_facts(path, d) for d in load_yaml(dedent(text).encode())), FileFacts())


def unit(facts: FileFacts, id: str) -> Unit:
    return next(u for u in facts.units if u.id == id)


def types(facts: FileFacts) -> list[str]:
    return [resource.type for resource in facts.resources]


# --- Terraform -------------------------------------------------------------------------------------------------------


def test_hcl_becomes_the_document_of_its_json_syntax() -> None:
    document = load_hcl(
        dedent("""\
            # resource "commented" "out" {}
            resource "aws_s3_bucket" "data" {
              bucket = "acme-${var.env["name"]}"  // a comment
              count  = 2
              tags   = { Team = "ml", "cost" = var.cost }
              rule { days = 1 }
              rule { days = 2 }
              policy = <<EOT
            resource "not" "this" {
            EOT
            }
            """)
    )
    assert document.data == {
        "resource": {
            "aws_s3_bucket": {
                "data": {
                    "bucket": 'acme-${var.env["name"]}',
                    "count": 2,
                    "tags": {"Team": "ml", "cost": "${var.cost}"},
                    "rule": [{"days": 1}, {"days": 2}],
                    "policy": 'resource "not" "this" {\n',
                }
            }
        }
    }
    here = ("resource", "aws_s3_bucket", "data")
    assert document.line_of(here) == 2
    assert document.line_of((*here, "rule", 0, "days")) == 6
    assert document.line_of((*here, "rule", 1, "days")) == 7
    assert document.text_line_of((*here, "policy")) == 9


def test_what_is_no_hcl_is_passed_over() -> None:
    for text in ('resource "a" {', "}}}}", 'x = "', "a = [", "<<EOF", "/*", "a = f(", 'a "b" { c = { d = '):
        assert isinstance(load_hcl(text).data, dict)


def test_terraform_declares_resources_modules_data_providers_and_a_backend() -> None:
    facts = terraform("""\
        terraform {
          backend "s3" { bucket = "state" }
        }
        provider "aws" { region = "eu-west-1" }
        data "aws_region" "here" {}
        resource "aws_sagemaker_endpoint" "wine" { name = var.name }
        module "net" { source = "../modules/net" }
        module "eks" { source = "terraform-aws-modules/eks/aws" }
        """)
    assert types(facts) == [
        "terraform:aws_sagemaker_endpoint",
        "terraform:data.aws_region",
        "terraform:module",
        "terraform:module",
        "terraform:provider.aws",
        "terraform:backend.s3",
    ]
    assert unit(facts, "module.net").uses == ("./modules/net",)
    assert unit(facts, "module.eks").uses == ("terraform-aws-modules/eks/aws",)
    assert unit(facts, "aws_sagemaker_endpoint.wine").inputs == {"name": UNKNOWN}
    assert unit(facts, "aws_sagemaker_endpoint.wine").line == 6


def test_a_schedule_that_is_switched_off_is_inactive() -> None:
    facts = terraform("""\
        resource "google_cloud_scheduler_job" "train" {
          schedule = "0 3 * * 1"
          paused   = true
        }
        resource "aws_scheduler_schedule" "score" {
          schedule_expression = "cron(0 3 * * ? *)"
          state               = "ENABLED"
        }
        resource "databricks_job" "features" {
          schedule {
            quartz_cron_expression = "0 0 3 * * ?"
            pause_status           = "PAUSED"
          }
        }
        resource "aws_autoscaling_schedule" "night" { recurrence = "0 20 * * *" }
        """)
    active = {u.id: [t.active for t in u.triggers] for u in facts.units}
    assert active == {
        "google_cloud_scheduler_job.train": [False],
        "aws_scheduler_schedule.score": [True],
        "databricks_job.features": [False],
        "aws_autoscaling_schedule.night": [],
    }


@pytest.mark.parametrize(
    ("fetched", "written", "place"),
    [
        ("git_source { url = var.url }", "notebooks/fit", "./notebooks/fit.py"),
        ("", "notebooks/fit", "./jobs/notebooks/fit.py"),
        ("", "../fit.py", "./fit.py"),
        ("", "/Repos/team/churn/notebooks/fit", "./notebooks/fit.py"),
        ("", "/Workspace/Repos/team/churn/fit.ipynb", "./fit.ipynb"),
    ],
)
def test_a_databricks_job_names_its_notebooks(fetched: str, written: str, place: str) -> None:
    text = f'resource "databricks_job" "fit" {{\n  task {{\n    notebook_task {{ notebook_path = "{written}" }}\n  }}\n  {fetched}\n}}\n'
    (job,) = read_terraform("jobs/fit.tf", text.encode()).units
    assert place in job.uses


def test_a_build_trigger_hands_pushes_to_the_build_file() -> None:
    facts = terraform("""\
        resource "google_cloudbuild_trigger" "train" {
          filename = "cloudbuild.yaml"
          github {
            push { branch = "^main$" }
          }
        }
        """)
    (trigger,) = facts.units
    assert trigger.triggers == (Trigger("push", 4, "^main$"),)
    assert "./cloudbuild.yaml" in trigger.uses


def test_local_commands_containers_and_charts() -> None:
    facts = terraform("""\
        resource "null_resource" "image" {
          provisioner "local-exec" {
            command = <<EOT
        docker build -t api .
        docker push api
        EOT
          }
        }
        resource "aws_ecs_task_definition" "api" {
          container_definitions = jsonencode([{ image = "acme/api:1", command = ["uvicorn", "serve:app"] }])
        }
        resource "helm_release" "metrics" {
          chart  = "kube-prometheus-stack"
          values = [file("${path.module}/values/metrics.yaml")]
        }
        """)
    assert [(c.argv[1], c.line) for c in unit(facts, "null_resource.image").commands] == [("build", 4), ("push", 5)]
    assert unit(facts, "aws_ecs_task_definition.api").commands[0].argv == ("uvicorn", "serve:app")
    assert unit(facts, "helm_release.metrics").uses == ("./infra/values/metrics.yaml",)
    assert {"image:acme/api", "helm:kube-prometheus-stack"} <= set(types(facts))


# --- Azure -----------------------------------------------------------------------------------------------------------


def test_bicep_declares_azure_resource_types_and_local_modules() -> None:
    facts = read_bicep(
        "infra/main.bicep",
        dedent("""\
            // resource old 'Microsoft.Old/things@2020-01-01' = {}
            resource known 'Microsoft.Storage/storageAccounts@2023-01-01' existing = { name: 'x' }
            resource ws 'Microsoft.MachineLearningServices/workspaces@2024-04-01' = {
              name: 'ws'
              resource endpoint 'onlineEndpoints@2024-04-01' = {
                name: 'e'
              }
            }
            resource job 'Microsoft.App/jobs@2024-03-01' = {
              properties: {
                scheduleTriggerConfig: {
                  cronExpression: '0 3 * * *'
                }
              }
            }
            module net './modules/net.bicep' = {
              name: 'net'
            }
            """).encode(),
    )
    assert [(r.type, r.line) for r in facts.resources] == [
        ("azure:Microsoft.MachineLearningServices/workspaces", 3),
        ("azure:Microsoft.MachineLearningServices/workspaces/onlineEndpoints", 5),
        ("azure:Microsoft.App/jobs", 9),
    ]
    assert unit(facts, "Microsoft.App/jobs/job").triggers == (Trigger("schedule", 12, "0 3 * * *"),)
    assert unit(facts, "module/net").uses == ("./infra/modules/net.bicep",)


def test_an_arm_template_has_the_same_types() -> None:
    template = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "resources": [
            {
                "type": "Microsoft.MachineLearningServices/workspaces",
                "name": "ws",
                "resources": [{"type": "computes", "name": "gpu"}],
            }
        ],
    }
    facts = structured_facts("azuredeploy.json", load_json(json.dumps(template, indent=1).encode())[0])
    assert types(facts) == [
        "azure:Microsoft.MachineLearningServices/workspaces",
        "azure:Microsoft.MachineLearningServices/workspaces/computes",
    ]


# --- AWS -------------------------------------------------------------------------------------------------------------


def test_cloudformation_rules_start_their_targets() -> None:
    facts = structured("""\
        Resources:
          Endpoint: {Type: "AWS::SageMaker::Endpoint"}
          Retrain:
            Type: AWS::Lambda::Function
            Properties: {Handler: retrain.handler, Code: ./src}
          Weekly:
            Type: AWS::Events::Rule
            Properties:
              ScheduleExpression: rate(7 days)
              State: ENABLED
              Targets: [{Arn: !GetAtt Retrain.Arn, Id: t}]
          Off:
            Type: AWS::Events::Rule
            Properties: {ScheduleExpression: rate(1 day), State: DISABLED}
        """)
    assert types(facts)[0] == "cloudformation:AWS::SageMaker::Endpoint"
    assert unit(facts, "Retrain").triggers == (Trigger("schedule", 9, "rate(7 days)"),)
    assert "./src/retrain.py:handler" in unit(facts, "Retrain").uses
    assert [t.active for t in unit(facts, "Off").triggers] == [False]


def test_sam_functions_have_their_events_and_code() -> None:
    facts = structured("""\
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Train:
            Type: AWS::Serverless::Function
            Properties:
              CodeUri: src/
              Handler: jobs/train.main
              Events:
                Nightly: {Type: Schedule, Properties: {Schedule: rate(1 day), Enabled: false}}
                NewData: {Type: S3, Properties: {Bucket: data}}
                Call: {Type: Api, Properties: {Path: /train}}
        """)
    train = unit(facts, "Train")
    assert [(t.kind, t.active) for t in train.triggers] == [("schedule", False), ("event", True)]
    assert "./src/jobs/train.py:main" in train.uses


def test_serverless_functions() -> None:
    facts = structured(
        """\
        service: scoring
        provider: {name: aws}
        functions:
          score:
            handler: src/score.handler
            events:
              - schedule: {rate: rate(1 hour), enabled: true}
              - httpApi: "*"
        """,
        "svc/serverless.yml",
    )
    score = unit(facts, "score")
    assert score.uses == ("./svc/src/score.py:handler",)
    assert [(t.kind, t.detail) for t in score.triggers] == [("schedule", "rate(1 hour)")]


# --- others ----------------------------------------------------------------------------------------------------------


def test_pulumi_and_cdk_name_their_program() -> None:
    pulumi = structured("name: infra\nruntime: python\n", "infra/Pulumi.yaml")
    assert (types(pulumi), pulumi.units[0].uses) == (["pulumi:project"], ("./infra/__main__.py",))
    cdk = structured_facts("infra/cdk.json", load_json(b'{"app": "python3 app.py"}')[0])
    assert cdk.units[0].commands[0].argv == ("python3", "app.py")
    assert cdk.units[0].directory == "infra"


def test_ansible_tasks_name_their_modules_and_commands() -> None:
    facts = structured(
        """\
        - name: Deploy
          hosts: gpu
          roles: [model]
          tasks:
            - name: Pull
              community.docker.docker_image: {name: acme/api}
              when: fresh
            - block:
                - shell: python {{ dir }}/warm_up.py
        """,
        "ansible/site.yml",
    )
    assert types(facts) == ["ansible:docker_image", "ansible:community.docker.docker_image", "ansible:shell"]
    (play,) = facts.units
    assert play.commands[0].argv == ("python", "${dir}/warm_up.py")
    assert play.uses == ("./ansible/roles/model/tasks/main.yml", "./roles/model/tasks/main.yml")


def test_a_code_pipeline_follows_a_branch_and_a_build_has_its_file() -> None:
    facts = terraform("""\
        resource "aws_codebuild_project" "fit" {
          source { buildspec = "ci/buildspec.yml" }
        }
        resource "aws_codepipeline" "fit" {
          stage {
            name = "Source"
            action {
              category      = "Source"
              configuration = { BranchName = "main" }
            }
          }
          stage {
            name = "Build"
            action { category = "Build" }
          }
        }
        """)
    assert unit(facts, "aws_codebuild_project.fit").uses == ("./ci/buildspec.yml",)
    assert [(t.kind, t.detail, t.active) for t in unit(facts, "aws_codepipeline.fit").triggers] == [
        ("push", "main", True)
    ]


def test_a_pipeline_of_sagemaker_is_known_by_its_name() -> None:
    facts = terraform("""\
        resource "aws_sagemaker_pipeline" "fit" { pipeline_name = "churn" }
        resource "aws_scheduler_schedule" "night" {
          schedule_expression = "rate(1 day)"
          target { arn = "arn:aws:sagemaker:eu-west-1:1:pipeline/${var.name}" }
        }
        """)
    assert unit(facts, "aws_sagemaker_pipeline.fit").uses == ("sagemaker:churn",)
    assert unit(facts, "aws_scheduler_schedule.night").uses == ("sagemaker:",)


def test_the_actions_of_a_code_pipeline_are_steps_in_their_order() -> None:
    facts = terraform("""\
        resource "aws_codepipeline" "fit" {
          stage {
            name = "Source"
            action {
              name     = "git"
              category = "Source"
              provider = "GitHub"
            }
          }
          stage {
            name = "Release"
            action {
              name      = "ask"
              category  = "Approval"
              provider  = "Manual"
              run_order = 2
            }
            action {
              name     = "try"
              category = "Test"
              provider = "CodeBuild"
            }
          }
        }
        """)
    steps = [unit for unit in facts.units if unit.kind == "step"]
    assert [(unit.says, unit.approval) for unit in steps] == [
        ("action git", False), ("action try", False), ("action ask", True)
    ]  # fmt: skip
    assert [unit.needs for unit in steps] == [(), ("aws_codepipeline.fit/0",), ("aws_codepipeline.fit/1",)]


def test_a_build_project_has_its_commands_or_the_file_where_the_service_looks() -> None:
    facts = terraform("""\
        resource "aws_codebuild_project" "here" {
          source {
            buildspec = <<-EOF
              version: 0.2
              phases:
                build:
                  commands: [make test]
            EOF
          }
        }
        resource "aws_codebuild_project" "usual" {
          source { type = "CODEPIPELINE" }
        }
        resource "aws_codebuild_project" "made" {
          source { buildspec = yamlencode(local.steps) }
        }
        """)
    assert [command.text for command in unit(facts, "aws_codebuild_project.here").commands] == ["make test"]
    assert unit(facts, "aws_codebuild_project.usual").uses == ("codebuild:buildspec.yml",)
    assert (unit(facts, "aws_codebuild_project.made").uses, unit(facts, "aws_codebuild_project.made").commands) == (
        (),
        (),
    )


def test_a_banner_of_stars_in_bicep_hides_nothing() -> None:
    banner = b"//*******************\n// Monitoring\n//*******************\n"
    body = b"resource insights 'Microsoft.Insights/components@2020-02-02' = {\n  name: 'churn'\n}\n"
    hidden = b"/* resource old 'Microsoft.Web/sites@2022-03-01' = {\n}\n*/\n"
    found = read_bicep("main.bicep", banner + hidden + body + banner).resources
    assert [(resource.type, resource.line) for resource in found] == [("azure:Microsoft.Insights/components", 7)]
