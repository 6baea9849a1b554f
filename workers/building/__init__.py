"""Sources become a site: what a stack's own tool would build of them, offline and shut in."""

from workers.building.build import Builder

__all__ = ["Builder"]
