"""Pipelines whose blocks lie in files of their own: Mage and Ploomber."""

from __future__ import annotations

from mlripe.facts import FileFacts, Trigger, Unit
from mlripe.readers import read

BLOCKS = b"""\
name: churn
type: python
uuid: churn
blocks:
- name: load rows
  language: python
  type: data_loader
  upstream_blocks: []
  uuid: load_rows
- name: fit
  type: transformer
  upstream_blocks: [load_rows]
  uuid: fit
  configuration:
    file_source: {path: transformers/models/fit.py}
"""


def unit(facts: FileFacts, id: str) -> Unit:
    return next(u for u in facts.units if u.id == id)


def test_blocks_of_mage_are_stages_in_order_with_their_code() -> None:
    facts = read("ml/pipelines/churn/metadata.yaml", BLOCKS)
    assert [u.id for u in facts.units] == ["pipeline/churn", "pipeline/churn/load_rows", "pipeline/churn/fit"]
    load = unit(facts, "pipeline/churn/load_rows")
    assert (load.kind, load.parent, load.line) == ("stage", "pipeline/churn", 5)
    assert load.uses == ("./ml/data_loaders/load_rows.py",)
    fit = unit(facts, "pipeline/churn/fit")
    assert fit.needs == ("pipeline/churn/load_rows",)
    assert fit.uses == ("./ml/transformers/models/fit.py", "./ml/transformers/fit.py")


def trigger(rest: str) -> Trigger:
    text = f"triggers:\n- name: daily\n  pipeline_uuid: churn\n{rest}"
    facts = read("ml/pipelines/churn/triggers.yaml", text.encode())
    assert facts.units[0].uses == ("./ml/pipelines/churn/metadata.yaml",)
    return facts.units[0].triggers[0]


def test_a_trigger_of_mage_starts_the_pipeline_beside_it() -> None:
    when = "  schedule_type: time\n  schedule_interval: '@daily'\n"
    assert trigger(f"{when}  status: active\n") == Trigger("schedule", 5, "@daily")
    assert not trigger(f"{when}  status: inactive\n").active
    assert trigger("  schedule_type: event\n  status: active\n").kind == "event"


def test_a_trigger_of_mage_that_a_person_calls_is_none() -> None:
    text = b"triggers:\n- name: a\n  pipeline_uuid: churn\n  schedule_type: api\n  status: active\n"
    assert not read("ml/pipelines/churn/triggers.yaml", text).units


def test_tasks_of_ploomber_run_scripts_and_functions() -> None:
    facts = read(
        "ml/pipeline.yaml",
        b"tasks:\n"
        b"  - source: scripts/get.py\n    product: data.csv\n"
        b"  - source: tasks.clean\n    name: tidy\n    product: {nb: a.ipynb, data: b.csv}\n",
    )
    get = unit(facts, "get")
    assert (get.kind, get.commands[0].argv, get.directory) == ("stage", ("scripts/get.py",), "ml")
    tidy = unit(facts, "tidy")
    assert (tidy.uses, tidy.inputs) == (("./ml/tasks.py", "./tasks.py"), {"flow": "clean"})


def test_other_blocks_and_tasks() -> None:
    assert not read("page.yaml", b"blocks:\n- type: custom\n  uuid: a\n").units
    assert not read("list.yaml", b"tasks:\n- source: shop\n  due: today\n").units
