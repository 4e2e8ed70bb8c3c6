"""What buyers of the cross-dock gateway ask for, reserve and get. Purchases must not know the ledger."""
