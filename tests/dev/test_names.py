"""The packages that detectors name, held against the list of an index."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from mlripe.catalog import load
from mlripe.dev.names import named_packages, names


def test_packages_are_told_with_their_detectors() -> None:
    packages = named_packages(load().detectors, "python")
    assert "mlflow" in packages["mlflow"]
    assert list(packages) == sorted(packages)
    assert not [name for name in packages if len(name) < 2]


@pytest.mark.parametrize("unknown", ["mlflow", "scikit-learn"])
def test_a_name_that_the_list_lacks_is_told(unknown: str, tmp_path: Path) -> None:
    listed = tmp_path / "index.tsv"
    known = [name for name in named_packages(load().detectors, "python") if name != unknown]
    listed.write_text("".join(f"{name.upper().replace('-', '_')}\t1.0\n" for name in known))
    told = CliRunner().invoke(names, ["python", str(listed)])
    assert told.exit_code == 1
    assert told.output.startswith(f"{unknown}\t")
    assert "1 packages are not on the list" in told.output


def test_all_names_on_the_list_are_no_fault(tmp_path: Path) -> None:
    listed = tmp_path / "index.txt"
    listed.write_text("\n".join(named_packages(load().detectors, "node")))
    assert CliRunner().invoke(names, ["node", str(listed)]).exit_code == 0
