"""Right clients of the profile catalog-pull, each by another hand."""
