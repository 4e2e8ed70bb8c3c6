"""Orders and packages: reads, writes, and what comes of them."""
