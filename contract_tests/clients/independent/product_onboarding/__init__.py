"""Right clients of the profile product-onboarding, each by another hand."""
