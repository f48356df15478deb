"""Kubernetes manifests, the workflow engines on it, GitOps controllers, kustomizations and Helm charts."""

from __future__ import annotations

from textwrap import dedent

from mlripe.facts import FileFacts, Trigger, Unit
from mlripe.readers.formats.cursor import image_name
from mlripe.readers.formats.documents import load_yaml
from mlripe.readers.infrastructure.helm import chart_facts, helm_template_facts, values_facts
from mlripe.readers.infrastructure.kubernetes import kubernetes_facts


def read(text: str, path: str = "k8s/app.yaml") -> FileFacts:
    return sum((kubernetes_facts(path, d) for d in load_yaml(dedent(text).encode())), FileFacts())


def types(facts: FileFacts) -> list[str]:
    return [resource.type for resource in facts.resources]


def unit(facts: FileFacts, id: str) -> Unit:
    return next(u for u in facts.units if u.id == id)


def test_a_deployment_runs_its_containers_command() -> None:
    facts = read("""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: model-api}
        spec:
          template:
            spec:
              containers:
                - name: api
                  image: docker.io/acme/model-api:1.2
                  command: [uvicorn, "serve:app"]
                  args: ["--port", "80"]
    """)
    assert types(facts) == ["kubernetes:Deployment", "image:acme/model-api"]
    (api,) = facts.units
    assert (api.id, api.kind, api.line) == ("Deployment/model-api", "resource", 3)
    assert api.commands[0].argv == ("uvicorn", "serve:app", "--port", "80")
    assert api.commands[0].line == 11
    assert api.uses == ("docker.io/acme/model-api:1.2",)


def test_a_cron_job_is_scheduled_and_its_shell_text_keeps_its_lines() -> None:
    facts = read("""
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: retrain}
        spec:
          schedule: "0 3 * * *"
          jobTemplate:
            spec:
              template:
                spec:
                  containers:
                    - image: acme/train
                      command: ["/bin/sh", "-ec"]
                      args:
                        - |
                          dvc pull
                          python train.py
    """)
    (job,) = facts.units
    assert job.triggers == (Trigger("schedule", 6, "0 3 * * *"),)
    assert [(c.argv, c.line, c.allow_failure) for c in job.commands] == [
        (("dvc", "pull"), 16, False),
        (("python", "train.py"), 17, False),
    ]


def test_a_suspended_cron_job_is_written_but_switched_off() -> None:
    facts = read("""
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: retrain}
        spec: {schedule: "@daily", suspend: true}
    """)
    assert [t.active for t in facts.units[0].triggers] == [False]


def test_a_kind_that_others_have_too_is_also_told_with_its_group() -> None:
    facts = read("""
        apiVersion: serving.kserve.io/v1beta1
        kind: InferenceService
        metadata: {name: wine}
        spec: {predictor: {canaryTrafficPercent: 10, model: {storageUri: "s3://models/wine"}}}
    """)
    assert types(facts) == ["kubernetes:InferenceService", "kubernetes:serving.kserve.io/InferenceService"]
    assert facts.units[0].id == "InferenceService/wine"


def test_a_service_or_a_config_map_starts_nothing() -> None:
    facts = read("""
        apiVersion: v1
        kind: Service
        metadata: {name: api}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings}
        data: {image: "not/an-image"}
    """)
    assert types(facts) == ["kubernetes:Service", "kubernetes:ConfigMap"]
    assert facts.units == ()


def test_the_items_of_a_list_are_manifests() -> None:
    facts = read("{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod, metadata: {name: a}}]}")
    assert [u.id for u in facts.units] == ["Pod/a"]


def test_training_operators_ray_and_spark_name_their_programs() -> None:
    facts = read("""
        apiVersion: kubeflow.org/v1
        kind: PyTorchJob
        metadata: {name: ddp}
        spec:
          pytorchReplicaSpecs:
            Worker: {template: {spec: {containers: [{image: acme/ddp, command: [python, train.py]}]}}}
        ---
        apiVersion: ray.io/v1
        kind: RayJob
        metadata: {name: tune}
        spec: {entrypoint: python tune.py --trials 5}
        ---
        apiVersion: sparkoperator.k8s.io/v1beta2
        kind: ScheduledSparkApplication
        metadata: {name: features}
        spec:
          schedule: "@every 6h"
          template: {mainApplicationFile: "local:///app/features.py", image: acme/spark}
    """)
    assert [u.commands[0].argv for u in facts.units] == [
        ("python", "train.py"),
        ("python", "tune.py", "--trials", "5"),
        ("spark-submit", "/app/features.py"),
    ]
    assert [t.detail for t in unit(facts, "ScheduledSparkApplication/features").triggers] == ["@every 6h"]


def test_argo_tasks_become_stages_with_their_needs_and_arguments() -> None:
    facts = read("""
        apiVersion: argoproj.io/v1alpha1
        kind: CronWorkflow
        metadata: {name: nightly}
        spec:
          schedules: ["0 1 * * *"]
          workflowSpec:
            entrypoint: main
            templates:
              - name: main
                dag:
                  tasks:
                    - name: prepare
                      template: run
                      arguments: {parameters: [{name: script, value: prepare.py}]}
                    - name: train
                      template: run
                      depends: "prepare.Succeeded"
                      arguments: {parameters: [{name: script, value: train.py}]}
              - name: run
                inputs: {parameters: [{name: script}]}
                container: {image: acme/ml, command: [python, "{{inputs.parameters.script}}"]}
    """)
    workflow = unit(facts, "CronWorkflow/nightly")
    assert workflow.triggers == (Trigger("schedule", 6, "0 1 * * *"),)
    train = unit(facts, "CronWorkflow/nightly/main/train")
    assert train.needs == ("CronWorkflow/nightly/main/prepare",)
    assert train.commands[0].argv == ("python", "train.py")
    assert (train.kind, train.parent) == ("stage", "CronWorkflow/nightly/main")
    assert unit(facts, "CronWorkflow/nightly/main").parent == "CronWorkflow/nightly"


def test_argo_steps_run_group_after_group_and_a_suspended_one_waits_for_a_person() -> None:
    facts = read("""
        apiVersion: argoproj.io/v1alpha1
        kind: Workflow
        metadata: {generateName: release-}
        spec:
          templates:
            - name: main
              steps:
                - - {name: evaluate, template: eval}
                - - {name: approve, template: wait}
                - - {name: deploy, template: ship}
            - {name: eval, script: {command: [bash], source: "python evaluate.py"}}
            - {name: wait, suspend: {}}
            - {name: ship, container: {command: [kubectl, apply, -f, model.yaml]}}
    """)
    assert unit(facts, "Workflow/release/main/approve").approval
    assert unit(facts, "Workflow/release/main/deploy").needs == ("Workflow/release/main/approve",)
    assert unit(facts, "Workflow/release/main/evaluate").commands[0].argv == ("python", "evaluate.py")


def test_an_argo_sensor_starts_the_workflow_that_it_holds() -> None:
    facts = read("""
        apiVersion: argoproj.io/v1alpha1
        kind: Sensor
        metadata: {name: new-data}
        spec:
          dependencies: [{name: upload, eventName: minio}]
          triggers:
            - template:
                name: retrain
                argoWorkflow:
                  source:
                    resource:
                      kind: Workflow
                      spec: {templates: [{name: t, container: {command: [python, train.py]}}]}
    """)
    assert unit(facts, "Sensor/new-data").triggers[0].kind == "event"
    assert unit(facts, "Sensor/new-data/retrain").parent == "Sensor/new-data"
    assert unit(facts, "Sensor/new-data/retrain/t").commands[0].argv == ("python", "train.py")


def test_tekton_tasks_have_steps_and_pipelines_stages() -> None:
    facts = read("""
        apiVersion: tekton.dev/v1
        kind: Task
        metadata: {name: train}
        spec:
          steps:
            - {name: fit, image: acme/ml, script: "python train.py"}
        ---
        apiVersion: tekton.dev/v1
        kind: Pipeline
        metadata: {name: ml}
        spec:
          tasks:
            - {name: fit, taskRef: {name: train}}
            - {name: check, taskRef: {name: test}, runAfter: [fit]}
            - {name: ship, taskRef: {name: ship}, params: [{name: uri, value: $(tasks.check.results.uri)}]}
    """)
    assert unit(facts, "Task/train/fit").commands[0].argv == ("python", "train.py")
    assert unit(facts, "Pipeline/ml/fit").uses == ("Task/train",)
    assert unit(facts, "Pipeline/ml/check").needs == ("Pipeline/ml/fit",)
    assert unit(facts, "Pipeline/ml/ship").needs == ("Pipeline/ml/check",)


def test_argo_cd_follows_a_folder_by_itself_only_with_automated_sync() -> None:
    application = """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {{name: api}}
        spec:
          source: {{repoURL: https://example.org/x.git, path: deploy/prod, targetRevision: main}}
          syncPolicy: {policy}
    """
    for policy, kind in (("{automated: {prune: true}}", "push"), ("{}", "dispatch")):
        (api,) = read(application.format(policy=policy)).units
        assert api.uses == ("./deploy/prod",)
        assert [(t.kind, t.active) for t in api.triggers] == [(kind, True)]


def test_flux_follows_a_folder_unless_suspended() -> None:
    facts = read("""
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        metadata: {name: apps}
        spec: {path: ./apps, suspend: true}
    """)
    assert facts.units[0].uses == ("./apps",)
    assert [(t.kind, t.active) for t in facts.units[0].triggers] == [("push", False)]


def test_a_kustomization_uses_the_files_beside_it() -> None:
    facts = read(
        """
        resources: [deployment.yaml, ../base, "https://example.org/remote"]
        images: [{name: api, newName: acme/api, newTag: "3"}]
        """,
        "k8s/prod/kustomization.yaml",
    )
    assert facts.units[0].uses == ("./k8s/prod/deployment.yaml", "./k8s/base", "https://example.org/remote")
    assert "image:acme/api" in types(facts)


def test_no_manifest_no_facts() -> None:
    assert read("{kind: pipeline, name: x}") == FileFacts()
    assert read("[1, 2]") == FileFacts()
    assert read("{apiVersion: v1, kind: [odd], metadata: 3, spec: text}") == FileFacts()


def test_an_images_name_has_neither_tag_nor_digest_nor_the_default_registry() -> None:
    assert image_name("docker.io/library/redis:7") == "redis"
    assert image_name("localhost:5000/acme/api") == "localhost:5000/acme/api"
    assert image_name("ghcr.io/acme/api:1@sha256:00") == "ghcr.io/acme/api"
    assert image_name("${REGISTRY:-acme}/api:${TAG:-latest}") == "${REGISTRY:-acme}/api"
    assert image_name("${IMAGE}") == ""
    assert image_name("{{ .Values.image }}") == ""


# --- Helm ------------------------------------------------------------------------------------------------------------


def test_a_helm_template_is_read_as_the_manifest_that_it_becomes() -> None:
    facts = helm_template_facts(
        "chart/templates/job.yaml",
        dedent("""\
            {{- if .Values.retrain.enabled }}
            {{/* runs
                 at night */}}
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: {{ .Release.Name }}, labels: {{- include "x.labels" . | nindent 4 }}}
            spec:
              schedule: {{ .Values.retrain.schedule | quote }}
              jobTemplate:
                {{- toYaml .Values.extra | nindent 4 }}
                spec:
                  template:
                    spec:
                      containers:
                        - image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
                          command: ["sh", "-c", "python train.py --out {{ .Values.out }}"]
            {{- end }}
            """),
    )
    assert types(facts) == ["kubernetes:CronJob"]
    (job,) = facts.units
    assert job.triggers == (Trigger("schedule", 8, "$Values.retrain.schedule"),)
    assert job.commands[0].argv == ("python", "train.py", "--out", "$Values.out")
    assert job.commands[0].line == 16


def test_a_helm_template_that_is_still_no_yaml_gives_what_its_lines_show() -> None:
    facts = helm_template_facts(
        "c/templates/x.yaml", "kind: CronJob\nspec:\n schedule: '@daily'\n{{ x }}: {{ y }}: z\n  a: ["
    )
    assert types(facts) == ["kubernetes:CronJob"]
    assert facts.units[0].triggers == (Trigger("schedule", 3, "@daily"),)


def test_a_chart_uses_its_templates_and_names_what_it_builds_on() -> None:
    text = (
        b"apiVersion: v2\nname: app\ndependencies:\n  - {name: redis}\n  - {name: lib, repository: 'file://../lib'}\n"
    )
    facts = chart_facts("charts/app/Chart.yaml", load_yaml(text)[0])
    assert [(r.type, r.line) for r in facts.resources] == [("helm:chart", 2), ("helm:redis", 4), ("helm:lib", 5)]
    assert (facts.units[0].kind, facts.units[0].uses) == ("chart", ("./charts/app/templates", "./charts/lib"))


def test_a_charts_values_name_images_in_parts() -> None:
    text = (
        b"api:\n  image: {registry: ghcr.io, repository: acme/api, tag: '2'}\nmetrics:\n  image: prom/prometheus:v3\n"
    )
    facts = values_facts("chart/values.yaml", load_yaml(text)[0])
    assert [(r.type, r.name) for r in facts.resources] == [
        ("image:ghcr.io/acme/api", "ghcr.io/acme/api:2"),
        ("image:prom/prometheus", "prom/prometheus:v3"),
    ]
