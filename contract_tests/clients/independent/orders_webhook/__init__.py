"""Right clients of the profile orders-webhook, each by another hand."""
