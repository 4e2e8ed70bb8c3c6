"""Where things lie in a checkout."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TESTS = ROOT / "contract_tests" / "tests"
INDEPENDENT = ROOT / "contract_tests" / "clients" / "independent"
