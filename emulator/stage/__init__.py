"""An isolated world and what surrounds it: faults, holds, fault log, journal. It must not know servers."""
