"""The verbs of the command line. They must not know how an oracle decides."""
