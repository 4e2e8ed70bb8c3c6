"""Planned trouble: what is to go wrong, who waits, what has struck. It moves no world itself."""
