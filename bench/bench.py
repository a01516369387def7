#!/usr/bin/env python3
"""Init beside Debian's supervisord (and tini, and cat) on one machine in one run: raw numbers and their ratio.

Every number is the median of several runs, taken in turn, so that a noisy minute falls on both. A machine's absolute
numbers say little; the ratios and the last column, what Init is meant to reach, carry over.

    bench.py [--only NAME] [--quick] [--runs N] [--ours DIR] [--theirs SUPERVISORD]
"""
import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from daemon import Client, Daemon, Failed, Fifo, program

MB = 1_000_000
MANY = "numprocs=%d\nprocess_name=%%(program_name)s_%%(process_num)03d\n"
GATED = "/bin/sh -c 'echo >{0}/ready; read x <{0}/gate; exec cat {1}'"


class Bench:
    def __init__(self, args, directory):
        self.ours, self.theirs = args.ours / "supervisord", args.theirs
        self.init, self.quick = args.ours / "init", args.quick
        self.runs = 1 if args.quick else args.runs
        self.directory, self._serial = Path(directory), 0

    # --- helpers

    def fresh(self):
        self._serial += 1
        return self.directory / str(self._serial)

    def medians(self, *measures):
        """The median of each measure over the runs, taken in turn."""
        results = [[] for _ in measures]
        for _ in range(self.runs):
            for into, measure in zip(results, measures):
                into.append(measure())
        return [tuple(map(median, zip(*r))) if isinstance(r[0], tuple) else median(r) for r in results]

    def both(self, measure):
        return self.medians(lambda: measure(self.ours), lambda: measure(self.theirs))

    def lines(self, size, length):
        """A file of SIZE bytes in lines of LENGTH bytes, made once."""
        path = self.directory / f"lines-{size}-{length}"
        if not path.exists():
            line = (b"0123456789 abcdefghijklmnopqrstuvwxyz " * 9)[:length - 1] + b"\n"
            block = line * (MB // length)
            with open(path, "wb") as file:
                while file.tell() < size:
                    file.write(block[:(size - file.tell()) // length * length or size - file.tell()])
        return path

    def serving(self, binary, programs):
        """A daemon with a socket and so many programs RUNNING."""
        daemon = Daemon(binary, self.fresh(), program("p", "/bin/sleep 120") + MANY % programs, http=True)
        try:
            daemon.running(programs)
        except Failed:
            daemon.__exit__()
            raise
        return daemon

    # --- measures: each prints its rows

    def first(self):
        """start of the daemon to its first program having run"""
        def measure(binary):
            fifo = Fifo(path := self.fresh())
            with Daemon(binary, self.fresh(), program("first", f"/bin/sh -c 'echo >{path}'")) as daemon:
                return fifo.wait(1) - daemon.started
        row("start to the first program having run", *self.both(measure), ms, most=0.04)

    def start200(self):
        """start of the daemon to 200 programs RUNNING (startsecs=0)"""
        def measure(binary):
            with Daemon(binary, self.fresh(), program("p", "/bin/sleep 120") + MANY % 200) as daemon:
                return daemon.running(200) - daemon.started
        row("start to 200 programs RUNNING", *self.both(measure), ms, most=0.25)

    def restart(self):
        """kill -9 of a program to its next pid"""
        def measure(binary):
            fifo = Fifo(path := self.fresh())
            command = f"/bin/sh -c 'echo $$ >{path}; exec sleep 120'"
            with Daemon(binary, self.fresh(), program("p", command, autorestart="true")) as daemon:
                fifo.wait(1)
                took = []
                for kill in range(3 if self.quick else 5):
                    daemon.running(1)
                    # Past the second within which both hold back a restart, at another moment of supervisord's tick each time.
                    time.sleep(1.1 + 0.13 * kill)
                    begin = time.monotonic()
                    os.kill(int(fifo.last), signal.SIGKILL)
                    took.append(fifo.wait(1) - begin)
                return median(took)
        row("kill -9 to the next pid", *self.both(measure), ms, most=0.3)

    def stop(self):
        """TERM to exit with 50 programs that die at once"""
        def measure(binary):
            with Daemon(binary, self.fresh(), program("p", "/bin/sleep 120") + MANY % 50) as daemon:
                daemon.running(50)
                time.sleep(0.5)
                begin = time.monotonic()
                daemon.process.send_signal(signal.SIGTERM)
                daemon.process.communicate(timeout=60)
                return time.monotonic() - begin
        row("TERM to exit, 50 programs", *self.both(measure), ms, most=0.3)

    def file(self):
        """one program's stdout into a file, 300 MB of 120-byte lines; beside `cat > file` over the same pipe too"""
        size = (60 if self.quick else 300) * MB
        source = self.lines(size, 120)

        def arrived(path):
            deadline = time.monotonic() + 120
            while path.stat().st_size < size:
                if time.monotonic() > deadline:
                    raise Failed(f"{path.stat().st_size} of {size} bytes in the file after 120 s")
                time.sleep(0.002)
            return time.monotonic()

        def supervised(binary):
            home, log = self.fresh(), self.fresh()
            home.mkdir()
            fifo, _ = Fifo(home / "ready"), os.mkfifo(home / "gate")
            conf = program("p", GATED.format(home, source), stdout_logfile=log, stdout_logfile_maxbytes=0)
            with Daemon(binary, self.fresh(), conf) as daemon:
                begin, cpu = open_gate(fifo, home, 1), daemon.cpu()
                took, cpu = arrived(log) - begin, daemon.cpu() - cpu
            log.unlink()
            return size / MB / took, cpu / size * 100 * MB

        def cat():
            log = self.fresh()
            begin = time.monotonic()
            subprocess.run(["sh", "-c", f"cat {source} | cat >{log}"], check=True)
            took = time.monotonic() - begin
            log.unlink()
            return size / MB / took

        ours, theirs, copy = self.medians(lambda: supervised(self.ours), lambda: supervised(self.theirs), cat)
        row(f"one stdout to a file, {size // MB} MB: rate", ours[0], theirs[0], rate, least=1)
        row("  beside cat > file", ours[0], copy, rate, least=0.9, them="cat")
        row("  CPU per 100 MB", ours[1], theirs[1], ms, most=0.6)

    def stdout(self):
        """20 programs to one stdout pipe, 100 MB of short lines; prefixed lines beside plain ones too"""
        programs, length = 20, 32
        size = (20 if self.quick else 100) * MB
        source = self.lines(size // programs, length)

        def measure(binary, **options):
            home = self.fresh()
            home.mkdir()
            fifo, _ = Fifo(home / "ready"), os.mkfifo(home / "gate")
            conf = program("p", GATED.format(home, source), stdout_logfile="/dev/stdout", stdout_logfile_maxbytes=0,
                           **options) + MANY % programs
            with Daemon(binary, self.fresh(), conf, ["-s"]) as daemon:  # silent: no activity log between the lines
                begin, cpu = open_gate(fifo, home, programs), daemon.cpu()
                out, left, came = daemon.process.stdout.fileno(), size // length, 0
                while left > 0:
                    data = os.read(out, 1 << 20)
                    if not data:
                        raise Failed(f"stdout ended with {left} lines missing")
                    left -= data.count(b"\n")
                    came += len(data)
                took, cpu = time.monotonic() - begin, daemon.cpu() - cpu
            return size / MB / took, cpu / size * 100 * MB, came

        ours, theirs, prefixed = self.medians(
            lambda: measure(self.ours), lambda: measure(self.theirs), lambda: measure(self.ours, log_format="prefixed"))
        row(f"20 programs to one stdout, {size // MB} MB: rate", ours[0], theirs[0], rate, least=0.9)
        row("  CPU per 100 MB", ours[1], theirs[1], ms, most=0.8)
        if prefixed[2] == size:
            raise Failed("asked for prefixed lines, got plain ones")
        row("  prefixed: CPU per 100 MB", prefixed[1], ours[1], ms, most=2, them="plain")

    def memory(self):
        """PSS with 10 programs and no HTTP section"""
        def measure(binary):
            with Daemon(binary, self.fresh(), program("p", "/bin/sleep 120") + MANY % 10) as daemon:
                daemon.running(10)
                time.sleep(1)
                return daemon.pss()
        row("PSS with 10 programs", *self.both(measure), megabytes, reach=6 * MB)

    def idle(self):
        """system calls while nothing happens, without HTTP, as strace counts them"""
        seconds = 3 if self.quick else 10

        def measure(binary):
            with Daemon(binary, self.fresh(), program("p", "/bin/sleep 120") + MANY % 10) as daemon:
                daemon.running(10)
                time.sleep(1)
                trace = self.fresh()
                strace = subprocess.Popen(["strace", "-f", "-qq", "-ttt", "-o", trace, "-p", str(daemon.process.pid)])
                time.sleep(1)  # being attached to interrupts a wait once: that is not the daemon's doing
                begin = time.time()
                time.sleep(seconds)
                end = time.time()
                strace.send_signal(signal.SIGINT)
                strace.wait()
                # "PID SECONDS call(...": by the time at which each call was made
                made = [float(m[1]) for m in re.finditer(r"^\d+ +(\d+\.\d+) \w", trace.read_text(), re.M)]
                if not made:
                    raise Failed("strace saw nothing, not even the wait")
                return sum(begin < when < end for when in made)
        self.runs, runs = 1, self.runs
        row(f"idle: system calls in {seconds} s", *self.both(measure), count, reach=0)
        self.runs = runs

    def ctl(self):
        """supervisorctl status, 10 programs"""
        def measure(binary):
            with self.serving(binary, 10) as daemon:
                begin = time.monotonic()
                for _ in range(3):
                    done = subprocess.run([Path(binary).with_name("supervisorctl"), "-c", daemon.conf, "status"], capture_output=True)
                    if done.returncode or done.stdout.count(b"RUNNING") != 10:
                        raise Failed(f"supervisorctl status: {done}")
                return (time.monotonic() - begin) / 3
        row("supervisorctl status", *self.both(measure), ms, most=0.06)

    def health(self):
        """supervisorctl health beside Python's supervisorctl status, 10 programs"""
        def measure(binary):
            action = "health" if binary == self.ours else "status"
            with self.serving(binary, 10) as daemon:
                begin = time.monotonic()
                for _ in range(3):
                    done = subprocess.run([Path(binary).with_name("supervisorctl"), "-c", daemon.conf, action], capture_output=True)
                    if done.returncode or (action == "health" and done.stdout):
                        raise Failed(f"supervisorctl {action}: {done}")
                return (time.monotonic() - begin) / 3
        row("supervisorctl health beside status", *self.both(measure), ms, most=0.06)

    def calls(self):
        """getAllProcessInfo of 50 programs over one connection, by a client that does not parse"""
        def measure(binary):
            with self.serving(binary, 50) as daemon, Client(daemon, "supervisor.getAllProcessInfo") as client:
                for _ in range(100):
                    client.call()
                begin, cpu, calls = time.monotonic(), daemon.cpu(), 0
                while (took := time.monotonic() - begin) < (1 if self.quick else 3):
                    client.call()
                    calls += 1
                return calls / took, (daemon.cpu() - cpu) / calls
        ours, theirs = self.both(measure)
        row("getAllProcessInfo, 50 programs: rate", ours[0], theirs[0], per_second, least=10)
        row("  CPU per call", ours[1], theirs[1], us, most=0.08)

    def http_memory(self):
        """PSS with 10 programs and HTTP, after 200 calls"""
        def measure(binary):
            with self.serving(binary, 10) as daemon, Client(daemon, "supervisor.getAllProcessInfo") as client:
                for _ in range(200):
                    client.call()
                time.sleep(1)
                return daemon.pss()
        row("PSS with 10 programs, HTTP, 200 calls", *self.both(measure), megabytes, most=0.55)

    def connections(self):
        """a call while 200 other connections are open and idle, beside one alone"""
        def measure(binary):
            def latency():
                with Client(daemon, "supervisor.getState") as client:
                    took = []
                    for _ in range(300):
                        begin = time.monotonic()
                        client.call()
                        took.append(time.monotonic() - begin)
                    return median(took[100:])
            with self.serving(binary, 10) as daemon:
                latency()
                alone = latency()
                others = [Client(daemon, "supervisor.getState") for _ in range(200)]
                for other in others:
                    other.call()
                among = latency()
                for other in others:
                    other.call()  # they are still there
                    other.__exit__()
                return among, alone
        ours, theirs = self.both(measure)
        row("getState with 200 idle connections", ours[0], theirs[0], us)
        row("  beside none", ours[0], ours[1], us, most=2, them="none")

    def metrics(self):
        """/metrics of 1000 programs; Supervisor has none"""
        with self.serving(self.ours, 1000) as daemon:
            took, cpu = [], []
            for _ in range(3 if self.quick else 10):
                time.sleep(1.1)  # so that /proc is read anew
                used, begin = daemon.cpu(), time.monotonic()
                with socket.socket(socket.AF_UNIX) as client:
                    client.connect(str(daemon.socket))
                    client.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
                    while client.recv(MB):
                        pass
                took.append(time.monotonic() - begin)
                cpu.append(daemon.cpu() - used)
        row("/metrics, 1000 programs", median(took), None, ms, reach=0.02)
        row("  CPU per answer", sum(cpu) / len(cpu), None, ms)

    def wakeups(self):
        """wake-ups of all threads while nothing happens, with HTTP, after some calls"""
        seconds = 3 if self.quick else 10

        def measure(binary):
            with self.serving(binary, 10) as daemon:
                with Client(daemon, "supervisor.getAllProcessInfo") as client:
                    for _ in range(100):
                        client.call()
                time.sleep(2)
                begin = daemon.switches()
                time.sleep(seconds)
                return (daemon.switches() - begin) / seconds
        self.runs, runs = 1, self.runs
        row("idle with HTTP: wake-ups", *self.both(measure), per_second, reach=2)
        self.runs = runs

    def size(self):
        """the binary"""
        row("binary", self.init.stat().st_size, None, megabytes, reach=13 * MB)

    def once(self):
        """init -- /bin/true beside tini"""
        def measure(*command):
            begin = time.monotonic()
            subprocess.run(command, check=True)
            return time.monotonic() - begin
        self.runs, runs = 5 if self.quick else 50, self.runs
        ours, theirs = self.medians(lambda: measure(self.init, "--", "/bin/true"),
                                    lambda: measure("tini", "-s", "--", "/bin/true"))
        self.runs = runs
        row("init -- /bin/true", ours, theirs, ms, reach=theirs + 0.015, them="tini")


MEASURES = [Bench.first, Bench.start200, Bench.restart, Bench.stop, Bench.file, Bench.stdout,
            Bench.memory, Bench.idle, Bench.ctl, Bench.health, Bench.calls, Bench.http_memory, Bench.connections, Bench.metrics, Bench.wakeups,
            Bench.size, Bench.once]


def open_gate(fifo, home, programs):
    """Lets the programs that wait at the gate go, all at one moment, and says which."""
    fifo.wait(programs)
    time.sleep(0.3)  # from having said so to waiting at the gate
    os.close(os.open(home / "gate", os.O_WRONLY))
    return time.monotonic()


# --- the table

def ms(value): return f"{value * 1000:.1f} ms"
def rate(value): return f"{value:.0f} MB/s"
def megabytes(value): return f"{value / MB:.2f} MB"
def count(value): return f"{value:.0f}"
def us(value): return f"{value * 1e6:.0f} us"
def per_second(value): return f"{value:.4g}/s"


LINE = "{:44} {:>12} {:>12} {:11} {:>7}  {:>14}  {}"
missed = 0


def row(measure, ours, theirs, form, least=None, most=None, reach=None, them="supervisord"):
    """One row. LEAST and MOST bound the ratio ours/theirs, REACH bounds ours; without any of them the row is there to be seen."""
    global missed
    ratio = ours / theirs if theirs else None
    if least is not None:
        ok, wanted = ratio >= least, f"ratio >= {least}"
    elif most is not None:
        ok, wanted = ratio <= most, f"ratio <= {most}"
    elif reach is not None:
        ok, wanted = ours <= reach, f"<= {form(reach)}"
    else:
        ok, wanted = True, ""
    missed += not ok
    print(LINE.format(measure, form(ours), "-" if theirs is None else form(theirs), "" if theirs is None else them,
                      "-" if ratio is None else f"{ratio:.3f}", wanted, "ok" if ok else "MISSED"), flush=True)


def main():
    root = Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="measures:\n" + "\n".join(f"  {m.__name__:11} {m.__doc__}" for m in MEASURES))
    parser.add_argument("--only", metavar="NAME", action="append", choices=[m.__name__ for m in MEASURES])
    parser.add_argument("--quick", action="store_true", help="one run of each, less data: a look, not a measurement")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="runs per measure (5)")
    parser.add_argument("--ours", type=Path, default=root / "out", metavar="DIR", help="where init and supervisord are (out)")
    parser.add_argument("--theirs", type=Path, default="/usr/bin/supervisord", metavar="FILE")
    args = parser.parse_args()
    args.ours = args.ours.resolve()

    # in memory, where there is room: a disk's mood is not what is measured
    shm = "/dev/shm" if os.path.isdir("/dev/shm") and shutil.disk_usage("/dev/shm").free > 1000 * MB else None
    broken = 0
    with tempfile.TemporaryDirectory(prefix="init-bench-", dir=shm) as directory:
        bench = Bench(args, directory)
        print(f"median of {bench.runs} runs in turn, {os.cpu_count()} CPUs, files in {directory}")
        print(LINE.format("measure", "ours", "theirs", "", "ratio", "to reach", ""))
        for measure in MEASURES:
            if args.only and measure.__name__ not in args.only:
                continue
            try:
                measure(bench)
            except (Failed, OSError, subprocess.SubprocessError) as why:
                broken += 1
                print(f"{measure.__name__}: not measured: {why}", flush=True)
    print(f"{missed} missed, {broken} not measured")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
