"""What an integration is for: one folder a profile, and every.py, the only file that knows all of them.

A folder has profile.py (the declaration), reference.py (the right client), broken.py (BROKEN, one fault
each), odd.py (ODD, legal habits), desired.py where a shop wants something done, and twins in node/ and php/.
The words they are written in stand beside the folders: profile, directed, faults, worlds, variants.
Nothing here may know the engine, the stages or the judges; no profile may know another one.
"""
