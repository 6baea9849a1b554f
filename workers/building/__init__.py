"""Sources become a site: what a stack's own tool would build of them, offline and shut in."""

from workers.building.build import MAX_BUILT, build

__all__ = ["MAX_BUILT", "build"]
