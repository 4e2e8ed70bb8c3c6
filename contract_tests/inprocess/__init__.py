"""Calls of HTTP libraries to the vendor's hosts, answered in this process without a socket.

reaching.py installs the patches of each client library (with_*.py) for a block; wire.py turns bytes
into WSGI calls and back; hosts.py decides which hosts are answered, allowed or refused.
Must not know: the emulator (any WSGI application will do), stages, or judges.
"""
