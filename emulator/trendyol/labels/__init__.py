"""Labels of parcels as a seller has them made and reads them, and what is paid for damaged ones.

Who may have a label is the world's. Must not know gates or specs.
"""
