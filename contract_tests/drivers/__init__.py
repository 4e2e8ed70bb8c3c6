"""Ways to make an integration work: shell command, HTTP, Python."""
