"""Attacks: nothing a client, a web page, a file or a dead process does breaks the stage or the verdict."""
