"""The verbs of the command line: check, replay, lint, rules, init, schema and demo.

A verb reads its options, calls the engine or a judge, hands the outcome to the reports and exits with a
documented code; `trendyol-emulator` finds the verbs by the entry points in pyproject.toml.
It must not know how a rule is judged or how a request is answered.
"""
