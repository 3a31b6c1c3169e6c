"""The results as a table."""
import math

from . import results
from .peers import PEERS

HEAD = """\
Median milliseconds of an iteration; below each peer its fastest variant. *Ratio*: ours to the fastest peer, below 1 is
faster; on {imperative} to those that take the steps in turn. *Limit*: the share of our time
that {machine} needs at best, by its rate of operations or of memory, whichever binds; above 100 % where caches serve
what is counted as memory. *MB*: peak memory above that of the process before the inputs, ours and the least of the
peers. `!`: disturbed by other processes.
"""


def markdown(rows):
    limit = results.limits(rows)
    names = results.peers(rows)
    titles = ["workload", "ours", *(PEERS[name].title for name in names), "ratio", "limit", "MB ours", "MB peer"]
    lines = [HEAD.format(imperative=" and ".join(f"`{name}`" for name in sorted(results.IMPERATIVE)),
                         machine="the machine")]
    lines += ["| " + " | ".join(titles) + " |", "|---|" + "---:|" * (len(titles) - 1)]
    lines += [line_of(workload, rows) for workload in results.workloads(rows)]
    mean = results.geometric_mean(rows)
    lines += ["", f"Geometric mean of the ratios: {mean:.2f}." if mean else "No peer was measured."]
    return "\n".join(lines + ["", description(limit)])


def description(limit):
    rates = [f"{limit['flops_per_s'] / 1e9:.0f} GFLOP/s of single precision"] if "flops_per_s" in limit else []
    rates += [f"{limit['bytes_per_s'] / 1e9:.0f} GB/s of memory"] if "bytes_per_s" in limit else []
    machine = f"{limit.get('machine', 'unknown machine')}, {limit.get('threads', '?')} threads"
    return f"Measured {limit.get('date', '')} on {machine}" + (": " + ", ".join(rates) if rates else "") + "."


def line_of(workload, rows):
    names = results.peers(rows)
    ours = results.best(rows, workload, results.OURS)
    cells = [workload, milliseconds(ours)]
    for name in names:
        row = results.best(rows, workload, name)
        cells.append(f"{milliseconds(row)} {row['variant']}" if row else "")
    ratio, share = results.ratio(rows, workload), results.share(rows, workload)
    cells.append(f"{ratio:.2f}" if ratio else "")
    cells.append(f"{share[0]:.0%} {share[1]}" if share else "")
    needed = [value for name in names if (value := results.memory(rows, workload, name)) is not None]
    cells += [megabytes(results.memory(rows, workload, results.OURS)), megabytes(min(needed, default=None))]
    return "| " + " | ".join(cells) + " |"


def milliseconds(row):
    if row is None:
        return ""
    value = row["median_s"] * 1e3
    digits = max(0, 2 - math.floor(math.log10(value)))
    return f"{value:.{digits}f}" + ("!" if row.get("other_cpu", 0) > 0.15 else "")


def megabytes(value):
    return "" if value is None else f"{value:.0f}"
