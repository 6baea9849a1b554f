"""Any model behind an OpenAI-compatible endpoint."""
