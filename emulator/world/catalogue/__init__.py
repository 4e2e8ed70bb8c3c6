"""Contents, variants, listings, stock, and what PazarSync sees of them. It must not know orders or money."""
