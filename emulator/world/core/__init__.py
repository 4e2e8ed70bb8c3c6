"""What every domain stands on: world, clock, calendar, ids, plan, files, and the forms that domains share.

``life`` reads life tables, ``select`` puts SQL together, ``rendering`` types the makers of JSON, ``memo``
remembers until rows change, ``people``, ``places`` and ``fake_numbers`` make what is invented.
It must not know a domain of the marketplace.
"""
