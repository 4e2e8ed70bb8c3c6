"""The project's own tests: provider (the emulator), kit, house. No shipped room imports them."""
