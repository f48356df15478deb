"""The ways in which real repositories start things, each as a small repository, and beside it the twin that must not.

Every row says how strong the practice at the far end becomes: mostly training, and the retraining, deployment or gate
that hangs on it. A twin differs by the one thing that makes the same files prove less: a schedule switched off, a name
that nothing sends, a failure that is swallowed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Assess

Files = dict[str, str]


def way(name: str, files: Files, **strengths: str) -> Any:
    """A row: what starts what, the files, and the strengths that they must get (`training_code="automated"`)."""
    return pytest.param(files, strengths, id=name)


def workflow(*steps: str, on: str = "push", name: str = "") -> str:
    """A GitHub workflow of one job with these steps, each a command or, from its first key on, a mapping of its own."""
    keys = ("uses:", "name:", "id: ", "if: ", "run: ", "env: ")
    lines = "".join(f"      - {step if step.startswith(keys) else f'run: {step}'}\n" for step in steps)
    head = f"name: {name}\n" if name else ""
    return f"{head}on: {on}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n{lines}"


CI = ".github/workflows/ci.yml"
RETRAIN = ".github/workflows/train.yml"
MONITOR = ".github/workflows/monitor.yml"
NIGHTLY = '\n  schedule:\n    - cron: "0 3 * * *"'
DISPATCHED = "\n  repository_dispatch:\n    types: [drift-found]"

TRAIN = """\
import joblib
import pandas as pd
from sklearn.ensemble import RandomForestClassifier


def train():
    rows = pd.read_parquet("rows.parquet")
    model = RandomForestClassifier(random_state=3).fit(rows.drop(columns="y"), rows["y"])
    joblib.dump(model, "model.joblib")


if __name__ == "__main__":
    train()
"""
TRAINS = {"train.py": TRAIN}
AUTOMATED = {"training_code": "automated", "continuous_training": "automated"}
SWITCHED_OFF = {"training_code": "automated", "continuous_training": "present"}  # a definition automates its steps
BY_HAND = {"training_code": "present", "continuous_training": "none"}
NOT_CONTINUOUS = {"training_code": "automated", "continuous_training": "none"}
ON_PUSH = {"training_code": "automated", "continuous_training": "present"}

# --- orchestrators' own schedules ------------------------------------------------------------------------------------

DAG = """\
from datetime import datetime, timedelta

from airflow import DAG, Dataset
from airflow.operators.python import PythonOperator

from train import train

with DAG({arguments}, start_date=datetime(2024, 1, 1)) as dag:
    PythonOperator(task_id="train", python_callable=train)
"""
DECORATED_DAG = """\
from airflow.decorators import dag, task

from train import train


@dag({arguments})
def churn():
    @task
    def fit():
        train()

    fit()


churn()
"""
CHECKING_DAG = """\
from airflow import DAG
from airflow.operators.trigger_dagrun import TriggerDagRunOperator

with DAG("watch", schedule={schedule}) as dag:
    TriggerDagRunOperator(task_id="retrain", trigger_dag_id="{started}")
"""
FLOW = """\
from datetime import timedelta

from prefect import flow, task
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments import Deployment, run_deployment

from train import train


@task
def fit():
    train()


@flow
def churn():
    fit()


if __name__ == "__main__":
    {last}
"""
DEFINITIONS = """\
from dagster import (
    DefaultScheduleStatus, DefaultSensorStatus, Definitions, RunRequest, ScheduleDefinition, asset, define_asset_job,
    schedule, sensor,
)

from train import train


@asset
def churn_model():
    train()


churn_job = define_asset_job("churn", selection=[churn_model])
{starts}
"""
PIPELINE = """\
from kfp import Client, compiler, dsl


@dsl.component(packages_to_install=["scikit-learn"])
def fit():
    from sklearn.svm import SVC
    SVC().fit([[0.0], [1.0]], [0, 1])


@dsl.pipeline(name="churn")
def churn():
    fit()


{last}
"""
COMPILED = """\
pipelineInfo: {name: churn}
root:
  dag:
    tasks:
      train:
        componentRef: {name: comp-train}
components:
  comp-train: {executorLabel: exec-train}
deploymentSpec:
  executors:
    exec-train:
      container: {image: registry.example.org/churn, command: [python, train.py]}
"""
ZENML = """\
from zenml import pipeline, step
from zenml.config.schedule import Schedule

from train import train


@step
def fit() -> None:
    train()


@pipeline
def churn():
    fit()


if __name__ == "__main__":
    {last}
"""
SAGEMAKER = """\
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.steps import TrainingStep
from sagemaker.workflow.triggers import PipelineSchedule
from sagemaker.sklearn.estimator import SKLearn

estimator = SKLearn(entry_point="train.py", role="role", instance_type="ml.m5.large")
pipeline = Pipeline(name="churn", steps=[TrainingStep(name="Train", step_args=estimator.fit())])
pipeline.upsert(role_arn="role")
{last}
"""
AZUREML = """\
from azure.ai.ml import MLClient, command
from azure.ai.ml.entities import CronTrigger, JobSchedule
from azure.identity import DefaultAzureCredential

client = MLClient.from_config(DefaultAzureCredential())
job = command(code=".", command="python train.py", environment="sklearn@latest", compute="cpu")
{last}
"""
AZURE_JOB = (
    "$schema: https://azuremlschemas.azureedge.net/latest/commandJob.schema.json\ncode: .\ncommand: python train.py\n"
)
AZURE_SCHEDULE = """\
$schema: https://azuremlschemas.azureedge.net/latest/schedule.schema.json
name: nightly
trigger: {type: cron, expression: "0 3 * * *"}
create_job: ./job.yml
"""
CRON_JOB = """\
apiVersion: batch/v1
kind: CronJob
metadata: {{name: train}}
spec:
  schedule: "0 3 * * *"
  suspend: {suspend}
  jobTemplate:
    spec:
      template:
        spec:
          containers: [{{name: train, image: registry.example.org/churn, command: [python, train.py]}}]
"""
CRON_WORKFLOW = """\
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {{name: train}}
spec:
  schedule: "0 3 * * *"
  suspend: {suspend}
  workflowSpec:
    entrypoint: fit
    templates:
      - name: fit
        container: {{image: registry.example.org/churn, command: [python, train.py]}}
"""
ARGO = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: train-}
spec:
  entrypoint: fit
  templates:
    - name: fit
      container: {image: registry.example.org/churn, command: [python, train.py]}
"""
SCHEDULED_WORKFLOW = """\
apiVersion: kubeflow.org/v1beta1
kind: ScheduledWorkflow
metadata: {{name: train}}
spec:
  enabled: {enabled}
  trigger: {{cronSchedule: {{cron: "0 0 3 * * *"}}}}
  workflow:
    spec:
      templates:
        - name: fit
          container: {{image: registry.example.org/churn, command: [python, train.py]}}
"""
BUNDLE = """\
bundle: {{name: churn}}
resources:
  jobs:
    train:
      schedule: {{quartz_cron_expression: "0 0 3 * * ?", timezone_id: UTC, pause_status: {status}}}
      tasks:
        - task_key: train
          spark_python_task: {{python_file: ./train.py}}
"""
EVENT_RULE = """\
data "archive_file" "code" {{
  type        = "zip"
  source_file = "${{path.module}}/train.py"
  output_path = "code.zip"
}}
resource "aws_lambda_function" "train" {{
  function_name = "train"
  filename      = data.archive_file.code.output_path
  handler       = "train.train"
}}
resource "aws_cloudwatch_event_rule" "nightly" {{
  schedule_expression = "rate(1 day)"
  {state}
}}
resource "aws_cloudwatch_event_target" "train" {{
  rule = aws_cloudwatch_event_rule.nightly.name
  arn  = aws_lambda_function.train.arn
}}
"""
CLOUD_SCHEDULER = """\
resource "google_cloud_run_v2_job" "train" {{
  name = "train"
  template {{
    template {{
      containers {{
        image   = "europe-docker.pkg.dev/p/r/churn"
        command = ["python", "train.py"]
      }}
    }}
  }}
}}
resource "google_cloud_scheduler_job" "nightly" {{
  schedule = "0 3 * * *"
  paused   = {paused}
  http_target {{
    uri = "https://run.googleapis.com/v2/${{google_cloud_run_v2_job.train.id}}:run"
  }}
}}
"""
CLOUDFORMATION = """\
Resources:
  Train:
    Type: AWS::Lambda::Function
    Properties: {{Handler: train.train, Code: ./}}
  Nightly:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate(1 day)
      State: {state}
      Targets: [{{Id: train, Arn: !GetAtt Train.Arn}}]
"""
SAM = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Train:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ./
      Handler: train.train
      Events:
        Nightly: {{Type: Schedule, Properties: {{Schedule: rate(1 day), Enabled: {enabled}}}}}
"""
CDK = """\
from aws_cdk import Stack, aws_events, aws_events_targets, aws_lambda


class Training(Stack):
    def __init__(self, scope, id):
        super().__init__(scope, id)
        code = aws_lambda.Code.from_asset("jobs")
        function = aws_lambda.Function(self, "Train", code=code, handler="train.train")
        aws_events.Rule(
            self, "Nightly", schedule=aws_events.Schedule.cron(hour="3"), {more}
            targets=[aws_events_targets.LambdaFunction(function)],
        )
"""
PUT_RULE = """\
import boto3

from train import train

events = boto3.client("events")
events.put_rule(Name="nightly", ScheduleExpression="rate(1 day)", State="{state}")


def handler(event, context):
    train()


events.put_targets(Rule="nightly", Targets=[{{"Id": "1", "Arn": "arn:aws:lambda:::function:train"}}])
handler(None, None)
"""


TEMPLATE = ARGO.replace("kind: Workflow", "kind: WorkflowTemplate").replace("generateName: train-", "name: train")
REFERRING = """\
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {{name: nightly}}
spec:
  schedule: "0 3 * * *"
  workflowSpec: {{workflowTemplateRef: {{name: {name}}}}}
"""
METAFLOW = """\
from metaflow import FlowSpec, schedule, step

from train import train


{more}
class Churn(FlowSpec):
    @step
    def start(self):
        train()
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    Churn()
"""
FLYTE = """\
from flytekit import CronSchedule, LaunchPlan, task, workflow

from train import train


@task
def fit():
    train()


@workflow
def churn():
    fit()


nightly = LaunchPlan.get_or_create(workflow=churn, name="nightly"{more})
"""


def dag(arguments: str, template: str = DAG) -> Files:
    return {**TRAINS, "dags/churn.py": template.format(arguments=arguments)}


def flow(last: str) -> Files:
    return {**TRAINS, "flow.py": FLOW.format(last=last)}


def dagster(starts: str) -> Files:
    return {**TRAINS, "definitions.py": DEFINITIONS.format(starts=starts)}


def kubeflow(last: str) -> Files:
    return {"pipeline.py": PIPELINE.format(last=last)}


def zenml(last: str) -> Files:
    return {**TRAINS, "run.py": ZENML.format(last=last)}


def azureml(last: str) -> Files:
    return {**TRAINS, "submit.py": AZUREML.format(last=last)}


PREFECT_YAML = """\
deployments:
  - name: nightly
    entrypoint: flow.py:churn
    schedules:
      - cron: "0 3 * * *"
"""
SENSOR = "\n\n@sensor(job=churn_job{more})\ndef new_rows(context):\n    yield RunRequest(run_key=None)\n"
SCHEDULE = '\n\n@schedule(job=churn_job, cron_schedule="0 3 * * *"{more})\ndef nightly(context):\n    return {{}}\n'
SERVED = 'if __name__ == "__main__":\n    churn()\n'

SCHEDULES = [
    # --- Airflow. A DAG is paused until somebody switches it on unless the installation says otherwise; what the code
    # says is what counts, so a schedule counts and is_paused_upon_creation=True is switched off.
    way("airflow: a preset", dag('"churn", schedule="@daily"'), **AUTOMATED, training_pipeline="automated"),
    way("airflow: a cron", dag('"churn", schedule_interval="0 3 * * *"'), **AUTOMATED),
    way("airflow: a timedelta", dag('"churn", schedule=timedelta(days=1)'), **AUTOMATED),
    way("airflow: a decorated DAG", dag('schedule="@weekly", catchup=False', DECORATED_DAG), **AUTOMATED),
    way("airflow: a dataset", dag('"churn", schedule=[Dataset("s3://rows")]'), **AUTOMATED),
    way("airflow: a name that a module of one's own hands on",
        {**dag('"churn", schedule="@daily"'), "common.py": "try:\n    from airflow import DAG, Dataset\nexcept ImportError:\n    DAG = None\n",
         "dags/churn.py": DAG.replace("from airflow import", "from common import").format(arguments='"churn", schedule="@daily"')},
        **AUTOMATED),
    way("airflow: a class of one's own that is called so",
        {**dag('"churn", schedule="@daily"'), "common.py": "class Dataset:\n    pass\n\n\nclass DAG:\n    pass\n",
         "dags/churn.py": DAG.replace("from airflow import", "from common import").format(arguments='"churn", schedule="@daily"')},
        **BY_HAND),
    way("airflow: schedule=None", dag('"churn", schedule=None'), **NOT_CONTINUOUS, training_pipeline="present"),
    way("airflow: @once", dag('"churn", schedule="@once"'), **NOT_CONTINUOUS),
    way("airflow: paused", dag('"churn", schedule="@daily", is_paused_upon_creation=True'), **SWITCHED_OFF),
    way("airflow: a commented-out schedule", dag('"churn",  # schedule="@daily"\n   schedule=None'), **NOT_CONTINUOUS),
    way("airflow: a DAG that a scheduled one triggers",
        {**dag('"churn", schedule=None'), "dags/watch.py": CHECKING_DAG.format(schedule='"@daily"', started="churn")},
        **AUTOMATED),
    way("airflow: a decorated DAG that a scheduled one triggers",
        {**dag("schedule=None", DECORATED_DAG), "dags/watch.py": CHECKING_DAG.format(schedule='"@daily"', started="churn")},
        **AUTOMATED),
    way("airflow: a DAG that one without a schedule triggers",
        {**dag('"churn", schedule=None'), "dags/watch.py": CHECKING_DAG.format(schedule="None", started="churn")},
        **NOT_CONTINUOUS),
    way("airflow: another DAG is triggered",
        {**dag('"churn", schedule=None'), "dags/watch.py": CHECKING_DAG.format(schedule='"@daily"', started="fraud")},
        **NOT_CONTINUOUS),
    # --- Prefect
    way("prefect: serve with a cron", flow('churn.serve(name="nightly", cron="0 3 * * *")'), **AUTOMATED),
    way("prefect: serve with an interval", flow('churn.serve(name="nightly", interval=timedelta(days=1))'), **AUTOMATED),
    way("prefect: deploy with a cron", flow('churn.deploy("nightly", work_pool_name="k8s", cron="0 3 * * *")'), **AUTOMATED),
    way("prefect: deploy with schedules",
        flow('churn.deploy("nightly", work_pool_name="k8s", schedules=[CronSchedule(cron="0 3 * * *")])'), **AUTOMATED),
    way("prefect: build_from_flow",
        flow('Deployment.build_from_flow(churn, name="nightly", schedule=CronSchedule(cron="0 3 * * *")).apply()'),
        **AUTOMATED),
    way("prefect: serve without a schedule", flow('churn.serve(name="by-hand")'), **NOT_CONTINUOUS),
    way("prefect: a paused serve", flow('churn.serve(name="nightly", cron="0 3 * * *", paused=True)'), **SWITCHED_OFF),
    way("prefect: paused=False", flow('churn.serve(name="nightly", cron="0 3 * * *", paused=False)'), **AUTOMATED),
    way("prefect: an inactive build_from_flow",
        flow('Deployment.build_from_flow(churn, name="n", schedule=CronSchedule(cron="0 3 * * *"), is_schedule_active=False)'),
        **SWITCHED_OFF),
    way("prefect: prefect.yaml", {**flow("churn()"), "prefect.yaml": PREFECT_YAML}, **AUTOMATED),
    way("prefect: prefect.yaml without a schedule",
        {**flow("churn()"), "prefect.yaml": PREFECT_YAML.partition("    schedules")[0]}, **NOT_CONTINUOUS),
    way("prefect: an inactive schedule", {**flow("churn()"), "prefect.yaml": PREFECT_YAML + "        active: false\n"},
        **SWITCHED_OFF),
    way("prefect: a paused deployment", {**flow("churn()"), "prefect.yaml": PREFECT_YAML + "    paused: true\n"},
        **SWITCHED_OFF),
    way("prefect: a commented-out schedule",
        {**flow("churn()"), "prefect.yaml": PREFECT_YAML.replace("    schedules", "#    schedules")
         .replace("      - cron", "#      - cron")}, **NOT_CONTINUOUS),
    way("prefect: a deployment that a scheduled flow runs",
        {**flow('churn.serve(name="by-hand")'),
         "watch.py": "from prefect import flow\nfrom prefect.deployments import run_deployment\n\n\n@flow\ndef watch():\n"
                     '    run_deployment("churn/by-hand")\n\n\nwatch.serve(name="watch", cron="0 3 * * *")\n'}, **AUTOMATED),
    # --- Dagster. Its schedules and sensors are stopped until somebody switches them on, like Airflow's DAGs: a schedule
    # counts, and only one that says default_status=...STOPPED itself is switched off.
    way("dagster: ScheduleDefinition",
        dagster('nightly = ScheduleDefinition(job=churn_job, cron_schedule="0 3 * * *")\n'
                "defs = Definitions(assets=[churn_model], jobs=[churn_job], schedules=[nightly])"), **AUTOMATED),
    way("dagster: @schedule", dagster(SCHEDULE.format(more="")), **AUTOMATED),
    way("dagster: @sensor", dagster(SENSOR.format(more="")), **AUTOMATED),
    way("dagster: a schedule in another file",
        {**dagster(""), "schedules.py": "from dagster import ScheduleDefinition\n\nfrom definitions import churn_job\n\n"
         'nightly = ScheduleDefinition(job=churn_job, cron_schedule="0 3 * * *")\n'}, **AUTOMATED),
    way("dagster: nothing but a job", dagster("defs = Definitions(assets=[churn_model], jobs=[churn_job])"),
        **NOT_CONTINUOUS),
    way("dagster: a stopped ScheduleDefinition",
        dagster('nightly = ScheduleDefinition(job=churn_job, cron_schedule="0 3 * * *", '
                "default_status=DefaultScheduleStatus.STOPPED)"), **SWITCHED_OFF),
    way("dagster: a stopped @schedule", dagster(SCHEDULE.format(more=", default_status=DefaultScheduleStatus.STOPPED")),
        **SWITCHED_OFF),
    way("dagster: a stopped @sensor", dagster(SENSOR.format(more=", default_status=DefaultSensorStatus.STOPPED")),
        **SWITCHED_OFF),
    # --- Kubeflow Pipelines
    way("kubeflow: a recurring run",
        kubeflow('compiler.Compiler().compile(churn, "churn.yaml")\n'
                 'Client().create_recurring_run("1", "nightly", cron_expression="0 0 3 * * *", '
                 'pipeline_package_path="churn.yaml")'), **AUTOMATED),
    way("kubeflow: a recurring run that is not enabled",
        kubeflow('compiler.Compiler().compile(churn, "churn.yaml")\n'
                 'Client().create_recurring_run("1", "nightly", cron_expression="0 0 3 * * *", enabled=False, '
                 'pipeline_package_path="churn.yaml")'), **SWITCHED_OFF),
    way("kubeflow: one run", kubeflow("Client().create_run_from_pipeline_func(churn, arguments={})"), **NOT_CONTINUOUS),
    way("kubeflow: ScheduledWorkflow", {**TRAINS, "nightly.yaml": SCHEDULED_WORKFLOW.format(enabled="true")}, **AUTOMATED),
    way("kubeflow: a ScheduledWorkflow that is off",
        {**TRAINS, "nightly.yaml": SCHEDULED_WORKFLOW.format(enabled="false")}, **SWITCHED_OFF),
    # --- ZenML
    way("zenml: a cron", zenml('churn.with_options(schedule=Schedule(cron_expression="0 3 * * *"))()'), **AUTOMATED),
    way("zenml: an interval", zenml("churn.with_options(schedule=Schedule(interval_second=3600))()"), **AUTOMATED),
    way("zenml: no schedule", zenml("churn()"), **NOT_CONTINUOUS),
    way("zenml: a schedule that nothing uses",
        {**zenml("churn()"), "unused.py": 'from zenml.config.schedule import Schedule\n\n\ndef nightly():\n'
                                          '    return Schedule(cron_expression="0 3 * * *")\n'}, **NOT_CONTINUOUS),
    # --- the clouds
    way("sagemaker: put_triggers",
        {**TRAINS, "pipeline.py": SAGEMAKER.format(last='pipeline.put_triggers([PipelineSchedule(name="n", cron="0 3 * * ? *")])')},
        **AUTOMATED),
    way("sagemaker: a schedule that is off",
        {**TRAINS, "pipeline.py": SAGEMAKER.format(
            last='pipeline.put_triggers([PipelineSchedule(name="n", cron="0 3 * * ? *", enabled=False)])')},
        **SWITCHED_OFF),
    way("sagemaker: no schedule", {**TRAINS, "pipeline.py": SAGEMAKER.format(last="pipeline.start()")}, **NOT_CONTINUOUS),
    way("vertex: create_schedule",
        kubeflow("from google.cloud import aiplatform\n\ncompiler.Compiler().compile(churn, 'churn.json')\n"
                 "job = aiplatform.PipelineJob(display_name='churn', template_path='churn.json')\n"
                 "job.create_schedule(display_name='nightly', cron='0 3 * * *')"), **AUTOMATED),
    way("vertex: one run",
        kubeflow("from google.cloud import aiplatform\n\ncompiler.Compiler().compile(churn, 'churn.json')\n"
                 "aiplatform.PipelineJob(display_name='churn', template_path='churn.json').submit()"), **NOT_CONTINUOUS),
    way("azureml: JobSchedule",
        azureml('nightly = JobSchedule(name="n", trigger=CronTrigger(expression="0 3 * * *"), create_job=job)\n'
                "client.schedules.begin_create_or_update(nightly)"), **AUTOMATED),
    way("azureml: one job", azureml("client.jobs.create_or_update(job)"), **BY_HAND),
    way("azureml: a schedule's file", {**TRAINS, "job.yml": AZURE_JOB, "nightly.yml": AZURE_SCHEDULE}, **AUTOMATED),
    way("azureml: a schedule's file that is off",
        {**TRAINS, "job.yml": AZURE_JOB, "nightly.yml": AZURE_SCHEDULE + "is_enabled: false\n"},
        training_code="present", continuous_training="present"),
    way("databricks: a bundle", {**TRAINS, "databricks.yml": BUNDLE.format(status="UNPAUSED")}, **AUTOMATED),
    way("databricks: a paused bundle", {**TRAINS, "databricks.yml": BUNDLE.format(status="PAUSED")}, **SWITCHED_OFF),
    way("eventbridge: Terraform", {**TRAINS, "main.tf": EVENT_RULE.format(state="")}, **AUTOMATED),
    way("eventbridge: Terraform, disabled", {**TRAINS, "main.tf": EVENT_RULE.format(state='state = "DISABLED"')},
        training_code="present", continuous_training="present"),
    way("eventbridge: CloudFormation", {**TRAINS, "stack.yaml": CLOUDFORMATION.format(state="ENABLED")}, **AUTOMATED),
    way("eventbridge: CloudFormation, disabled", {**TRAINS, "stack.yaml": CLOUDFORMATION.format(state="DISABLED")},
        training_code="present", continuous_training="present"),
    way("eventbridge: SAM", {**TRAINS, "template.yaml": SAM.format(enabled="true")}, **AUTOMATED),
    way("eventbridge: SAM, disabled", {**TRAINS, "template.yaml": SAM.format(enabled="false")},
        training_code="present", continuous_training="present"),
    way("eventbridge: CDK", {"jobs/train.py": TRAIN, "stack.py": CDK.format(more="")}, **AUTOMATED),
    way("eventbridge: CDK, disabled", {"jobs/train.py": TRAIN, "stack.py": CDK.format(more="enabled=False,")},
        training_code="present", continuous_training="present"),
    way("eventbridge: put_rule", {**TRAINS, "rule.py": PUT_RULE.format(state="ENABLED")}, **AUTOMATED),
    way("eventbridge: put_rule, disabled", {**TRAINS, "rule.py": PUT_RULE.format(state="DISABLED")},
        training_code="present", continuous_training="present"),
    way("cloud scheduler: Terraform", {**TRAINS, "main.tf": CLOUD_SCHEDULER.format(paused="false")}, **AUTOMATED),
    way("cloud scheduler: Terraform, paused", {**TRAINS, "main.tf": CLOUD_SCHEDULER.format(paused="true")},
        training_code="present", continuous_training="present"),
    # --- Kubernetes
    way("kubernetes: CronJob", {**TRAINS, "cron.yaml": CRON_JOB.format(suspend="false")}, **AUTOMATED),
    way("kubernetes: a suspended CronJob", {**TRAINS, "cron.yaml": CRON_JOB.format(suspend="true")},
        training_code="present", continuous_training="present"),
    way("argo: CronWorkflow", {**TRAINS, "cron.yaml": CRON_WORKFLOW.format(suspend="false")}, **AUTOMATED),
    way("argo: a suspended CronWorkflow", {**TRAINS, "cron.yaml": CRON_WORKFLOW.format(suspend="true")}, **SWITCHED_OFF),
    way("argo: a Workflow", {**TRAINS, "train.yaml": ARGO}, **NOT_CONTINUOUS),
    way("argo: a template that a CronWorkflow refers to",
        {**TRAINS, "template.yaml": TEMPLATE, "cron.yaml": REFERRING.format(name="train")}, **AUTOMATED),
    way("argo: another template", {**TRAINS, "template.yaml": TEMPLATE, "cron.yaml": REFERRING.format(name="docs")},
        **NOT_CONTINUOUS),
    # --- the rest, and the schedules of CI
    way("metaflow: @schedule", {**TRAINS, "flow.py": METAFLOW.format(more="@schedule(daily=True)")}, **AUTOMATED),
    way("metaflow: no schedule", {**TRAINS, "flow.py": METAFLOW.format(more="")}, **NOT_CONTINUOUS),
    way("flyte: a launch plan with a schedule", {**TRAINS, "flow.py": FLYTE.format(more=", schedule=CronSchedule(schedule='0 3 * * *')")},
        **AUTOMATED),
    way("flyte: a launch plan without", {**TRAINS, "flow.py": FLYTE.format(more="")}, **NOT_CONTINUOUS),
    way("prefect: from_source",
        flow('flow.from_source(source=".", entrypoint="flow.py:churn").deploy("nightly", work_pool_name="k8s", cron="0 3 * * *")'),
        **AUTOMATED),
    way("github: a schedule", {**TRAINS, CI: workflow("python train.py", on=NIGHTLY)}, **AUTOMATED),
    way("github: a commented-out schedule",
        {**TRAINS, CI: workflow("python train.py", on="\n  push:\n  # schedule:\n  #   - cron: '0 3 * * *'")}, **ON_PUSH),
    way("github: a job that is switched off",
        {**TRAINS, CI: workflow("python train.py", on=NIGHTLY).replace("    runs-on", "    if: false\n    runs-on")}, **BY_HAND),
    way("gitlab: a rule for schedules",
        {**TRAINS, ".gitlab-ci.yml": "train:\n  script: [python train.py]\n  rules:\n"
                                     "    - if: $CI_PIPELINE_SOURCE == 'schedule'\n"}, **AUTOMATED),
    way("gitlab: a rule for the main branch",
        {**TRAINS, ".gitlab-ci.yml": "train:\n  script: [python train.py]\n  rules:\n"
                                     "    - if: $CI_COMMIT_BRANCH == 'main'\n"}, **ON_PUSH),
    way("azure pipelines: a schedule",
        {**TRAINS, "azure-pipelines.yml": "trigger: none\nschedules:\n  - cron: '0 3 * * *'\n    branches: {include: [main]}\n"
                                          "    always: true\nsteps:\n  - script: python train.py\n"}, **AUTOMATED),
    way("azure pipelines: a commented-out schedule",
        {**TRAINS, "azure-pipelines.yml": "trigger: [main]\n# schedules:\n#   - cron: '0 3 * * *'\nsteps:\n"
                                          "  - script: python train.py\n"}, **ON_PUSH),
    way("jenkins: cron", {**TRAINS, "Jenkinsfile": "pipeline {\n  agent any\n  triggers { cron('H 3 * * *') }\n  stages {\n"
                          "    stage('Train') {\n      steps {\n        sh 'python train.py'\n      }\n    }\n  }\n}\n"},
        **AUTOMATED),
    way("jenkins: a commented-out cron",
        {**TRAINS, "Jenkinsfile": "pipeline {\n  agent any\n  // triggers { cron('H 3 * * *') }\n  stages {\n"
         "    stage('Train') {\n      steps {\n        sh 'python train.py'\n      }\n    }\n  }\n}\n"}, **ON_PUSH),
    way("circleci: a scheduled workflow",
        {**TRAINS, ".circleci/config.yml": "version: 2.1\njobs:\n  train:\n    docker: [{image: x}]\n    steps: [checkout, "
         "{run: python train.py}]\nworkflows:\n  nightly:\n    triggers:\n      - schedule:\n          cron: '0 3 * * *'\n"
         "          filters: {branches: {only: [main]}}\n    jobs: [train]\n"}, **AUTOMATED),
]  # fmt: skip


# --- workflows that start each other ---------------------------------------------------------------------------------

TRAINING = workflow("python train.py", on="workflow_dispatch", name="Train")
LISTENS = {**TRAINS, RETRAIN: workflow("python train.py", on=DISPATCHED)}
SEND = """\
import os
import requests

requests.post(
    "https://api.github.com/repos/acme/churn/dispatches",
    headers={{"Authorization": os.environ["TOKEN"]}},
    json={{"event_type": "{type}", "client_payload": {{}}}},
)
"""
SEND_ACTION = "uses: peter-evans/repository-dispatch@v3\n        with: {{event-type: {type}}}"
CURL = 'run: |\n          curl -X POST https://api.github.com/repos/acme/churn/dispatches -d \'{{"event_type": "{type}"}}\''
START = """\
import requests

requests.post(
    "https://api.github.com/repos/acme/churn/actions/workflows/{file}/dispatches", json={{"ref": "main"}}
)
"""
PYGITHUB = """\
from github import Github

repository = Github("token").get_repo("acme/churn")
repository.get_workflow("{file}").create_dispatch("main")
"""

JENKINSFILE = """\
pipeline {{
  agent any
  stages {{
    stage('All') {{
      steps {{
        {steps}
      }}
    }}
  }}
}}
"""

CHAINS = [
    way("workflow_run after a schedule",
        {**TRAINS, CI: workflow("python prepare.py", on=NIGHTLY, name="Data"),
         RETRAIN: workflow("python train.py", on="\n  workflow_run:\n    workflows: [Data]\n    types: [completed]")},
        **AUTOMATED),
    way("workflow_run after a push",
        {**TRAINS, CI: workflow("pytest", name="Tests"),
         RETRAIN: workflow("python train.py", on="\n  workflow_run:\n    workflows: [Tests]")}, **ON_PUSH),
    way("workflow_run after what only a person starts",
        {**TRAINS, CI: workflow("pytest", on="workflow_dispatch", name="Tests"),
         RETRAIN: workflow("python train.py", on="\n  workflow_run:\n    workflows: [Tests]")},
        **ON_PUSH, training_pipeline="none"),
    way("a step for the schedule only",
        {**TRAINS, CI: workflow("if: github.event_name == 'schedule'\n        run: python train.py",
                                on="\n  push:" + NIGHTLY)}, **AUTOMATED),
    way("a step for pushes only",
        {**TRAINS, CI: workflow("if: github.event_name == 'push'\n        run: python train.py",
                                on="\n  push:" + NIGHTLY)}, **ON_PUSH),
    way("a step for whatever is no schedule",
        {**TRAINS, CI: workflow("if: github.event_name != 'schedule'\n        run: python train.py",
                                on="\n  push:" + NIGHTLY)}, **ON_PUSH),
    way("a job of Jenkins that another starts",
        {**TRAINS, "jobs/train/Jenkinsfile": JENKINSFILE.format(steps="sh 'python train.py'"),
         "Jenkinsfile": JENKINSFILE.format(steps="build job: 'train'").replace("stages", "triggers { cron('@daily') }\n  stages")},
        **AUTOMATED),
    way("another job of Jenkins",
        {**TRAINS, "jobs/train/Jenkinsfile": JENKINSFILE.format(steps="sh 'python train.py'"),
         "Jenkinsfile": JENKINSFILE.format(steps="build job: 'docs'").replace("stages", "triggers { cron('@daily') }\n  stages")},
        **ON_PUSH),
    way("a script that a function of Jenkins is given",
        {**TRAINS, "ci/train.sh": "python train.py\n",
         "Jenkinsfile": JENKINSFILE.format(steps="script { helper.run('ci/train.sh', 'gpu') }")}, **ON_PUSH),
    way("a script that Jenkins only names",
        {**TRAINS, "ci/train.sh": "python train.py\n", "Jenkinsfile": JENKINSFILE.format(steps="echo 'ci/train.sh'")}, **BY_HAND),
    way("workflow_call from a schedule",
        {**TRAINS, RETRAIN: workflow("python train.py", on="workflow_call"),
         CI: f"on: {NIGHTLY}\njobs:\n  train:\n    uses: ./{RETRAIN}\n"}, **AUTOMATED),
    way("workflow_call that nobody calls", {**TRAINS, RETRAIN: workflow("python train.py", on="workflow_call")}, **BY_HAND),
    way("gh workflow run from a schedule",
        {**TRAINS, RETRAIN: TRAINING, CI: workflow("gh workflow run train.yml --ref main", on=NIGHTLY)}, **AUTOMATED),
    way("gh workflow run by the workflow's name",
        {**TRAINS, RETRAIN: TRAINING, CI: workflow("gh workflow run Train", on=NIGHTLY)}, **AUTOMATED),
    way("gh workflow run of another workflow",
        {**TRAINS, RETRAIN: TRAINING, CI: workflow("gh workflow run docs.yml", on=NIGHTLY)}, **ON_PUSH),
    way("gh workflow list", {**TRAINS, RETRAIN: TRAINING, CI: workflow("gh workflow view train.yml", on=NIGHTLY)}, **ON_PUSH),
    way("an action that dispatches a workflow",
        {**TRAINS, RETRAIN: TRAINING,
         CI: workflow("uses: benc-uk/workflow-dispatch@v1\n        with: {workflow: train.yml}", on=NIGHTLY)}, **AUTOMATED),
    way("a script that dispatches a workflow",
        {**TRAINS, RETRAIN: TRAINING, "watch.py": START.format(file="train.yml"), CI: workflow("python watch.py", on=NIGHTLY)},
        **AUTOMATED),
    way("a script that dispatches another workflow",
        {**TRAINS, RETRAIN: TRAINING, "watch.py": START.format(file="docs.yml"), CI: workflow("python watch.py", on=NIGHTLY)},
        **ON_PUSH),
    way("PyGithub",
        {**TRAINS, RETRAIN: TRAINING, "watch.py": PYGITHUB.format(file="train.yml"), CI: workflow("python watch.py", on=NIGHTLY)},
        **AUTOMATED),
    way("github-script",
        {**TRAINS, RETRAIN: TRAINING,
         CI: workflow("uses: actions/github-script@v7\n        with:\n          script: |\n"
                      "            await github.rest.actions.createWorkflowDispatch({workflow_id: 'train.yml', ref: 'main'})",
                      on=NIGHTLY)}, **AUTOMATED),
    way("repository_dispatch by an action",
        {**LISTENS, CI: workflow(SEND_ACTION.format(type="drift-found"), on=NIGHTLY)}, **AUTOMATED),
    way("repository_dispatch by curl", {**LISTENS, CI: workflow(CURL.format(type="drift-found"), on=NIGHTLY)}, **AUTOMATED),
    way("repository_dispatch by a script",
        {**LISTENS, "watch.py": SEND.format(type="drift-found"), CI: workflow("python watch.py", on=NIGHTLY)}, **AUTOMATED),
    way("repository_dispatch by a script that a person starts",
        {**LISTENS, "watch.py": SEND.format(type="drift-found")}, **ON_PUSH, training_pipeline="none"),
    way("repository_dispatch of another type",
        {**LISTENS, CI: workflow(SEND_ACTION.format(type="docs-changed"), on=NIGHTLY)}, **ON_PUSH),
    way("repository_dispatch from outside", LISTENS, **ON_PUSH),
]  # fmt: skip

# --- commands that hand over to a file of the repository -------------------------------------------------------------

JOB = """\
apiVersion: batch/v1
kind: Job
metadata: {name: train}
spec:
  template:
    spec:
      containers: [{name: train, image: registry.example.org/churn, command: [python, train.py]}]
"""
TRAINING_IMAGE = "FROM python:3.11\nCOPY train.py .\nRUN python train.py\n"
PYPROJECT = '[project]\nname = "churn"\nversion = "1"\n'
NOTEBOOK = '{"cells": [{"cell_type": "code", "source": ["from train import train\\n", "train()"]}]}'
RAY_JOB = """\
apiVersion: ray.io/v1
kind: RayJob
metadata: {name: train}
spec:
  entrypoint: python train.py
"""


def hands_over(command: str, file: str = "", content: str = "", **more: str) -> Any:
    return pytest.param(command, {file: content, **more} if file else {}, id=command)


HANDED_OVER = [
    hands_over("az ml job create --file job.yml", "job.yml", AZURE_JOB),
    hands_over("az ml job create -f ml/job.yml -g rg -w ws", "ml/job.yml", AZURE_JOB.replace("code: .", "code: ..")),
    hands_over("gcloud builds submit --config ci/train.yaml", "ci/train.yaml",
               "steps:\n  - name: python:3.11\n    entrypoint: python\n    args: [train.py]\n"),
    hands_over("gcloud builds submit --config=cloudbuild.yaml .", "cloudbuild.yaml",
               "steps:\n  - name: python:3.11\n    entrypoint: python\n    args: [train.py]\n"),
    hands_over("kubectl apply -f k8s/job.yaml", "k8s/job.yaml", JOB),
    hands_over("kubectl apply -f k8s", "k8s/job.yaml", JOB),
    hands_over("kubectl create -f k8s/ray.yaml", "k8s/ray.yaml", RAY_JOB),
    pytest.param("kubectl apply -k k8s/overlays/prod",
                 {"k8s/overlays/prod/kustomization.yaml": "resources: [../../base]\n",
                  "k8s/base/kustomization.yaml": "resources: [job.yaml]\n", "k8s/base/job.yaml": JOB}, id="kubectl apply -k"),
    pytest.param("helm upgrade --install churn ./chart --set tag=1",
                 {"chart/Chart.yaml": "apiVersion: v2\nname: churn\nversion: 1.0.0\n", "chart/templates/job.yaml": JOB},
                 id="helm upgrade"),
    hands_over("docker build -f ml/Dockerfile.train -t churn .", "ml/Dockerfile.train", TRAINING_IMAGE),
    hands_over("docker buildx build --push -t churn .", "Dockerfile", TRAINING_IMAGE),
    hands_over("docker compose -f ml/compose.yaml up --build", "ml/compose.yaml", "services:\n  train:\n    command: python train.py\n"),
    hands_over("terraform -chdir=infra apply -auto-approve", "infra/main.tf",
               'resource "null_resource" "train" {\n  provisioner "local-exec" {\n    command = "python ../train.py"\n  }\n}\n'),
    hands_over("sam deploy", "template.yaml", SAM.format(enabled="false")),
    hands_over("papermill notebooks/train.ipynb out.ipynb -p rows 10", "notebooks/train.ipynb", NOTEBOOK),
    hands_over("jupyter nbconvert --to notebook --execute train.ipynb", "train.ipynb", NOTEBOOK),
    hands_over("databricks bundle deploy -t prod && databricks bundle run train", "databricks.yml", BUNDLE.format(status="PAUSED")),
    hands_over("dvc repro", "dvc.yaml", "stages:\n  train:\n    cmd: python train.py\n"),
    hands_over("dvc repro ml/dvc.yaml", "ml/dvc.yaml", "stages:\n  train:\n    wdir: ..\n    cmd: python train.py\n"),
    hands_over("snakemake --cores 4", "Snakefile", 'rule train:\n    output: "model.joblib"\n    shell: "python train.py"\n'),
    hands_over("argo submit argo/train.yaml --watch", "argo/train.yaml", ARGO),
    hands_over("argo submit --from workflowtemplate/train", "template.yaml", TEMPLATE),
    hands_over("kubectl create job now --from=cronjob/train", "cron.yaml", CRON_JOB.format(suspend="true")),
    hands_over("python -m torch.distributed.run --nproc_per_node=2 train.py"),
    hands_over("python -m jupyter nbconvert --to notebook --execute train.ipynb", "train.ipynb", NOTEBOOK),
    hands_over("kfp run create -e churn -f pipeline.yaml", "pipeline.yaml", COMPILED),
    hands_over("kfp run submit -e churn -r nightly --package-file pipeline.yaml", "pipeline.yaml", COMPILED),
    hands_over("sky launch -y -c gpu task.yaml", "task.yaml", "resources: {accelerators: A100}\nrun: |\n  python train.py\n"),
    hands_over("sky jobs launch task.yaml", "task.yaml", "resources: {accelerators: A100}\nrun: python train.py\n"),
    hands_over("sbatch --wait slurm/train.sbatch", "slurm/train.sbatch", "#!/bin/bash\n#SBATCH --gres=gpu:1\nsrun python train.py\n"),
    hands_over("ray job submit --address http://ray:8265 --working-dir . -- python train.py"),
    hands_over("ray submit cluster.yaml train.py"),
    hands_over("accelerate launch --config_file accelerate.yaml train.py"),
    hands_over("torchrun --nproc_per_node=4 train.py"),
    hands_over("deepspeed --num_gpus 4 train.py"),
    hands_over("mpirun -np 4 python train.py"),
    hands_over("spark-submit --master yarn train.py"),
    hands_over("gcloud dataproc jobs submit pyspark train.py --cluster c"),
    hands_over("gcloud ai custom-jobs create --config=job.yaml", "job.yaml",
               "workerPoolSpecs:\n  - containerSpec: {imageUri: x, command: [python, train.py]}\n"),
    hands_over("modal run train.py"),
    hands_over("python -m train"),
    hands_over("uv run train.py"),
    hands_over("uv run --group ml python -m train"),
    hands_over("poetry run fit", "pyproject.toml", PYPROJECT + '[tool.poetry.scripts]\nfit = "train:train"\n'),
    hands_over("uv run fit", "pyproject.toml", PYPROJECT + '[project.scripts]\nfit = "train:train"\n'),
    hands_over("hatch run fit", "pyproject.toml", PYPROJECT + '[tool.hatch.envs.default.scripts]\nfit = "python train.py"\n'),
    hands_over("hatch run ml:fit", "pyproject.toml", PYPROJECT + '[tool.hatch.envs.ml.scripts]\nfit = "python train.py"\n'),
    hands_over("pdm run fit", "pyproject.toml", PYPROJECT + '[tool.pdm.scripts]\nfit = "python train.py"\n'),
    hands_over("pdm run python train.py", "pyproject.toml", PYPROJECT),
    hands_over("pixi run fit", "pixi.toml", '[workspace]\nname = "churn"\n[tasks]\nfit = "python train.py"\n'),
    hands_over("pixi run -e gpu fit", "pixi.toml", '[workspace]\nname = "churn"\n[feature.gpu.tasks]\nfit = "python train.py"\n'),
    hands_over("poe fit", "pyproject.toml", PYPROJECT + '[tool.poe.tasks]\nfit = "python train.py"\n'),
    hands_over("uv run poe fit", "pyproject.toml", PYPROJECT + '[tool.poe.tasks.fit]\ncmd = "python train.py"\n'),
    hands_over("tox -e fit", "tox.ini", "[testenv:fit]\ncommands = python train.py\n"),
    hands_over("tox run -e fit", "tox.toml", '[env.fit]\ncommands = [["python", "train.py"]]\n'),
    hands_over("nox -s fit", "noxfile.py", 'import nox\n\n\n@nox.session\ndef fit(session):\n    session.run("python", "train.py")\n'),
    hands_over("just fit", "justfile", "fit:\n    python train.py\n"),
    hands_over("invoke fit", "tasks.py", 'from invoke import task\n\n\n@task\ndef fit(c):\n    c.run("python train.py")\n'),
    hands_over("inv fit-model", "tasks.py", 'from invoke import task\n\n\n@task\ndef fit_model(c):\n    c.run("python train.py")\n'),
    hands_over("task fit", "Taskfile.yml", "version: '3'\ntasks:\n  fit: {cmds: [python train.py]}\n"),
    hands_over("make fit", "Makefile", "all: test\n\ttest\nfit: data\n\tpython train.py\ndata:\n"),
    hands_over("npm run fit", "package.json", '{"scripts": {"fit": "python train.py"}}'),
    hands_over("mlflow run . -e fit", "MLproject", "entry_points:\n  fit: {command: python train.py}\n"),
    hands_over("metaflow_flow=1 python flow.py run", "flow.py",
               "from metaflow import FlowSpec, step\nfrom train import train\n\n\nclass Flow(FlowSpec):\n    @step\n"
               "    def start(self):\n        train()\n        self.next(self.end)\n\n    @step\n    def end(self):\n"
               "        pass\n\n\nif __name__ == '__main__':\n    Flow()\n"),
    hands_over("kedro run", "src/churn/pipeline.py",
               "from kedro.pipeline import node, pipeline\nfrom train import train\n\n\ndef create_pipeline(**kwargs):\n"
               "    return pipeline([node(train, None, 'model')])\n"),
    hands_over("zenml pipeline run run.py", "run.py", ZENML.format(last="churn()")),
    hands_over("flyte run flow.py churn", "flow.py", "from flytekit import task\nfrom train import train\n\n\n@task\ndef churn():\n    train()\n"),
    hands_over("dagster job execute -f definitions.py -j churn", "definitions.py", DEFINITIONS.format(starts="")),
    hands_over("cml runner launch --labels gpu; cml-run train.py"),
    hands_over("ansible-playbook train.yml", "train.yml", "- hosts: gpu\n  tasks:\n    - command: python train.py\n"),
    hands_over("docker run --rm -v $PWD:/w -w /w python:3.11 python train.py"),
    hands_over("if [ -f rows.parquet ]; then python train.py; fi"),
    hands_over("for seed in 1 2 3; do python train.py --seed $seed; done"),
    hands_over("(cd . && nohup python -u train.py > log.txt 2>&1)"),
    hands_over("bash -lc 'python train.py'"),
    hands_over("conda run -n churn python train.py"),
    hands_over("aws s3 cp s3://rows . --recursive && python train.py | tee log.txt"),
    hands_over("cat <<'END' > job.sh\n          python other.py\n          END\n          python train.py"),
]  # fmt: skip
HANDED_TO_NOBODY = [
    hands_over("kubectl delete -f k8s/job.yaml", "k8s/job.yaml", JOB),
    hands_over("kubectl diff -f k8s/job.yaml", "k8s/job.yaml", JOB),
    hands_over("kubectl apply --dry-run=client -f k8s/job.yaml", "k8s/job.yaml", JOB),
    hands_over("helm lint ./chart", "chart/templates/job.yaml", JOB, **{"chart/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n"}),
    hands_over("argo lint argo/job.yaml", "argo/job.yaml", JOB),
    hands_over("docker build -f Dockerfile.serve .", "Dockerfile.train", TRAINING_IMAGE, **{"Dockerfile.serve": "FROM python:3.11\n"}),
    hands_over("docker compose -f compose.yaml config", "compose.yaml", "services:\n  train:\n    command: python train.py\n"),
    hands_over("docker compose up api", "compose.yaml", "services:\n  api:\n    image: x\n  train:\n    command: python train.py\n"),
    hands_over("jupyter nbconvert --to html train.ipynb", "train.ipynb", NOTEBOOK),
    hands_over("nbstripout train.ipynb", "train.ipynb", NOTEBOOK),
    hands_over("sky down task.yaml", "task.yaml", "resources: {accelerators: A100}\nrun: python train.py\n"),
    hands_over("make test", "Makefile", "test:\n\tpytest\nfit:\n\tpython train.py\n"),
    hands_over("make -n fit", "Makefile", "fit:\n\tpython train.py\n"),
    hands_over("just --list", "justfile", "fit:\n    python train.py\n"),
    hands_over("tox -e lint", "tox.ini", "[testenv:lint]\ncommands = ruff check\n[testenv:fit]\ncommands = python train.py\n"),
    hands_over("nox -s lint", "noxfile.py", 'import nox\n\n\n@nox.session\ndef fit(session):\n    session.run("python", "train.py")\n'
               "\n\n@nox.session\ndef lint(session):\n    pass\n"),
    hands_over("invoke --list", "tasks.py", 'from invoke import task\n\n\n@task\ndef fit(c):\n    c.run("python train.py")\n'),
    hands_over("npm run lint", "package.json", '{"scripts": {"fit": "python train.py", "lint": "eslint ."}}'),
    hands_over("poetry run lint", "pyproject.toml", PYPROJECT + '[tool.poetry.scripts]\nfit = "train:train"\n'),
    hands_over("python train.py --help"),
    hands_over("python -m py_compile train.py"),
    hands_over("python -m pylint train.py"),
    hands_over("python -m black train.py"),
    hands_over("cat train.py && wc -l train.py"),
    hands_over("aws s3 cp train.py s3://code/"),
    hands_over("echo 'python train.py'"),
    hands_over("# python train.py"),
    hands_over("ansible-playbook --syntax-check train.yml", "train.yml", "- hosts: gpu\n  tasks:\n    - command: python train.py\n"),
    hands_over("databricks bundle validate", "databricks.yml", BUNDLE.format(status="UNPAUSED").replace("schedule:", "was:")),
    # `helm template` and `terraform plan` are left to start what they name: the one is mostly piped into kubectl apply,
    # the other is how CI checks infrastructure before somebody applies it
    hands_over("prefect version", "prefect.yaml", PREFECT_YAML.partition("    schedules")[0], **{"flow.py": "from train import train\n\n\ndef churn():\n    train()\n"}),
]  # fmt: skip

# --- pipelines that CI compiles and submits --------------------------------------------------------------------------

RUNS_IT = {CI: workflow("python submit.py")}
SDK_V1 = """\
from azureml.core import Experiment, ScriptRunConfig, Workspace

config = ScriptRunConfig(source_directory="jobs", script="train.py", compute_target="cpu")
Experiment(Workspace.from_config(), "churn").submit(config)
"""
ESTIMATOR = """\
from sagemaker.sklearn.estimator import SKLearn

SKLearn(entry_point="train.py", source_dir="jobs", role="role", instance_type="ml.m5.large").fit()
"""
VERTEX_JOB = """\
from google.cloud import aiplatform

aiplatform.CustomTrainingJob(display_name="churn", script_path="jobs/train.py", container_uri="x").run()
"""
SUBMITTED = [
    way("kubeflow: compiled and run",
        {"submit.py": kubeflow("Client().create_run_from_pipeline_func(churn, arguments={})")["pipeline.py"], **RUNS_IT},
        training_pipeline="automated", training_code="automated"),
    way("kubeflow: run by hand", kubeflow("Client().create_run_from_pipeline_func(churn, arguments={})"),
        training_pipeline="present", training_code="automated"),
    way("kubeflow: compiled by one program, submitted by another",
        {**kubeflow('def main():\n    compiler.Compiler().compile(churn, "churn.yaml")\n\n\nmain()'),
         "submit.py": "from kfp import Client\nClient().create_run_from_pipeline_package('churn.yaml')\n",
         CI: workflow("python pipeline.py", "python submit.py")}, training_pipeline="automated"),
    way("kubeflow: a package in the repository",
        {**TRAINS, "churn.yaml": COMPILED, **RUNS_IT,
         "submit.py": "from kfp import Client\nClient().create_run_from_pipeline_package('churn.yaml', arguments={})\n"},
        training_pipeline="automated", training_code="automated"),
    way("kubeflow: a package that nobody submits", {**TRAINS, "churn.yaml": COMPILED, CI: workflow("pytest")},
        training_pipeline="present", training_code="automated"),
    way("vertex: a PipelineJob",
        {"submit.py": kubeflow("from google.cloud import aiplatform\n\ncompiler.Compiler().compile(churn, 'churn.json')\n"
                               "aiplatform.PipelineJob(display_name='churn', template_path='churn.json').submit()")
         ["pipeline.py"], **RUNS_IT}, training_pipeline="automated"),
    way("vertex: a custom job", {"jobs/train.py": TRAIN, "submit.py": VERTEX_JOB, **RUNS_IT}, training_code="automated"),
    way("vertex: a custom job by hand", {"jobs/train.py": TRAIN, "submit.py": VERTEX_JOB}, training_code="present"),
    way("sagemaker: upsert and start",
        {**TRAINS, "submit.py": SAGEMAKER.format(last="pipeline.start()"), **RUNS_IT},
        training_pipeline="automated", training_code="automated"),
    way("sagemaker: a pipeline that a console script runs",
        {**TRAINS, "pipelines/__init__.py": "", "pipelines/churn/__init__.py": "",
         "pipelines/churn/pipeline.py": "def get_pipeline():\n    " + SAGEMAKER.format(last="return pipeline").replace("\n", "\n    "),
         "pipelines/run_pipeline.py": "import sys\n\n\ndef main():\n    __import__(sys.argv[1]).get_pipeline()\n",
         "setup.py": "from setuptools import setup\nsetup(entry_points={'console_scripts': "
                     "['run-pipeline=pipelines.run_pipeline:main']})\n",
         CI: workflow("run-pipeline --module-name pipelines.churn.pipeline --role-arn x")},
        training_pipeline="automated", training_code="automated"),
    way("sagemaker: an estimator", {"jobs/train.py": TRAIN, "submit.py": ESTIMATOR, **RUNS_IT}, training_code="automated"),
    way("sagemaker: an estimator by hand", {"jobs/train.py": TRAIN, "submit.py": ESTIMATOR}, training_code="present"),
    way("azureml: a command job", {**azureml("client.jobs.create_or_update(job)"), **RUNS_IT}, training_code="automated"),
    way("azureml: a command job's folder",
        {"jobs/train.py": TRAIN, **RUNS_IT,
         "submit.py": AZUREML.format(last="client.jobs.create_or_update(job)").replace('code="."', 'code="./jobs"')},
        training_code="automated"),
    way("azureml: a command job by hand", azureml("client.jobs.create_or_update(job)"), training_code="present"),
    way("azureml: a job's file",
        {**TRAINS, "job.yml": AZURE_JOB, **RUNS_IT,
         "submit.py": "from azure.ai.ml import MLClient, load_job\nclient = MLClient()\n"
                      "client.create_or_update(load_job('job.yml'))\n"}, training_code="automated"),
    way("azureml: ScriptRunConfig", {"jobs/train.py": TRAIN, "submit.py": SDK_V1, **RUNS_IT}, training_code="automated"),
    way("azureml: ScriptRunConfig by hand", {"jobs/train.py": TRAIN, "submit.py": SDK_V1}, training_code="present"),
]  # fmt: skip

# --- GitOps: CI edits what a controller of a cluster follows ----------------------------------------------------------

SERVICE = {
    "serve.py": "import joblib\nfrom fastapi import FastAPI\n\napp = FastAPI()\nmodel = joblib.load('model.joblib')\n\n\n"
    "@app.post('/predict')\ndef predict(rows: list[list[float]]) -> list[float]:\n    return model.predict(rows).tolist()\n",
    "Dockerfile": 'FROM python:3.11\nCOPY serve.py model.joblib ./\nCMD ["uvicorn", "serve:app"]\n',
    "k8s/api.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: churn}\nspec:\n  template:\n    spec:\n"
    "      containers:\n        - name: api\n          image: registry.example.org/churn:1\n",
}
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: churn}}
spec:
  source: {{repoURL: "https://github.com/acme/churn", path: {path}, targetRevision: main}}
  destination: {{server: "https://kubernetes.default.svc", namespace: churn}}
  syncPolicy: {policy}
"""
FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: churn}}
spec: {{interval: 5m, path: ./k8s, suspend: {suspend}, sourceRef: {{kind: GitRepository, name: churn}}}}
"""
BUILD = "docker build -t registry.example.org/churn:$GITHUB_SHA . && docker push registry.example.org/churn:$GITHUB_SHA"
PUSH = "git commit -am 'New image' && git push"
FOLLOWED = {**SERVICE, "argocd/churn.yaml": APPLICATION.format(path="k8s", policy="{automated: {prune: true}}")}


def edits(command: str, *after: str) -> Files:
    return {CI: workflow(BUILD, command, *(after or (PUSH,)))}


SED = 'sed -i "s|churn:.*|churn:$GITHUB_SHA|" k8s/api.yaml'
DEPLOYS = {"online_serving": "automated", "deployment_automation": "automated", "release_automation": "automated"}
DOES_NOT = {"deployment_automation": "none"}
GITOPS = [
    way("sed and Argo CD", {**FOLLOWED, **edits(SED)}, **DEPLOYS),
    way("yq and Argo CD", {**FOLLOWED, **edits("yq -i '.spec.replicas = 2' k8s/api.yaml")}, **DEPLOYS),
    way("kustomize and Argo CD",
        {**FOLLOWED, "k8s/kustomization.yaml": "resources: [api.yaml]\n",
         **edits("cd k8s && kustomize edit set image churn=registry.example.org/churn:$GITHUB_SHA")}, **DEPLOYS),
    way("an action that commits, and Argo CD",
        {**FOLLOWED, **edits(SED, "uses: stefanzweifel/git-auto-commit-action@v5")}, **DEPLOYS),
    way("Argo CD alone follows every push", FOLLOWED, **DEPLOYS),
    way("sed and Flux", {**SERVICE, **edits(SED), "flux/churn.yaml": FLUX.format(suspend="false")}, **DEPLOYS),
    way("suspended Flux", {**SERVICE, **edits(SED), "flux/churn.yaml": FLUX.format(suspend="true")},
        deployment_automation="present"),
    # without automated sync a person presses a button, as in a workflow that is only dispatched: the rest is automated
    way("Argo CD that a person syncs",
        {**SERVICE, **edits(SED), "argocd/churn.yaml": APPLICATION.format(path="k8s", policy="{}")}, **DEPLOYS),
    way("Argo CD follows another folder",
        {**SERVICE, "web/page.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: page}\n", **edits(SED),
         "argocd/web.yaml": APPLICATION.format(path="web", policy="{automated: {}}")}, **DOES_NOT),
    way("nothing follows the folder", {**SERVICE, **edits(SED)}, **DOES_NOT),
]  # fmt: skip

# --- gates -----------------------------------------------------------------------------------------------------------

EVALUATE = """\
import json

import joblib
import pandas as pd
from sklearn.metrics import f1_score

rows = pd.read_parquet("test.parquet")
f1 = f1_score(rows["y"], joblib.load("model.joblib").predict(rows.drop(columns="y")))
json.dump({"f1": f1}, open("metrics.json", "w"))
"""
READS = 'import json\nimport os\nimport sys\n\nf1 = json.load(open("metrics.json"))["f1"]\n'
REGISTER = 'import mlflow\n\nmlflow.register_model("runs:/1/model", "churn")\n'
JUDGED = {**TRAINS, "evaluate.py": EVALUATE, "register.py": REGISTER}
ALL = ("python train.py", "python evaluate.py")
OUTPUT = 'with open(os.environ["GITHUB_OUTPUT"], "a") as output:\n    print(f"good={f1 > 0.8}", file=output)\n'
GATED = {"model_validation_gate": "enforced"}
NOT_GATED = {"model_validation_gate": "automated"}
TESTS = {"tests/test_train.py": "from train import train\n\n\ndef test_train():\n    assert train() is None\n"}
TWO_JOBS = """\
on: push
jobs:
  test:
    {test}steps: [{{run: {tests}}}]
  deploy:
    {deploy}steps: [{{run: gcloud run deploy churn --source .}}]
"""


def gate(program: str, *steps: str) -> Files:
    return {
        **JUDGED,
        "gate.py": READS + program,
        CI: workflow(*ALL, *(steps or ("python gate.py", "python register.py"))),
    }


def jobs(test: str = "", deploy: str = "needs: test", tests: str = "pytest") -> Files:
    """A job that tests and one that deploys, each with a line of its own."""
    more = {"test": f"{test}\n    " if test else "", "deploy": f"{deploy}\n    " if deploy else ""}
    return {**SERVICE, **TRAINS, **TESTS, CI: TWO_JOBS.format(tests=tests, **more)}


GATES = [
    way("sys.exit", gate("if f1 < 0.8:\n    sys.exit(1)\n"), **GATED),
    way("raise", gate('if f1 < 0.8:\n    raise ValueError("too low")\n'), **GATED),
    way("assert", gate("assert f1 >= 0.8\n"), **GATED),
    way("exit code", gate("sys.exit(0 if f1 >= 0.8 else 1)\n"), **GATED),
    way("a branch around the registration",
        {**JUDGED, CI: workflow(*ALL, "python gate.py"),
         "gate.py": READS + "import mlflow\n\nif f1 >= 0.8:\n    mlflow.register_model('runs:/1/model', 'churn')\n"}, **GATED),
    way("an output that a step asks for",
        gate(OUTPUT, "id: gate\n        run: python gate.py",
             "if: steps.gate.outputs.good == 'True'\n        run: python register.py"), **GATED),
    way("shell", {**JUDGED, CI: workflow(*ALL, "python -c 'import json,sys; sys.exit(json.load(open(\"metrics.json\"))[\"f1\"] < 0.8)'",
                                         "python register.py")}, **GATED),
    way("bc", {**JUDGED, CI: workflow(*ALL, 'if (( $(echo "$(jq .f1 metrics.json) < 0.8" | bc -l) )); then exit 1; fi',
                                      "python register.py")}, **GATED),
    way("a stage of DVC",
        {**JUDGED, "gate.py": READS + "if f1 < 0.8:\n    sys.exit(1)\n", "dvc.yaml":
         "stages:\n  train: {cmd: python train.py, outs: [model.joblib]}\n"
         "  evaluate: {cmd: python evaluate.py, deps: [model.joblib], metrics: [metrics.json]}\n"
         "  gate: {cmd: python gate.py, deps: [metrics.json], outs: [passed]}\n"
         "  register: {cmd: python register.py, deps: [passed]}\n"}, **GATED),
    way("a swallowed failure", gate("if f1 < 0.8:\n    sys.exit(1)\n", "python gate.py || true", "python register.py"),
        **NOT_GATED),
    way("continue-on-error",
        gate("if f1 < 0.8:\n    sys.exit(1)\n", "run: python gate.py\n        continue-on-error: true",
             "python register.py"), **NOT_GATED),
    way("a gate that a person runs",
        {**JUDGED, "gate.py": READS + "if f1 < 0.8:\n    sys.exit(1)\n", CI: workflow(*ALL)}, model_validation_gate="present"),
    way("a comparison that only prints", gate("if f1 < 0.8:\n    print('too low')\n"), model_validation_gate="none"),
    way("a commented-out gate", gate("# if f1 < 0.8:\n#     sys.exit(1)\n"), model_validation_gate="none"),
    # tests and approvals before a deployment
    way("needs", jobs(), code_testing="enforced", deployment_automation="enforced"),
    way("no needs", jobs(deploy=""), code_testing="automated", deployment_automation="automated"),
    way("needs, and always()", jobs(deploy="needs: test\n    if: always()"), code_testing="automated"),
    way("needs a job that may fail", jobs(test="continue-on-error: true"), code_testing="automated"),
    way("needs tests whose failure is swallowed", jobs(tests="pytest || true"), code_testing="automated"),
    way("a coverage limit", {**TRAINS, **TESTS, CI: workflow("pytest --cov=. --cov-fail-under=80")}, code_testing="enforced"),
    way("a coverage limit that may be missed",
        {**TRAINS, **TESTS, CI: workflow("pytest --cov=. --cov-fail-under=80 || true")}, code_testing="automated"),
    way("a coverage report", {**TRAINS, **TESTS, CI: workflow("pytest --cov=. --cov-report=xml")}, code_testing="automated"),
    way("a manual job of GitLab",
        {**SERVICE, ".gitlab-ci.yml": "stages: [deploy]\ndeploy:\n  stage: deploy\n  when: manual\n"
                                      "  script: [gcloud run deploy churn --source .]\n"}, deployment_automation="enforced"),
    way("an approval of CircleCI",
        {**SERVICE, ".circleci/config.yml": "version: 2.1\njobs:\n  deploy:\n    docker: [{image: x}]\n    steps: "
         "[checkout, {run: gcloud run deploy churn --source .}]\nworkflows:\n  all:\n    jobs:\n      - ok: {type: approval}\n"
         "      - deploy: {requires: [ok]}\n"}, deployment_automation="enforced"),
    way("an input of Jenkins",
        {**SERVICE, "Jenkinsfile": "pipeline {\n  agent any\n  stages {\n    stage('Deploy') {\n      input { message 'Go?' }\n"
         "      steps {\n        sh 'gcloud run deploy churn --source .'\n      }\n    }\n  }\n}\n"},
        deployment_automation="enforced"),
    way("an environment whose reviewers nobody sees",
        {**SERVICE, CI: workflow("gcloud run deploy churn --source .").replace("    steps", "    environment: production\n    steps")},
        deployment_automation="automated", governance_controls="present"),
]  # fmt: skip

# --- monitoring that starts training ---------------------------------------------------------------------------------

DRIFT = """\
import os
import sys

import pandas as pd
import requests
from scipy.stats import ks_2samp

from train import train

drift = ks_2samp(pd.read_parquet("old.parquet")["age"], pd.read_parquet("new.parquet")["age"]).pvalue < 0.01
if drift:
    {then}
"""
POST = 'requests.post("https://api.github.com/repos/acme/churn/dispatches", json={"event_type": "drift-found"})'
RETRAINS = {"automated_retraining": "automated", "continuous_training": "automated", "training_code": "automated"}
DOES_NOT_RETRAIN = {"automated_retraining": "present", "continuous_training": "present"}
WRITES = 'print("drift=true", file=open(os.environ["GITHUB_OUTPUT"], "a"))'
ASKS = "if: steps.drift.outputs.drift == 'true'\n        run: {run}"
GREP = """id: drift
        run: |
          python drift.py > report.txt || true
          if grep -q "DRIFT_FOUND" report.txt; then
            echo "drift=true" >> $GITHUB_OUTPUT
          fi"""
TWO_STEPS = ("id: drift\n        run: python drift.py", ASKS.format(run="python train.py"))
DRIFT_DAG = """\
from airflow import DAG
from airflow.operators.python import BranchPythonOperator
from airflow.operators.trigger_dagrun import TriggerDagRunOperator


def drift_detected():
    return "retrain"


with DAG("drift", schedule={schedule}) as dag:
    BranchPythonOperator(task_id="check", python_callable=drift_detected) >> TriggerDagRunOperator(
        task_id="retrain", trigger_dag_id="churn"
    )
"""


def watch(then: str, *steps: str, on: str = NIGHTLY, **more: str) -> Files:
    """A drift script, and a workflow that runs it."""
    return {
        **TRAINS,
        "drift.py": DRIFT.format(then=then),
        CI: workflow(*(steps or ("python drift.py",)), on=on),
        **more,
    }


MONITORING = [
    way("the script trains", watch("train()"), **RETRAINS, drift_detection="enforced"),
    way("the script trains when a person runs it", {**TRAINS, "drift.py": DRIFT.format(then="train()")},
        automated_retraining="present", continuous_training="none", training_code="present"),
    way("the schedule is commented out",
        {**TRAINS, "drift.py": DRIFT.format(then="train()"),
         CI: workflow("python drift.py", on="\n  workflow_dispatch:\n  # schedule:\n  #   - cron: '0 3 * * *'")},
        automated_retraining="present", continuous_training="present"),
    way("a dispatch", {**watch(POST), RETRAIN: workflow("python train.py", on=DISPATCHED)}, **RETRAINS),
    way("a dispatch that nobody hears",
        {**watch(POST), RETRAIN: workflow("python train.py", on=DISPATCHED.replace("drift", "docs"))},
        automated_retraining="none", continuous_training="present"),
    way("a dispatch that a person sends",
        {**TRAINS, "drift.py": DRIFT.format(then=POST), RETRAIN: workflow("python train.py", on=DISPATCHED)},
        automated_retraining="present", continuous_training="present"),
    way("an output of the script", watch(WRITES, *TWO_STEPS), **RETRAINS),
    way("an output of the step",
        watch("sys.exit(3)", "id: drift\n        run: |\n          python drift.py && echo drift=false >> $GITHUB_OUTPUT"
              " || echo drift=true >> $GITHUB_OUTPUT", TWO_STEPS[1]), **RETRAINS),
    way("an output that starts a workflow",
        {**watch(WRITES, TWO_STEPS[0], ASKS.format(run="gh workflow run train.yml")), RETRAIN: TRAINING}, **RETRAINS),
    way("an output of a job",
        {**TRAINS, "drift.py": DRIFT.format(then=WRITES),
         CI: f"on: {NIGHTLY}\njobs:\n  drift:\n    outputs: {{drift: '${{{{ steps.drift.outputs.drift }}}}'}}\n    steps:\n"
             "      - {id: drift, run: python drift.py}\n  train:\n    needs: drift\n"
             "    if: needs.drift.outputs.drift == 'true'\n    steps: [{run: python train.py}]\n"}, **RETRAINS),
    way("an output that nothing writes", watch("sys.exit(3)", "id: drift\n        run: python drift.py || true", TWO_STEPS[1]),
        automated_retraining="present", continuous_training="none", training_code="present"),
    way("an output under another name", watch(WRITES.replace("drift=", "found="), *TWO_STEPS),
        automated_retraining="present", continuous_training="none", training_code="present"),
    way("an output that is always false",
        watch("sys.exit(3)", "id: drift\n        run: |\n          python drift.py && echo drift=false >> $GITHUB_OUTPUT"
              " || echo drift=false >> $GITHUB_OUTPUT", TWO_STEPS[1]),
        automated_retraining="present", continuous_training="none", training_code="present"),
    way("a mark that the script prints", watch('print("DRIFT_FOUND")', GREP, TWO_STEPS[1]), **RETRAINS),
    way("a mark that nothing prints", watch("sys.exit(3)", GREP, TWO_STEPS[1]),
        automated_retraining="present", continuous_training="none", training_code="present"),
    way("an output that only a person's input makes true",
        watch("sys.exit(3)", "id: drift\n        run: |\n          if [ \"${{ github.event.inputs.force }}\" == \"true\" ]; then\n"
              "            echo \"drift=true\" >> $GITHUB_OUTPUT\n          else\n"
              "            echo \"drift=false\" >> $GITHUB_OUTPUT\n          fi", TWO_STEPS[1],
              on=NIGHTLY + "\n  workflow_dispatch:\n    inputs: {force: {type: boolean}}"),
        continuous_training="present", training_code="automated"),
    way("a failure that is caught",
        watch("sys.exit(3)", "id: drift\n        continue-on-error: true\n        run: python drift.py",
              "if: steps.drift.outcome == 'failure'\n        run: python train.py"), **RETRAINS),
    way("a failure that is swallowed",
        watch("sys.exit(3)", "id: drift\n        run: python drift.py || true",
              "if: steps.drift.outcome == 'failure'\n        run: python train.py"),
        automated_retraining="present", continuous_training="none", training_code="present"),
    way("if: false", watch(WRITES, TWO_STEPS[0], "if: false\n        run: python train.py"),
        continuous_training="none", training_code="present"),
    way("a DAG", {**dag('"churn", schedule=None'), "dags/drift.py": DRIFT_DAG.format(schedule='"@daily"')}, **RETRAINS),
    way("a DAG without a schedule", {**dag('"churn", schedule=None'), "dags/drift.py": DRIFT_DAG.format(schedule="None")},
        automated_retraining="present", continuous_training="none"),
    way("the API of Airflow",
        {**watch('requests.post("http://airflow:8080/api/v1/dags/churn/dagRuns", json={})'), **dag('"churn", schedule=None')},
        **RETRAINS),
    way("the API of Airflow, another DAG",
        {**watch('requests.post("http://airflow:8080/api/v1/dags/fraud/dagRuns", json={})'), **dag('"churn", schedule=None')},
        continuous_training="none"),
    way("a job of Jenkins",
        {**watch('requests.post("https://jenkins.example.org/job/churn-train/buildWithParameters", auth=("a", "b"))'),
         "jenkins/churn-train.Jenkinsfile": "pipeline {\n  agent any\n  stages {\n    stage('Train') {\n      steps {\n"
         "        sh 'python train.py'\n      }\n    }\n  }\n}\n"}, **RETRAINS),
    way("a Kubeflow run",
        {**kubeflow(""), "drift.py": DRIFT.format(then="Client().create_run_from_pipeline_func(churn, arguments={})").replace(
            "from train import train", "from kfp import Client\nfrom pipeline import churn"),
         CI: workflow("python drift.py", on=NIGHTLY)}, **RETRAINS),
    way("a CronJob that asks",
        {**TRAINS, "drift.py": DRIFT.format(then="train()"),
         "cron.yaml": CRON_JOB.format(suspend="false").replace("train.py", "drift.py")}, **RETRAINS),
    way("a suspended CronJob",
        {**TRAINS, "drift.py": DRIFT.format(then="train()"),
         "cron.yaml": CRON_JOB.format(suspend="true").replace("train.py", "drift.py")}, **DOES_NOT_RETRAIN),
]  # fmt: skip

# --- what runs a service's code without serving, and what declares without starting -----------------------------------

ASKED = """\
from fastapi import FastAPI, HTTPException
from openai import OpenAI

app = FastAPI()
client = OpenAI()


def answer(question: str) -> str:
    if client.moderations.create(input=question).results[0].flagged:
        raise HTTPException(400)
    return client.chat.completions.create(model="gpt-4o", messages=[]).choices[0].message.content


@app.post("/ask")
def ask(question: str) -> str:
    return answer(question)
"""
TRIED = """\
from deepeval import evaluate
from deepeval.metrics import AnswerRelevancyMetric

from app import answer

evaluate([answer("Who are you?")], [AnswerRelevancyMetric(threshold=0.5)])
"""
LLM = {
    "app.py": ASKED,
    "evaluate.py": TRIED,
    "Dockerfile": 'FROM python:3.11\nCOPY app.py .\nCMD ["uvicorn", "app:app"]\n',
}
OTHERS = [
    way("a service that a push evaluates", {**LLM, CI: workflow("python evaluate.py")},
        llm_guardrails="present", llm_evaluation="automated"),
    way("a service that a schedule evaluates", {**LLM, CI: workflow("python evaluate.py", on=NIGHTLY)},
        llm_guardrails="present", llm_evaluation="automated"),
    way("a service that is deployed", {**LLM, CI: workflow("gcloud run deploy ask --source .")}, llm_guardrails="enforced"),
    way("GitLab's file at the root", {**TRAINS, ".gitlab-ci.yml": "train:\n  script: [python train.py]\n"}, **ON_PUSH),
    way("GitLab's file below a folder", {**TRAINS, "ml/.gitlab-ci.yml": "train:\n  script: [python train.py]\n"}, **BY_HAND),
    way("a schedule in infrastructure that nothing applies", {**TRAINS, "main.tf": EVENT_RULE.format(state="")},
        **AUTOMATED, infrastructure_as_code="present"),
    way("a schedule in infrastructure that CI applies",
        {**TRAINS, "main.tf": EVENT_RULE.format(state=""), CI: workflow("terraform apply -auto-approve")},
        **AUTOMATED, infrastructure_as_code="automated"),
    way("a request that must succeed", {**SERVICE, CI: workflow("curl -fsS http://localhost:8000/health")},
        serving_tests="automated"),
    way("a request that may fail", {**SERVICE, CI: workflow("curl -f http://localhost:8000/health || echo pending")},
        serving_tests="declared"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "wanted"), SCHEDULES)
def test_a_schedule_of_an_orchestrator(files: Files, wanted: dict[str, str], assess: Assess) -> None:
    check(assess, files, wanted)


@pytest.mark.parametrize(("files", "wanted"), CHAINS)
def test_workflows_that_start_each_other(files: Files, wanted: dict[str, str], assess: Assess) -> None:
    check(assess, files, wanted)


@pytest.mark.parametrize(("command", "files"), HANDED_OVER)
def test_a_command_hands_over(command: str, files: Files, assess: Assess) -> None:
    pushed = workflow(f"run: |\n          {command}", on="push")
    check(assess, {**TRAINS, **files, CI: pushed}, ON_PUSH)


@pytest.mark.parametrize(("command", "files"), HANDED_TO_NOBODY)
def test_a_command_that_runs_nothing(command: str, files: Files, assess: Assess) -> None:
    pushed = workflow(f"run: |\n          {command}", on="push")
    found = assess({**TRAINS, **files, CI: pushed}).capabilities["continuous-training"]
    assert found.strength.name == "none"


@pytest.mark.parametrize(("files", "wanted"), SUBMITTED)
def test_a_pipeline_is_submitted(files: Files, wanted: dict[str, str], assess: Assess) -> None:
    check(assess, files, wanted)


@pytest.mark.parametrize(("files", "wanted"), GITOPS)
def test_gitops(files: Files, wanted: dict[str, str], assess: Assess) -> None:
    check(assess, files, wanted)


@pytest.mark.parametrize(("files", "wanted"), GATES)
def test_a_gate(files: Files, wanted: dict[str, str], assess: Assess) -> None:
    check(assess, files, wanted)


@pytest.mark.parametrize(("files", "wanted"), MONITORING)
def test_monitoring_starts_training(files: Files, wanted: dict[str, str], assess: Assess) -> None:
    check(assess, files, wanted)


@pytest.mark.parametrize(("files", "wanted"), OTHERS)
def test_what_starts_nothing_of_its_own(files: Files, wanted: dict[str, str], assess: Assess) -> None:
    check(assess, files, wanted)


def check(assess: Assess, files: Files, wanted: dict[str, str]) -> None:
    found = assess(files).capabilities
    assert {name: found[name.replace("_", "-")].strength.name for name in wanted} == wanted
