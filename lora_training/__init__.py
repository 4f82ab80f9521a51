"""Staff teach the booth a new style: a folder of pictures becomes an adapter (LoRA) that changes how pictures look."""
