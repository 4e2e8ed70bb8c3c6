"""An isolated world and what surrounds it: faults, holds, fault log, journal and its HAR form.

`Stages` holds all of them by name; the one without a prefix is the default.
It must not know servers, gates, the pipeline or a vendor family.
"""
