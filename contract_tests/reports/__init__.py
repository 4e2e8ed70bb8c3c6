"""How a verdict is shown: console, JSON, JUnit."""
