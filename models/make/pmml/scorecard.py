"""Scorecard: partial scores and reason codes."""
from kind_document import MISSING, document, number, output, predicate, tag, text


def attribute(points, test, code=None, inside=""):
    return tag("Attribute", test, inside, partialScore=points, reasonCode=code)


COMPLEX_SCORE = tag(
    "ComplexPartialScore",
    tag("Apply", tag("FieldRef", field="y"), tag("Constant", "2"), function="*"),
)
CHARACTERISTICS = tag(
    "Characteristics",
    "\n"
    + tag(
        "Characteristic",
        attribute(-3, predicate("x", "isMissing")),
        attribute(5, predicate("x", "lessThan", 1)),
        attribute(12, predicate("x", "lessThan", 2)),
        attribute(20, tag("True")),
        name="a",
        reasonCode="A",
        baselineScore=10,
    ),
    # the second attribute is worth twice y, whatever its partialScore
    "\n"
    + tag(
        "Characteristic",
        attribute(7, predicate("y", "lessThan", 0), "B1"),
        attribute(99, predicate("y", "lessThan", 9), "B2", COMPLEX_SCORE),
        name="b",
        baselineScore=4,
    ),
    # the same code as the first one: their points count together
    "\n"
    + tag(
        "Characteristic",
        attribute(1, predicate("c", "equal", "u")),
        attribute(8, predicate("c", "notEqual", "u")),
        name="c",
        reasonCode="A",
        baselineScore=6,
    ),
)


def result(x, y, c, algorithm):
    a = -3 if x is MISSING else 5 if x < 1 else 12 if x < 2 else 20
    b = MISSING if y is MISSING or y >= 9 else (7, "B1") if y < 0 else (2 * y, "B2")
    d = 1 if c == "u" else 8
    row = {
        "x": x,
        "y": y,
        "c": c,
        "t": MISSING if b is MISSING else 2.5 + a + b[0] + d,
    }
    sign = 1 if algorithm == "pointsAbove" else -1
    # Codes in the order of the document: equal ones keep it. Negative ones are left
    # out.
    points = {"A": sign * (a - 10) + sign * (d - 6)}
    if b is not MISSING:
        points[b[1]] = sign * (b[0] - 4)
    ranked = sorted((-p, ["A", "B1", "B2"].index(k)) for k, p in points.items() if p >= 0)
    for rank in (1, 2):
        row["code%d" % rank] = (
            ["A", "B1", "B2"][ranked[rank - 1][1]] if len(ranked) >= rank else MISSING
        )
    return row


def scorecard():
    fields = {"t": number("t"), "x": number("x"), "y": number("y"), "c": text("c", "u", "v")}
    for algorithm in ("pointsAbove", "pointsBelow"):
        rows = []
        for x in (MISSING, 0.5, 1.5, 2.5):
            for y in (-1.0, 3.0, 9.0, MISSING):
                for c in ("u", "v"):
                    rows.append(result(x, y, c, algorithm))
        document(
            "scorecard_" + algorithm,
            "Scorecard",
            fields,
            CHARACTERISTICS,
            rows,
            [output("code%d" % r, "reasonCode", rank=r) for r in (1, 2)],
            initialScore=2.5,
            reasonCodeAlgorithm=algorithm,
        )
