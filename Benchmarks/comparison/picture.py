"""The results as a picture: for each workload, how many times as long as ours each peer takes."""
import math

from . import results
from .peers import PEERS
from .table import description

COLOURS = {"torch": "#e8710a", "jax": "#8250df", "mxnet": "#3b82c4", "mlx": "#7d8590", "autograd": "#d4537e",
           "tinygrad": "#bf8700"}
# Greys and hues that can be read on white as well as on black.
TEXT, LINE, OURS = "#7d8590", "#7d859055", "#2da44e"

WIDTH, LEFT, RIGHT, TOP, BAR, GAP = 880, 150, 30, 74, 7, 9
LEAST, MOST = 0.25, 1000


def svg(rows):
    names, workloads = results.peers(rows), [w for w in results.workloads(rows) if results.rival(rows, w)]
    step = len(names) * BAR + GAP
    bottom = TOP + len(workloads) * step
    parts = [title(rows), legend(names), *axis(bottom)]
    for i, workload in enumerate(workloads):
        parts += bars(rows, workload, names, TOP + i * step)
    parts.append(label(LEFT, bottom + 40, description(results.limits(rows)), size=11))
    height = bottom + 54
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
            f'height="{height}" font-family="-apple-system, Segoe UI, Helvetica, Arial, sans-serif" role="img">\n'
            + "\n".join(parts) + "\n</svg>\n")


def position(ratio):
    share = math.log(min(max(ratio, LEAST), MOST) / LEAST) / math.log(MOST / LEAST)
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def title(rows):
    mean = results.geometric_mean(rows)
    text = f"; geometric mean of the fastest: {1 / mean:.1f}×" if mean else ""
    return label(LEFT, 22, f"Time of each peer as a multiple of ours{text}", size=15, weight="bold")


def legend(names):
    parts, x = [], LEFT
    for name in names:
        parts.append(f'<rect x="{x}" y="36" width="11" height="11" rx="2" fill="{COLOURS[name]}"/>')
        parts.append(label(x + 16, 46, PEERS[name].title))
        x += 40 + 8 * len(PEERS[name].title)
    return "\n".join(parts)


def axis(bottom):
    for ratio in (0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000):
        x = position(ratio)
        colour, width = (OURS, 2) if ratio == 1 else (LINE, 1)
        yield f'<line x1="{x:.1f}" y1="{TOP - 8}" x2="{x:.1f}" y2="{bottom}" stroke="{colour}" stroke-width="{width}"/>'
        yield label(x, bottom + 16, f"{ratio:g}×", size=11, anchor="middle")
    yield label(position(1), TOP - 13, "ours", size=11, anchor="middle", colour=OURS)


def bars(rows, workload, names, y):
    """Bars from 1 on: to the right of it the peer is slower, to the left faster."""
    ours = results.best(rows, workload, results.OURS)["median_s"]
    yield label(LEFT - 8, y + len(names) * BAR / 2 + 4, workload, anchor="end")
    for i, name in enumerate(names):
        row = results.best(rows, workload, name)
        if row is None:
            continue
        ratio = row["median_s"] / ours
        start, end = sorted((position(1), position(ratio)))
        yield (f'<rect x="{start:.1f}" y="{y + i * BAR}" width="{max(end - start, 1):.1f}" height="{BAR - 1}" '
               f'fill="{COLOURS[name]}"><title>{workload}, {PEERS[name].title} {row["variant"]}: {ratio:.2f}</title>'
               '</rect>')


def label(x, y, text, size=12, anchor="start", weight="normal", colour=TEXT):
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" '
            f'fill="{colour}">{text}</text>')
