"""What the training needs of Stable Diffusion: its parts, its conditioning, and the adapter that learns."""
