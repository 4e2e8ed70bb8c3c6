"""The database behind one small interface; the only place that imports a driver."""
