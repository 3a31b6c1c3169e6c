"""What the rows say about a workload."""
import math

from .peers import PEERS

OURS = "autograd-swift"

# A chain that the peer compiles before it runs is not the same program as one whose steps it takes in turn.
IMPERATIVE = {"tiny_chain", "scalar_loop"}
COMPILED = ("jit", "compile", "hybrid")


def workloads(rows):
    return list(dict.fromkeys(row["workload"] for row in rows if "workload" in row))


def peers(rows):
    """The names of the peers, in our order."""
    present = {row.get("peer") for row in rows}
    return [name for name in PEERS if name in present]


def best(rows, workload, peer):
    """The fastest row of a peer whose program is the same as ours; None if there is none."""
    candidates = [row for row in rows if row.get("workload") == workload and row["peer"] == peer and "median_s" in row]
    if workload in IMPERATIVE:
        candidates = [row for row in candidates if not row["variant"].startswith(COMPILED)]
    return min(candidates, key=lambda row: row["median_s"], default=None)


def rival(rows, workload):
    """The fastest row of any peer."""
    candidates = [row for peer in peers(rows) if (row := best(rows, workload, peer))]
    return min(candidates, key=lambda row: row["median_s"], default=None)


def ratio(rows, workload):
    """Our time to the best peer's."""
    ours, theirs = best(rows, workload, OURS), rival(rows, workload)
    return ours["median_s"] / theirs["median_s"] if ours and theirs else None


def geometric_mean(rows):
    ratios = [value for workload in workloads(rows) if (value := ratio(rows, workload))]
    return math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else None


def limits(rows):
    """What the machine was seen to do at best: a disturbed measurement is lower."""
    measured = [row for row in rows if row.get("limits")]
    best = {}
    for rate in ("bytes_per_s", "flops_per_s"):
        if found := [row[rate] for row in measured if rate in row]:
            best[rate] = max(found)
    return {**measured[0], **best} if measured else {}


def share(rows, workload):
    """The part of our time that the machine would need at best, and what limits it."""
    ours, limit = best(rows, workload, OURS), limits(rows)
    for need, rate, name in (("needs_flops", "flops_per_s", "operations"), ("needs_bytes", "bytes_per_s", "memory")):
        if ours and need in ours and rate in limit:
            return ours[need] / limit[rate] / ours["median_s"], name
    return None


def memory(rows, workload, peer):
    """The least megabytes that a peer needed above what it held before the inputs."""
    return min((row["maxrss_mb"] - row["import_rss_mb"] for row in rows
                if row.get("mem") and row["workload"] == workload and row["peer"] == peer), default=None)
