"""The correct client, made from the vendor's pages alone. Must not know that an emulator may answer it."""
