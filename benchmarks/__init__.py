"""Speed, measured side by side with its peers in one run.

Starts servers as separate processes and speaks HTTP to them. Must not know what is inside the emulator.
"""
