"""Calls to the vendor's hosts answered in this process, without a socket. Knows WSGI, not the emulator."""
