"""What customers order, from placing to its end. Orders must not know purchases of the gateway."""
