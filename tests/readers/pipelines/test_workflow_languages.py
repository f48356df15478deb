"""Snakemake: files that a Snakefile takes in."""

from __future__ import annotations

from mlripe.readers.pipelines.workflow_languages import read_snakefile


def test_a_module_takes_the_rules_of_another_file_in() -> None:
    text = b'module a:\n    snakefile: "../train/Snakefile"\n    config: config\n\nmodule b:\n    snakefile:\n        "more.smk"\n\nuse rule * from a\n'
    (unit,) = read_snakefile("workflow/Snakefile", text).units
    assert unit.uses == ("./train/Snakefile", "./workflow/more.smk")
