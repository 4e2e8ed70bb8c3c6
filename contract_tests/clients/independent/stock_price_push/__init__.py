"""Right clients of the profile stock-price-push, each by another hand."""
