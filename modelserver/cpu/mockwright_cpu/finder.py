"""Finds the stand-ins when SGLang asks for packages that only exist with CUDA."""

import importlib.util
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

from mockwright_cpu.triton import InertModule

SGL_KERNEL = "sgl_kernel"
TRITON = "triton"
TORCHVISION_USES_OPS = "torchvision._meta_registrations"
SUPPRESSION = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"


class StandIns(MetaPathFinder):
    """Answers for `triton.*` and `sgl_kernel` where they are missing, and readies torchvision."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        root = name.partition(".")[0]
        if root == TRITON and PathFinder.find_spec(TRITON) is None:
            return ModuleSpec(name, InertLoader(), is_package=True)
        if name == SGL_KERNEL and PathFinder.find_spec(SGL_KERNEL) is None:
            return _spec_of_sgl_kernel()
        if name == TORCHVISION_USES_OPS:
            define_torchvision_ops()
        return None


class InertLoader(Loader):
    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return InertModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


def _spec_of_sgl_kernel() -> ModuleSpec | None:
    found = importlib.util.find_spec("mockwright_cpu.sgl_kernel")
    assert found is not None and found.origin is not None
    return importlib.util.spec_from_file_location(SGL_KERNEL, found.origin)


def define_torchvision_ops() -> None:
    """Declare the two operators whose shapes torchvision describes while it is imported.

    torchvision's wheel is linked against CUDA, so beside a CPU build of torch its library does not
    load, and torchvision skips every operator of that library but these two. It has tried to load
    the library when this runs; where that worked, they exist and nothing is declared.
    """
    import torch  # noqa: PLC0415 - torchvision has imported it; nothing else here needs it

    for name in ("nms", "qnms"):
        if not hasattr(torch.ops.torchvision, name):
            torch.library.define(f"torchvision::{name}", SUPPRESSION)
