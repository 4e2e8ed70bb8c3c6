"""Judges that compare with the world: what was delivered, what copies hold, which effects there were.

Each takes a recording, its rule and all rules, for some leave to others what these already say.
Must not know: profiles, drivers, or the emulator; the truth comes with the recording.
"""
