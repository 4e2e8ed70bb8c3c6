"""The marketplace itself: clock, ids, accounts, catalogue, money. Knows no HTTP, no spec, no Flask."""
