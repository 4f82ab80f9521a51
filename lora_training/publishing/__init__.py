"""Publication: a style pack goes to one or many generators, each of which keeps all its revisions."""
