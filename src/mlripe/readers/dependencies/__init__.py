"""Readers of declared dependencies: one module a format, for Python, conda, Node, R and Julia.

A reader gives each dependency with its name, ecosystem, line, and how firmly its version is held.
"""
