"""Puts probes into pages."""

from pathlib import Path

from tests.workers.browser.escape.probes import FILES, MARKUP, NAVIGATIONS, SCRIPTS

LEAK = "LEAK"
START = f"""<!doctype html><html><head><meta charset=utf-8></head><body>
<script>const leak = (text) => {{ if (/\\S/.test(text)) document.body.append('{LEAK} ' + text) }};
setInterval(() => document.body.toggleAttribute('data-tick'), 20);</script>
"""  # the ticking keeps the page from coming to rest while probes are on their way


def write_probes(folder: Path, hosts: list[str], ports: dict[str, int]) -> None:
    """index.html: every probe that stays on its page, against every host."""
    parts = [START]
    for host in hosts:
        for name, script in SCRIPTS.items():
            parts.append(_script(_aimed(script, host, ports[name]), delay=0))
        for name, markup in MARKUP.items():
            parts.append(_aimed(markup, host, ports[name]))
        for name, (path, text) in FILES.items():
            target = folder / _aimed(path, host, ports[name])
            target.write_text(_aimed(text, host, ports[name]))
    (folder / "own.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    )
    (folder / "index.html").write_text("\n".join(parts))


def write_navigations(
    folder: Path, page: str, names: list[str], hosts: list[str], ports: dict[str, int]
) -> None:
    """A page that tries to leave by each way named, one after the other."""
    parts = [START]
    aims = [(name, host) for name in names for host in hosts]
    for turn, (name, host) in enumerate(aims):
        script = _aimed(NAVIGATIONS[name], host, ports[name])
        parts.append(_script(script, delay=50 + 100 * turn))
    (folder / page).write_text("\n".join(parts))


def _aimed(text: str, host: str, port: int) -> str:
    return (
        text.replace("@URL", f"http://{host}:{port}/")
        .replace("@WS", f"ws://{host}:{port}/")
        .replace("@HOST", f"{host}:{port}")
        .replace("@NAME", host.strip("[]"))
        .replace("@PORT", str(port))
    )


def _script(body: str, delay: int) -> str:
    return f"<script>setTimeout(async () => {{ try {{ {body} }} catch {{}} }}, {delay})</script>"
