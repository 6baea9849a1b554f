from tests.agent.kit import renderer

__all__ = ["renderer"]
