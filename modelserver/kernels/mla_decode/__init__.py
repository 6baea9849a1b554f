"""Attention of one new token a request over the latent cache of MLA."""
