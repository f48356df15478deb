"""Practices that no single match shows: derived from observations, facts and wiring, each by a small function."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mlripe.detection.derive.announced import announced
from mlripe.detection.derive.applied_infrastructure import applied
from mlripe.detection.derive.approvals import approvals
from mlripe.detection.derive.coverage_limits import coverage_limits
from mlripe.detection.derive.decisions import decisions
from mlripe.detection.derive.deploy_jobs import deploy_jobs
from mlripe.detection.derive.deployed_by_hand import deployed_by_hand
from mlripe.detection.derive.deployed_versions import deployed_versions
from mlripe.detection.derive.environment import environment
from mlripe.detection.derive.function_pipelines import function_pipelines
from mlripe.detection.derive.gates import gates
from mlripe.detection.derive.hosted_packages import hosted, stacks
from mlripe.detection.derive.in_process_schedules import clocks, deployed_clocks
from mlripe.detection.derive.installed_timers import installed_timers
from mlripe.detection.derive.integration import integration, testing
from mlripe.detection.derive.loaded_components import loaded_components
from mlripe.detection.derive.models_in_images import baked_models
from mlripe.detection.derive.pipelines import continuous_training, training_pipeline
from mlripe.detection.derive.predictions import predictions
from mlripe.detection.derive.programs import definitions, script_chains, stale_copies
from mlripe.detection.derive.retraining import retraining
from mlripe.detection.derive.scheduled_by_commands import scheduled_by_commands
from mlripe.detection.derive.serving import deployments, jobs, packaging, releases, serving
from mlripe.detection.derive.settings import seeded_settings
from mlripe.detection.derive.shell_decisions import shell_decisions
from mlripe.detection.observations import Observation
from mlripe.readers.store import FactStore
from mlripe.wiring import Wiring

__all__ = ["DERIVATIONS", "Derivation"]

Derivation = Callable[[list[Observation], FactStore, Wiring], Iterable[Observation]]

# in this order: what is deployed adds roots to the wiring, and later ones build on the observations of earlier ones
DERIVATIONS: tuple[Derivation, ...] = (
    stacks,
    clocks,
    installed_timers,
    scheduled_by_commands,
    jobs,
    deploy_jobs,
    deployments,
    deployed_clocks,
    hosted,
    function_pipelines,
    loaded_components,
    applied,
    environment,
    testing,
    integration,
    serving,
    packaging,
    releases,
    predictions,
    deployed_by_hand,
    deployed_versions,
    training_pipeline,
    continuous_training,
    retraining,
    coverage_limits,
    decisions,
    shell_decisions,
    gates,
    approvals,
    seeded_settings,
    definitions,
    script_chains,
    stale_copies,
    baked_models,
    announced,
)
