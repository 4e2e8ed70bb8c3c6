"""World, clock, calendar, ids, plan, moves of any kind. It must not know a domain of the marketplace."""
