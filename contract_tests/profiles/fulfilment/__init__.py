"""Packages that the shop wants picked and invoiced: each once, wherever the units of an order go.

Must not know another profile.
"""
