"""What specs/ says, as values: documents, operations, parameters, schemas, errors.

`build/` compiles the YAML once; start-up reads the compiled form only.
It must not know Flask, the exchange or the world.
"""
