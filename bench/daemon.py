"""One supervisord under measurement, ours or Debian's: the same configuration, the same options, the same load."""
import os
import select
import signal
import socket
import subprocess
import time
from pathlib import Path

PATIENCE = 60  # seconds for anything to happen before the measurement is given up


class Failed(Exception):
    """A measurement that could not be made; its text says why."""


class Lines:
    """Lines arriving on a descriptor, waited for without polling, each with the time it was seen."""

    def __init__(self, fd):
        self.fd, self.seen, self._rest = fd, [], b""

    def wait(self, count, text=b""):
        """The time at which COUNT lines holding TEXT had been read since the last wait."""
        deadline = time.monotonic() + PATIENCE
        found = 0
        while True:
            while self.seen:
                when, line = self.seen.pop(0)
                found += text in line
                if found == count:
                    self.last = line
                    return when
            if not select.select([self.fd], [], [], max(0, deadline - time.monotonic()))[0]:
                raise Failed(f"{found} of {count} lines with {text!r} after {PATIENCE} s")
            data = os.read(self.fd, 1 << 16)
            if not data:
                raise Failed(f"ended after {found} of {count} lines with {text!r}: {self._rest[-300:]!r}")
            now = time.monotonic()
            *whole, self._rest = (self._rest + data).split(b"\n")
            self.seen += [(now, line) for line in whole]


class Fifo(Lines):
    """A named pipe that programs write to; it stays open between writers."""

    def __init__(self, path):
        os.mkfifo(path)
        super().__init__(os.open(path, os.O_RDWR | os.O_NONBLOCK))


class Daemon:
    """`supervisord -n -c FILE` in a directory of its own. Its activity log, as with any -n, is its stdout: self.log.

    With HTTP it serves on a unix socket, which its supervisorctl is told of.
    """

    def __init__(self, binary, directory, programs, options=(), http=False):
        self.directory = Path(directory)
        self.directory.mkdir()
        self.conf = self.directory / "supervisord.conf"
        self.socket = self.directory / "s.sock"
        if http:
            programs += (
                f"\n[unix_http_server]\nfile={self.socket}\n[supervisorctl]\nserverurl=unix://{self.socket}\n"
                "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n")
        self.conf.write_text(
            "[supervisord]\nnodaemon=true\nuser=root\nlogfile=/dev/null\nlogfile_maxbytes=0\n"
            f"pidfile={self.directory}/pid\nchildlogdir={self.directory}\n" + programs)
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [binary, "-n", "-c", str(self.conf), *options], cwd=self.directory,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.log = Lines(self.process.stdout.fileno())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)  # does nothing to a process that has been waited for
        try:
            self.process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()

    def running(self, count):
        """The time at which the log had named COUNT programs RUNNING."""
        return self.log.wait(count, b"entered RUNNING state")

    def cpu(self):
        """CPU seconds of the daemon alone, exited threads included: clock_getcpuclockid(3)'s clock of that process."""
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def pss(self):
        """Proportional set size in bytes."""
        for line in Path(f"/proc/{self.process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
        raise Failed("no Pss in smaps_rollup")

    def switches(self):
        """How often its threads have been switched to something else: each wake-up ends in that."""
        count = 0
        for status in Path(f"/proc/{self.process.pid}/task").glob("*/status"):
            count += sum(int(line.split()[1]) for line in status.read_text().splitlines() if "ctxt_switches" in line)
        return count


class Client:
    """One connection to a daemon's socket, kept open. Answers are read to their end and not looked at."""

    def __init__(self, daemon, method):
        body = f"<?xml version='1.0'?><methodCall><methodName>{method}</methodName><params/></methodCall>"
        self._request = f"POST /RPC2 HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(PATIENCE)
        self._socket.connect(str(daemon.socket))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()

    def call(self):
        self._socket.sendall(self._request)
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        head = data[:end].lower()
        if not head.startswith(b"http/1.1 200"):
            raise Failed(f"answered {head!r}")
        left = int(head.partition(b"content-length:")[2].split(None, 1)[0]) - (len(data) - end - 4)
        while left > 0:
            left -= len(self._more())

    def _more(self):
        data = self._socket.recv(1 << 18)
        if not data:
            raise Failed("the daemon closed the connection")
        return data


def program(name, command, **options):
    """A [program:x] section that runs at once, once, and keeps no output."""
    options = {"startsecs": 0, "autorestart": "false", "stdout_logfile": "NONE", "stderr_logfile": "NONE", **options}
    return f"\n[program:{name}]\ncommand={command}\n" + "".join(f"{key}={value}\n" for key, value in options.items())
