"""Reading the order list: what is asked, the right client, broken and odd ones.

Must not know other profiles, the engine, or that an emulator may answer.
"""
