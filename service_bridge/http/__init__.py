"""The bridge's API for kiosks and staff."""
