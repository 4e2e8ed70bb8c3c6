"""Our own API under /_emulator/. Reads stages, journals, faults and worlds; never a vendor family."""
