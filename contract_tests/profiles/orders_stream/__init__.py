"""Reading the stream of packages: what is asked, the right client, broken and odd ones.

Must not know other profiles, the engine, or that an emulator may answer.
"""
