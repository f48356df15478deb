"""Terraform across files and modules: what a resource starts, its code, and what is switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlripe.readers.infrastructure.terraform_expressions import evaluated

if TYPE_CHECKING:
    from tests.conftest import Assess

TRAIN = "import joblib\nfrom sklearn.svm import SVC\ndef run(event, context):\n    joblib.dump(SVC().fit(x, y), 'm')\n"
FUNCTION = 'resource "aws_lambda_function" "fit" {\n  filename = "code.zip"\n  handler = "fit.run"\n}\n'
TARGET = (
    'resource "aws_cloudwatch_event_target" "fit" {\n  rule = aws_cloudwatch_event_rule.night.name\n'
    "  arn = aws_lambda_function.fit.arn\n}\n"
)


def rule(more: str = "") -> str:
    return f'resource "aws_cloudwatch_event_rule" "night" {{\n  schedule_expression = "rate(1 day)"\n  {more}\n}}\n'


def switch(default: str) -> str:
    return f'variable "on" {{\n  default = {default}\n}}\n'


COUNTED = rule("count = var.on ? 1 : 0")
USED = 'module "night" {\n  source = "./night"\n  %s\n}\n'
SCHEDULED = {
    "in one file": {"main.tf": FUNCTION + rule() + TARGET},
    "in three files": {"function.tf": FUNCTION, "rule.tf": rule(), "target.tf": TARGET},
    "in a folder of its own": {"infra/main.tf": FUNCTION + rule() + TARGET},
    "by a local": {
        "main.tf": FUNCTION + rule() + "locals {\n  fit = aws_lambda_function.fit.arn\n}\n" + TARGET.replace(
            "aws_lambda_function.fit.arn", "local.fit"
        )
    },
    "by an output and a variable of modules": {
        "main.tf": 'module "f" {\n  source = "./f"\n}\nmodule "night" {\n  source = "./night"\n  arn = module.f.arn\n}\n',
        "f/main.tf": FUNCTION + 'output "arn" {\n  value = aws_lambda_function.fit.arn\n}\n',
        "night/main.tf": 'variable "arn" {}\n' + rule() + TARGET.replace("aws_lambda_function.fit.arn", "var.arn"),
    },
    "switched on by default": {"main.tf": FUNCTION + COUNTED + TARGET + switch("true")},
    "switched on by a file of values": {
        "main.tf": FUNCTION + COUNTED + TARGET + switch("false"), "prod.tfvars": "on = true\n"
    },
    "switched on by the use of the module": {
        "main.tf": USED % "on = true", "night/main.tf": FUNCTION + COUNTED + TARGET + switch("false")
    },
    "switched on by a command": {
        "main.tf": FUNCTION + COUNTED + TARGET + switch("false"),
        "apply.sh": "terraform apply -auto-approve -var=\"on=true\"\n",
    },
    "switched by what nobody can tell": {"main.tf": FUNCTION + COUNTED + TARGET + 'variable "on" {}\n'},
    "an archive of a folder in a variable": {
        "main.tf": FUNCTION.replace('"code.zip"', "data.archive_file.code.output_path") + rule() + TARGET
        + 'variable "folder" {\n  default = "jobs"\n}\n'
        'data "archive_file" "code" {\n  source_dir = "${path.module}/${var.folder}"\n}\n',
        "fit.py": "", "jobs/fit.py": TRAIN,
    },
    "a function of Google whose code lies in a bucket": {
        "main.tf": 'data "archive_file" "code" {\n  source_dir = path.module\n}\n'
        'resource "google_storage_bucket_object" "code" {\n  source = data.archive_file.code.output_path\n}\n'
        'resource "google_cloudfunctions2_function" "fit" {\n  build_config {\n    entry_point = "run"\n    source {\n'
        "      storage_source {\n        object = google_storage_bucket_object.code.name\n      }\n    }\n  }\n}\n"
        'resource "google_cloud_scheduler_job" "night" {\n  schedule = "0 3 * * *"\n  http_target {\n'
        "    uri = google_cloudfunctions2_function.fit.url\n  }\n}\n",
        "fit.py": "", "main.py": TRAIN,
    },
}  # fmt: skip
OFF = {
    "by a count of nothing": {"main.tf": FUNCTION + rule("count = 0") + TARGET},
    "by default": {"main.tf": FUNCTION + COUNTED + TARGET + switch("false")},
    "by its state": {"main.tf": FUNCTION + rule('state = var.on ? "ENABLED" : "DISABLED"') + TARGET + switch("false")},
    "by every use of its module": {
        "main.tf": USED % "on = false", "night/main.tf": FUNCTION + COUNTED + TARGET + switch("true")
    },
    "by a module that is not used": {"main.tf": USED % "count = 0", "night/main.tf": FUNCTION + rule() + TARGET},
    "by a map without entries": {
        "main.tf": FUNCTION + rule("for_each = var.on") + TARGET + switch("{}")
    },
}  # fmt: skip
OTHER = {
    "a target of another rule": {"main.tf": FUNCTION + rule() + TARGET.replace("rule.night", "rule.day")},
    "an alarm of the function": {
        "main.tf": FUNCTION + rule() + TARGET.replace("event_target", "metric_alarm").replace("rule =", "x =")
    },
    "another function": {"main.tf": FUNCTION.replace("fit.run", "fit.other") + rule() + TARGET},
    "two files of that name": {"main.tf": FUNCTION + rule() + TARGET, "a/fit.py": TRAIN},
}


def trains(assess: Assess, files: dict[str, str]) -> str:
    """The strength of continuous training in a repository."""
    return assess(files).capabilities["continuous-training"].strength.name


@pytest.mark.parametrize("files", SCHEDULED.values(), ids=SCHEDULED)
def test_a_schedule_starts_what_it_reaches_by_names(files: dict[str, str], assess: Assess) -> None:
    assert trains(assess, {"fit.py": TRAIN, **files}) == "automated"


@pytest.mark.parametrize("files", OFF.values(), ids=OFF)
def test_a_schedule_that_is_never_made_or_active_is_only_present(files: dict[str, str], assess: Assess) -> None:
    assert trains(assess, {"fit.py": TRAIN, **files}) == "present"


@pytest.mark.parametrize("files", OTHER.values(), ids=OTHER)
def test_what_names_no_rule_or_other_code_is_not_started(files: dict[str, str], assess: Assess) -> None:
    assert trains(assess, {"fit.py": TRAIN, **files}) == "none"


@pytest.mark.parametrize(
    ("value", "worth"),
    [
        ("plain", ("plain",)),
        ("${var.on ? 1 : 0}", (0,)),
        ("${!var.on}", (True,)),
        ('${var.stage == "prod" ? "a" : "b"}', ("b",)),
        ("${var.on || var.stage == \"dev\"}", (True,)),
        ("${var.on && var.other}", (False,)),
        ("${var.other ? 1 : 0}", (1, 0)),
        ("${toset([])}", ([],)),
        ("${length(var.list)}", (2,)),
        ("${path.module}/src-${var.stage}", ("infra/src-dev",)),
    ],
)  # fmt: skip
def test_expressions_are_worked_out_as_far_as_values_are_known(value: str, worth: tuple[object, ...]) -> None:
    from mlripe.facts import UNKNOWN

    known = {"var.on": (False,), "var.stage": ("dev",), "var.list": (["a", "b"],), "path.module": ("infra",)}
    assert evaluated(value, lambda name: known.get(name, (UNKNOWN,))) == worth


@pytest.mark.parametrize("text", ["${" + "(" * 500, "${" + "!" * 500 + "x}", "${var.a ? " * 40, "${a[}", "${'}"])
def test_what_is_no_expression_comes_to_an_end(text: str) -> None:
    assert evaluated(text, lambda _: (True,))


def test_variables_that_give_each_other_their_values_come_to_an_end(assess: Assess) -> None:
    circle = 'locals {\n  a = local.b\n  b = local.a\n}\nmodule "m" {\n  source = "./"\n  on = var.on\n}\n'
    files = {"fit.py": TRAIN, "main.tf": circle + FUNCTION + rule("count = local.a") + TARGET}
    assert trains(assess, files) == "automated"
