"""The user's file, trendyol-emulator.toml: read, held to its schema, and turned into values.

It says how the integration is called, what is special about a profile, how much is searched, which reports
are written and which findings are waived. An integration named with a call goes before the one in the file.
It must not know how scenarios are played or judged, nor the command line.
"""
