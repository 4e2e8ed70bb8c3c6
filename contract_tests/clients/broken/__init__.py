"""The reference with one real fault each: `python -m contract_tests.clients.broken NAME PROFILE VERB [KIND]`.

Each module holds one family of faults and ends with their table; catalogue_of_faults.py beside this folder
joins the tables. Nothing here may know that an emulator may answer.
"""
