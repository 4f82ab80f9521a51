"""The way to the booth site's bridge, over HTTP through its front door."""
