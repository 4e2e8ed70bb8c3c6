"""Server adapters: WSGI and ASGI.

An adapter reads a request off the wire, waits where a planned fault says so, writes the reply and ends
the connection. Rooms below it decide what is answered.
It must not know the world, the specs or a vendor family.
"""
