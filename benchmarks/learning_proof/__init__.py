"""The proof that a training learns: a small model that knows one look, and a look that it has never seen."""
