"""Documents of packages: invoices, warranties, labels."""
