"""What visibly cannot work as committed: what a step, an image or a program needs, held against what is there.

Each module looks for one family of faults on a site (`site.py`), which is made once. A fault is told only where the
files show it with certainty; where a value is not written out, or something may bring what is missing, nothing is
said. Two things read the faults: the strengths (`broken.py` tells which places fail by them) and the report.
"""

from __future__ import annotations

from itertools import islice
from typing import Final

from mlripe.detection.cannot_work.collected_tests import faults_of_tests
from mlripe.detection.cannot_work.environments import faults_of_environments
from mlripe.detection.cannot_work.fault import Fault
from mlripe.detection.cannot_work.images import faults_of_images
from mlripe.detection.cannot_work.named_files import faults_of_named_files
from mlripe.detection.cannot_work.options import faults_of_options
from mlripe.detection.cannot_work.orchestrators import faults_of_orchestrators
from mlripe.detection.cannot_work.programs import faults_of_programs
from mlripe.detection.cannot_work.projects import faults_of_projects
from mlripe.detection.cannot_work.site import Site
from mlripe.detection.cannot_work.steps import faults_of_steps
from mlripe.detection.cannot_work.targets import faults_of_targets
from mlripe.detection.cannot_work.workflows import faults_of_workflows
from mlripe.readers.store import FactStore
from mlripe.wiring import Wiring

__all__ = ["MOST_FAULTS", "Fault", "cannot_work"]

MOST_FAULTS: Final = 500  # of one repository
_FAMILIES: Final = (
    faults_of_steps,
    faults_of_named_files,
    faults_of_targets,
    faults_of_images,
    faults_of_programs,
    faults_of_options,
    faults_of_environments,
    faults_of_workflows,
    faults_of_orchestrators,
    faults_of_tests,
    faults_of_projects,
)


def cannot_work(store: FactStore, wiring: Wiring) -> tuple[Fault, ...]:
    """The faults of a repository, by path and line, each once; no more than `MOST_FAULTS`.

    A file that proves nothing (vendored, generated) has none; a test has one where a step runs it.
    """
    site = Site(store, wiring)
    found = (fault for family in _FAMILIES for fault in islice(family(site), MOST_FAULTS))
    own = (fault for fault in found if store.role(fault.path) is None or store.is_test(fault.path))
    return tuple(sorted(dict.fromkeys(own))[:MOST_FAULTS])
