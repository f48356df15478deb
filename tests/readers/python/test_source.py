"""Python source: what a name means, where a call stands, which comparison decides."""

from __future__ import annotations

import textwrap

import pytest

from mlripe.facts import UNKNOWN, FileFacts
from mlripe.readers import Unreadable
from mlripe.readers.python.source import read_python


def facts(source: str) -> FileFacts:
    return read_python("module.py", textwrap.dedent(source).encode())


def called(source: str) -> list[str]:
    return [call.name for call in facts(source).calls]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import mlflow\nmlflow.log_metric('a', 1)", "mlflow.log_metric"),
        ("import mlflow as mf\nmf.log_metric('a', 1)", "mlflow.log_metric"),
        ("import mlflow.sklearn\nmlflow.sklearn.autolog()", "mlflow.sklearn.autolog"),
        ("from mlflow import log_metric as log\nlog('a', 1)", "mlflow.log_metric"),
        ("from .metrics import log\nlog('a', 1)", ".metrics.log"),
        ("from . import metrics\nmetrics.log('a')", ".metrics.log"),
    ],
)
def test_imports_and_aliases_are_followed(source: str, name: str) -> None:
    assert called(source) == [name]


def test_a_variable_is_what_its_constructor_made() -> None:
    names = called("from mlflow import MlflowClient\nclient = MlflowClient()\nclient.create_model_version('a', 'b')")
    assert names == ["mlflow.MlflowClient", "mlflow.MlflowClient.create_model_version"]


def test_an_attribute_of_self_is_what_any_method_set_it_to() -> None:
    source = """
    from xgboost import XGBRegressor
    class Trainer:
        def train(self, x, y):
            self.model.fit(x, y)
        def build(self):
            self.model = XGBRegressor()
    """
    assert "xgboost.XGBRegressor.fit" in called(source)


def test_an_annotated_parameter_has_its_type() -> None:
    assert called("from mlflow import MlflowClient\ndef f(c: MlflowClient):\n    c.search_runs()") == [
        "mlflow.MlflowClient.search_runs"
    ]


def test_with_as_names_what_was_entered() -> None:
    assert "wandb.init.log" in called("import wandb\nwith wandb.init() as run:\n    run.log({})")


@pytest.mark.parametrize(
    "source",
    [
        "mlflow.log_metric('a', 1)",  # never imported
        "mlflow = 3\nmlflow.log_metric('a', 1)",  # a variable of that name
        "import mlflow\ndef f(mlflow):\n    mlflow.log_metric('a', 1)",  # a parameter
        "import mlflow\nmlflow = build()\nmlflow.log_metric('a', 1)",  # bound anew
        "import mlflow\nfor mlflow in trackers:\n    mlflow.log_metric('a', 1)",
    ],
)
def test_a_name_that_is_not_the_module_is_a_method_of_something(source: str) -> None:
    assert [name for name in called(source) if name.endswith("log_metric")] == [".log_metric"]


def test_comments_and_strings_call_nothing() -> None:
    assert called("import mlflow\n# mlflow.log_metric('a', 1)\ntext = 'mlflow.log_metric(1)'\n") == []


def test_keywords_and_literals_are_kept_and_the_rest_is_unknown() -> None:
    source = "import mlflow\nNAME = 'wine'\nmlflow.sklearn.log_model(m, 'model', registered_model_name=NAME, x=f())"
    call = facts(source).calls[0]
    assert call.args == (UNKNOWN, "model")
    assert call.keywords == {"registered_model_name": "wine", "x": UNKNOWN}


def test_paths_put_together_are_read() -> None:
    source = "import os, subprocess\nfrom pathlib import Path\nrun(Path('src') / 'train.py', os.path.join('a', 'b.sh'))"
    assert facts(source).calls[0].args == ("src/train.py", "a/b.sh")


def test_scopes_are_top_level_definitions_methods_and_the_main_guard() -> None:
    source = """
    import mlflow
    def train():
        def inner():
            mlflow.log_metric('a', 1)
    class Trainer:
        def fit(self):
            mlflow.log_param('b', 2)
    if __name__ == '__main__':
        mlflow.autolog()
    mlflow.set_experiment('x')
    """
    assert {c.name: c.scope for c in facts(source).calls} == {
        "mlflow.log_metric": "train",
        "mlflow.log_param": "Trainer.fit",
        "mlflow.autolog": "__main__",
        "mlflow.set_experiment": "",
    }


def test_a_decorator_is_a_call_in_the_scope_that_it_decorates() -> None:
    call = facts("from prefect import flow\n@flow(name='x')\ndef train(): pass").calls[0]
    assert (call.name, call.scope, call.decorator, call.line) == ("prefect.flow", "train", True, 2)


def test_definitions_mention_what_they_reach() -> None:
    found = {d.name: d for d in facts("from src.model import Trainer\ndef run():\n    Trainer().fit()\n").definitions}
    assert {"src.model.Trainer", "src.model.Trainer.fit"} & found["run"].mentions.keys()


@pytest.mark.parametrize(
    "body",
    [
        "pass",
        "...",
        "'later'",
        "raise NotImplementedError",
        "raise NotImplementedError('x')",
        "raise ValueError('own')",
    ],
)
def test_a_stub_is_one(body: str) -> None:
    assert facts(f"def train():\n    {body}").definitions[0].stub


def test_a_comparison_that_leaves_guards_the_rest_of_its_block() -> None:
    source = """
    import mlflow
    def promote(metrics):
        if metrics['accuracy'] < 0.8:
            raise ValueError('too weak')
        mlflow.register_model('runs:/1/model', 'wine')
    """
    (branch,) = facts(source).branches
    assert branch.stops
    assert branch.compares
    assert "accuracy" in branch.names
    assert branch.calls == {"ValueError", "mlflow.register_model"}


def test_a_condition_that_can_never_differ_is_constant() -> None:
    (branch,) = facts("if True:\n    deploy()\n").branches
    assert branch.constant


@pytest.mark.parametrize(
    ("condition", "dead"),
    [("False", True), ("0", True), ("False and fast", True), ("True", False), ("True or fast", False), ("fast", False)],
)
def test_what_a_false_condition_guards_is_dead(condition: str, dead: bool) -> None:
    (branch,) = facts(f"if {condition}:\n    deploy()\n").branches
    assert branch.dead is dead


def test_comparisons_with_a_written_fraction_are_kept() -> None:
    source = "LIMIT = 0.8\nlabel = 1 if row.probability > 0.7 else 0\nlow = 0.1 < score < LIMIT\nmany = len(rows) > 3\n"
    found = [(c.line, sorted(c.names), c.limit) for c in facts(source).comparisons]
    assert found == [(2, ["probability", "row"], 0.7), (3, ["score"], 0.1), (3, ["score"], 0.8)]


def test_asserts_are_counted_where_they_stand() -> None:
    source = """
    import numpy as np
    def test_a():
        assert 1
        np.testing.assert_allclose(1, 1)
    def test_b():
        pass
    """
    assert {d.name: d.asserts for d in facts(source).definitions if d.kind == "function"} == {"test_a": 2, "test_b": 0}


@pytest.mark.parametrize(
    "content", [b"print 'python 2'", b"def f(:\n", b"x = '\x00'", b"(" * 5000 + b")" * 5000, b"-" * 200_000 + b"1"]
)
def test_what_python_cannot_parse_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read_python("module.py", content)


def test_deep_nesting_of_statements_is_unreadable_or_read_but_never_a_crash() -> None:
    source = "".join("    " * depth + "if x:\n" for depth in range(90)) + "    " * 90 + "pass\n"
    assert read_python("module.py", source.encode()).definitions


def test_a_mention_has_the_line_of_its_first_use() -> None:
    found = facts("from a import fit\ndef run():\n    x = 1\n    start(target=fit)\n").definitions
    assert next(d for d in found if d.name == "run").mentions == {"a.fit": 4}


def test_constants_that_double_at_every_line_end() -> None:
    source = "a = 'xxxxxxxx'\n" + "a = a + a\n" * 200 + "b = ['x']\n" + "b = [b, b, b]\n" * 200 + "f(a, b)\n"
    assert facts(source).calls[0].args == (UNKNOWN, UNKNOWN)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("Status.STOPPED", "STOPPED"),
        ("dagster.DefaultStatus.STOPPED", "STOPPED"),
        ("config.PATH", UNKNOWN),
        ("f'/dags/{DAG_ID}/dagRuns'", "/dags/churn/dagRuns"),
        ("f'/dags/{other}/dagRuns'", "/dags/{}/dagRuns"),
    ],
)
def test_members_of_enumerations_and_constants_in_texts_are_values(written: str, value: object) -> None:
    (call,) = [call for call in facts(f"DAG_ID = 'churn'\nstart(x={written})\n").calls if call.name == "start"]
    assert call.keywords["x"] == value


@pytest.mark.parametrize(
    ("code", "stops"),
    [("0 if f1 > 0.8 else 1", True), ("f1 < 0.8", True), ("int(f1 < 0.8)", True), ("1", False), ("main()", False)],
)
def test_what_decides_about_an_exit_code_is_a_branch_that_stops(code: str, stops: bool) -> None:
    assert [branch.stops for branch in facts(f"import sys\nsys.exit({code})\n").branches] == [True] * stops


def test_a_name_that_is_none_where_its_package_is_missing_is_the_package() -> None:
    text = "try:\n    import mlflow\nexcept ImportError:\n    mlflow = None\nmlflow.log_metric('a', 1)\n"
    assert [call.name for call in read_python("a.py", text.encode()).calls] == ["mlflow.log_metric"]


def test_a_chain_of_calls_is_resolved_link_by_link() -> None:
    chain = "x" + ".m(1)" * 40
    facts = read_python("a.py", f"import x\ny = {chain}\n".encode())  # the work doubled with each link before
    assert len(facts.calls) == 40
