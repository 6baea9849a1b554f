"""What a generated page may do in a person's browser: show its own files and run, if they say so,
its own scripts. It is sandboxed into an origin of its own, reaches no network and sends no form.
"""

from django.conf import settings

from webapp.origins import Origin

_COMMON = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    # the sandboxed page is an opaque origin, so its own files are cross-origin to it
    "cross-origin-resource-policy": "cross-origin",
    "cache-control": "private, max-age=31536000, immutable",
}


def page_headers(host: str, token: str, *, scripts: bool) -> dict[str, str]:
    """Headers of a document. `host` is the request's Host header."""
    return {
        **_COMMON,
        "content-security-policy": content_security_policy(host, token, scripts=scripts),
        "permissions-policy": "camera=(), microphone=(), geolocation=(), clipboard-read=()",
    }


def resource_headers() -> dict[str, str]:
    """Headers of what a page loads. Fonts and modules are fetched with `Origin: null`."""
    return {**_COMMON, "access-control-allow-origin": "null"}


def content_security_policy(host: str, token: str, *, scripts: bool) -> str:
    """Sources are the revision's own folder, not the origin: a page cannot read another's."""
    scheme = Origin.parse(settings.PREVIEW_ORIGIN).scheme
    folder = f"{scheme}://{host}/r/{token}/"
    ancestors = Origin.parse(settings.APP_ORIGIN).policy_sources()
    script = f"script-src {folder} 'unsafe-inline'" if scripts else "script-src 'none'"
    return "; ".join(
        (
            "sandbox allow-scripts" if scripts else "sandbox",
            "default-src 'none'",
            script,
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
            f"frame-ancestors {ancestors}",
        )
    )
