"""What bench/capture, bench/faults and bench/channels share: the origin, children that are measured, tables."""
import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


def program(build, name):
    """A built program, or the end with a word on how to build it."""
    path = Path(build) / ("streamrecorder" if name == "streamrecorder" else f"bench/{name}")
    if not path.exists():
        sys.exit(f"{path} is missing: bench/run builds it, or ninja -C {build} {name}")
    return str(path.resolve())


def stat_of(pid):
    """parent, and CPU seconds (user + system) of the process and of its children that were waited for."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return int(fields[1]), sum(map(int, fields[11:15])) / TICKS


def tree_rss(roots):
    """Resident bytes of the processes and all below them."""
    parents, rss = {}, {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            parents[int(entry)] = stat_of(entry)[0]
            with open(f"/proc/{entry}/statm") as file:
                rss[int(entry)] = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (FileNotFoundError, ProcessLookupError):
            continue
    total = 0
    for pid in rss:
        above = pid
        while above not in roots and above in parents:
            above = parents[above]
        if above in roots:
            total += rss[pid]
    return total


@dataclass
class Measured:
    cpu: float = 0.0  # seconds, user + system, of all children together
    peak: int = 0  # bytes resident at the worst instant, of the whole process tree
    seconds: float = 0.0
    codes: list = field(default_factory=list)
    out: list = field(default_factory=list)


def measured(commands, folder, environment=None, limit=600, interval=0.1):
    """Runs the commands at the same time, to their end (or SIGINT, then SIGKILL, after `limit` seconds)."""
    folder = Path(folder)
    children = []
    begun = time.monotonic()
    for number, command in enumerate(commands):
        with open(folder / f"{number}.out", "wb") as out, open(folder / f"{number}.err", "wb") as err:
            children.append(subprocess.Popen(command, stdout=out, stderr=err, stdin=subprocess.DEVNULL, cwd=folder,
                                             start_new_session=True, env={**os.environ, **(environment or {})}))
    result = Measured(codes=[None] * len(children))
    running = dict(enumerate(children))
    signal_at, signal = begun + limit, 2
    while running:
        result.peak = max(result.peak, tree_rss({child.pid for child in running.values()}))
        for number, child in list(running.items()):
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                result.codes[number] = child.returncode = os.waitstatus_to_exitcode(status)
                result.cpu += usage.ru_utime + usage.ru_stime
                del running[number]
        if running and time.monotonic() > signal_at:
            for child in running.values():
                os.killpg(child.pid, signal)
            signal_at, signal = time.monotonic() + 15, 9
        time.sleep(interval)
    result.seconds = time.monotonic() - begun
    result.out = [(folder / f"{number}.out").read_text(errors="replace") for number in range(len(children))]
    return result


class Origin:
    """bench_origin: streams on demand, and how much of them was served."""

    def __init__(self, build, folder, seconds, mbit):
        self.authority = str(Path(folder) / "authority.pem")
        self.child = subprocess.Popen([program(build, "bench_origin"), "--seconds", str(seconds), "--mbit", str(mbit),
                                       "--authority", self.authority],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.facts = json.loads(self.child.stdout.readline())
        self.runs = 0

    def ask(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.facts['http']}{path}") as answer:
            return answer.read().decode()

    def start(self, channels, tls, pace=0, hold=0, starts_in=0):
        """A broadcast a channel; the name of the run, and its playlists' URLs."""
        self.runs += 1
        run = f"run{self.runs}"
        urls = self.ask(f"/start?run={run}&channels={channels}&tls={int(tls)}&pace={pace}&hold={hold}"
                        f"&starts_in={starts_in}")
        return run, urls.split()

    def served(self, run):
        return json.loads(self.ask(f"/served?run={run}"))

    def cpu(self):
        return stat_of(self.child.pid)[1]

    def trust(self):
        """Environment in which curl, Python and we believe the origin's certificate."""
        return {name: self.authority for name in ("SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE")}

    def close(self):
        self.child.stdin.close()
        self.child.wait()


def table(head, rows, words=()):
    """Columns: the first to the left, the others to the right but for those of `words`, by number."""
    cells = [list(map(str, head))] + [list(map(str, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells)]
    for line in cells:
        print("  ".join(cell.ljust(width) if column == 0 or column in words else cell.rjust(width)
                        for column, (cell, width) in enumerate(zip(line, widths))).rstrip())
    sys.stdout.flush()


def version(command):
    """The first line of what a program says of its version, without the copyright."""
    try:
        said = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
    except FileNotFoundError:
        return None
    return re.sub(r" Copyright.*| \(.*", "", said[0]) if said else ""
