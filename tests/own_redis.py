"""A Redis that tests start, stop and start again."""

import subprocess

from webapp.local.redis_process import RedisProcess


class OwnRedis(RedisProcess):
    """A redis-server child process."""

    process: subprocess.Popen[bytes]

    def start(self) -> None:
        """Start the server and wait until it accepts connections."""
        self.process = subprocess.Popen(
            self.command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.wait_until_ready()

    def kill(self) -> None:
        """End the server as a crash would, keeping its folder for another start."""
        self.process.kill()
        self.process.wait()
        self.socket.unlink(missing_ok=True)

    def stop(self) -> None:
        """End the server and remove its folder. Harmless when it is already gone."""
        self.process.terminate()
        self.process.wait(timeout=10)
        self.remove()
