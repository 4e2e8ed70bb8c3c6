"""A shop on PazarSync kept in step: what is asked, the right client, broken and odd ones.

Must not know other profiles, the engine, or that an emulator may answer.
"""
