"""The reports: one verdict for the console, as JSON, JUnit, SARIF, Markdown and HTML; and the progress bars.

Every format is made from the same Sections; groups.py says which findings and failures belong together.
Keys of the machine formats are stable, records/schemas/report.json describes those of JSON.
It must not play or judge anything, nor know a profile or a system by name.
"""
