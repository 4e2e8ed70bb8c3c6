"""What travels between rooms of the kit: scenario, run, history, rules. No other room is known here."""
