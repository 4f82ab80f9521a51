"""Names for the arrays that travel through the library."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Photo: TypeAlias = NDArray[np.uint8]
"""(H, W, 3) RGB, 0-255."""

Picture: TypeAlias = NDArray[np.float32]
"""(H, W, 3), RGB 0-1 unless a docstring says Lab (L 0-100) or optical density (0 = bare paper)."""

Plane: TypeAlias = NDArray[np.float32]
"""(H, W); range as documented where it is used."""

Values: TypeAlias = NDArray[np.floating[Any]]
"""What the element-wise blocks accept: a plane or a picture of any float type."""
