"""The visit as a record: what is known of it and which moves are legal. No I/O."""
