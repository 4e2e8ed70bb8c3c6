"""Time of this process that moves on at once when everybody waits.

clock.py replaces the functions that wait and tell the time, c_patch.py those that are built in C,
thread_activity.py says whether other threads are at work.
Must not know: stages, the emulator, or who waits for what.
"""
