"""How a seller sends a package: tracking numbers, boxes, carriers, alternative delivery and its end.

What a package is before that is another family's; what may become of it is the world's. Must not know gates
or specs.
"""
