"""Pure judges: rules read one history, oracles compare runs with the truth. They must not know drivers."""
