"""What each page shows: functions from a visit to the values of its template.

They read the control API and shape what it says; they know no Flask and write no text of their own.
"""
