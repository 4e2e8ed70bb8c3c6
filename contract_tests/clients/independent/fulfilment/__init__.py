"""Right clients of the profile fulfilment, each by another hand."""
