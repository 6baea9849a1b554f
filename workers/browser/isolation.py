"""How far the browser is shut in, and the command lines that do it.

Levels, best first:
  bwrap    own network, processes, users and file system: it sees /usr, its fonts and its profile
  unshare  own network, processes and users; the file system as it is
  flags    nothing but Chromium's flags and the layers on the page
Chromium's own sandbox is on at every level that can hold it.
"""

import os
import shlex
import subprocess
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

LevelName = Literal["bwrap", "unshare", "flags"]
PATH = "/usr/local/bin:/usr/bin:/bin"
LOCALE = "C.UTF-8"
PROBE_SECONDS = 10


@dataclass(frozen=True)
class Missed:
    """A better level that this machine does not allow, and why."""

    name: LevelName
    reason: str


@dataclass(frozen=True)
class IsolationLevel:
    """The level reached. `sandbox`: whether Chromium's own sandbox is on as well."""

    name: LevelName
    sandbox: bool = True
    missed: tuple[Missed, ...] = ()


LEVELS = tuple(
    IsolationLevel(name, sandbox)
    for name in ("bwrap", "unshare", "flags")
    for sandbox in (True, False)
)


@cache
def probe() -> IsolationLevel:
    """The best level that works on this machine, found by trying, with why better ones do not."""
    missed: tuple[Missed, ...] = ()
    for level in LEVELS:
        reason = obstacle(level)
        if reason is None:
            return replace(level, missed=missed)
        missed += (Missed(level.name, reason),)
    raise AssertionError("flags without a sandbox has no obstacle")


def obstacle(level: IsolationLevel) -> str | None:
    """Why `level` cannot be reached, or None when it can."""
    if level.name == "flags" and level.sandbox and os.geteuid() == 0:
        return "Chromium refuses its sandbox to root"
    # Chromium's sandbox makes a user namespace of its own: try one inside
    attempt = ["unshare", "--user", "true"] if level.sandbox else ["true"]
    command = [*_wrapper(level, Path("/usr/bin/true"), None), *attempt]
    if command == ["true"]:
        return None
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=PROBE_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        return f"{error.filename} is not installed"
    except subprocess.TimeoutExpired:
        return f"no answer within {PROBE_SECONDS} s"
    return None if done.returncode == 0 else done.stderr.strip()[:300] or f"rc {done.returncode}"


def launcher(program: Path, level: IsolationLevel, home: Path) -> Path:
    """Write the executable file that starts `program` at `level`; returns its path.

    Playwright starts one file with its own arguments, its pipe on descriptors 3 and 4: a shell
    script that ends in exec keeps both. It leaves its process id in `home`/pid.
    """
    script = home / "launch"
    command = shlex.join([*_wrapper(level, program, home), str(program)])
    command = command.replace(PROFILE, '"$profile"')
    script.write_text(
        "#!/bin/sh\n"
        f"echo $$ > {shlex.quote(str(home / 'pid'))}\n"
        "for argument; do\n"
        "  case $argument in --user-data-dir=*) profile=${argument#*=} ;; esac\n"
        "done\n"
        f'exec {command} "$@"\n'
    )
    script.chmod(0o700)
    return script


def environment(home: Path) -> dict[str, str | float | bool]:
    """All that the browser learns of this process's environment."""
    return {"HOME": str(home), "PATH": PATH, "LANG": LOCALE}


PROFILE = "@PROFILE@"  # stands for the profile folder that Playwright names at launch


def _wrapper(level: IsolationLevel, program: Path, home: Path | None) -> list[str]:
    match level.name:
        case "bwrap":
            return _bwrap(program, bind=[PROFILE] if home else [])
        case "unshare":
            return [
                *("unshare", "--user", "--map-user=1000", "--map-group=1000"),
                *("--net", "--ipc", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc"),
            ]
        case "flags":
            return []


def _bwrap(program: Path, bind: list[str]) -> list[str]:
    arguments = [
        *("bwrap", "--unshare-user", "--uid", "1000", "--gid", "1000", "--unshare-net"),
        *("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"),
        *("--die-with-parent", "--new-session", "--clearenv"),
        *("--setenv", "HOME", "/tmp", "--setenv", "PATH", PATH, "--setenv", "LANG", LOCALE),  # noqa: S108
        *("--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"),  # noqa: S108
    ]
    for name in ("/bin", "/lib", "/lib64"):
        if Path(name).is_symlink():
            arguments += ["--symlink", str(Path(name).readlink()), name]
        elif Path(name).exists():
            arguments += ["--ro-bind", name, name]
    for name in ("/etc/fonts", "/etc/ld.so.cache", "/etc/alternatives", "/var/cache/fontconfig"):
        arguments += ["--ro-bind-try", name, name]
    if not program.resolve().is_relative_to("/usr"):
        folder = str(program.resolve().parent)
        arguments += ["--ro-bind", folder, folder]
    for folder in bind:
        arguments += ["--bind", folder, folder]
    return arguments
