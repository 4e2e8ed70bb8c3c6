"""Oracles: what was delivered, what copies hold, which effects happened. They must not know profiles."""
