"""A folder as it was left: no git, notebooks only, Latin-1 throughout, and far more data than code beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mlripe.cli.app import run
from mlripe.snapshot.disk import Folder

CELL = "import pandas as pd\nfrom sklearn.svm import SVC\nSVC(random_state=1).fit(pd.read_csv('data/part.csv'), [1])\n"


def notebook(source: str) -> bytes:
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": source.splitlines(keepends=True)}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


@pytest.fixture
def legacy(tmp_path: Path) -> Path:
    files = {
        **{f"notebooks/essai {number}.ipynb": notebook(CELL) for number in range(1, 9)},
        "notebooks/fonctions.py": "# -*- coding: latin-1 -*-\n# modèle d'été\ndef nettoyé(x):\n    return x\n".encode("latin-1"),
        "notebooks/ancien.py": "# sans déclaration\nimport pandas as pd\nTITRE = 'été'\n".encode("latin-1"),
        "LISEZMOI.md": "# Modèle d'attrition\n".encode("latin-1"),
        "requirements.txt": "# dépendances\nscikit-learn\npandas\n".encode("latin-1"),
        "data/part.csv": "été;1\n".encode("latin-1"),
        "modèle.pkl": bytes(range(256)),
    }  # fmt: skip
    folder = tmp_path / "attrition"
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    for name in ("train.csv", "train.parquet", "images.bin", "model.h5"):
        with (folder / "data" / name).open("wb") as data:
            data.truncate(50 << 20)  # 200 MB that take no room on disk
    return folder


def test_it_is_audited_with_no_fuss(
    legacy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing on stderr, no problem told, and of the data nothing read."""
    sizes = []
    read = Folder.read

    def counted(self: Folder, path: bytes, size: int, limit: int) -> object:
        sizes.append(size)
        return read(self, path, size, limit)

    monkeypatch.setattr(Folder, "read", counted)
    target = legacy.parent / "report.html"
    assert run(["audit", str(legacy), "--format", "json", "--format", f"html={target}"]) == 0
    captured = capsys.readouterr()
    report = json.loads(captured.out)
    assert (captured.err, report["problems"]) == ("", [])
    assert report["repository"]["kind"] == "notebooks"
    assert report["capabilities"]["training-code"]["strength"] != "none"
    assert 0 < sum(sizes) < 10_000
    assert "notebooks/essai 1.ipynb" in target.read_text(encoding="ascii")
