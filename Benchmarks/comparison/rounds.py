"""Runs a workload on ours and the peers in turn."""
import json
import statistics
import subprocess
import time

from .say import say


def rows_of(workload, bench, peers, arguments):
    """The rows of all rounds, then those of peak memory, each of a fresh process."""
    rows = []
    for _ in range(arguments.rounds):
        rows += measure([str(bench), workload], None, arguments)
        for peer in peers:
            rows += startup(peer, arguments) if workload == "startup" else times(peer, workload, arguments)
    report_differences(workload, rows)
    if not arguments.no_memory and workload != "startup":
        rows += measure([str(bench), workload, "--mem"], None, arguments)
        for peer in peers:
            for variant in dict.fromkeys(row["variant"] for row in rows if row["peer"] == peer.name):
                command = peer.command("bench") + [workload, "--mem", "--variant", variant]
                rows += measure(command, peer.settings, arguments)
    return rows


def times(peer, workload, arguments):
    variants = ["--variant", arguments.variants] if arguments.variants else []
    return measure(peer.command("bench") + [workload, *variants], peer.settings, arguments)


def measure(command, settings, arguments):
    """The rows that one run prints."""
    options = ["--threads", str(arguments.threads), "--quiet", str(arguments.quiet)]
    result = subprocess.run(command + options, capture_output=True, text=True, env=settings)
    if result.returncode:
        say(f"{' '.join(command)} failed: {result.stderr.strip()[-500:]}")
    rows = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    for row in rows:
        if "error" in row:
            say(f"{row['peer']} {row['variant']} {row['workload']}: {row['error']}")
    return [row for row in rows if "median_s" in row or "maxrss_mb" in row]


def startup(peer, arguments):
    """Whole processes: the median of five after one that warms up."""
    command = peer.command("startup")
    seconds = []
    for _ in range(6):
        start = time.perf_counter()
        if subprocess.run(command, capture_output=True, env=peer.settings).returncode:
            say(f"{' '.join(command)} failed")
            return []
        seconds.append(time.perf_counter() - start)
    return [{"peer": peer.name, "variant": "eager", "workload": "startup", "threads": arguments.threads,
             "median_s": statistics.median(seconds[1:]), "min_s": min(seconds[1:])}]


def report_differences(workload, rows):
    ours = next((row for row in rows if row["peer"] == "autograd-swift"), None)
    for row in rows:
        if ours and row is not ours and (found := disagreement(ours, row)):
            say(f"{workload}: the checksums differ: ours {found}")


def disagreement(ours, peer):
    """The first sum in which two rows differ by more than workloads.md allows."""
    for key in ("checksum", "checksum_abs", "checksum_w", "loss3"):
        if key in ours and key in peer:
            slack = 0 if key == "loss3" else 2e-5 * peer["checksum_abs"]
            difference = abs(ours[key] - peer[key])
            if not difference <= max(1e-3 * abs(peer[key]), slack):
                return f"{key} {ours[key]!r}, {peer['peer']} {peer[key]!r}"
    return None
