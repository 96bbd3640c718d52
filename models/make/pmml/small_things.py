"""What is easily overlooked: confidences, tables with headers, scorecards without points, the order
of derived texts, fields of products."""
from document import MISSING, data_field, derived, document, element, numeric, output, ref
from document import regression, schema, table, values
from trees import TRUE, compound, node, simple, tree

DICTIONARY = [data_field("x"), data_field("t", "string", None, values("a", "b"))]


def scored(id_, predicate, counts, *children, **a):
    distribution = "".join(
        element("ScoreDistribution", value=k, recordCount=n, confidence=n / sum(counts.values()))
        for k, n in counts.items()
    )
    return element(
        "Node",
        predicate,
        distribution,
        *children,
        id=id_,
        score=max(counts, key=counts.get),
        recordCount=sum(counts.values()),
        **a
    )


def confidences():
    """A tree has confidences, whether they are those of its probabilities or not: without an
    Output, too."""
    for strategy in (None, "lastPrediction"):
        root = scored(
            "0",
            TRUE,
            {"a": 7, "b": 3},
            scored("1", simple("x", "lessThan", 2), {"a": 1, "b": 3}),
            scored("2", simple("x", "greaterOrEqual", 2), {"a": 6, "b": 0}),
        )
        rows = [
            {"x": x, "t": t, "predicted_t": t, "probability": p, "confidence": p}
            for x, t, p in ((1.0, "b", 0.75), (3.0, "a", 1.0))
        ]
        if strategy:
            rows.append(
                {"x": MISSING, "t": "a", "predicted_t": "a", "probability": 0.7, "confidence": 0.7}
            )
        document(
            "tree_confidence_" + (strategy or "none"),
            DICTIONARY,
            tree(root, ["x"], functionName="classification", missingValueStrategy=strategy),
            rows,
        )
    # The penalty counts surrogates under every strategy.
    split = lambda op: compound("surrogate", simple("x", op, 2), simple("y", op, 0))
    root = scored(
        "0",
        TRUE,
        {"a": 7, "b": 3},
        scored("1", split("lessThan"), {"a": 1, "b": 3}),
        scored("2", split("greaterOrEqual"), {"a": 6, "b": 2}),
    )
    rows = [
        {"x": x, "y": y, "t": t, "p": p, "c": c}
        for x, y, t, p, c in (
            (1.0, 5.0, "b", 0.75, 0.75),
            (MISSING, 5.0, "a", 0.75, 0.6),
            (MISSING, -1.0, "b", 0.75, 0.6),
        )
    ]
    document(
        "tree_penalty_surrogate",
        [data_field("y"), *DICTIONARY],
        tree(
            root,
            ["x", "y"],
            element(
                "Output", output("p", feature="probability"), output("c", feature="confidence")
            ),
            functionName="classification",
            missingValuePenalty=0.8,
        ),
        rows,
    )


def map_header():
    """A first row that has the names of the columns is no row where it cannot be one."""

    def lookup(*rows):
        return element(
            "MapValues",
            element("FieldColumnPair", field="x", column="from"),
            element(
                "InlineTable", *[element("row", "<from>%s</from><to>%s</to>" % row) for row in rows]
            ),
            outputColumn="to",
            defaultValue="-1",
        )

    rows = [{"x": x, "t": t} for x, t in ((1.0, 10.0), (2.0, 20.0), (3.0, -1.0))]
    document(
        "table_header",
        [data_field("x"), data_field("t")],
        regression(
            table(0, numeric("d", 1)),
            schema("x", target="t"),
            element("LocalTransformations", derived("d", lookup(("from", "to"), (1, 10), (2, 20)))),
        ),
        rows,
    )


def scorecard():
    """MATLAB's bins without points."""

    def attribute(points, operator, value):
        return element("Attribute", simple("x", operator, value), partialScore=points)

    rows = [{"x": 1.0, "t": 5.0}, {"x": 3.0, "t": MISSING}]
    inside = element(
        "Characteristics",
        element(
            "Characteristic", attribute("4", "lessThan", 2), attribute("NaN", "greaterOrEqual", 2)
        ),
    )
    document(
        "scorecard_nan",
        [data_field("x"), data_field("t")],
        lambda check: element(
            "Scorecard",
            schema("x", target="t"),
            inside,
            check,
            functionName="regression",
            initialScore=1,
            useReasonCodes="false",
        ),
        rows,
    )


def derived_order():
    """Texts of an ordinal derived field are ordered as it declares them."""
    bins = element(
        "Discretize",
        *[
            element(
                "DiscretizeBin", element("Interval", closure="closedOpen", **margins), binValue=name
            )
            for name, margins in (
                ("high", {"leftMargin": 10}),
                ("low", {"rightMargin": 0}),
                ("middle", {"leftMargin": 0, "rightMargin": 10}),
            )
        ],
        field="x"
    )
    field = derived("size", bins + values("low", "middle", "high"), "string", "ordinal")
    root = node(
        "0",
        TRUE,
        node("1", simple("size", "lessOrEqual", "middle"), score=1),
        node("2", TRUE, score=2),
    )
    rows = [{"x": x, "t": t} for x, t in ((-5.0, 1.0), (5.0, 1.0), (50.0, 2.0))]
    document(
        "derived_order",
        [data_field("x"), data_field("t")],
        tree(root, ["x"], element("LocalTransformations", field)),
        rows,
    )


def product():
    """mapMissingTo of a factor of a PredictorTerm."""
    term = element("PredictorTerm", ref("x", mapMissingTo="4"), ref("y"), coefficient=2)
    rows = [
        {"x": 3.0, "y": 5.0, "t": 31.0},
        {"x": MISSING, "y": 5.0, "t": 41.0},
        {"x": 3.0, "y": MISSING, "t": MISSING},
    ]
    document(
        "regression_product",
        [data_field("x"), data_field("y"), data_field("t")],
        regression(table(1, term), schema("x", "y", target="t")),
        rows,
    )


def small_things():
    confidences()
    map_header()
    scorecard()
    derived_order()
    product()
