"""What is closest to counting: places that nothing starts, in files that prove nothing, tools that are not used for it."""

from __future__ import annotations

from mlripe.auditing import Inspection
from mlripe.catalog import load
from mlripe.detection.near_misses import NearMiss, closest, shown_by
from mlripe.snapshot.memory import MemorySnapshot

TRACKED = "import mlflow\n\ndef train():\n    mlflow.log_metric('auc', 1)\n"


def misses(capability: str, files: dict[str, str]) -> tuple[NearMiss, ...]:
    inspection = Inspection(MemorySnapshot(files), load())
    return closest(capability, inspection.detection, inspection.store, inspection.catalog)


def test_how_far_up_the_wiring_goes_before_it_ends() -> None:
    (miss,) = misses(
        "experiment-tracking",
        {
            "track.py": TRACKED,
            "main.py": "from track import train\ntrain()\n",
            "Makefile": "train:\n\tpython main.py\n",
        },
    )
    assert (miss.path, miss.line, miss.why) == ("track.py", 4, "nothing that mlripe can see starts this chain")
    assert [f"{hop.path}:{hop.line}" for hop in miss.chain] == ["Makefile:1", "Makefile:2", "main.py:2"]


def test_a_start_that_does_not_count_is_named() -> None:
    ci = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: python drift.py\n"
    files = {
        "drift.py": "from evidently import Report\nfrom evidently.presets import DataDriftPreset\n\nReport([DataDriftPreset()]).run(1, 2)\n"
    }
    assert [m.why for m in misses("drift-detection", files)] == ["nothing that mlripe can see starts it"]
    assert misses("drift-detection", files | {".github/workflows/ci.yml": ci}) == ()


def test_files_that_prove_nothing_are_named_with_their_role() -> None:
    (miss,) = misses("experiment-tracking", {"tests/test_train.py": TRACKED.replace("def train", "def test_train")})
    assert (miss.path, miss.why) == ("tests/test_train.py", "tests prove nothing of this")


def test_a_tool_that_is_imported_and_not_used_for_it() -> None:
    (miss,) = misses("experiment-tracking", {"load.py": "import mlflow\nmlflow.artifacts.download_artifacts('x')\n"})
    assert (miss.line, miss.why) == (1, "it is imported, but no use of MLflow here is one that shows this")


def test_a_web_client_is_no_tool_that_is_close_to_anything() -> None:
    assert misses("drift-detection", {"a.py": "import requests, boto3\nrequests.get('x')\n"}) == ()


def test_the_detectors_that_show_a_capability_or_declare_it() -> None:
    assert {"mlflow", "wandb"} <= {detector.id for detector in shown_by(load(), "experiment-tracking")}
