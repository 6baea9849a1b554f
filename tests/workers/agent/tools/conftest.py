from tests.workers.agent.kit import bench, make_bench, renderer

__all__ = ["bench", "make_bench", "renderer"]
