"""Alembic's scripts for the bridge's tables."""
