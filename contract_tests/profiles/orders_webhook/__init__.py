"""Packages by webhook: what is asked, the right client with its receiver, broken and odd ones.

Must not know the engine, or that an emulator may answer; of other profiles only how orders_poll reads.
"""
