"""The ledger: rows, payouts, cargo invoices, and how they are seeded. Money must not know orders."""
