"""The emulator of Trendyol's stage: `create_app`, `Settings` and the version, nothing else."""
