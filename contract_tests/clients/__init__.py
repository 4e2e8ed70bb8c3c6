"""Right clients and broken ones: `python -m contract_tests.clients.reference PROFILE VERB [KIND]`.

PROFILE is catalog-pull, finance, b2b-purchase or pazarsync, VERB is sync, export or reset. `reference` is
right in Python, `node` and `php` in their languages, and odd.py has the reference with habits nobody may
blame it for. `broken` has it with one real fault each, listed in catalogue_of_faults.py; the modules beside
it are those that the demo shows. None of them may know that an emulator may answer.
"""
