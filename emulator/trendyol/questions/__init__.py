"""Customer questions as a seller reads and answers them, and the stage's test question.

What becomes of a question is the world's. Must not know gates or specs.
"""
