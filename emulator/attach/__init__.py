"""Lets programs that name the vendor's hosts meet a stage: certificates, a proxy, variables.

Must not know: the world, the pipeline, or which verb attaches a program.
"""
