"""A workload that runs an image leads to the Dockerfile that is built under its name."""

from __future__ import annotations

import pytest

from mlripe.readers.store import FactStore
from mlripe.snapshot.memory import MemorySnapshot
from mlripe.wiring import Place, Wiring
from mlripe.wiring.image_names import bare

DOCKERFILES = {
    "Dockerfile": "FROM python:3.12\nCOPY . .\nCMD python serve.py\n",
    "Dockerfile.worker": "FROM python:3.12\nCOPY . .\nCMD python work.py\n",
}
STEP = "on: push\njobs:\n  b:\n    runs-on: ubuntu-latest\n    steps:\n"


@pytest.mark.parametrize(
    ("image", "name"),
    [("api", "api"), ("ghcr.io/me/API:1.2", "api"), ("localhost:5000/api@sha256:0f", "api"), ("${REPO}/api:x", "api")],
)
def test_bare(image: str, name: str) -> None:
    assert bare(image) == name


@pytest.mark.parametrize(
    "files",
    [
        {"Makefile": "images:\n\tdocker build -t shop-api:latest -f Dockerfile .\n"},
        {"compose.yaml": "services:\n  web:\n    image: me/shop-api:1\n    build: .\n"},
        {"ci/build.sh": "cd ..\ndocker buildx build --tag ghcr.io/me/shop-api:1 .\n"},
        {
            ".github/workflows/ci.yml": STEP
            + "      - uses: docker/build-push-action@v5\n"
            + "        with:\n          context: .\n          file: Dockerfile\n"
            + "          tags: |\n            ghcr.io/me/shop-api:latest\n            ghcr.io/me/shop-api:1\n"
        },
    ],
)
def test_names_of_built_images(files: dict[str, str]) -> None:
    store = FactStore(MemorySnapshot({**DOCKERFILES, **files}), (), lambda *_: True)
    store.load()
    assert Wiring(store).edges.images.names == {"shop-api": {Place("Dockerfile", "run")}}


def test_a_name_that_nothing_builds() -> None:
    store = FactStore(MemorySnapshot({**DOCKERFILES, "run.sh": "docker run -t shop-api\n"}), (), lambda *_: True)
    store.load()
    assert Wiring(store).edges.images.names == {}
