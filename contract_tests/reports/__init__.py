"""How a verdict is shown: console, JSON, JUnit, SARIF, Markdown, HTML; and how far a check has come."""
