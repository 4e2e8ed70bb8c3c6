"""Compiles specs/ and fixtures/ into one file. Start-up reads that file only; YAML must not be read later."""
