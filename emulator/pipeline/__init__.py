"""The way of one request: dispatch, faults, gates, decoding, handler, schema, journal.

`serve` lists the stations, each takes the `RequestContext`; `gates/` has one platform rule a file.
It must not know a vendor family, a server or Flask.
"""
