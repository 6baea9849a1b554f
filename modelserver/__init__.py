"""The model server: SGLang serving an INT4 mixture of experts, from a laptop to eight GPUs."""
