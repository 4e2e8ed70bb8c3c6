"""The user's file: integration, profiles, waivers. It must not know how scenarios are played."""
