import shutil
from pathlib import Path

import pytest

from modelserver.architecture import Architecture, read_architecture
from tests.modelserver.serve.configs import K25
from tests.modelserver.tiny import write_checkpoint


@pytest.fixture(scope="session")
def k25() -> Architecture:
    """Kimi K2.5 as released."""
    return read_architecture(K25)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small INT4 checkpoint of the same architecture; not to be written to."""
    return write_checkpoint(tmp_path_factory.mktemp("checkpoints") / "tiny", int4=True)


@pytest.fixture
def checkpoint(tiny: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    return Path(shutil.copytree(tiny, tmp_path / "checkpoint"))
