"""What a seller does with a package before a carrier has it: status, cancellations, splits, costs.

How a package is sent is another family's; what may become of it is the world's. Must not know gates or specs.
"""
