"""LoRA adapters (Hu et al. 2021): finding, reading and checking them, and laying them beside a model's layers."""
