"""The verbs that run a program on a stage of their own, exec and doctor, and health, which asks a server.

Must not know: how requests are served, beyond opening a stage and asking it.
"""
