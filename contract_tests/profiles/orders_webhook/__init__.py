"""Packages by webhook: what is asked, the right client with its receiver, broken and odd ones.

Must not know the engine, or that an emulator may answer, or another profile.
"""
