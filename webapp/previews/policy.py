"""What a generated page may do, wherever it is looked at: show its own files and, where they are
switched on, run its own scripts. It is sandboxed into an origin of its own, reaches no network and
sends no form.

A person's browser and the renderer are told the same, so that what is measured is what is shown.
"""

from dataclasses import dataclass

# the path of a page's folder is one of these, its token and a slash
FOLDERS = "/r/"  # of a revision, as the interface and the renderer look at it
SHARED = "/s/"  # of a link that a person handed on

_COMMON = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    # the sandboxed page is an opaque origin, so its own files are cross-origin to it
    "cross-origin-resource-policy": "cross-origin",
    "cache-control": "private, max-age=31536000, immutable",
}

# what a page loads has this besides: fonts and modules are fetched with `Origin: null`
RESOURCE = {"access-control-allow-origin": "null"}


@dataclass(frozen=True)
class Place:
    """The folder that a page's files are served from; `framed_by` are sources as in a policy."""

    origin: str
    token: str
    framed_by: str = "'none'"
    folders: str = FOLDERS

    @property
    def url(self) -> str:
        return f"{self.origin}{self.folders}{self.token}/"


def page_headers(place: Place, *, scripts: bool, nonce: str = "") -> dict[str, str]:
    """Headers of every file: a policy that only some types had would be one forgotten type away
    from none. With a `nonce` the script that carries it runs, and none of the page's own."""
    return {
        **_COMMON,
        "content-security-policy": content_security_policy(place, scripts=scripts, nonce=nonce),
        "permissions-policy": "camera=(), microphone=(), geolocation=(), clipboard-read=()",
    }


def content_security_policy(place: Place, *, scripts: bool, nonce: str = "") -> str:
    """Sources are the page's own folder, not the origin: a page cannot read another's."""
    folder = place.url
    allowed = f"{folder} 'unsafe-inline'" if scripts else f"'nonce-{nonce}'" if nonce else "'none'"
    return "; ".join(
        (
            "sandbox allow-scripts" if scripts or nonce else "sandbox",
            "default-src 'none'",
            f"script-src {allowed}",
            f"style-src {folder} 'unsafe-inline'",
            f"img-src {folder} data: blob:",
            f"font-src {folder} data:",
            f"media-src {folder} data: blob:",
            "connect-src 'none'",
            "frame-src 'none'",
            "worker-src 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors {place.framed_by}",
        )
    )
