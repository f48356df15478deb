"""Readers of pipeline definitions: DVC, Argo, Azure ML, Databricks, Prefect, Snakemake, compiled specifications.

A reader gives a unit for each stage, with what the stage needs, runs, reads and writes.
"""
