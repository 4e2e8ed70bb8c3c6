"""Right clients of the profile claims, each by another hand."""
