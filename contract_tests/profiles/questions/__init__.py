"""The profile `questions`: customer questions read and answered as far as the shop wants.

Everything of it is here: declaration, right, broken and odd clients, what the shop wants, twins in Node.
"""
