"""Other programs as the bridge sees them, over HTTP."""
