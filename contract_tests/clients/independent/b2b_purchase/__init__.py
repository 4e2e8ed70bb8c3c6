"""Right clients of the profile b2b-purchase, each by another hand."""
