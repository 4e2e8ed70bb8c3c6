"""The emulator of Trendyol's stage: `create_app`, `Settings` and the version, nothing else."""

from emulator.app import create_app
from emulator.settings import Settings

__all__ = ["Settings", "__version__", "create_app"]
__version__ = "0.1.0"
