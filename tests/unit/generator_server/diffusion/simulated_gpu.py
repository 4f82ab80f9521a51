"""A GPU made of Python: its tensors lie in main memory, behind a device of their own, and all that is done is watched.

What a real one would refuse is refused here as well: a tensor on the processor that meets one on the device, and
numbers of two kinds in one layer. What a real one would wait for is counted: each way of a value to the processor, and
each copy from it that has to be waited for. Importing this registers the device in the whole process.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

_setup_privateuseone_for_python_backend("simulated")
GPU = torch.device("simulated", 0)
# What the device had to wait for, in order: `reading`, or `writing` where a copy was not let run on by itself.
waits: list[str] = []

_aten = torch.ops.aten
_COPIES = (_aten.copy_.default, _aten._to_copy.default)
_READINGS = (_aten._local_scalar_dense.default, _aten.nonzero.default)


class GpuTensor(torch.Tensor):
    """A tensor on the device; `held` has its numbers."""

    held: torch.Tensor
    __torch_function__ = torch._C._disabled_torch_function_impl

    @staticmethod
    def __new__(cls, held: torch.Tensor) -> GpuTensor:
        made: GpuTensor = torch.Tensor._make_wrapper_subclass(
            cls,
            held.size(),
            strides=held.stride(),
            storage_offset=held.storage_offset(),
            dtype=held.dtype,
            device=GPU,
        )
        return made

    def __init__(self, held: torch.Tensor) -> None:
        self.held = held

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return _run(func, args, kwargs or {})


class SimulatedGpu(TorchDispatchMode):
    """While it is entered, tensors can be made on the device."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return _run(func, args, kwargs or {})


def _run(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    if func is _aten._has_compatible_shallow_copy_type.default:
        return False
    if func.overloadpacket in (_aten.to, _aten.type_as):
        with SimulatedGpu():
            return func.decompose(*args, **kwargs)
    tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
    inside = [tensor for tensor in tensors if isinstance(tensor, GpuTensor)]
    if inside and func not in _COPIES and any(not isinstance(one, GpuTensor) and one.ndim > 0 for one in tensors):
        raise RuntimeError(f"{func}: a tensor on the processor meets one on the GPU")
    asked = kwargs.get("device")
    goes_inside = bool(inside) if asked is None else torch.device(asked).type == GPU.type
    _note_wait(func, bool(inside), goes_inside=goes_inside, is_let_run=bool(kwargs.get("non_blocking")))
    if asked is not None:
        kwargs = {name: value for name, value in kwargs.items() if name != "pin_memory"} | {"device": "cpu"}
    with torch.inference_mode(False), torch.no_grad():
        plain_args, plain_kwargs = tree_map(_open, (args, kwargs))
        answer = func(*plain_args, **plain_kwargs)
        return tree_map(lambda value: _wrap(value, inside), answer) if goes_inside else answer


def _note_wait(func: Any, is_inside: bool, *, goes_inside: bool, is_let_run: bool) -> None:
    is_copy = func is _aten._to_copy.default
    if is_inside and (func in _READINGS or (is_copy and not goes_inside)):
        waits.append("reading")
    if is_copy and goes_inside and not is_inside and not is_let_run:
        waits.append("writing")


def _open(value: Any) -> Any:
    return value.held if isinstance(value, GpuTensor) else value


def _wrap(value: Any, known: list[GpuTensor]) -> Any:
    """The answer on the device; what was changed in place stays the same tensor."""
    if not isinstance(value, torch.Tensor):
        return value
    same = [tensor for tensor in known if tensor.held is value]
    return same[0] if same else GpuTensor(value)


def _make_strided(size: Any, stride: Any, dtype: Any = None, **_: Any) -> GpuTensor:
    return GpuTensor(torch.empty_strided(size, stride, dtype=dtype))


def _make_empty(size: Any, dtype: Any = None, **_: Any) -> GpuTensor:
    return GpuTensor(torch.empty(size, dtype=dtype))


def _copy(source: torch.Tensor, target: torch.Tensor, non_blocking: bool = False) -> torch.Tensor:
    if not isinstance(source, GpuTensor) and not non_blocking:
        waits.append("writing")
    _open(target).copy_(_open(source))
    return target


# What torch calls below all modes, for `torch.tensor` and `Module.to`.
_library = torch.library.Library("aten", "IMPL")
for _name, _kernel in (("empty_strided", _make_strided), ("empty.memory_format", _make_empty), ("_copy_from", _copy)):
    _library.impl(_name, _kernel, "PrivateUse1")
