"""Reads specs/: documents, operations, parameters, schemas, errors. Knows neither Flask nor the world."""
