"""What tests of the kit share: clients, markets, recordings, sections of reports."""
