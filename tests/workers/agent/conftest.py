from tests.workers.agent.kit import bench, make_bench

__all__ = ["bench", "make_bench"]
