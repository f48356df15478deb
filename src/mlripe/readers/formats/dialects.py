"""Structured files known by what stands in them: every YAML or JSON document is offered to each dialect in turn.

A dialect says "not mine" after looking at a few keys, so a document that is none of them costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from mlripe.facts import Document, FileFacts, Resource, Unit
from mlripe.lazy_regex import lazy_regex
from mlripe.readers.formats.cursor import Node
from mlripe.readers.infrastructure.ansible import ansible_facts
from mlripe.readers.infrastructure.bicep import arm_facts
from mlripe.readers.infrastructure.cloudformation import cloudformation_facts, serverless_facts
from mlripe.readers.infrastructure.helm import chart_facts, values_facts
from mlripe.readers.infrastructure.hosted_functions import (
    azd_facts,
    azure_function_facts,
    cron_facts,
    railway_facts,
    zappa_facts,
)
from mlripe.readers.infrastructure.kubernetes import kubernetes_facts
from mlripe.readers.pipelines.airflow_yaml import dag_factory_facts
from mlripe.readers.pipelines.azureml import azureml_facts
from mlripe.readers.pipelines.block_pipelines import mage_facts, mage_trigger_facts, ploomber_facts
from mlripe.readers.pipelines.compiled_pipelines import (
    kubeflow_component_facts,
    kubeflow_facts,
    sagemaker_facts,
    state_machine_facts,
)
from mlripe.readers.pipelines.databricks import databricks_facts
from mlripe.readers.pipelines.job_specifications import (
    job_spec_facts,
    kestra_facts,
    meltano_facts,
    ray_cluster_facts,
    skypilot_facts,
    valohai_facts,
    vertex_facts,
)
from mlripe.readers.pipelines.prefect import prefect_facts
from mlripe.readers.pipelines.tool_configurations import (
    bento_facts,
    cdk_facts,
    cog_facts,
    dbt_facts,
    mlmodel_facts,
    pulumi_facts,
    ray_serve_facts,
    sweep_facts,
    truss_facts,
)

__all__ = ["read_slurm", "slurm_facts", "structured_facts"]

Dialect = Callable[[str, Node], FileFacts]

DIALECTS: tuple[Dialect, ...] = (
    azureml_facts,
    cloudformation_facts,
    serverless_facts,
    arm_facts,
    azure_function_facts,
    azd_facts,
    zappa_facts,
    railway_facts,
    databricks_facts,
    prefect_facts,
    mage_facts,
    mage_trigger_facts,
    ploomber_facts,
    kubeflow_facts,
    kubeflow_component_facts,
    sagemaker_facts,
    state_machine_facts,
    vertex_facts,
    sweep_facts,
    cog_facts,
    bento_facts,
    ray_serve_facts,
    ray_cluster_facts,
    skypilot_facts,
    kestra_facts,
    meltano_facts,
    dbt_facts,
    mlmodel_facts,
    pulumi_facts,
    cdk_facts,
    truss_facts,
    cron_facts,
    dag_factory_facts,
    job_spec_facts,  # last: it knows any job, and none well
)
LIST_DIALECTS: tuple[Dialect, ...] = (ansible_facts, valohai_facts)
SBATCH = lazy_regex(r"#SBATCH[ \t]+(.*)")
VALUES = lazy_regex(r"values([.-][\w.-]+)?\.ya?ml")


def structured_facts(path: str, document: Document) -> FileFacts:
    """The facts of a YAML or JSON document at `path`, by the first dialect that knows it; none for any other document.

    The document itself is not among the facts: its reader has it.
    """
    root = Node.root(document)
    if root.is_list:
        return _first(LIST_DIALECTS, path, root)
    if not root.is_mapping:
        return FileFacts()
    name = path.rsplit("/", 1)[-1]
    if name == "Chart.yaml":
        return chart_facts(path, document)
    if VALUES.fullmatch(name):
        return values_facts(path, document)
    if ("kind" in root and "apiVersion" in root) or name.lower().startswith("kustomization."):
        return kubernetes_facts(path, document)
    return _first(DIALECTS, path, root)


def _first(dialects: tuple[Dialect, ...], path: str, root: Node) -> FileFacts:
    for dialect in dialects:
        facts = dialect(path, root)
        if facts.units or facts.resources:
            return facts
    return FileFacts()


def read_slurm(path: str, content: bytes) -> FileFacts:
    """A shell script with `#SBATCH` lines as a job for Slurm; its commands are the shell reader's to tell."""
    return slurm_facts(path, content.decode("utf-8", "replace"))


def slurm_facts(path: str, text: str) -> FileFacts:
    """The job that a script's `#SBATCH` lines describe, with their options as inputs; nothing for other scripts."""
    options: dict[str, object] = {}
    first = 0
    for number, line in enumerate(text.split("\n"), 1):
        if found := SBATCH.match(line):
            first = first or number
            key, _, value = found.group(1).strip().replace("=", " ", 1).partition(" ")
            options[key.lstrip("-")] = value.strip()
    if not first:
        return FileFacts()
    name = str(options.get("job-name") or options.get("J") or path.rsplit("/", 1)[-1])
    unit = Unit("slurm", "job", first, f"Slurm job {name}", inputs=options)
    return FileFacts(units=(unit,), resources=(Resource("slurm:job", name, first, unit.id),))
