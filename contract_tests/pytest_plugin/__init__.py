"""Fixtures, marker and IntegrationContract for pytest; cheap to import. It must not know the verbs."""
