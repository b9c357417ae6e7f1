"""One plain SVG: answers in words, then rows of lines on one time axis. Dark or light as the browser prefers."""

from xml.sax.saxutils import escape

WIDTH, LEFT, RIGHT, ROW, GAP = 1000, 90, 250, 64, 34
STYLE = """
text{font:13px system-ui,sans-serif;fill:#1f2430}.s{font-size:11px;fill:#566}.h{font-weight:600}
.bg{fill:#fff}.f{fill:#f4f6f8;stroke:#c8d0d8}.t{stroke:#b35900;stroke-dasharray:4 3}.bad{fill:#b3261e;font-size:12px;font-weight:600}
.warn{fill:#8a5a00;font-size:12px;font-weight:600}.c0{stroke:#1f6feb}.c1{stroke:#0a7d50}.c2{stroke:#8250df}.c3{stroke:#b35900}
.k0{fill:#1f6feb}.k1{fill:#0a7d50}.k2{fill:#8250df}.k3{fill:#b35900}
polyline{fill:none;stroke-width:1.8}.b{stroke:#566;stroke-dasharray:2 3}
@media(prefers-color-scheme:dark){text{fill:#e6e9ee}.s{fill:#a9b4c0}.bg{fill:#14181d}.f{fill:#1c2229;stroke:#39434e}
.bad{fill:#ff8a80}.warn{fill:#ffca6b}.c0{stroke:#79b8ff}.c1{stroke:#56d39b}.c2{stroke:#c8a8ff}.c3{stroke:#ffb86b}
.k0{fill:#79b8ff}.k1{fill:#56d39b}.k2{fill:#c8a8ff}.k3{fill:#ffb86b}.t{stroke:#ffb86b}.b{stroke:#a9b4c0}}
""".strip()
# Dash patterns besides colours, so that lines are distinguishable without colours.
STATES = {"2": ("critical", "bad"), "1": ("warning", "warn"), "0.5": ("not known", "s"), "0.25": ("info", "s")}
DASHES = ("", "6 3", "2 3", "8 3 2 3")


def text(x, y, words, kind="", anchor="start"):
    limit = 118
    words = words if len(words) <= limit else words[:limit - 1] + "…"
    return f'<text x="{x:.0f}" y="{y:.0f}" class="{kind}" text-anchor="{anchor}">{escape(words)}</text>'


def spoken(value, unit):
    if unit == "percentunit":
        return f"{value * 100:.0f} %"
    if unit != "s":
        return f"{value:.3g}"
    for size, name in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        if abs(value) >= size:
            return f"{value / size:.3g} {name}"
    return f"{value * 1000:.3g} ms"


def row(top, title, unit, limits, reach, series, begin, end):
    """series: pairs of a name and points (time, value). limits: values at which a dashed line is drawn. reach: the least
    value at the end of the axis."""
    parts = [text(8, top - 6, title, "h")]
    values = [value for _, points in series for _, value in points]
    if not values:
        return parts + [text(WIDTH - RIGHT + 10, top - 6, "no data", "s")]
    parts.append(f'<rect class="f" x="{LEFT}" y="{top}" width="{WIDTH - LEFT - RIGHT}" height="{ROW}"/>')
    high = max(max(values), reach) * 1.1

    def x(at):
        return LEFT + (at - begin) / (end - begin) * (WIDTH - LEFT - RIGHT)

    def y(value):
        return top + ROW - max(0, min(value, high)) / high * ROW

    parts += [text(LEFT - 6, top + 10, spoken(high / 1.1, unit), "s", "end"), text(LEFT - 6, top + ROW, "0", "s", "end")]
    parts += [f'<line class="t" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(limit):.1f}" y2="{y(limit):.1f}"/>'
              for limit in limits if limit < high]
    for index, (name, points) in enumerate(series[:4]):
        line = " ".join(f"{x(at):.1f},{y(value):.1f}" for at, value in points)
        parts.append(f'<polyline class="c{index}" stroke-dasharray="{DASHES[index]}" points="{line}"/>')
        said = f"{name[:26]} {spoken(points[-1][1], unit)}"
        parts.append(text(WIDTH - RIGHT + 10, top + 11 + index * 17, said, f"k{index}"))
    return parts


def picture(title, caption, answers, rows, begin, end, began):
    """answers: level, question and answer. rows: the arguments of row() after top. began: a time to mark, or None."""
    top = 78 + 20 * len(answers)
    # A row without data has only its title.
    tops = [top]
    for *_, series in rows:
        tops.append(tops[-1] + (ROW + GAP if series else 24))
    height = tops[-1] + 24
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
             f"<title>{escape(title)}</title><style>{STYLE}</style>",
             f'<rect class="bg" width="{WIDTH}" height="{height}"/>', text(8, 22, title, "h")]
    for index, (level, question, answer) in enumerate(answers):
        state, kind = STATES.get(level, ("ok", "s"))
        y = 46 + index * 20
        parts += [text(8, y, state, kind), text(LEFT, y, question, "s"), text(LEFT + 215, y, answer, kind)]
    for index, one in enumerate(rows):
        parts += row(tops[index], *one, begin, end)
    bottom = tops[-1] - GAP
    for part in range(5):
        at = LEFT + part / 4 * (WIDTH - LEFT - RIGHT)
        said = "now" if part == 4 else f"−{(end - begin) * (4 - part) / 240:.1f} min"
        parts.append(text(at, bottom + 16, said, "s", "middle"))
    if began is not None and begin < began < end:
        at = LEFT + (began - begin) / (end - begin) * (WIDTH - LEFT - RIGHT)
        # In the graphs alone: it must not cross their titles.
        parts += [f'<line class="b" x1="{at:.1f}" x2="{at:.1f}" y1="{y}" y2="{y + ROW}"/>'
                  for y, (*_, series) in zip(tops, rows) if series]
        parts.append(text(at, top - 24, "start", "s", "middle"))
    parts += [text(8, height - 8, caption, "s"), "</svg>"]
    return "\n".join(parts) + "\n"
