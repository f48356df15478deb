"""Readers of CI definitions: one module a service, plus what several services share (`common.py`).

A reader gives units (workflow, job, step) with their triggers, commands, needs and conditions, each with its line.
A file that is no valid definition raises `Unreadable`.
"""
