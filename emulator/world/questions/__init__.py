"""Questions: what customers ask about contents, what the seller answers, and what a check makes of an answer.

``life.py`` is the table of what becomes of a question, ``answers.py`` what a seller says and what the check
finds in it, ``due.py`` what waits: the check, the last moment to answer, a test question that people look at.
It must not know the words of a body or of a query.
"""
