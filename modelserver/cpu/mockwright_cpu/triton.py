"""An inert `triton`: kernels can be defined, as SGLang's modules do on import, and not launched."""

from collections.abc import Callable
from functools import update_wrapper
from types import FunctionType, ModuleType
from typing import Any, NoReturn

CLASSES_IN_LOWER_CASE = ("constexpr", "dtype", "pointer_type", "tensor")
ERRORS = ("Error", "OutOfResources")


class InertModule(ModuleType):
    """`triton`, `triton.language`, …: whatever is asked of it exists and does nothing."""

    __version__ = "0+inert"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = stand_in(f"{self.__name__}.{name}", name)
        setattr(self, name, value)
        return value


class InertClass:
    """Base of the stand-ins for triton's classes: takes and keeps any arguments."""

    def __init__(self, *arguments: object, **fields: object) -> None:
        self.__dict__.update(fields)

    def __class_getitem__(cls, item: object) -> type["InertClass"]:
        return cls


class Symbol:
    """A function, decorator or constant of triton. Called with one function it decorates it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, *arguments: object, **_: object) -> object:
        if len(arguments) != 1:
            return self
        (given,) = arguments
        if isinstance(given, FunctionType):
            return Kernel(given)
        return given if isinstance(given, Kernel) else self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return stand_in(f"{self.name}.{name}", name)

    def __getitem__(self, _: object) -> "Symbol":
        return self

    def __or__(self, _: object) -> "Symbol":
        return self

    __ror__ = __or__

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return f"<{self.name}, inert>"


class Kernel:
    """A function decorated with `triton.jit`: it can be passed around but not run."""

    def __init__(self, function: Callable[..., object]) -> None:
        update_wrapper(self, function)
        self.fn = function

    def __getitem__(self, grid: object) -> NoReturn:
        self.refuse()

    def __call__(self, *_: object, **__: object) -> NoReturn:
        self.refuse()

    def refuse(self) -> NoReturn:
        place = f"{self.fn.__module__}.{self.fn.__qualname__}"
        raise NotImplementedError(f"{place} is a Triton kernel; this machine serves on its CPU")


def cdiv(dividend: int, divisor: int) -> int:
    return -(dividend // -divisor)


def next_power_of_2(number: int) -> int:
    return 1 << (number - 1).bit_length() if number > 0 else 1


ARITHMETIC = {"triton.cdiv": cdiv, "triton.next_power_of_2": next_power_of_2}
DRIVER = "triton.runtime.driver.active"


def stand_in(dotted: str, name: str) -> object:
    if dotted == DRIVER:
        raise RuntimeError("Triton has no driver on a CPU")  # as the real one says; it is caught
    if dotted in ARITHMETIC:
        return ARITHMETIC[dotted]
    if name.endswith(ERRORS):
        return type(name, (Exception,), {"__module__": "triton"})
    if name[0].isupper() or name in CLASSES_IN_LOWER_CASE:
        return type(name, (InertClass,), {"__module__": "triton"})
    return Symbol(dotted)
