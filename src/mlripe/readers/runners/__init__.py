"""Readers of task runners: make, just, tox, nox, npm scripts, Taskfile, pre-commit, tasks in pyproject.toml.

A reader gives a unit for each named command, with what it needs first and the commands that it runs.
"""
