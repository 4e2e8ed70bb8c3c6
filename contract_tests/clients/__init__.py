"""A correct reference client and deliberately broken ones. They know nothing of the emulator."""
