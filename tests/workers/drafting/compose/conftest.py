from tests.workers.agent.kit import renderer

__all__ = ["renderer"]
