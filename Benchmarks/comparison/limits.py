"""What the machine can do at best: bandwidth of memory, and rate of floating-point operations."""
import datetime
import json
import subprocess
import tempfile
from pathlib import Path

from .say import say


def row(arguments):
    """A row of the limits, with machine and date. Measured by programs in C beside the peers' scripts."""
    result = {"limits": True, "machine": machine(), "threads": arguments.threads, "date": str(datetime.date.today())}
    triad, fma = measure("triad", arguments), measure("fma", arguments)
    if triad:
        # Memory also reads each line that is written.
        result["bytes_per_s"] = triad["GBps_with_write_allocate"] * 1e9
    if fma:
        result["flops_per_s"] = fma["GFLOPs"] * 1e9
    return result


def measure(name, arguments):
    source = arguments.scripts / "limits" / f"{name}.c" if arguments.scripts else None
    if not source or not source.exists():
        say(f"no limit of the machine is known: {name}.c is not among the scripts")
        return None
    with tempfile.TemporaryDirectory() as directory:
        program = Path(directory) / name
        subprocess.run(["cc", "-O3", "-march=native", "-pthread", str(source), "-o", str(program)], check=True)
        runs = [subprocess.run([program, str(arguments.threads)], check=True, capture_output=True, text=True).stdout
                for _ in range(2)]
    return max(map(json.loads, runs), key=lambda run: list(run.values())[2:])


def machine():
    """The processor and how much of it there is."""
    names = [line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
             if line.startswith("model name")]
    return f"{names[0]}, {len(names)} cores" if names else "unknown"
