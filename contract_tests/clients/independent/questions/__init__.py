"""Right clients of the profile questions, each by another hand."""
