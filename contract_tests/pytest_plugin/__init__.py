"""The pytest plugin: fixtures, the marker, --trendyol-lint, and the class IntegrationContract.

plugin.py is imported by every pytest run where the package is installed, so it imports nothing of the
emulator or the kit before a test asks for it; handles.py is what fixtures give to tests.
It must not know the command line or the reports.
"""
