"""Emulators and their worlds as the kit uses them, through the control API alone.

host.py opens worlds, in a server or in this process; stage.py is one world with its clock, faults, journal
and truth; collector.py copies the journal while a client runs; rulebook.py reads the rules.
Must not know: judges, drivers, reports, or the emulator's inside: create_app and Settings are all it imports.
"""
