"""Where the service may listen. Until people sign in, this machine only."""

from webapp.origins import is_loopback


class AddressRefused(ValueError):
    """The address is open to others, and nothing here asks who they are yet."""


def check_address(host: str) -> str:
    """Return `host` where only this machine reaches it. Raises AddressRefused with a sentence."""
    if is_loopback(host):
        return host
    raise AddressRefused(
        f"{host or 'An empty address'} can be reached from other machines, and Mockwright has no "
        "sign-in yet, so anyone there could use it. Listen on 127.0.0.1."
    )
