"""Values that travel between the rooms of the kit: scenario, run, history, recording, rulebook, findings.

They are frozen, plain, and can be written as JSON or HAR; schemas/ holds the published JSON Schemas.
Adding a system of the vendor is one entry in systems.py.
Must not know: any other room, the emulator, or how a value comes to be.
"""
