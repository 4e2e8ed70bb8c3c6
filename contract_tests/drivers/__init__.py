"""Drivers make an integration do one verb: as a shell command, over HTTP, or in this process in Python.

A driver takes a verb and an environment and gives a Run. export.py reads the rows that an export gave
and warns about those that break the published schema.
Must not know: worlds, scenarios, rules, or which profile is checked.
"""
