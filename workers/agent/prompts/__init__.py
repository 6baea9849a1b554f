"""What a language model is told before it starts; the version names the exact words."""

import hashlib
from pathlib import Path

SYSTEM_PROMPT = (Path(__file__).parent / "system.md").read_text()
PROMPT_VERSION = hashlib.sha256(SYSTEM_PROMPT.encode()).hexdigest()[:12]
