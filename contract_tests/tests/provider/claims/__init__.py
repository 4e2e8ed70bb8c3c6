"""Claims: listed, opened, decided."""
