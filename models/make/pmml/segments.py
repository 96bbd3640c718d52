"""MiningModel: weights that are fields, what is done about segments without a prediction, and
outputs of single segments."""
from document import MISSING, data_field, document, element, numeric, output, ref, regression
from document import schema, table, values
from ensembles import mining, segment
from trees import TRUE, node, simple, tree

NUMBERS = [data_field("a"), data_field("b"), data_field("c"), data_field("t")]
CLASSES = NUMBERS[:3] + [data_field("t", "string", None, values("x", "z"))]
GIVEN = ((1.0, 1.0, 1.0), (1.0, 1.0, -1.0), (1.0, -1.0, -1.0), (-1.0, 1.0, 1.0), (-1.0, -1.0, -1.0))


def variable(field):
    return element("VariableWeight", field=field)


def weighted_segment(model, field):
    return element("Segment", TRUE, model, variable(field))


def constant_model(value, name):
    return regression(table(value), schema(name, target="t"))("")


def stump(field, score, function):
    """The score where the field is positive, no prediction otherwise."""
    return tree(
        node("0", TRUE, node("1", simple(field, "greaterThan", 0), score=score)),
        [field],
        functionName=function,
        noTrueChildStrategy="returnNullPrediction",
    )()


def weights():
    dictionary = [data_field("w1"), data_field("w2"), data_field("t")]
    segments = [
        weighted_segment(constant_model(value, w), w) for value, w in ((10, "w1"), (20, "w2"))
    ]
    rows = ((1.0, 3.0), (2.0, 2.0), (0.0, 5.0), (MISSING, 1.0))
    for method, combine in (
        ("weightedAverage", lambda v, w: (10 * v + 20 * w) / (v + w)),
        ("weightedSum", lambda v, w: 10 * v + 20 * w),
    ):
        document(
            "segment_weight_" + method,
            dictionary,
            mining(method, segments, ["w1", "w2"]),
            [{"w1": v, "w2": w, "t": MISSING if v is MISSING else combine(v, w)} for v, w in rows],
        )
    votes = [
        weighted_segment(stump(name, score, "classification"), w)
        for name, score, w in (("a", "x", "w1"), ("b", "z", "w2"))
    ]
    document(
        "segment_weight_vote",
        [data_field("a"), data_field("b"), *dictionary[:2], CLASSES[3]],
        mining(
            "weightedMajorityVote",
            votes,
            ["a", "b", "w1", "w2"],
            element("Output", output("p", feature="probability", value="x")),
            function="classification",
        ),
        [
            {"a": 1.0, "b": 1.0, "w1": v, "w2": w, "t": "x" if v >= w else "z", "p": v / (v + w)}
            for v, w in ((1.0, 3.0), (3.0, 1.0), (2.0, 2.0))
        ],
    )


def missing_numbers():
    scores = (10, 20, 60)
    for treatment, threshold in (
        ("skipSegment", 0.5),
        ("skipSegment", 0),
        ("returnMissing", None),
        ("continue", None),
    ):
        rows = []
        for row in GIVEN:
            present = [s for s, v in zip(scores, row) if v > 0]
            share = 1 - len(present) / 3
            is_missing = not present or (share > threshold if threshold is not None else share > 0)
            rows.append(
                {
                    **dict(zip("abc", row)),
                    "t": MISSING if is_missing else sum(present) / len(present),
                }
            )
        name = "segment_missing_%s%s" % (treatment, "" if threshold is None else "_%g" % threshold)
        document(
            name.replace(".", "_"),
            NUMBERS,
            mining(
                "average",
                [segment(stump(f, s, "regression")) for f, s in zip("abc", scores)],
                ["a", "b", "c"],
                missingPredictionTreatment=treatment,
                missingThreshold=threshold,
            ),
            rows,
        )
    # A segment that applies and predicts nothing is no segment that does not apply.
    rows = []
    for a, b in ((1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)):
        rows.append({"a": a, "b": b, "t": MISSING if a < 0 else 15.0 if b > 0 else 10.0})
    document(
        "segment_missing_conditional",
        NUMBERS[:2] + NUMBERS[3:],
        mining(
            "average",
            [
                segment(stump("a", 10, "regression")),
                segment(constant_model(20, "b"), simple("b", "greaterThan", 0)),
            ],
            ["a", "b"],
        ),
        rows,
    )


SCORES = ("x", "z", "z")
WEIGHTS = (1, 1, 2)
# A segment with transformations of its own is no plain tree: then the segments are read
# one by one.
OWN = element(
    "LocalTransformations",
    element("DerivedField", ref("a"), name="own", optype="continuous", dataType="double"),
)


def vote(row, treatment, threshold, weighs):
    """-> whether there is no prediction, the votes"""
    votes = {"x": 0, "z": 0}
    missing = missing_weight = 0
    for score, weight, v in zip(SCORES, WEIGHTS, row):
        vote = weight if weighs else 1
        if v > 0:
            votes[score] += vote
        else:
            missing += vote
            missing_weight += weight if weighs else 1
    share = missing_weight / (sum(WEIGHTS) if weighs else 3)
    none = (
        sum(votes.values()) == 0
        or (treatment == "returnMissing" and missing)
        or (treatment != "returnMissing" and share > threshold)
        or (treatment == "continue" and missing > max(votes.values()))
    )
    return none, votes


def missing_votes():
    for treatment, threshold, weighs in (
        ("skipSegment", 0.3, False),
        ("skipSegment", 1, False),
        ("continue", 1, False),
        ("continue", 0.5, True),
        ("continue", 0.3, False),
        ("returnMissing", 1, False),
    ):
        rows = []
        for row in GIVEN:
            none, votes = vote(row, treatment, threshold, weighs)
            p = MISSING if none else votes["x"] / sum(votes.values())
            rows.append(
                {
                    **dict(zip("abc", row)),
                    "t": MISSING if none else "x" if p >= 0.5 else "z",
                    "p": p,
                }
            )
        method = "weightedMajorityVote" if weighs else "majorityVote"
        for style in ("forest", "parts"):
            segments = [
                segment(
                    stump(f, s, "classification").replace(
                        "</MiningSchema>", "</MiningSchema>" + (OWN if style == "parts" else ""), 1
                    ),
                    weight=w if weighs else None,
                )
                for f, s, w in zip("abc", SCORES, WEIGHTS)
            ]
            document(
                ("segment_vote_%s_%g_%s" % (treatment, threshold, style)).replace(".", "_"),
                CLASSES,
                mining(
                    method,
                    segments,
                    ["a", "b", "c"],
                    element("Output", output("p", feature="probability", value="x")),
                    function="classification",
                    missingPredictionTreatment=treatment,
                    missingThreshold=threshold,
                ),
                rows,
            )


def part(field, low, high):
    return tree(
        node(
            None,
            TRUE,
            node(None, simple(field, "lessThan", 0), counts=low),
            node(None, simple(field, "greaterOrEqual", 0), counts=high),
        ),
        [field],
        functionName="classification",
    )()


LABELS = ("x", "y", "z")
TABLES = [
    ({"x": 5, "y": 3, "z": 2}, {"x": 1, "y": 6, "z": 3}),
    ({"x": 5, "y": 1, "z": 4}, {"x": 2, "y": 6, "z": 2}),
    ({"x": 2, "y": 5, "z": 3}, {"x": 4, "y": 1, "z": 5}),
    ({"x": 3, "y": 1, "z": 6}, {"x": 8, "y": 1, "z": 1}),
]
FOUR_NUMBERS = [data_field(n) for n in "abcd"] + [data_field("t", "string", None, values(*LABELS))]


def median(numbers):
    numbers = sorted(numbers)
    return (numbers[(len(numbers) - 1) // 2] + numbers[len(numbers) // 2]) / 2


def chosen_probabilities():
    """Of the median and the greatest: the mean of the segments that give the winner the chosen
    probability."""

    for method, combine, used in (("max", max, 4), ("median", median, 4), ("median", median, 3)):
        rows = []
        for signs in (
            (-1.0, -1.0, -1.0, -1.0),
            (1.0, 1.0, -1.0, -1.0),
            (1.0, -1.0, 1.0, 1.0),
            (1.0, 1.0, 1.0, -1.0),
        ):
            parts = [
                {k: v / 10 for k, v in low_high[sign > 0].items()}
                for low_high, sign in zip(TABLES, signs)
            ][:used]
            chosen = {k: combine([p[k] for p in parts]) for k in LABELS}
            winner = max(LABELS, key=lambda k: (chosen[k], -LABELS.index(k)))
            least = min(abs(chosen[winner] - p[winner]) for p in parts)
            givers = [p for p in parts if abs(chosen[winner] - p[winner]) <= least]
            mean = {k: sum(p[k] for p in givers) / len(givers) for k in LABELS}
            row = dict(zip("abcd", signs))
            if used == 3:
                del row["d"]
            rows.append(
                {
                    **row,
                    "t": max(LABELS, key=lambda k: (mean[k], -LABELS.index(k))),
                    **{"p_" + k: mean[k] for k in LABELS},
                }
            )
        names = list("abcd")[:used]
        document(
            "ensemble_classes_%s_%d" % (method, used),
            [f for f in FOUR_NUMBERS if 'name="d"' not in f or used == 4],
            mining(
                method,
                [segment(part(f, *t)) for f, t in zip(names, TABLES)],
                names,
                element(
                    "Output", *[output("p_" + k, feature="probability", value=k) for k in LABELS]
                ),
                function="classification",
            ),
            rows,
        )


def single_segments():
    """segmentId; the entity of a model that selects is the segment."""
    first = stump("a", 10, "regression")
    second = regression(table(1, numeric("b", 2)), schema("b", target="t"))("")
    outputs = element(
        "Output",
        output("one", feature="predictedValue", segmentId="one"),
        output("two", feature="predictedValue", segmentId="2"),
        output("which", feature="entityId"),
    )
    rows = [
        {"a": a, "b": b, "t": t, "one": one, "two": two, "which": which}
        for a, b, t, one, two, which in (
            (1.0, 1.0, 10.0, 10.0, 3.0, "one"),
            (1.0, -1.0, 10.0, 10.0, MISSING, "one"),
            (-1.0, 1.0, 3.0, MISSING, 3.0, "2"),
            (-1.0, -1.0, MISSING, MISSING, MISSING, MISSING),
        )
    ]
    document(
        "segment_outputs",
        NUMBERS[:2] + NUMBERS[3:],
        mining(
            "selectFirst",
            [segment(first, id_="one"), segment(second, simple("b", "greaterThan", 0))],
            ["a", "b"],
            outputs,
            missingPredictionTreatment="skipSegment",
        ),
        rows,
    )
    # A chain that returns missing does so for each segment that applies.
    chain = [
        segment(
            tree(
                node("0", TRUE, node("1", simple("a", "greaterThan", 0), score=7)),
                ["a"],
                element("Output", output("m", feature="predictedValue")),
                noTrueChildStrategy="returnNullPrediction",
                target="b",
            )()
        ),
        segment(regression(table(20, numeric("c", 1)), schema("c", target="t"))("")),
    ]
    rows = [{"a": 1.0, "c": 0.5, "t": 20.5}, {"a": -1.0, "c": 0.5, "t": MISSING}]
    document(
        "segment_chain_missing",
        NUMBERS,
        mining("modelChain", chain, ["a", "c"], missingPredictionTreatment="returnMissing"),
        rows,
    )


def segments():
    weights()
    missing_numbers()
    missing_votes()
    chosen_probabilities()
    single_segments()
