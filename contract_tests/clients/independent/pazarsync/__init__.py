"""Right clients of the profile pazarsync, each by another hand."""
