"""The kit measured by its own broken clients: each must be caught for its reason, the right ones never.

`python -m contract_tests.mutation.run` prints one line of counts and exits 1 unless all of it is right.
It must not know the reports, nor which profiles there are: profiles/every.py lists the clients.
"""
