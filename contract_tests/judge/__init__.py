"""Judges: functions that evaluate one rule each, and the table JUDGES that names them all.

verdict.py holds the table and gathers verdicts. rules/ reads the traffic alone, oracles/ compares what
a client received, holds and did with the world. A new judge is a function and its entry in JUDGES.
Must not know: drivers, profiles, reports, or how a scenario was played. No judge opens a file or a socket.
"""
