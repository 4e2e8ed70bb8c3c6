"""The product reads, a file a kind of product; no verb calls another."""
