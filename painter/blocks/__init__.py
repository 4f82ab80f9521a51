"""Building blocks of the styles: every one is a plain function on float32 arrays."""
