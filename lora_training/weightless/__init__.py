"""A look without a model: palette and brushwork of a set of pictures, which the painter gives to photographs."""

from lora_training.weightless.learning import learn

__all__ = ["learn"]
