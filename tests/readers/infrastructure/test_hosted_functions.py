"""Functions and jobs of platforms in files of their own: Azure, Zappa, App Engine, Vercel, Railway, Nomad."""

from __future__ import annotations

import json

import pytest

from mlripe.facts import Trigger, Unit
from mlripe.readers import read


def only(path: str, content: object) -> Unit:
    """The only unit of a file."""
    text = content if isinstance(content, str) else json.dumps(content)
    units = read(path, text.encode()).units
    assert len(units) == 1
    return units[0]


def test_a_function_json_names_its_trigger_and_its_function() -> None:
    timer = {"name": "t", "type": "timerTrigger", "schedule": "0 0 3 * * *"}
    unit = only("nightly/function.json", {"bindings": [timer, {"type": "blob", "direction": "out"}]})
    assert unit.triggers == (Trigger("schedule", 1, "0 0 3 * * *"),)
    assert unit.uses == ("./nightly/__init__.py:main",)
    blob = {"scriptFile": "../lib/fit.py", "entryPoint": "run", "bindings": [{"type": "blobTrigger"}]}
    unit = only("arrived/function.json", blob)
    assert (unit.triggers[0].kind, unit.uses) == ("event", ("./lib/fit.py:run",))


def test_a_function_that_answers_requests_or_is_disabled_starts_nothing() -> None:
    assert only("a/function.json", {"bindings": [{"type": "httpTrigger"}]}).triggers == ()
    unit = only("a/function.json", {"disabled": True, "bindings": [{"type": "timerTrigger"}]})
    assert [trigger.active for trigger in unit.triggers] == [False]


def test_events_of_zappa_call_functions() -> None:
    event = {"function": "jobs.fit.run", "expressions": ["rate(1 day)", "cron(0 3 * * ? *)"]}
    unit = only("zappa_settings.json", {"prod": {"app_function": "web.app", "events": [event]}})
    assert (unit.uses, unit.triggers[0].kind) == (("./jobs/fit.py:run",), "schedule")
    upload = {"function": "fit.run", "event_source": {"arn": "arn:aws:s3:::rows"}, "enabled": False}
    unit = only("zappa_settings.json", {"prod": {"app_function": "web.app", "events": [upload]}})
    assert unit.triggers == (Trigger("event", 1, "arn:aws:s3:::rows", active=False),)


def test_a_cron_calls_an_address() -> None:
    unit = only("cron.yaml", "cron:\n- url: /jobs/fit?full=1\n  schedule: every 24 hours\n")
    assert (unit.triggers[0].detail, unit.uses[0]) == ("every 24 hours", "route:/jobs/fit")
    unit = only("vercel.json", {"crons": [{"path": "/api/fit", "schedule": "0 3 * * *"}]})
    assert {"route:/api/fit", "./api/fit.py:handler", "./app/api/fit/route.ts"} <= {*unit.uses}


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("railway.toml", '[deploy]\nstartCommand = "python fit.py"\ncronSchedule = "0 3 * * *"\n'),
        ("railway.json", {"deploy": {"startCommand": "python fit.py", "cronSchedule": "0 3 * * *"}}),
    ],
)
def test_railway_starts_a_command(path: str, content: object) -> None:
    unit = only(path, content)
    assert (unit.kind, unit.commands[0].argv, unit.triggers[0].detail) == ("service", ("python", "fit.py"), "0 3 * * *")


@pytest.mark.parametrize(
    ("service", "image"),
    [
        ("{type: web, name: api, runtime: docker}", "./Dockerfile"),
        ("{type: worker, name: api, env: docker, rootDir: backend}", "./backend/Dockerfile"),
        ("{type: web, name: api, runtime: docker, dockerfilePath: ./deploy/Api.Dockerfile}", "./deploy/Api.Dockerfile"),
    ],
)
def test_render_builds_a_service_from_its_image(service: str, image: str) -> None:
    unit = only("render.yaml", f"services:\n  - {service}\n")
    assert (unit.kind, unit.uses) == ("service", (image,))


def test_a_service_of_render_without_image_or_command_starts_nothing() -> None:
    assert read("render.yaml", b"services:\n  - {type: web, name: page, runtime: static}\n").units == ()


def test_a_job_of_nomad() -> None:
    text = 'job "fit" {\n  periodic {\n    cron = "@daily"\n    enabled = %s\n  }\n  group "g" {\n    task "t" {\n      config {\n        image = "acme/fit:1"\n        command = "sh"\n        args = ["-c", "python fit.py"]\n      }\n    }\n  }\n}\n'
    unit = only("fit.nomad.hcl", text % "true")
    assert (unit.commands[0].argv, unit.uses) == (("python", "fit.py"), ("acme/fit:1",))
    assert unit.triggers == (Trigger("schedule", 2, "@daily"),)
    assert [trigger.active for trigger in only("fit.nomad", text % "false").triggers] == [False]


def test_services_of_the_azure_developer_cli_lie_in_their_folders() -> None:
    text = "name: chat\nservices:\n  api:\n    project: ./src/api\n    host: containerapp\n    docker: {path: ./Dockerfile}\n"
    unit = only("azure.yaml", text)
    assert (unit.id, unit.kind) == ("service/api", "service")
    assert {"./src/api/Dockerfile", "./src/api/app.py"} <= {*unit.uses}
    assert read("azure.yaml", b"name: chat\nservices: {api: {language: py}}\n").units == ()


def test_a_job_of_container_apps_has_its_command_and_its_schedule() -> None:
    text = (
        "resource fit 'Microsoft.App/jobs@2023-05-01' = {\n  properties: {\n    configuration: {\n"
        "      scheduleTriggerConfig: {\n        cronExpression: '0 3 * * *'\n      }\n    }\n    template: {\n"
        "      containers: [\n        {\n          image: 'acme.io/fit:1'\n          command: [\n            'python'\n"
        "          ]\n          args: ['fit.py', '--all']\n        }\n      ]\n    }\n  }\n}\n"
    )
    unit = only("main.bicep", text)
    assert [command.argv for command in unit.commands] == [("python", "fit.py", "--all")]
    assert (unit.uses, unit.triggers) == (("acme.io/fit:1",), (Trigger("schedule", 5, "0 3 * * *"),))
