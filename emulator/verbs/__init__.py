"""The verbs that run a program on a stage of their own: exec and doctor.

Must not know: how requests are served, beyond opening a stage and asking it.
"""
