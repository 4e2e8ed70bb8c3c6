"""The profile ``claims``: what customers send back is read, and each unit decided as the shop wants it.

The declaration is imported with every profile; clients only when somebody asks for one.
"""
