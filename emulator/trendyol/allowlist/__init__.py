"""The addresses from which a seller may call the stage, kept by the seller.

The gate that looks at them is the platform's. Must not know gates or specs.
"""
