"""Dockerfiles, compose files and Procfiles: what is built from what, and what runs in it."""

from __future__ import annotations

import time

import pytest

from mlripe.facts import FileFacts, Unit
from mlripe.readers.infrastructure.compose import read_compose, read_procfile
from mlripe.readers.infrastructure.dockerfile import read_dockerfile


def image(text: str, path: str = "Dockerfile") -> dict[str, Unit]:
    return {unit.id: unit for unit in read_dockerfile(path, text.encode()).units}


def services(text: str, path: str = "compose.yaml") -> dict[str, Unit]:
    return {unit.id: unit for unit in read_compose(path, text.encode()).units}


def lines(unit: Unit) -> list[tuple[int, str]]:
    return [(command.line, " ".join(command.argv)) for command in unit.commands]


def images(facts: FileFacts) -> list[tuple[str, int, str]]:
    return [(resource.type, resource.line, resource.unit) for resource in facts.resources]


# --- Dockerfiles -----------------------------------------------------------------------------------------------------


DOCKERFILE = """\
# syntax=docker/dockerfile:1
ARG TAG=3.11
FROM python:${TAG}-slim
WORKDIR /app
COPY requirements.txt src/a.py ./
RUN apt-get update && \\
    # tools
    apt-get install -y git \\

    && true
RUN --mount=type=cache,target=/root/.cache \\
    pip install -r requirements.txt; python a.py
COPY . .
EXPOSE 8000 9000/udp
HEALTHCHECK --interval=5s CMD curl -f localhost
CMD ["uvicorn", "app:app", \\
     "--port", "8000"]
"""


def test_an_image_is_made_from_its_base_and_files() -> None:
    facts = read_dockerfile("svc/Dockerfile", DOCKERFILE.encode())
    unit = facts.units[0]
    assert (unit.id, unit.kind, unit.line, unit.directory) == ("image", "image", 3, "svc")
    assert unit.uses == ("python:3.11-slim",)
    assert unit.reads == ("requirements.txt", "src/a.py", ".")
    assert unit.inputs == {"workdir": "/app", "expose": ("8000", "9000/udp"), "healthcheck": "CMD curl -f localhost"}
    assert images(facts) == [("image:python", 3, "image")]


def test_run_builds_and_cmd_runs() -> None:
    units = image(DOCKERFILE)
    assert (units["build"].kind, units["run"].kind) == ("build", "service")
    assert lines(units["build"]) == [
        (6, "apt-get update"),
        (8, "apt-get install -y git"),
        (10, "true"),
        (12, "pip install -r requirements.txt"),
        (12, "python a.py"),
    ]
    # each RUN is a shell of its own, whose last command decides
    assert [command.allow_failure for command in units["build"].commands] == [False, False, False, True, False]
    assert lines(units["run"]) == [(16, "uvicorn app:app --port 8000")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CMD python a.py && python b.py", ["python a.py", "python b.py"]),
        ('ENTRYPOINT ["python"]\nCMD ["a.py"]', ["python a.py"]),
        ('ENTRYPOINT python a.py\nCMD ["b"]', ["python a.py"]),
        ('CMD ["a"]\nCMD ["b"]', ["b"]),
        ('CMD ["sh", "-c", "python a.py && b"]', ["python a.py", "b"]),
        ('ENTRYPOINT ["./entry.sh"]\nCMD ["python", "a.py"]', ["./entry.sh python a.py", "python a.py"]),
        ('ENTRYPOINT ["tini", "--", "python", "a.py"]', ["python a.py"]),
        ("ENTRYPOINT []", []),
    ],
)
def test_what_a_container_starts(text: str, expected: list[str]) -> None:
    units = image(f"FROM x\n{text}\n")
    assert [argv for _, argv in lines(units["run"])] == expected if expected else "run" not in units


def test_stages() -> None:
    facts = read_dockerfile(
        "Dockerfile",
        b"FROM a:1 AS build\nRUN make\nFROM build as test\nRUN pytest\n"
        b"FROM scratch\nCOPY --from=build /x /x\nCOPY --from=ghcr.io/u/v:1 /y /y\n",
    )
    units = {unit.id: unit for unit in facts.units}
    assert list(units) == ["image", "image/build", "image/test", "build", "build/build", "build/test"]
    assert units["image"].needs == ("image/build",)
    assert units["image"].uses == ("ghcr.io/u/v:1",)
    assert units["image/test"].needs == ("image/build",)
    assert (units["image/test"].parent, units["image/test"].line) == ("image", 3)
    assert lines(units["build"]) == [(2, "make")]  # the image does not rest on the stage that tests
    assert lines(units["build/test"]) == [(4, "pytest")]
    assert units["build/test"].needs == ("build/build",)
    assert images(facts) == [("image:a", 1, "image")]


@pytest.mark.parametrize(
    ("copied", "workdir", "expected"),
    [
        ("COPY . /app", "/app", ""),
        ("COPY src /app", "/app", "src"),
        ("COPY src/ ./", "/app", "src"),
        ("COPY service/app.py .", "/app", "service"),
        ("COPY src /app/src", "/app/src/deep", "src/deep"),
        ("COPY . /app", "/app/src", "src"),
        ("COPY src /app/src", "/app", ""),
        ('COPY ["a", "b.py", "/app/"]', "/app", "a"),
    ],
)
def test_a_command_runs_where_its_files_come_from(copied: str, workdir: str, expected: str) -> None:
    units = image(f"FROM x\nWORKDIR {workdir}\n{copied}\nRUN python a.py\nCMD python a.py\n")
    assert [unit.commands[0].directory for unit in (units["build"], units["run"])] == [expected, expected]


def test_here_documents() -> None:
    units = image(
        "FROM x\nRUN <<EOF\npip install y\npython a.py\nEOF\n"
        "COPY <<X /etc/x\nRUN no\nX\nRUN python - <<P\nimport os\nP\n"
    )
    assert lines(units["build"]) == [
        (3, "pip install y"),
        (4, "python a.py"),
        (9, "python -"),
        (10, "python -c import os\n"),
    ]


def test_the_shell_decides_whether_failures_count() -> None:
    text = 'FROM x\nSHELL ["/bin/bash", "-eo", "pipefail", "-c"]\nRUN a | b; c\n'
    assert [command.allow_failure for command in image(text)["build"].commands] == [False, False, False]


def test_what_is_no_dockerfile() -> None:
    assert read_dockerfile("Dockerfile", b"hello\n{{ x }}\nRUN y\n") == FileFacts()


# --- compose ---------------------------------------------------------------------------------------------------------


COMPOSE = """\
services:
  db:
    image: docker.io/library/postgres:${V:-15}
    profiles: [all]
  api:
    build:
      context: ../api
      dockerfile: docker/Dockerfile
      target: prod
    image: me/api
    depends_on:
      db:
        condition: service_healthy
    ports: ["8000:80"]
    deploy:
      replicas: 2
  train:
    build: .
    working_dir: /app
    volumes:
      - ./src:/app
      - data:/data
    command: >
      bash -c "python train.py && echo $$X"
    depends_on: [db]
"""


def test_services() -> None:
    facts = read_compose("ops/compose.yaml", COMPOSE.encode())
    units = {unit.id: unit for unit in facts.units}
    assert [(unit.kind, unit.line, unit.directory) for unit in units.values()] == [
        ("service", 2, "ops"),
        ("service", 5, "api"),
        ("service", 17, "ops"),
    ]
    assert units["db"].inputs == {"profiles": ("all",)}
    assert units["api"].uses == ("./api/docker/Dockerfile",)
    assert units["api"].needs == ("db",)
    assert units["api"].inputs == {"expose": ("8000:80",), "target": "prod", "image": "me/api", "deploy": True}
    assert units["train"].uses == ("./ops/Dockerfile",)
    assert units["train"].reads == ("src",)
    assert images(facts) == [("image:postgres", 3, "db")]
    assert len(facts.documents) == 1


def test_the_command_of_a_service() -> None:
    commands = services(COMPOSE, "ops/compose.yaml")["train"].commands
    assert [(command.line, command.directory, command.argv) for command in commands[1:]] == [
        (24, "src", ("python", "train.py")),
        (24, "src", ("echo", "$X")),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("command: python a.py", [(3, "python a.py")]),
        ("command: [python, a.py]", [(3, "python a.py")]),
        ("entrypoint: python\n    command: a.py", [(3, "python a.py")]),
        (
            "command:\n      - sh\n      - -c\n      - |\n        python a.py\n        python b.py",
            [(7, "python a.py"), (8, "python b.py")],
        ),
        ("entrypoint: [bash, -c]\n    command:\n      - python a.py && b", [(5, "python a.py"), (5, "b")]),
    ],
)
def test_forms_of_a_command(text: str, expected: list[tuple[int, str]]) -> None:
    assert lines(services(f"services:\n  s:\n    {text}\n")["s"]) == expected


def test_compose_files_of_compose_files() -> None:
    units = services(
        "include:\n  - ../b.yaml\n  - path: c.yaml\nservices:\n  s:\n    extends: {file: d.yaml, service: t}\n",
        "x/compose.yaml",
    )
    assert units["include"].uses == ("./b.yaml", "./x/c.yaml")
    assert units["s"].uses == ("./x/d.yaml",)


def test_the_first_version_of_compose() -> None:
    assert list(services("web:\n  build: .\nredis:\n  image: redis\n")) == ["web", "redis"]


@pytest.mark.parametrize(
    "text", ["", "[]", "services: x", "services:\n  a: b\n  c:\n    build: [1]\n    command: {}\n    depends_on: 3"]
)
def test_odd_compose_files(text: str) -> None:
    assert read_compose("compose.yaml", text.encode()).read_faults == ()


# --- Procfile --------------------------------------------------------------------------------------------------------


def test_a_procfile() -> None:
    units = {
        unit.id: unit
        for unit in read_procfile("app/Procfile", b"# x\nweb: uvicorn a:app\n\nworker: cd w && python b.py\n").units
    }
    assert lines(units["web"]) == [(2, "uvicorn a:app")]
    assert [(command.line, command.directory) for command in units["worker"].commands] == [(4, ""), (4, "w")]
    assert (units["web"].kind, units["web"].directory) == ("service", "app")


def test_a_hostile_dockerfile_takes_bounded_time() -> None:
    start = time.process_time()
    units = image("FROM x\n" + "COPY a b\nWORKDIR x\nENV A=$A$A$A\nRUN y $A\n" * 1500)
    assert len(units["build"].commands) == 1500
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("rests", "expected"),
    [
        ("FROM base", ["pip", "pytest"]),
        ("FROM x\nCOPY --from=base /a /a", ["pip", "pytest"]),
        ("FROM x\nCOPY --from=1 /a /a", ["pip", "pytest"]),
        ("FROM x\nCOPY --from=0 /a /a", ["pip"]),
        ("FROM x\nRUN --mount=type=bind,from=base,target=/a ls", ["pip", "pytest", "ls"]),
        ("FROM $KIND", ["pip", "pytest"]),
        ("FROM x", []),
    ],
)
def test_what_is_run_for_the_stages_that_the_last_one_rests_on(rests: str, expected: list[str]) -> None:
    units = image(f"FROM y\nRUN pip install a\nFROM z AS base\nCOPY --from=0 /a /a\nRUN pytest\n{rests}\n")
    found = [command.argv[0] for command in units["build"].commands] if "build" in units else []
    assert found == expected


def test_a_stage_that_copies_from_itself() -> None:
    assert [c.argv[0] for c in image("FROM x AS a\nCOPY --from=a /a /a\nRUN ls\n")["build"].commands] == ["ls"]
