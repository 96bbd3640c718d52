"""ClusteringModel."""
from comparison import MEASURES, distance
from kind_document import MISSING, array, document, number, output, tag


NAMES = ["x", "y", "z"]
CENTERS = {"north": (0.0, 1.0, 2.0), "south": (3.0, 0.5, 0.0), "west": (-1.0, -2.0, 1.0)}
POINTS = [
    (0.5, 1.0, 1.0),
    (3.0, 2.0, -1.0),
    (-2.0, -2.0, 1.0),
    (0.5, MISSING, 1.0),
    (MISSING, -2.0, 0.0),
    (1.0, 0.5, MISSING),
    (MISSING, MISSING, 2.0),
]
NOTHING = (MISSING,) * 3
FIELDS = {n: number(n) for n in NAMES}
ASKED = [
    output("id", "predictedValue"),
    output("name", "predictedDisplayValue"),
    output("second", "clusterId", rank=2),
    output("d1", "clusterAffinity"),
    output("d2", "affinity", rank=2),
    output("to_2", "affinity", value="2"),
    output("third", "entityId", rank=3),
]


def found(point, d):
    """The row of a point with the distances `d` to the centers."""
    row = dict(
        zip(NAMES, point),
        id=MISSING,
        name=MISSING,
        second=MISSING,
        d1=MISSING,
        d2=MISSING,
        to_2=MISSING,
        third=MISSING,
    )
    if d[0] is not MISSING:
        order = sorted(range(3), key=lambda i: d[i])
        row.update(
            id=str(order[0] + 1),
            name=list(CENTERS)[order[0]],
            second=str(order[1] + 1),
            third=str(order[2] + 1),
            d1=d[order[0]],
            d2=d[order[1]],
            to_2=d[1],
        )
    return row


def model(name, measure, functions, weights, scales, adjustments):
    kind = tag(
        "ComparisonMeasure",
        tag(measure, **({"p-parameter": 3} if measure == "minkowski" else {})),
        kind="distance",
        compareFunction="absDiff",
    )
    parts = [kind] + [
        "\n"
        + tag(
            "ClusteringField",
            field=n,
            compareFunction=None if f == "absDiff" else f,
            fieldWeight=w,
            similarityScale=s,
        )
        for n, f, w, s in zip(NAMES, functions, weights, scales)
    ]
    if adjustments:
        parts.append(tag("MissingValueWeights", array(adjustments)))
    parts += ["\n" + tag("Cluster", array(center), name=n) for n, center in CENTERS.items()]
    rows = []
    for point in POINTS + [NOTHING]:
        d = [
            distance(measure, point, center, functions, weights, scales, adjustments or (1, 1, 1))
            for center in CENTERS.values()
        ]
        rows.append(found(point, d))
    document(
        name,
        "ClusteringModel",
        FIELDS,
        "".join(parts),
        rows,
        ASKED,
        target=None,
        function="clustering",
        modelClass="centerBased",
        numberOfClusters=3,
    )


def distances():
    plain, ones = ("absDiff",) * 3, (1, 1, 1)
    for measure in MEASURES:
        model("cluster_" + measure, measure, plain, ones, ones, None)
        # weights of the FIELDS, and other ones for what is MISSING
        model("cluster_%s_weights" % measure, measure, plain, (1, 2, 0.5), ones, (3, 1, 2))
    model(
        "cluster_compare",
        "cityBlock",
        ("gaussSim", "delta", "equal"),
        (1, 2, 0.5),
        (2, 1, 1),
        (1, 1, 1),
    )


def similarities():
    """Of truth values."""
    functions = {
        "simpleMatching": lambda a11, a10, a01, a00: (a11 + a00) / (a11 + a10 + a01 + a00),
        "jaccard": lambda a11, a10, a01, a00: a11 / (a11 + a10 + a01),
        "tanimoto": lambda a11, a10, a01, a00: (a11 + a00) / (a11 + 2 * (a10 + a01) + a00),
        "binarySimilarity": lambda a11, a10, a01, a00: (2 * a11 + 3 * a10 + 4 * a01 + 5 * a00)
        / (6 * a11 + 7 * a10 + 8 * a01 + 9 * a00),
    }
    centers2 = {"p": (1, 1, 0), "q": (0, 1, 1), "r": (1, 0, 0)}
    for measure, f in functions.items():
        given = (
            {}
            if measure != "binarySimilarity"
            else {
                "%s%s-parameter" % (k, at): v
                for k, vs in (("c", (2, 3, 4, 5)), ("d", (6, 7, 8, 9)))
                for at, v in zip(("11", "10", "01", "00"), vs)
            }
        )
        parts = [tag("ComparisonMeasure", tag(measure, **given), kind="similarity")] + [
            tag("ClusteringField", field=n) for n in NAMES
        ]
        parts += ["\n" + tag("Cluster", array(center), id=n) for n, center in centers2.items()]
        rows = []
        for point in ((1, 1, 1), (0, 1, 0), (1, 0, 0), (0, 0, 1)):
            s = []
            for center in centers2.values():
                both = list(zip(point, center))
                s.append(
                    f(
                        both.count((1, 1)),
                        both.count((1, 0)),
                        both.count((0, 1)),
                        both.count((0, 0)),
                    )
                )
            order = sorted(range(3), key=lambda i: -s[i])
            rows.append(dict(zip(NAMES, point), id="pqr"[order[0]], d1=s[order[0]], d2=s[order[1]]))
        document(
            "cluster_" + measure,
            "ClusteringModel",
            FIELDS,
            "".join(parts),
            rows,
            [
                output("id", "predictedValue"),
                output("d1", "clusterAffinity"),
                output("d2", "affinity", rank=2),
            ],
            target=None,
            function="clustering",
            modelClass="centerBased",
            numberOfClusters=3,
        )


def clusters():
    distances()
    similarities()
