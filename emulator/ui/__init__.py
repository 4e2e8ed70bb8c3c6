"""Pages for people over the control data."""
