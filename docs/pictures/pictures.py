#!/usr/bin/env python3
"""Draws why a score is what it is, and how good a model is, as SVG: every number comes from SQL.

    pictures.py [--model credit] [--query 'SELECT ...'] [--label "outcome = 'default'"]
                [--row 'id = 2'] FOLDER           in the database of PGHOST, PGDATABASE ...

    waterfall.svg    one score (explain): of the row of the query for which --row is true
    importance.svg   what the model uses (pgscore.feature_importance), for the rows of the query
    roc.svg          the ROC curve (roc_curve); --label says which rows are positive
    calibration.svg  the calibration (calibration_curve)
    lift.svg         the lift (lift_table)

The last three are for models of two classes: --label '' leaves them out. Without options it is the
database of `make demo` that is drawn. Python's standard library and psql are enough."""
import argparse
import json
import math
import os
import pathlib
import subprocess
import sys
from html import escape

WIDTH, HEIGHT = 640, 400
POINTS = 400  # of a curve, at most
BINS = 10
FEATURES = 9  # of a waterfall
BARS = 14  # of the importance

# Blue and orange are told apart by everybody (Okabe and Ito); a card of its own lies below the
# picture, so that it can be read on any page.
STYLE = """
text { font: 12px system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif; fill: #1f2328 }
.head { font-size: 16px; font-weight: 600 }
.big { font-size: 26px }
.halo { stroke: #ffffff; stroke-width: 4; stroke-linejoin: round; paint-order: stroke }
.strong { font-weight: 600 }
.soft { fill: #59636e }
.card { fill: #ffffff; stroke: #d0d7de }
.grid { fill: none; stroke: #e6e9ed }
.axis { fill: none; stroke: #8c959f }
.dash { fill: none; stroke: #8c959f; stroke-dasharray: 4 4 }
.ink { fill: #1f2328 }
.blue { fill: #0072b2 }
.orange { fill: #d55e00 }
.area { fill: #0072b2; opacity: .1 }
.pale { fill: #0072b2; opacity: .3 }
.blueline { fill: none; stroke: #0072b2; stroke-width: 2; stroke-linejoin: round }
.orangeline { fill: none; stroke: #d55e00; stroke-width: 2; stroke-linejoin: round }
@media (prefers-color-scheme: dark) {
text, .ink { fill: #e6edf3 }
.soft { fill: #9ba3ad }
.card { fill: #161b22; stroke: #30363d }
.halo { stroke: #161b22 }
.grid { stroke: #2a3038 }
.axis, .dash { stroke: #6e7781 }
.blue, .area, .pale { fill: #56b4e9 }
.orange { fill: #e69f00 }
.blueline { stroke: #56b4e9 }
.orangeline { stroke: #e69f00 }
}
"""


def ask(sql):
    """The value of a query of one row and one column, which is JSON; None without a row."""
    command = ["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql]
    environment = {**os.environ, "PGCLIENTENCODING": "UTF8"}
    try:
        answer = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", env=environment)
    except FileNotFoundError:
        sys.exit("pictures: there is no psql on the PATH")
    if answer.returncode:
        sys.exit(1)  # psql has said why.
    return json.loads(answer.stdout) if answer.stdout.strip() else None


def quoted(what):
    return "'%s'" % what.replace("'", "''")


def number(value, digits=2, sign=False):
    """With a real minus, and without one before 0.00."""
    shown = ("%+.*f" if sign else "%.*f") % (digits, value)
    if float(shown) == 0:
        shown = shown.lstrip("+-")
    return shown.replace("-", "\u2212")


def count(value):
    """A number of rows."""
    return "{:,.0f}".format(value)


def percent(share, digits=0):
    return "%s %%" % number(100 * share, digits)


def short(what, length):
    return what if len(what) <= length else what[: length - 1].rstrip() + "\u2026"


def percent_tick(share, digits):
    return percent(share, max(0, digits - 2))


def coordinate(value):
    return ("%.1f" % value).replace(".0", "")


def ticks(low, high, wanted=6):
    """Round numbers from low to high, and how many digits they need."""
    rough = (high - low) / wanted
    size = 10 ** math.floor(math.log10(rough))
    step = min((s * size for s in (1, 2, 5, 10)), key=lambda s: abs(math.log(s / rough)))
    values = [i * step for i in range(math.ceil(low / step), math.floor(high / step + 1e-9) + 1)]
    return values, max(0, -math.floor(math.log10(step) + 1e-9))


def scale(low, high, start, end):
    return lambda value: start + (value - low) / (high - low) * (end - start)


def thinned(points):
    """The corners of a curve without those closer than half a pixel, and POINTS at most."""
    corners = points[:1]
    for (x, y), (next_x, next_y) in zip(points[1:], points[2:]):
        last_x, last_y = corners[-1]
        if abs((x - last_x) * (next_y - y) - (y - last_y) * (next_x - x)) > 1e-9:
            corners.append((x, y))
    corners.append(points[-1])
    gap = 0.5
    while True:
        kept = corners[:1]
        for point in corners[1:-1]:
            if math.dist(point, kept[-1]) >= gap:
                kept.append(point)
        kept.append(corners[-1])
        if len(kept) <= POINTS:
            return kept
        gap *= 1.2


def text(x, y, what, anchor="start", kind=None, more=""):
    """With more text, in a softer colour, behind it."""
    what = escape(what, quote=False)
    if more:
        what += ' <tspan class="soft">%s</tspan>' % escape(more, quote=False)
    options = "" if anchor == "start" else ' text-anchor="%s"' % anchor
    options += "" if kind is None else ' class="%s"' % kind
    return '<text x="%s" y="%s"%s>%s</text>' % (coordinate(x), coordinate(y), options, what)


def turned(x, y, degrees, what, kind="soft"):
    """Around its middle."""
    where = "translate(%s %s) rotate(%d)" % (coordinate(x), coordinate(y), degrees)
    return '<g transform="%s">%s</g>' % (where, text(0, 0, what, "middle", kind))


def path(points, kind, closed=False):
    steps = "L".join("%s %s" % (coordinate(x), coordinate(y)) for x, y in points)
    return '<path class="%s" d="M%s%s"/>' % (kind, steps, "Z" if closed else "")


def bar(left, top, right, bottom, kind):
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return path(corners, kind, closed=True)


def dot(x, y, radius, kind):
    return '<circle class="%s" cx="%s" cy="%s" r="%s"/>' % (
        kind,
        coordinate(x),
        coordinate(y),
        coordinate(radius),
    )


def axis_x(x, low, high, top, bottom, label, show=number, wanted=6):
    """Ticks, their grid up to the top, and the label."""
    parts = []
    values, digits = ticks(low, high, wanted)
    for value in values:
        parts.append(path([(x(value), top), (x(value), bottom)], "grid"))
        parts.append(path([(x(value), bottom), (x(value), bottom + 4)], "axis"))
        parts.append(text(x(value), bottom + 17, show(value, digits), "middle", "soft"))
    parts.append(path([(x(low), bottom), (x(high), bottom)], "axis"))
    parts.append(text((x(low) + x(high)) / 2, bottom + 35, label, "middle", "soft"))
    return parts


def axis_y(y, low, high, left, right, label, show=number, wanted=6):
    parts = []
    values, digits = ticks(low, high, wanted)
    for value in values:
        parts.append(path([(left, y(value)), (right, y(value))], "grid"))
        parts.append(path([(left - 4, y(value)), (left, y(value))], "axis"))
        parts.append(text(left - 8, y(value) + 4, show(value, digits), "end", "soft"))
    parts.append(path([(left, y(low)), (left, y(high))], "axis"))
    parts.append(turned(28, (y(low) + y(high)) / 2, -90, label))
    return parts


def picture(name, title, subtitle, description, parts):
    """The file. Title and description are what a screen reader reads."""
    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" '
        'role="img" aria-labelledby="%s-title %s-desc">'
        % (WIDTH, HEIGHT, WIDTH, HEIGHT, name, name),
        '<title id="%s-title">%s</title>' % (name, escape(title)),
        '<desc id="%s-desc">%s</desc>' % (name, escape(description)),
        "<style>%s</style>" % STYLE,
        '<rect class="card" x=".5" y=".5" width="%d" height="%d" rx="8"/>'
        % (WIDTH - 1, HEIGHT - 1),
        text(20, 30, title, kind="head"),
        text(20, 49, subtitle, kind="soft"),
        *parts,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def waterfall(model, query, row):
    """From what is expected of any row, the bias, feature by feature to the margin of this one."""
    found = ask(
        """SELECT json_build_object(
                    'rows', count(*) OVER (),
                    'score', predict({model}, t),
                    'margin', (predict_raw({model}, t))[1],
                    'bias', (SELECT c[cardinality(c)] FROM predict_contrib({model}, t) c),
                    'features', (SELECT json_agg(e ORDER BY rank)
                                   FROM explain({model}, t, top_k => 10000) e))
             FROM (SELECT * FROM ({query}\n) q WHERE {row}\n) t LIMIT 1""".format(
            model=quoted(model), query=query, row=row
        )
    )
    rows = found["rows"] if found else 0
    if rows != 1:
        sys.exit("pictures: --row is for one row of the query; there are %d with %s" % (rows, row))
    bias, margin = found["bias"], found["margin"]
    features = found["features"] or []
    moves = [
        (f["feature"], "missing" if f["value"] is None else f["value"], f["contribution"])
        for f in features[:FEATURES]
    ]
    rest = features[FEATURES:]
    if rest:
        moves.append(("%d others" % len(rest), "", sum(f["contribution"] for f in rest)))
    stations = [bias]
    for _, _, move in moves:
        stations.append(stations[-1] + move)

    left, right, top, bottom = 250, 620, 66, 350
    low, high = min(stations), max(stations)
    room = 0.16 * (high - low or 1)  # for the numbers beside the arrows
    low, high = low - room, high + room
    x = scale(low, high, left, right)
    height = (bottom - top) / (len(moves) + 2)
    half = height * 0.34
    parts = axis_x(x, low, high, top, bottom, "margin (predict_raw)")
    y = top + height / 2
    parts.append(path([(x(bias), y), (x(bias), y + height)], "axis"))
    parts.append(dot(x(bias), y, 4, "ink"))
    parts.append(text(left - 10, y + 4, "expected (bias)", "end", "strong"))
    parts.append(text(x(bias) + 9, y + 4, number(bias), kind="strong halo"))
    for i, (feature, value, move) in enumerate(moves):
        y += height
        start, end = x(stations[i]), x(stations[i + 1])
        neck = end - math.copysign(min(5, abs(end - start)), move)
        parts.append(path([(end, y), (end, y + height)], "axis"))
        arrow = [(start, y - half), (neck, y - half), (end, y), (neck, y + half), (start, y + half)]
        parts.append(path(arrow, "orange" if move > 0 else "blue", closed=True))
        amount = number(move, sign=True)
        if move > 0:
            parts.append(text(end + 6, y + 4, amount, kind="halo"))
        else:
            parts.append(text(end - 6, y + 4, amount, "end", "halo"))
        feature = short(feature, 24)
        more = short(value, max(6, 36 - len(feature)))
        parts.append(text(left - 10, y + 4, feature, "end", more=more))
    y += height
    parts.append(dot(x(margin), y, 4, "ink"))
    parts.append(text(left - 10, y + 4, "this row", "end", "strong"))
    parts.append(text(x(margin) + 9, y + 4, number(margin), kind="strong halo"))
    score = number(found["score"], 3)
    told = ["%s %s %s" % (f, v, number(m, sign=True)) for f, v, m in moves]
    return picture(
        "waterfall",
        "Why this score?",
        "%s: the row with %s has a score of %s" % (model, short(row, 40), score),
        "Waterfall from the expected margin %s to the margin of one row %s, which is a score of "
        "%s: %s." % (number(bias), number(margin), score, ", ".join(told)),
        parts,
    )


def importance(model, query):
    features = ask(
        """SELECT json_agg(f ORDER BY mean_abs_contribution DESC, feature)
             FROM pgscore.feature_importance({model}, {query}) f""".format(
            model=quoted(model), query=quoted(query)
        )
    )
    shown = [(f["feature"], f["mean_abs_contribution"]) for f in features[:BARS]]
    left, right, top, bottom = 180, 580, 66, 350
    high = shown[0][1] or 1
    x = scale(0, high, left, right)
    height = (bottom - top) / len(shown)
    parts = axis_x(x, 0, high, top, bottom, "mean size of the contribution to the margin")
    for i, (feature, size) in enumerate(shown):
        y = top + (i + 0.5) * height
        parts.append(text(left - 8, y + 4, short(feature, 24), "end"))
        parts.append(bar(left, y - height * 0.34, x(size), y + height * 0.34, "blue"))
        parts.append(text(x(size) + 6, y + 4, number(size, 3), kind="soft"))
    subtitle = "%s: how far each feature moves the margin of a row, on average" % model
    if len(features) > len(shown):
        subtitle += "; the %d greatest of %d" % (len(shown), len(features))
    return picture(
        "importance",
        "What does the model use?",
        subtitle,
        "Bars of the mean absolute contribution of each feature: %s."
        % ", ".join("%s %s" % (feature, number(size, 3)) for feature, size in shown),
        parts,
    )


def metrics(model, query, label):
    """What the three pictures below show, from one scan of the query."""
    found = ask(
        """SELECT json_build_object(
                    'auc', roc_auc(label, score),
                    'ks', ks_statistic(label, score),
                    'brier', brier_score(label, score),
                    'roc', roc_curve(label, score),
                    'calibration', calibration_curve(label, score, {bins}),
                    'lift', lift_table(label, score, {bins}))
             FROM (SELECT {label} AS label, predict({model}, t) AS score
                     FROM ({query}\n) t) scored""".format(
            bins=BINS, model=quoted(model), query=query, label=label
        )
    )
    if found["roc"] is None:
        sys.exit("pictures: %s is true for all rows of the query, or for none" % label)
    found["model"], found["label"] = model, label
    found["rows"] = sum(tile["weight"] for tile in found["lift"])
    found["positives"] = sum(tile["positives"] for tile in found["lift"])
    return found


def counts(found):
    """The end of a subtitle."""
    return "%s rows, %s of them with %s" % (
        count(found["rows"]),
        count(found["positives"]),
        short(found["label"], 40),
    )


def roc(found):
    left, top, size = 76, 72, 278
    x, y = scale(0, 1, left, left + size), scale(0, 1, top + size, top)
    curve = thinned([(x(p["fpr"]), y(p["tpr"])) for p in found["roc"]])
    # The first point has no rows, and an infinite threshold.
    best = max(found["roc"][1:], key=lambda p: abs(p["tpr"] - p["fpr"]))
    auc, ks = number(found["auc"], 3), number(found["ks"], 3)
    tpr, fpr = percent(best["tpr"]), percent(best["fpr"])
    parts = axis_x(x, 0, 1, top, top + size, "negative rows taken for positive", percent_tick, 5)
    parts += axis_y(y, 0, 1, left, left + size, "positive rows found", percent_tick, 5)
    parts.append(path([*curve, (x(1), y(0))], "area", closed=True))
    parts.append(path([(x(0), y(0)), (x(1), y(1))], "dash"))
    parts.append(turned(x(0.7) + 10, y(0.7) + 10, -45, "chance"))
    parts.append(path(curve, "blueline"))
    parts.append(path([(x(best["fpr"]), y(best[k])) for k in ("tpr", "fpr")], "orangeline"))
    parts.append(dot(x(best["fpr"]), y(best["tpr"]), 4, "orange"))
    side = left + size + 40
    parts.append(dot(side, 126, 5, "blue"))
    parts.append(text(side + 16, 135, auc, kind="big"))
    parts.append(dot(side, 216, 5, "orange"))
    parts.append(text(side + 16, 225, ks, kind="big"))
    told = {
        156: "area below the curve (roc_auc)",
        246: "greatest distance from chance",
        263: "(ks_statistic): with scores from",
        280: "%s on, %s of the positive" % (number(best["threshold"], 3), tpr),
        297: "rows and %s of the others" % fpr,
    }
    parts += [text(side + 16, line, what, kind="soft") for line, what in told.items()]
    return picture(
        "roc",
        "ROC curve: do positive rows have higher scores?",
        "%s: %s" % (found["model"], counts(found)),
        "ROC curve. The area below it is %s; its greatest distance from chance is %s, where %s of "
        "the positive and %s of the negative rows are taken for positive." % (auc, ks, tpr, fpr),
        parts,
    )


def calibration(found):
    """The curve, and below it how many rows are in each bin."""
    bins = found["calibration"]
    left, right, top, bottom, floor = 76, 610, 72, 266, 350
    x, y = scale(0, 1, left, right), scale(0, 1, bottom, top)
    tall = scale(0, max(b["weight"] for b in bins), floor, bottom + 28)
    parts = axis_x(x, 0, 1, top, floor, "score (predict)", wanted=BINS)
    parts += axis_y(y, 0, 1, left, right, "positive rows", percent_tick, 5)
    parts.append(turned(28, (bottom + floor) / 2 + 14, -90, "rows"))
    for b in bins:
        start, end, head = x((b["bin"] - 1) / BINS), x(b["bin"] / BINS), tall(b["weight"])
        parts.append(bar(start + 1, head, end - 1, floor, "pale"))
        parts.append(text((start + end) / 2, head - 4, count(b["weight"]), "middle", "soft halo"))
    parts.append(path([(x(0), y(0)), (x(1), y(1))], "dash"))
    parts.append(text(x(1) - 6, y(0.74), "as the scores say", "end", "soft halo"))
    points = [(x(b["mean_score"]), y(b["observed"])) for b in bins]
    parts.append(path(points, "blueline"))
    parts += [dot(*point, 4, "blue") for point in points]
    told = [
        "%s and %s of %s rows"
        % (number(b["mean_score"]), percent(b["observed"]), count(b["weight"]))
        for b in bins
    ]
    return picture(
        "calibration",
        "Calibration: is a score the probability that it says?",
        "%s: %s; brier_score %s" % (found["model"], counts(found), number(found["brier"], 3)),
        "Calibration curve: mean score and share of positive rows by bins of the score: %s."
        % ", ".join(told),
        parts,
    )


def lift(found):
    tiles = found["lift"]
    left, right, top, bottom = 76, 610, 66, 350
    high = 1.1 * max(1, *(t["lift"] for t in tiles))
    x, y = scale(0, 1, left, right), scale(0, high, bottom, top)
    label = "rows, from the highest score down"
    parts = axis_x(x, 0, 1, bottom, bottom, label, percent_tick, BINS)
    parts += axis_y(y, 0, high, left, right, "positive rows / average (lift)", wanted=5)
    seen, line, labels = 0, [], []
    for t in tiles:
        start, seen = seen, seen + t["weight"] / found["rows"]
        parts.append(bar(x(start) + 3, y(t["lift"]), x(seen) - 3, bottom, "blue"))
        middle = x((start + seen) / 2)
        labels.append(text(middle, y(t["lift"]) - 5, number(t["lift"]), "middle", "halo"))
        line.append((x(seen), y(t["cumulative_lift"])))
    parts.append(path([(left, y(1)), (right, y(1))], "dash"))
    parts.append(path(line, "orangeline"))
    parts += [dot(*point, 3.5, "orange") for point in line]
    parts += labels
    parts.append(bar(368, 19, 380, 31, "blue"))
    parts.append(text(386, 30, "rows of the bar"))
    parts.append(path([(486, 26), (506, 26)], "orangeline"))
    parts.append(dot(496, 26, 3.5, "orange"))
    parts.append(text(511, 30, "all rows up to it"))
    return picture(
        "lift",
        "Lift: are positive rows at the top?",
        "%s: %s" % (found["model"], counts(found)),
        "Lift of %d groups of rows, from the highest score down: %s."
        % (len(tiles), ", ".join(number(t["lift"]) for t in tiles)),
        parts,
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--model", default="credit")
    parser.add_argument("--query", default="SELECT * FROM applicants")
    parser.add_argument("--label", default="outcome = 'default'")
    parser.add_argument("--row", default="id = 2")
    options = parser.parse_args()
    query = options.query.strip().rstrip(";")
    pictures = {
        "waterfall": waterfall(options.model, query, options.row),
        "importance": importance(options.model, query),
    }
    if options.label:
        found = metrics(options.model, query, options.label)
        pictures.update(roc=roc(found), calibration=calibration(found), lift=lift(found))
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, content in pictures.items():
        (options.folder / (name + ".svg")).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
