"""Server adapters: read a request, wait, write the reply, hang up. They must not know the world."""
