"""A correct client and deliberately broken ones: `python -m contract_tests.clients.NAME PROFILE VERB [KIND]`.

PROFILE is catalog-pull, finance, b2b-purchase or pazarsync, VERB is sync, export or reset. None of them may
know that an emulator may answer it.
"""
