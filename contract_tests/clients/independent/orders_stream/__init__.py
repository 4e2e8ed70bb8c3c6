"""Right clients of the profile orders-stream, each by another hand."""
