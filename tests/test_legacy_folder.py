"""A folder as it was left: no git, notebooks only, Latin-1 throughout, and far more data than code beside it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from mlripe.assessment import Assessment
from mlripe.cli.app import run
from mlripe.evidence import Strength
from mlripe.readers import store
from mlripe.snapshot.disk import Folder, Unread

Assess = Callable[[Mapping[str, str | bytes]], Assessment]

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
    """Nothing on stderr, no read fault told, and of the data nothing read."""
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
    assert (captured.err, report["read_faults"]) == ("", [])
    assert report["repository"]["kind"] == "notebooks"
    assert report["capabilities"]["training-code"]["strength"] != "none"
    assert 0 < sum(sizes) < 10_000
    assert "notebooks/essai 1.ipynb" in target.read_text(encoding="ascii")


# --- told once, and shortly ------------------------------------------------------------------------------------------


def told(folder: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines that the terminal report ends with: its read faults. Markdown and HTML are written as well."""
    arguments = [f"--format={name}={folder.parent / name}" for name in ("markdown", "html")]
    assert run(["audit", str(folder), "--format", "terminal", *arguments]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    head, _, read_faults = captured.out.partition("\nRead faults: ")
    assert head
    return read_faults.splitlines()


@pytest.mark.parametrize("name", ["all.csv", "labels.json", "weights.bin"])
def test_200_mb_of_data_in_one_file_are_not_worth_a_word(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "churn"
    folder.mkdir()
    (folder / "essai.ipynb").write_bytes(notebook(CELL))
    with (folder / name).open("wb") as data:
        data.truncate(200 << 20)
    assert told(folder, capsys) == []


def test_code_that_is_too_large_is_told_once_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "churn"
    folder.mkdir()
    (folder / "train.py").write_bytes(b"import mlflow\nmlflow.log_metric('a', 1)\n")
    for name in ("generated.py", "dump.yaml", "huge.ipynb"):
        with (folder / name).open("wb") as data:
            data.truncate(200 << 20)
    assert told(folder, capsys) == [
        "3",
        "  dump.yaml: not read: larger than 1024 KiB",
        "  generated.py: not read: larger than 2048 KiB",
        "  huge.ipynb: not read: larger than 16384 KiB",
    ]


def test_files_that_may_not_be_read_are_one_line(
    legacy: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Folder, "read", lambda *_: Unread("cannot be read: permission denied"))
    count, line = told(legacy, capsys)
    assert line == f"  LISEZMOI.md and {int(count) - 1} more: cannot be read: permission denied"
    assert f"{count} times" in (legacy.parent / "html").read_text()


def test_configuration_is_found_among_thousands_of_labels(monkeypatch: pytest.MonkeyPatch, assess: Assess) -> None:
    """What stands beside few of its kind is read first, whatever its name."""
    monkeypatch.setattr(store, "MOST_STRUCTURED", 20)
    labels = {f"data/{number}.json": '{"label": "cat"}' for number in range(500)}
    work = {
        "train.py": "from sklearn.svm import SVC\nSVC().fit([[0], [1]], [0, 1])\n",
        "training/dvc.yaml": "stages:\n  prepare:\n    cmd: python prepare.py\n  fit:\n    cmd: python ../train.py\n",
    }
    found = assess({**labels, **work})
    assert found.capabilities == assess(work).capabilities
    assert found.capabilities["training-pipeline"].strength > Strength.none
    assert [read_fault.says for read_fault in found.read_faults] == ["481 configuration files beyond 20 were not read"]


# --- as it was written -----------------------------------------------------------------------------------------------


def test_windows_line_ends_change_nothing(assess: Assess) -> None:
    files = {
        "train.py": "import mlflow\n\nmlflow.log_metric('a', 1)\n",
        "Makefile": "train:\n\tpython train.py\n",
        "requirements.txt": "mlflow\nscikit-learn==1.4\n",
        ".github/workflows/train.yml": (
            "on:\n  schedule:\n    - cron: '0 3 * * *'\njobs:\n  train:\n    steps:\n      - run: |\n          make train\n"
        ),
    }  # fmt: skip
    as_on_windows = assess({path: text.replace("\n", "\r\n") for path, text in files.items()})
    assert as_on_windows.capabilities == assess(files).capabilities
    assert as_on_windows.capabilities["experiment-tracking"].strength == Strength.automated
    assert as_on_windows.read_faults == ()


def test_names_that_are_not_utf_8_are_shown_as_bytes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "churn"
    name = os.fsencode(folder) + b"/mod\xe8les"
    try:
        os.makedirs(name)
    except OSError:
        pytest.skip("this file system takes names in UTF-8 only")
    with open(name + b"/entra\xeenement.py", "wb") as code:
        code.write("# été\nimport mlflow\nmlflow.log_metric('précision', 1)\n".encode("latin-1"))
    assert told(folder, capsys) == []
    for page in ("html", "markdown"):
        assert r"mod\xe8les/entra\xeenement.py:3" in (tmp_path / page).read_text()
