"""Readers of data formats: YAML, TOML and JSON as plain data with line numbers, and dialects known by content.

`documents.py` states the rules of the data; `dialects.py` offers each document to pipelines and infrastructure.
"""
