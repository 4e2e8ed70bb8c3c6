"""Customer questions: lists, answers, what becomes of them, and the stage's test question."""
