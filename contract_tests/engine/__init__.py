"""The engine: plays scenarios, has them judged, searches for smaller failures and saves what failed.

A ProfileRun is what all scenarios of a profile share; play() turns it and a Scenario into a Recording,
outcome_of() into an Outcome with a verdict, check() and examine() into the outcomes of whole profiles.
shrink.py makes directed failures smaller, Hypothesis those that it drew.
Only search.py and strategies.py import Hypothesis, so that a replay works without it.
It must not know a profile or a system by name, nor how anything is printed.
"""
