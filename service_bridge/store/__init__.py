"""The bridge's own records: tables, queries, migrations."""
