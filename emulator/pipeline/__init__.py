"""The way of one request: dispatch, gates, spec, handler, spec, journal. It must not know a vendor family."""
