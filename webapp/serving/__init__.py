"""From a request to the side that answers it: hosts, origins, limits, headers, the shell."""
