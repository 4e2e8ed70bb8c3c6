"""Right clients of the profile orders-poll, each by another hand."""
