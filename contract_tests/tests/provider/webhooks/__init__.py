"""Webhooks: how a seller manages them, what is delivered, and what becomes of what is not."""
