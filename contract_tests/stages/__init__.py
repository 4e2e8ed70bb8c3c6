"""A running or in-process emulator, and its worlds, over the control API. No judge is known here."""
