"""Right clients of the profile finance, each by another hand."""
