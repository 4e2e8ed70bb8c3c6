"""What buyers of the cross-dock gateway see and do: offers, requests, their cut-offs and packages, ratings.

An offer is a variant of the catalogue; a request takes stock at once and gives it back until the cut-off,
which is a row of the calendar.
It must not know the ledger, and no word of the gateway's API.
"""
