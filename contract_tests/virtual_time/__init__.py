"""Waiting that costs nothing: time of this process is moved instead. No stage is known here."""
