"""Sellers, buyers, API clients and their access tokens. They must not know what is sold."""
