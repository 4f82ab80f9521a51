"""Model files on this host: pulled from the hub at a fixed commit, listed, and checked against what was pulled."""
