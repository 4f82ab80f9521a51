"""Data sets: pictures of one style, cut, checked and captioned."""

from lora_training.dataset.loading import Dataset, DatasetPicture, load_dataset

__all__ = ["Dataset", "DatasetPicture", "load_dataset"]
