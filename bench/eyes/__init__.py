"""What the built-in model misreads, on pages whose truth the browser tells."""
