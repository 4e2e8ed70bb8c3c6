"""The finance services: two lists of the current account, payment orders, the parcels of a cargo invoice.

handlers.py holds the verbs, wire.py the nouns as documented JSON with the vendor's Turkish labels. The
family must not know other families, gates or specs, nor how rows come about.
"""
