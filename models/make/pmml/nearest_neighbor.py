"""NearestNeighborModel."""
from kind_document import document, number, output, probabilities, tag, text, winner


INSTANCES = [
    ("i1", 0.0, "u", 10, "k"),
    ("i2", 1.0, "u", 30, "l"),
    ("i3", 1.5, "w", 20, "l"),
    ("i4", 4.0, "w", 50, "m"),
    ("i5", 4.5, "u", 40, "k"),
    ("i6", 9.0, "u", 0, "m"),
]


TABLE = tag(
    "TrainingInstances",
    tag(
        "InstanceFields",
        *[
            tag("InstanceField", field=f, column=c)
            for f, c in (("id", "a"), ("x", "b"), ("c", "d"), ("t", "e"))
        ]
    ),
    "%s",
)


def training(column):
    rows = "".join(
        "\n<row><a>%s</a><b>%s</b><d>%s</d><e>%s</e></row>" % (i[0], i[1], i[2], i[column])
        for i in INSTANCES
    )
    return TABLE % tag("InlineTable", rows)


INPUTS = tag(
    "KNNInputs",
    tag("KNNInput", field="x", fieldWeight=2),
    tag("KNNInput", field="c", compareFunction="delta"),
)
MEASURE = tag("ComparisonMeasure", tag("cityBlock"), kind="distance", compareFunction="absDiff")
POINTS = [(0.25, "u"), (1.25, "w"), (3.0, "u"), (6.0, "w"), (2.75, "w")]


def nearest(x, c, k):
    d = [2 * abs(x - i[1]) + (c != i[2]) for i in INSTANCES]
    order = sorted(range(len(INSTANCES)), key=lambda i: d[i])[:k]
    return [(INSTANCES[i], d[i]) for i in order]


ASKED = [
    output("first", "entityId"),
    output("second", "entityId", rank=2),
    output("d1", "affinity"),
    output("d2", "affinity", rank=2),
]


def found(x, c):
    (a, da), (b, db) = nearest(x, c, 2)
    return {"first": a[0], "second": b[0], "d1": da, "d2": db}


METHODS = {
    "average": lambda near: sum(i[3] for i, _ in near) / len(near),
    "median": lambda near: sorted(i[3] for i, _ in near)[1],
    "weightedAverage": lambda near: sum(i[3] / (d + 0.5) for i, d in near)
    / sum(1 / (d + 0.5) for _, d in near),
}


def numbers(fields):
    for method, f in METHODS.items():
        rows = [{"x": x, "c": c, "t": f(nearest(x, c, 3)), **found(x, c)} for x, c in POINTS]
        document(
            "neighbor_" + method,
            "NearestNeighborModel",
            fields,
            training(3) + MEASURE + INPUTS,
            rows,
            ASKED,
            numberOfNeighbors=3,
            continuousScoringMethod=method,
            threshold=0.5,
            instanceIdVariable="id",
        )


def classes(fields):
    # All classes have two cases: of equal votes the first in lexical order wins.
    for method in ("majorityVote", "weightedMajorityVote"):
        rows = []
        for x, c in POINTS:
            votes = dict.fromkeys("klm", 0.0)
            for i, d in nearest(x, c, 3):
                votes[i[4]] += 1 if method == "majorityVote" else 1 / (d + 0.001)
            total = sum(votes.values())
            rows.append(
                {
                    "x": x,
                    "c": c,
                    "t": winner("klm", list(votes.values())),
                    **{"p_" + l: v / total for l, v in votes.items()},
                    **found(x, c),
                }
            )
        document(
            "neighbor_" + method,
            "NearestNeighborModel",
            fields,
            training(4) + MEASURE + INPUTS,
            rows,
            ASKED + probabilities("klm"),
            function="classification",
            numberOfNeighbors=3,
            categoricalScoringMethod=method,
            instanceIdVariable="id",
        )


def neighbors():
    fields = {"t": number("t"), "id": text("id"), "x": number("x"), "c": text("c", "u", "w")}
    numbers(fields)
    fields["t"] = text("t")
    classes(fields)
