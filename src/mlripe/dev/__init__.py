"""Generators of what is made from code and catalogue: documentation pages, JSON schemas, the hook's file patterns.

`python -m mlripe.dev` writes all of it into a checkout; with `--check` it exits with 1 where a file is stale.
"""
