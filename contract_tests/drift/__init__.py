"""Compares three opinions on a recording: the documents, this emulator, and what was really answered.

spec_tree.py finds lines of the specs; answers.py holds bodies to their schemas; second_opinion.py asks an
emulator the same; refusals.py, limits.py, latencies.py and presence.py compare; patches.py writes what the
specs would have to say; compare.py puts all together, report.py prints it.
Must not know: profiles, drivers, the engine, and how a recording was made.
"""
