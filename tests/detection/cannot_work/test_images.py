"""What images copy and the repository does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlripe.problem_kinds import FaultKind

if TYPE_CHECKING:
    from tests.detection.cannot_work.conftest import Faults

HEAD = "FROM python:3.11\nWORKDIR /app\n"


@pytest.mark.parametrize(
    ("copied", "missing", "more"),
    [
        ("COPY requirements-serve.txt .", "requirements-serve.txt", {}),
        ("COPY poetry.lock pyproject.toml ./", "poetry.lock", {"pyproject.toml": ""}),
        ('ADD ["settings/serve.toml", "/app/"]', "settings/serve.toml", {"settings/train.toml": ""}),
        ("COPY --chown=app:app scripts/start.sh /start.sh", "scripts/start.sh", {"scripts/stop.sh": ""}),
        ("COPY churn/ ./churn", "churn/", {".dockerignore": "churn\n", "churn/api.py": ""}),
    ],
)
def test_a_source_that_no_build_context_has(copied: str, missing: str, more: dict[str, str], faults: Faults) -> None:
    (fault,) = faults({"Dockerfile": f"{HEAD}{copied}\n", **more})
    assert (fault.kind, fault.missing, fault.line) == (FaultKind.ABSENT_SOURCE, missing, 3)
    assert fault.breaks == ("Dockerfile", "image")


@pytest.mark.parametrize(
    ("copied", "more"),
    [
        ("COPY api.py .", {"api.py": ""}),
        ("COPY api.py .", {"services/serve/api.py": ""}),  # another build context
        ("COPY --from=build /wheels/churn.whl .", {}),
        ("COPY $SOURCE/api.py .", {}),
        ("COPY models/*.onnx models/", {}),
        ("COPY dist/churn.whl .", {}),  # what a build makes
        ("COPY model.onnx .", {"model.onnx.dvc": "outs:\n- path: model.onnx\n  md5: a\n"}),
        ("COPY model.onnx .", {"Makefile": "model:\n\tcurl -o model.onnx https://example.org/model.onnx\n"}),
        ("COPY requirements.txt .", {"Makefile": "lock:\n\tpoetry export > requirements.txt\n"}),
        ("COPY .env .", {".gitignore": ".env\n"}),
        ("ADD https://example.org/tool.tar.gz /opt/", {}),
        ("COPY <<EOF /app/settings.toml\nport = 1\nEOF", {}),
        ("COPY churn/ ./churn", {".dockerignore": "tests\n*.md\n", "churn/api.py": ""}),
        ("COPY churn/ ./churn", {".dockerignore": "*\n!churn\n", "churn/api.py": ""}),
        ("COPY vendor/tool/run.sh .", {".gitmodules": '[submodule "tool"]\n\tpath = vendor/tool\n'}),
    ],
)
def test_what_may_be_there_is_no_fault(copied: str, more: dict[str, str], faults: Faults) -> None:
    assert not faults({"Dockerfile": f"{HEAD}{copied}\n", **more})


BUILT = "services:\n  serve:\n    build: {context: serve}\n"


@pytest.mark.parametrize(
    ("compose", "missing"),
    [
        (BUILT, "serve/Dockerfile"),
        (
            "services:\n  serve:\n    build:\n      context: .\n      dockerfile: docker/serve.Dockerfile\n",
            "docker/serve.Dockerfile",
        ),
        ("services:\n  serve:\n    build: ./serve\n", "serve/Dockerfile"),
    ],
)
def test_a_service_that_is_built_by_no_dockerfile(compose: str, missing: str, faults: Faults) -> None:
    (fault,) = faults({"docker-compose.yml": compose, "serve/api.py": ""})
    assert (fault.kind, fault.missing, fault.line) == (FaultKind.ABSENT_DEFINITION, missing, 3)


@pytest.mark.parametrize(
    ("compose", "more"),
    [
        (BUILT, {"serve/Dockerfile": "FROM python:3.11\n"}),
        (BUILT, {"serve/dockerfile": "FROM python:3.11\n"}),  # which Docker takes as well
        (BUILT, {".gitmodules": '[submodule "serve"]\n\tpath = serve\n'}),
        ("services:\n  serve:\n    build: https://example.org/serve.git\n", {}),
        ("services:\n  serve:\n    build: $FOLDER\n", {}),
        ("services:\n  serve:\n    image: serve\n", {}),
        ("services:\n  serve:\n    build: {args: [PORT=80]}\n", {}),  # laid over another file
        ("services:\n  serve:\n    build: {context: ., dockerfile_inline: FROM python}\n", {}),
    ],
)
def test_a_service_that_may_be_built(compose: str, more: dict[str, str], faults: Faults) -> None:
    assert not faults({"docker-compose.yml": compose, **more})


def test_the_build_stops_at_the_first_source_that_is_missing(faults: Faults) -> None:
    copied = f"{HEAD}COPY api.py .\nCOPY rows.py .\nCOPY model.py .\n"
    (fault,) = faults({"Dockerfile": copied, "api.py": ""})
    assert (fault.missing, fault.line) == ("rows.py", 4)


def test_a_build_context_of_which_nothing_is_there_lies_elsewhere(faults: Faults) -> None:
    assert not faults({"Dockerfile": f"{HEAD}COPY ./runit /var/runit\nCOPY start.sh /\n"})


def test_options_may_stand_on_lines_of_their_own(faults: Faults) -> None:
    copied = f"{HEAD}COPY \\\n  --chown=1000 \\\n  --from=build \\\n  /wheels/a.whl \\\n  ./a.whl\nCOPY api.py .\n"
    assert not faults({"Dockerfile": copied, "api.py": ""})


def test_a_service_of_another_kind_of_file_need_have_no_dockerfile(faults: Faults) -> None:
    assert not faults({"azure.yaml": "services:\n  api: {project: serve, host: appservice}\n", "serve/api.py": ""})


COMPOSE = "services:\n  api:\n    build:\n      context: .\n      dockerfile: Dockerfile\n"
COPIES = "FROM python:3.11\nCOPY requirements.txt .\nCOPY api ./api\n"
BESIDE = {"docker/docker-compose.yml": COMPOSE, "docker/Dockerfile": COPIES}
ABOVE = {"requirements.txt": "flask\n", "api/app.py": "print(1)\n"}


def test_a_compose_file_builds_from_its_own_folder(faults: Faults) -> None:
    (fault,) = faults(BESIDE | ABOVE)
    assert (fault.path, fault.line, fault.missing) == ("docker/docker-compose.yml", 4, "requirements.txt")


@pytest.mark.parametrize(
    "files",
    [
        BESIDE | ABOVE | {"docker/docker-compose.yml": COMPOSE.replace(": .", ": ..").replace(": D", ": docker/D")},
        BESIDE | {"docker/requirements.txt": "flask\n", "docker/api/app.py": "print(1)\n"},
        BESIDE | ABOVE | {"run.sh": "docker compose --project-directory . -f docker/docker-compose.yml up\n"},
        {"docker-compose.yml": COMPOSE, "Dockerfile": COPIES} | ABOVE,
        BESIDE | ABOVE | {"docker/docker-compose.yml": COMPOSE.replace("context: .", "context: ${ROOT}")},
    ],
    ids=["above", "beside", "another project folder", "in the root", "a variable"],
)
def test_a_compose_file_that_finds_what_it_copies(files: dict[str, str], faults: Faults) -> None:
    assert not faults(files)
