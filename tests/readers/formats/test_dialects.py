"""Structured files that are known by what stands in them, whatever they are called."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest

from mlripe.facts import FileFacts, Trigger, Unit
from mlripe.readers import Unreadable
from mlripe.readers.formats.dialects import slurm_facts, structured_facts
from mlripe.readers.formats.documents import load_json, load_yaml
from mlripe.readers.formats.structured import read_structured

AZUREML = "https://azuremlschemas.azureedge.net/latest"


def read(text: str, path: str = "spec.yml") -> FileFacts:
    return sum((structured_facts(path, d) for d in load_yaml(dedent(text).encode())), FileFacts())


def unit(facts: FileFacts, id: str) -> Unit:
    return next(u for u in facts.units if u.id == id)


def types(facts: FileFacts) -> list[str]:
    return [resource.type for resource in facts.resources]


# --- Azure ML --------------------------------------------------------------------------------------------------------


def test_an_azureml_pipeline_has_stages_with_code_components_and_needs() -> None:
    facts = read(
        f"""\
        $schema: {AZUREML}/pipelineJob.schema.json
        type: pipeline
        display_name: taxi
        jobs:
          prepare:
            code: ../../src
            command: >-
              python prep.py
              --out ${{{{outputs.data}}}}
          train:
            component: ./components/train.yml
            inputs: {{data: "${{{{parent.jobs.prepare.outputs.data}}}}"}}
        """,
        "mlops/train/pipeline.yml",
    )
    assert types(facts) == ["azureml:pipeline"]
    prepare = unit(facts, "pipeline/taxi/prepare")
    assert (prepare.kind, prepare.parent, prepare.directory) == ("stage", "pipeline/taxi", "src")
    assert (prepare.commands[0].argv[:2], prepare.commands[0].line) == (("python", "prep.py"), 8)
    train = unit(facts, "pipeline/taxi/train")
    assert train.needs == ("pipeline/taxi/prepare",)
    assert train.uses == ("./mlops/train/components/train.yml",)


def test_an_azureml_schedule_starts_the_job_file() -> None:
    facts = read(
        f"""\
        $schema: {AZUREML}/schedule.schema.json
        name: nightly
        trigger: {{type: cron, expression: "0 3 * * *"}}
        create_job: ./pipeline.yml
        """,
        "ml/schedule.yml",
    )
    (schedule,) = facts.units
    assert schedule.triggers == (Trigger("schedule", 3, "0 3 * * *"),)
    assert schedule.uses == ("./ml/pipeline.yml",)
    assert types(facts) == ["azureml:schedule"]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ("commandJob", ["command"]),
        ("sweepJob", ["sweep"]),
        ("managedOnlineEndpoint", ["online-endpoint", "managed-online-endpoint"]),
        ("kubernetesOnlineDeployment", ["online-deployment", "kubernetes-online-deployment"]),
        ("batchDeployment", ["batch-deployment"]),
        ("commandComponent", ["component", "command-component"]),
        ("monitorSchedule", ["schedule", "monitor-schedule"]),
        ("environment", ["environment"]),
        ("data", ["data"]),
        ("amlCompute", ["amlcompute"]),
    ],
)
def test_an_azureml_schema_gives_the_type(schema: str, expected: list[str]) -> None:
    assert types(read(f"$schema: {AZUREML}/{schema}.schema.json\nname: x\n")) == [
        f"azureml:{name}" for name in expected
    ]


def test_an_azureml_deployment_uses_its_scoring_script() -> None:
    facts = read(
        f"""\
        $schema: {AZUREML}/managedOnlineDeployment.schema.json
        name: blue
        code_configuration: {{code: ../src, scoring_script: score.py}}
        model: azureml:taxi@latest
        """,
        "deploy/online.yml",
    )
    assert facts.units[0].uses == ("./src/score.py",)


# --- Prefect, Databricks ---------------------------------------------------------------------------------------------


def test_prefect_deployments_use_their_flow_and_know_paused_schedules() -> None:
    facts = read("""\
        prefect-version: 3.0.0
        deployments:
          - name: train
            entrypoint: flows/train.py:train_flow
            schedules:
              - {cron: "0 3 * * *", active: false}
              - {interval: 3600}
          - name: score
            entrypoint: flows/score.py:score
            schedule: null
            triggers: [{expect: [s3.upload]}]
          - name: drift
            entrypoint: flows/drift.py:drift
            paused: true
            schedule: {cron: "0 4 * * *"}
        """)
    train = unit(facts, "deployment/train")
    assert (train.kind, train.uses, train.inputs["flow"]) == ("deployment", ("./flows/train.py",), "train_flow")
    assert [(t.line, t.active) for t in train.triggers] == [(6, False), (7, True)]
    assert [(t.kind, t.detail) for t in unit(facts, "deployment/score").triggers] == [("event", "s3.upload")]
    assert [t.active for t in unit(facts, "deployment/drift").triggers] == [False]


def test_an_older_prefect_deployment_is_one_file() -> None:
    facts = read(
        """\
        name: weekly
        flow_name: Train
        entrypoint: train.py:main
        schedule: {cron: 0 0 * * *, timezone: null}
        is_schedule_active: false
        """,
        "flows/main-deployment.yaml",
    )
    assert facts.units[0].uses == ("./flows/train.py", "./train.py")
    assert [t.active for t in facts.units[0].triggers] == [False]


def test_databricks_jobs_have_tasks_and_a_schedule() -> None:
    facts = read(
        """\
        resources:
          jobs:
            retrain:
              schedule: {quartz_cron_expression: "0 0 3 * * ?", pause_status: PAUSED}
              trigger: {file_arrival: {url: s3://new}}
              tasks:
                - task_key: features
                  notebook_task: {notebook_path: ../src/features}
                - task_key: train
                  depends_on: [{task_key: features}]
                  spark_python_task: {python_file: ../src/train.py}
          registered_models:
            wine: {name: wine}
        """,
        "resources/jobs.yml",
    )
    assert types(facts) == ["databricks:jobs", "databricks:registered_models"]
    job = unit(facts, "jobs/retrain")
    assert [(t.kind, t.active) for t in job.triggers] == [("schedule", False), ("event", True)]
    assert unit(facts, "jobs/retrain/features").uses == ("./src/features.py", "./src/features.ipynb")
    train = unit(facts, "jobs/retrain/train")
    assert (train.uses, train.needs) == (("./src/train.py",), ("jobs/retrain/features",))


# --- compiled pipelines ----------------------------------------------------------------------------------------------


def test_a_compiled_kubeflow_pipeline_has_stages_with_containers() -> None:
    facts = read("""\
        pipelineInfo: {name: wine}
        components:
          comp-train: {executorLabel: exec-train}
        deploymentSpec:
          executors:
            exec-train: {container: {image: acme/train:1, command: [python, -m, train], args: [--epochs, "3"]}}
        root:
          dag:
            tasks:
              load: {componentRef: {name: comp-load}}
              train: {componentRef: {name: comp-train}, dependentTasks: [load]}
        """)
    assert types(facts) == ["kubeflow:pipeline", "image:acme/train"]
    train = unit(facts, "pipeline/wine/train")
    assert train.needs == ("pipeline/wine/load",)
    assert train.commands[0].argv == ("python", "-m", "train", "--epochs", "3")


def test_a_sagemaker_pipeline_orders_steps_by_what_they_take() -> None:
    definition = {
        "Version": "2020-12-01",
        "Steps": [
            {"Name": "Train", "Type": "Training", "Arguments": {}},
            {"Name": "Check", "Type": "Condition", "Arguments": {"Left": {"Get": "Steps.Train.FinalMetric"}}},
        ],
    }
    facts = structured_facts("pipeline.json", load_json(json.dumps(definition).encode())[0])
    assert types(facts) == ["sagemaker:pipeline", "sagemaker:Training", "sagemaker:Condition"]
    assert unit(facts, "pipeline/Check").needs == ("pipeline/Train",)


def test_a_state_machine_orders_its_states() -> None:
    facts = read("{StartAt: A, States: {A: {Type: Task, Resource: 'arn:x', Next: B}, B: {Type: Task}}}", "ml.asl.json")
    assert unit(facts, "state-machine/B").needs == ("state-machine/A",)
    assert unit(facts, "state-machine/A").uses == ("arn:x",)


# --- job specifications and programs ---------------------------------------------------------------------------------


def test_any_job_with_a_command_can_be_followed() -> None:
    facts = read("name: workloads\ncluster_env: gpu\nentrypoint: bash deploy/run.sh\n")
    (job,) = facts.units
    assert (job.kind, job.line, job.commands[0].argv) == ("job-spec", 3, ("bash", "deploy/run.sh"))
    nested = read("trainer:\n  image: acme/train\n  command: [python, train.py]\n")
    assert nested.units[0].commands[0].argv == ("python", "train.py")


def test_a_command_alone_makes_no_job() -> None:
    assert read("run: fast\ntitle: a story\n") == FileFacts()
    assert read("model: {name: net}\ntrainer: {epochs: 3}\n") == FileFacts()


def test_skypilot_ray_and_vertex_jobs() -> None:
    sky = read("resources: {accelerators: A100}\nworkdir: .\nsetup: pip install -r r.txt\nrun: |\n  python train.py\n")
    assert types(sky) == ["skypilot:task"]
    assert [(c.argv[0], c.line) for c in sky.units[0].commands] == [("pip", 3), ("python", 5)]
    ray = read("cluster_name: tune\nprovider: {type: aws}\nsetup_commands: [pip install ray]\n")
    assert types(ray) == ["ray:cluster"]
    vertex = read("workerPoolSpecs: [{containerSpec: {imageUri: acme/train, command: [python, train.py]}}]")
    assert types(vertex) == ["vertex:custom-job", "image:acme/train"]
    assert vertex.units[0].commands[0].argv == ("python", "train.py")


@pytest.mark.parametrize(
    ("path", "text", "type", "uses"),
    [
        ("sweep.yaml", "program: train.py\nmethod: bayes\nparameters: {lr: {min: 0}}", "wandb:sweep", "./train.py"),
        ("m/cog.yaml", "build: {gpu: true}\npredict: predict.py:Predictor", "cog:predict", "./m/predict.py"),
        ("bentofile.yaml", "service: 'service:svc'\ninclude: ['*.py']", "bentoml:bento", "./service.py"),
        ("t/config.yaml", "model_name: m\nmodel_class_filename: net.py", "truss:model", "./t/model/net.py"),
        ("serve.yaml", "applications: [{name: a, import_path: 'app.serve:graph'}]", "ray:serve", "./app/serve.py"),
    ],
)
def test_a_file_that_hands_over_a_program(path: str, text: str, type: str, uses: str) -> None:
    facts = read(text, path)
    assert types(facts) == [type]
    assert uses in facts.units[0].uses


def test_files_that_only_declare() -> None:
    assert types(read("name: shop\nprofile: shop\nmodel-paths: [models]\n", "dbt_project.yml")) == ["dbt:project"]
    model = read("flavors:\n  sklearn: {code: null}\nmodel_uuid: abc\n", "model/MLmodel")
    assert types(model) == ["mlflow:model", "mlflow:flavor.sklearn"]


def test_meltano_kestra_and_cron_files_have_schedules() -> None:
    meltano = read("plugins: {}\nproject_id: x\nschedules: [{name: daily, interval: '@daily', job: load}]\n")
    assert unit(meltano, "schedule/daily").triggers[0].detail == "@daily"
    kestra = read("""\
        id: train
        namespace: ml
        tasks: [{id: fit, type: io.kestra.plugin.scripts.shell.Commands, commands: [python train.py]}]
        triggers: [{id: night, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 3 * * *", disabled: true}]
        """)
    assert [t.active for t in unit(kestra, "flow/train").triggers] == [False]
    assert unit(kestra, "flow/train/fit").commands[0].argv == ("python", "train.py")
    cron = read("cron: [{url: /retrain, schedule: every 24 hours}]", "cron.yaml")
    assert cron.units[0].triggers[0].detail == "every 24 hours"


def test_slurm_options_make_a_script_a_job() -> None:
    facts = slurm_facts("jobs/train.sh", "#!/bin/bash\n#SBATCH --job-name=fit\n#SBATCH -p gpu\npython train.py\n")
    assert types(facts) == ["slurm:job"]
    assert (facts.units[0].line, facts.units[0].inputs) == (2, {"job-name": "fit", "p": "gpu"})
    assert slurm_facts("run.sh", "echo '#SBATCH'\n") == FileFacts()


# --- the whole file --------------------------------------------------------------------------------------------------


def test_a_structured_file_gives_documents_and_facts() -> None:
    facts = read_structured("k8s/a.yaml", b"apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\nfree: text\n")
    assert (len(facts.documents), types(facts)) == (2, ["kubernetes:Pod"])


def test_a_template_outside_of_a_chart_is_read_where_it_shows_something() -> None:
    facts = read_structured(
        "k8s/a.yaml", b"kind: Pod\napiVersion: v1\nspec:\n{% if gpu %}\n  x: {{ y }}\n{% endif %}\n"
    )
    assert types(facts) == ["kubernetes:Pod"]
    with pytest.raises(Unreadable):
        read_structured("a.yaml", b"{{ cookiecutter.name }}: [\n")


@pytest.mark.parametrize(
    "odd", ["3", "text", "[1, [2]]", "{a: {b: [c]}}", "null", "{resources: 1, jobs: [x], Resources: []}"]
)
def test_documents_of_nobody_give_nothing(odd: str) -> None:
    assert read(odd) == FileFacts()


def test_the_code_of_an_azureml_component_may_be_one_file() -> None:
    facts = read(
        f"""\
        $schema: {AZUREML}/commandComponent.schema.json
        name: fit
        code: fit/fit.py
        command: python fit.py --rate ${{{{inputs.rate}}}}
        """,
        "components/fit.yml",
    )
    assert [found.directory for found in facts.units] == ["components/fit"]
