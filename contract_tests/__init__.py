"""The contract test kit: judges integrations through HTTP. Knows only create_app and Settings."""
