"""Routed experts with INT4 weights: Σ_k weight_k · W2_k (SiLU(W_gate,k x) · W_up,k x)."""
