"""Components that one function loads, and another puts together to a pipeline."""

from collections.abc import Callable, Mapping

import pytest

from mlripe.assessment import Assessment

Assess = Callable[[Mapping[str, str]], Assessment]

COMPONENT = (
    "$schema: https://azuremlschemas.azureedge.net/latest/commandComponent.schema.json\nname: train\ntype: command\n"
    "code: ../src\nenvironment: azureml:churn:1\ncommand: python fit.py\n"
)
FIT = "from sklearn.linear_model import Ridge\nRidge().fit([[1]], [1])\n"
PIPELINE = """\
from azure.ai.ml import load_component


def components(folder):
    return {"train": load_component(source=str(folder / "train.yaml"))}


def define(parts):
    from azure.ai.ml import dsl

    @dsl.pipeline(compute="cpu")
    def churn(rows):
        return parts["train"](rows=rows)

    return churn
"""
FILES = {"aml/train.yaml": COMPONENT, "src/fit.py": FIT, "run.py": PIPELINE, "configs/train.yaml": "rate: 0.1\n"}


@pytest.mark.parametrize(
    ("changed", "strength"),
    [
        pytest.param({}, "automated", id="a pipeline that is given the component"),
        pytest.param({"run.py": PIPELINE.replace("@dsl", "# @dsl")}, "present", id="no pipeline is defined"),
        pytest.param({"old/train.yaml": COMPONENT}, "present", id="two components may be meant"),
        pytest.param({"run.py": PIPELINE.replace("train.yaml", "rank.yaml")}, "present", id="another component"),
    ],
)
def test_a_pipeline_starts_the_components_that_its_file_loads(
    changed: dict[str, str], strength: str, assess: Assess
) -> None:
    assert assess({**FILES, **changed}).capabilities["training-code"].strength.name == strength
