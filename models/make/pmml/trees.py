"""TreeModel: one tree under every strategy."""
from xml.sax.saxutils import escape

from document import MISSING, data_field, document, element, output, schema, values


def simple(field, operator, value=None):
    return element("SimplePredicate", field=field, operator=operator, value=value)


def in_set(field, operator, *texts):
    quoted = " ".join('"%s"' % t for t in texts)
    return element(
        "SimpleSetPredicate",
        element("Array", escape(quoted), type="string", n=len(texts)),
        field=field,
        booleanOperator=operator,
    )


def compound(operator, *parts):
    return element("CompoundPredicate", *parts, booleanOperator=operator)


TRUE = element("True")


def node(id_, predicate, *children, score=None, counts=None, default=None, records=None):
    distribution = "".join(
        element("ScoreDistribution", value=k, recordCount=v) for k, v in (counts or {}).items()
    )
    return element(
        "Node",
        predicate,
        distribution,
        *children,
        id=id_,
        score=score,
        recordCount=records,
        defaultChild=default
    )


def tree(root, names, *before, target="t", **a):
    a.setdefault("functionName", "regression")
    return lambda check="": element(
        "TreeModel", schema(*names, target=target), *before, root, check, **a
    )


DICTIONARY = [
    data_field("x"),
    data_field("y"),
    data_field("c", "string", None, values("u", "v", "w", "z")),
    data_field("t"),
]


def walk(x, y, c, on_missing, last):
    def end(own):  # no child is true
        return own if last else MISSING

    def unknown(own, default):
        return {
            "none": end(own),
            "lastPrediction": own,
            "nullPrediction": MISSING,
            "defaultChild": default,
        }[on_missing]

    def a():
        if c is MISSING:
            return unknown(3, 2)
        return 1 if c in "uv" else 2 if c == "w" else end(3)

    def b():
        if y is MISSING:
            return unknown(6, 4)
        return 4 if y <= 0 else 5 if y > 5 else end(6)

    if x is MISSING:
        return b() if on_missing == "defaultChild" else unknown(7, None)
    return a() if x < 1 else b()


def strategies():
    """One tree under every strategy: two numbers and a category, three levels, what is missing goes
    every way."""
    root = node(
        "r",
        TRUE,
        node(
            "a",
            simple("x", "lessThan", 1),
            node("aa", in_set("c", "isIn", "u", "v"), score=1),
            node("ab", in_set("c", "isIn", "w"), score=2),
            score=3,
            default="ab",
        ),
        node(
            "b",
            simple("x", "greaterOrEqual", 1),
            node("ba", simple("y", "lessOrEqual", 0), score=4),
            node("bb", simple("y", "greaterThan", 5), score=5),
            score=6,
            default="ba",
        ),
        score=7,
        default="b",
    )
    for on_missing in ("none", "lastPrediction", "nullPrediction", "defaultChild"):
        for last in (False, True):
            rows = [
                {"x": x, "y": y, "c": c, "t": walk(x, y, c, on_missing, last)}
                for x in (0.0, 1.0, MISSING)
                for y in (0.0, 3.0, 6.0, MISSING)
                for c in ("u", "w", "z", MISSING)
            ]
            document(
                "tree_%s_%s" % (on_missing, "last" if last else "null"),
                DICTIONARY,
                tree(
                    root,
                    ["x", "y", "c"],
                    missingValueStrategy=on_missing,
                    noTrueChildStrategy="returnLastPrediction" if last else "returnNullPrediction",
                ),
                rows,
            )


# Predicates of predicates. The last one takes the rest. Nothing is missing, except where it says
# so.
COMPOUNDS = node(
    1,
    TRUE,
    node(2, compound("and", simple("x", "greaterThan", 0), in_set("c", "isNotIn", "u")), score=1),
    node(3, compound("or", simple("y", "equal", 2), simple("c", "equal", "z")), score=2),
    node(4, compound("xor", simple("x", "lessThan", -1), simple("y", "lessThan", 0)), score=3),
    node(
        5,
        compound("surrogate", simple("y", "greaterThan", 4), simple("x", "notEqual", -3)),
        score=4,
    ),
    node(6, simple("y", "isMissing"), score=5),
    node(7, simple("c", "isNotMissing"), score=6),
    node(8, TRUE, score=7),
)


def compounds(x, y, c):
    both = None if x is MISSING else x > 0
    other = None if c is MISSING else c != "u"
    if both and other:
        return 1
    if y == 2 or c == "z":
        return 2
    if x is not MISSING and y is not MISSING and (x < -1) != (y < 0):
        return 3
    if (y > 4) if y is not MISSING else (x is not MISSING and x != -3):
        return 4
    return 5 if y is MISSING else 6 if c is not MISSING else 7


def compound_predicates():
    rows = [
        {"x": x, "y": y, "c": c, "t": compounds(x, y, c), "node": str(compounds(x, y, c) + 1)}
        for x in (-3.0, -2.0, 0.5, MISSING)
        for y in (-1.0, 2.0, 6.0, MISSING)
        for c in ("u", "w", "z", MISSING)
    ]
    document(
        "tree_compound",
        DICTIONARY,
        tree(COMPOUNDS, ["x", "y", "c"], element("Output", output("node", feature="entityId"))),
        rows,
    )


def classes():
    # Classes: probabilities are shares of records, confidences what the distribution says.
    def part(value, count, confidence):
        return element("ScoreDistribution", value=value, recordCount=count, confidence=confidence)

    root = element(
        "Node",
        TRUE,
        element(
            "Node",
            simple("x", "lessThan", 0),
            part("no", 6, "0.5"),
            part("yes", 2, "0.125"),
            id="left",
        ),
        element(
            "Node",
            simple("x", "greaterOrEqual", 0),
            part("no", 1, "0.25"),
            part("yes", 3, "0.75"),
            score="yes",
            id="right",
        ),
        id="top",
    )
    rows = [
        {"x": x, "t": t, "p": p, "c": c, "node": n}
        for x, t, p, c, n in (
            (-1.0, "no", 0.25, 0.5, "left"),
            (1.0, "yes", 0.75, 0.75, "right"),
            (MISSING, MISSING, MISSING, MISSING, MISSING),
        )
    ]
    document(
        "tree_classes",
        [data_field("x"), data_field("t", "string", None, values("no", "yes"))],
        tree(
            root,
            ["x"],
            element(
                "Output",
                output("p", feature="probability", value="yes"),
                output("c", feature="confidence"),
                output("node", feature="entityId"),
            ),
            functionName="classification",
        ),
        rows,
    )


def mixtures():
    """Where a predicate is unknown, the result is a mixture."""
    root = node(
        1,
        TRUE,
        node(2, simple("x", "lessThan", 0), counts={"no": 6, "yes": 2}, records=8),
        node(
            3,
            simple("x", "greaterOrEqual", 0),
            node(4, simple("y", "lessThan", 0), counts={"no": 1, "yes": 3}, records=4),
            node(5, simple("y", "greaterOrEqual", 0), counts={"no": 4, "yes": 0}, records=4),
            counts={"no": 5, "yes": 3},
            records=8,
        ),
        records=16,
    )
    for strategy in ("weightedConfidence", "aggregateNodes"):
        rows = []
        for x in (-1.0, 1.0, MISSING):
            for y in (-1.0, 1.0, MISSING):
                inner = {-1.0: 0.75, 1.0: 0.0, MISSING: 3 / 8}[y]
                # Records of the leaves that may be reached: 8 on the left; 4, 4 or 8 on the right.
                weight = 8 if strategy == "weightedConfidence" or y is MISSING else 4
                p = (
                    0.25
                    if x == -1
                    else inner
                    if x == 1
                    else (8 * 0.25 + weight * inner) / (8 + weight)
                )
                rows.append({"x": x, "y": y, "t": "yes" if p > 0.5 else "no", "p": p})
        document(
            "tree_" + strategy,
            [
                data_field("x"),
                data_field("y"),
                data_field("t", "string", None, values("no", "yes")),
            ],
            tree(
                root,
                ["x", "y"],
                element("Output", output("p", feature="confidence", value="yes")),
                functionName="classification",
                missingValueStrategy=strategy,
            ),
            rows,
        )


def trees():
    strategies()
    compound_predicates()
    classes()
    mixtures()
