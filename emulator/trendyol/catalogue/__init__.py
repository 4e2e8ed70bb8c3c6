"""What products name, to be looked up: brands, the category tree, attributes and their values.

All of it is data of the fixtures but for brands that were asked for. Must not know gates or specs.
"""
