"""What an integration is for: declarations, faults, worlds, desired rows. No engine is known here."""
