"""The kit measured by its broken clients. It must not know reports."""
