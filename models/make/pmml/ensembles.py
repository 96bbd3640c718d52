"""MiningModel: every way to combine segments, and chains."""
from document import MISSING, call, categorical, constant, data_field, derived, document, element
from document import float32, numeric, output, ref, regression, schema, table, values
from expressions import median
from trees import TRUE, node, simple, tree


def weighted_median(xs, weights):
    """The least value up to which lies half of the weight (JPMML-Evaluator, ValueAggregator)."""
    so_far = 0
    for x, weight in sorted(zip(xs, weights)):
        so_far += weight
        if so_far >= sum(weights) / 2:
            return x


def mining(method, segments, names, *before, function="regression", after="", target="t", **a):
    return lambda check="": element(
        "MiningModel",
        schema(*names, target=target),
        *before,
        element("Segmentation", *segments, multipleModelMethod=method, **a),
        check,
        after,
        functionName=function
    )


def segment(model, predicate=TRUE, weight=None, id_=None):
    return element("Segment", predicate, model, weight=weight, id=id_)


def stump(field, at, low, high, function="regression", **a):
    root = node(
        None,
        TRUE,
        node(None, simple(field, "lessThan", at), score=low),
        node(None, simple(field, "greaterOrEqual", at), score=high),
    )
    return tree(root, [field], functionName=function, **a)()


DICTIONARY = [data_field("x"), data_field("y"), data_field("t")]
STUMPS = [("x", 0, 1.5, 2.5, 1), ("x", 1, 10.0, 20.25, 2), ("y", 0, 100.0, 200.0, 5)]


def scores(x, y):
    return [
        MISSING if v is MISSING else low if v < at else high
        for (f, at, low, high, _) in STUMPS
        for v in [x if f == "x" else y]
    ]


WEIGHTS = [w for *_, w in STUMPS]
HEAVY = [3, 2, 1]  # x-weightedMedian
METHODS = {
    "weightedMedian": lambda s: weighted_median(s, WEIGHTS),
    "x-weightedMedian": lambda s: weighted_median(s, HEAVY),
    "sum": sum,
    "average": lambda s: sum(s) / 3,
    "median": lambda s: median(*s),
    "max": max,
    "weightedAverage": lambda s: sum(a * b for a, b in zip(s, WEIGHTS)) / sum(WEIGHTS),
    "x-weightedSum": lambda s: sum(a * b for a, b in zip(s, WEIGHTS)),
}
CLASSES = [
    data_field("x"),
    data_field("y"),
    data_field("t", "string", None, values("no", "yes")),
]
VOTES = [("x", 0, "no", "yes", 1), ("x", 1, "no", "yes", 2), ("y", 0, "yes", "no", 5)]


def shares(field, *counts):
    return tree(
        node(
            None,
            TRUE,
            *[
                node(None, simple(field, op, 0), counts=c)
                for op, c in zip(("lessThan", "greaterOrEqual"), counts)
            ]
        ),
        [field],
        functionName="classification",
    )()


def linear(intercept):
    return regression(table(intercept, numeric("y", 1)), schema("y", target="t"))("")


def combined():
    for method, combine in METHODS.items():
        rows = []
        for x, y in ((-1.0, -1.0), (0.5, 1.0), (2.0, 0.0), (MISSING, 1.0)):
            s = scores(x, y)
            rows.append({"x": x, "y": y, "t": MISSING if MISSING in s else combine(s)})
        document(
            "ensemble_" + method,
            DICTIONARY,
            mining(
                method,
                [
                    segment(
                        stump(f, at, low, high),
                        weight=HEAVY[i] if method == "x-weightedMedian" else w,
                    )
                    for i, (f, at, low, high, w) in enumerate(STUMPS)
                ],
                ["x", "y"],
            ),
            rows,
        )


def left_out_segments():
    """Segments that do not apply are left out, and those without a prediction where skipSegment
    says so."""
    rows = []
    for x, y in ((-1.0, -1.0), (2.0, 1.0), (MISSING, 1.0), (2.0, MISSING), (MISSING, MISSING)):
        s = scores(x, y)
        if y is MISSING or not y > 0:
            s[1] = MISSING
        s = [v for v in s if v is not MISSING]
        rows.append({"x": x, "y": y, "t": sum(s) / len(s) if s else MISSING})
    document(
        "ensemble_predicates",
        DICTIONARY,
        mining(
            "average",
            [
                segment(stump(f, at, low, high), simple("y", "greaterThan", 0) if i == 1 else TRUE)
                for i, (f, at, low, high, _) in enumerate(STUMPS)
            ],
            ["x", "y"],
            missingPredictionTreatment="skipSegment",
        ),
        rows,
    )
    # The half of the weights that are there.
    rows = []
    for x, y in ((-1.0, -1.0), (2.0, 1.0), (MISSING, 1.0), (2.0, MISSING), (MISSING, MISSING)):
        s = [(v, w) for v, w in zip(scores(x, y), (2, 3, 4)) if v is not MISSING]
        rows.append({"x": x, "y": y, "t": weighted_median(*zip(*s)) if s else MISSING})
    document(
        "ensemble_weightedMedian_skip",
        DICTIONARY,
        mining(
            "weightedMedian",
            [
                segment(stump(f, at, low, high), weight=w)
                for (f, at, low, high, _), w in zip(STUMPS, (2, 3, 4))
            ],
            ["x", "y"],
            missingPredictionTreatment="skipSegment",
        ),
        rows,
    )


def float_arithmetic():
    """As converters of float32 libraries write it."""
    low = [0.1, 0.2, 0.7]
    rows = [
        {
            "x": x,
            "t": float32(float32(float32(0.1) + float32(0.2)) + float32(0.7))
            if float32(x) < float32(0.3)
            else 3.0,
        }
        for x in (0.1, 0.3, 0.29999999999, 0.31)
    ]
    document(
        "ensemble_float",
        [data_field("x", "float"), data_field("t", "float")],
        lambda check: mining(
            "sum",
            [segment(stump("x", "0.3", v, 1, **{"x-mathContext": "float"})) for v in low],
            ["x"],
        )(check).replace("<MiningModel", '<MiningModel x-mathContext="float"', 1),
        rows,
    )


def voting():
    for method in ("majorityVote", "weightedMajorityVote"):
        rows = []
        for x, y in (
            (-1.0, 1.0),
            (0.5, 1.0),
            (2.0, 1.0),
            (-1.0, -1.0),
            (MISSING, 1.0),
            (MISSING, MISSING),
        ):
            total = {
                "no": 0,
                "yes": 0,
                MISSING: 0,
            }  # no prediction is one of the answers: PMML 4.4, MultipleModels
            for f, at, a, b, w in VOTES:
                v = x if f == "x" else y
                total[MISSING if v is MISSING else a if v < at else b] += (
                    w if method.startswith("weighted") else 1
                )
            missing = total.pop(MISSING) > max(total.values())
            p = MISSING if missing else total["yes"] / sum(total.values())
            rows.append(
                {"x": x, "y": y, "t": MISSING if missing else "yes" if p > 0.5 else "no", "p": p}
            )
        document(
            "ensemble_" + method,
            CLASSES,
            mining(
                method,
                [
                    segment(stump(f, at, a, b, "classification"), weight=w)
                    for f, at, a, b, w in VOTES
                ],
                ["x", "y"],
                element("Output", output("p", feature="probability", value="yes")),
                function="classification",
            ),
            rows,
        )


def class_averages():
    parts = [
        shares("x", {"no": 1, "yes": 3}, {"no": 9, "yes": 1}),
        shares("y", {"no": 2, "yes": 2}, {"yes": 5, "no": 0}),
    ]
    for method, weight in (("average", (1, 1)), ("weightedAverage", (1, 3))):
        rows = []
        for x, y in ((-1.0, -1.0), (1.0, 1.0), (1.0, -1.0)):
            p = ((0.75 if x < 0 else 0.1) * weight[0] + (0.5 if y < 0 else 1.0) * weight[1]) / sum(
                weight
            )
            rows.append({"x": x, "y": y, "t": "yes" if p > 0.5 else "no", "p": p})
        document(
            "ensemble_classes_" + method,
            CLASSES,
            mining(
                method,
                [segment(m, weight=w) for m, w in zip(parts, weight)],
                ["x", "y"],
                element("Output", output("p", feature="probability", value="yes")),
                function="classification",
            ),
            rows,
        )


def first_segment():
    # The first that applies; unknown is no reason.
    rows = [
        {"x": x, "y": 1.0, "t": t}
        for x, t in ((-1.0, 11.0), (0.5, 21.0), (2.0, 31.0), (MISSING, 31.0))
    ]
    document(
        "select_first",
        DICTIONARY,
        mining(
            "selectFirst",
            [
                segment(linear(10), simple("x", "lessThan", 0)),
                segment(linear(20), simple("x", "lessThan", 1)),
                segment(linear(30)),
            ],
            ["x", "y"],
        ),
        rows,
    )


# A chain: a tree's class and probability are fields of the model behind it, beside a field of
# the chain.
FIRST = tree(
    node(
        None,
        TRUE,
        node(None, simple("x", "lessThan", 0), counts={"low": 3, "high": 1}),
        node(None, TRUE, counts={"low": 1, "high": 4}),
    ),
    ["x"],
    element(
        "Output",
        output("level", feature="predictedValue", dataType="string"),
        output("p_high", feature="probability", value="high"),
    ),
    functionName="classification",
    target="l",
)()


def chain_with_all_results():
    # All results of a chain: a class where x is known, a number made of its probability, another
    # number.
    results = [
        {
            "x": x,
            "y": 2.0,
            "l": level,
            "n": MISSING if p is MISSING else 1 + 10 * p,
            "t": 21.0,
            "p_high": p,
            "level": level,
        }
        for x, level, p in ((-1.0, "low", 0.25), (1.0, "high", 0.8), (MISSING, MISSING, MISSING))
    ]
    document(
        "chain_multi",
        DICTIONARY + [data_field("l", "string"), data_field("n")],
        mining(
            "x-multiModelChain",
            [
                segment(FIRST, simple("x", "isNotMissing")),
                segment(
                    regression(table(1, numeric("p_high", 10)), schema("p_high", target="n"))("")
                ),
                segment(regression(table(1, numeric("y", 10)), schema("y", target="t"))("")),
            ],
            ["x", "y"],
            target=None,
            function="mixed",
        ),
        results,
    )


def chain():
    """A tree's class and probability are fields of the model behind it, beside a field of the
    chain."""
    second = regression(
        table(0, categorical("level", "high", 100), numeric("p_high", 10), numeric("z", 1)),
        schema("level", "p_high", "z", target="t"),
        element("Output", output("result", feature="predictedValue")),
    )("")
    rows = [
        {"x": x, "y": 2.0, "t": t, "level": level, "p_high": p, "result": t}
        for x, level, p, t in ((-1.0, "low", 0.25, 2.5 + 4), (1.0, "high", 0.8, 100 + 8.0 + 4))
    ]
    document(
        "chain",
        DICTIONARY + [data_field("l", "string")],
        mining(
            "modelChain",
            [segment(FIRST), segment(second)],
            ["x", "y"],
            element("LocalTransformations", derived("z", call("*", ref("y"), constant(2)))),
        ),
        rows,
    )


def ensembles():
    combined()
    left_out_segments()
    float_arithmetic()
    voting()
    class_averages()
    first_segment()
    chain()
    chain_with_all_results()
