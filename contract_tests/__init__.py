"""The contract test kit: judges integrations through HTTP. Knows the emulator only as create_app and Settings."""
