"""What every client of the kit shares: session, patience, paging, local copy, account, protocol, commands.

A client is written from the vendor's pages alone: it must not know that an emulator may answer. What a
profile does stands above, in contract_tests/profiles, and is not known here. Only the three addresses
`reference`, `broken` and `odd` look up there, for commands as
`python -m contract_tests.clients.reference PROFILE VERB [KIND]` are printed and kept; nothing imports them.
"""
