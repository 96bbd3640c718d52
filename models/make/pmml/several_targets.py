"""Models with several targets, and Targets and OutputFields that name one of them."""
from document import data_field, document, element, numeric, output, ref, regression, schema, table


def schema_of(names, targets):
    return element(
        "MiningSchema",
        *[element("MiningField", name=n) for n in names],
        *[element("MiningField", name=n, usageType="target") for n in targets]
    )


def of_target(name, target, **a):
    return output(name, feature="predictedValue", targetField=target, **a)


def network():
    """Two neurons, two targets."""

    def neuron(id_, bias, weight):
        return element(
            "Neuron",
            element("Con", from_="0", weight=weight).replace("from_=", "from="),
            id=id_,
            bias=bias,
        )

    def derived(expression):
        return element("DerivedField", expression, optype="continuous", dataType="double")

    inside = [
        element("NeuralInputs", element("NeuralInput", derived(ref("u")), id="0")),
        element("NeuralLayer", neuron("1", 1, 2), neuron("2", 5, -3)),
        element(
            "NeuralOutputs",
            *[
                element("NeuralOutput", derived(ref(t)), outputNeuron=n)
                for n, t in (("1", "p"), ("2", "q"))
            ]
        ),
    ]
    dictionary = [data_field(n) for n in "upq"]
    rows = [
        {"u": u, "p": 2 * u + 1, "q": 5 - 3 * u, "o_p": 2 * u + 1, "o_q": 5 - 3 * u}
        for u in (1.0, 10.0)
    ]
    document(
        "targets_network",
        dictionary,
        lambda check: element(
            "NeuralNetwork",
            schema_of("u", "pq"),
            element("Output", of_target("o_p", "p"), of_target("o_q", "q")),
            *inside,
            check,
            functionName="regression",
            activationFunction="identity"
        ),
        rows,
    )
    # A Target is about its field alone.
    rows = [{"u": u, "p": 2 * u + 1, "q": 10 * (5 - 3 * u)} for u in (1.0, 10.0)]
    document(
        "targets_network_rescaled",
        dictionary,
        lambda check: element(
            "NeuralNetwork",
            schema_of("u", "pq"),
            element("Targets", element("Target", field="q", rescaleFactor=10)),
            *inside,
            check,
            functionName="regression",
            activationFunction="identity"
        ),
        rows,
    )


def other_field():
    rows = [{"u": 3.0, "t": 7.0}]
    document(
        "targets_other_field",
        [data_field(n) for n in "utq"],
        regression(
            table(1, numeric("u", 2)),
            schema("u", target="t"),
            element("Targets", element("Target", field="q", rescaleFactor=10)),
        ),
        rows,
    )


INSTANCES = [
    (1, 1, 100, 201, "a"),
    (2, 1, 140, 281, "a"),
    (8, 9, 300, 601, "b"),
    (9, 9, 320, 641, "c"),
    (1, 2, 110, 221, "b"),
]
NAMES = ("u", "v", "price", "weight", "grade")
DICTIONARY = [data_field(n) for n in NAMES[:4]] + [data_field("grade", "string")]
TRAINING = element(
    "TrainingInstances",
    element("InstanceFields", *[element("InstanceField", field=n, column=n) for n in NAMES]),
    element(
        "InlineTable",
        *[
            element("row", *["<%s>%s</%s>" % (n, c, n) for n, c in zip(NAMES, row)])
            for row in INSTANCES
        ]
    ),
    isTransformed="false",
)
REST = [
    TRAINING,
    element("ComparisonMeasure", element("squaredEuclidean"), kind="distance"),
    element(
        "KNNInputs",
        element("KNNInput", field="u", compareFunction="absDiff"),
        element("KNNInput", field="v", compareFunction="absDiff"),
    ),
]


def nearest(u, v):
    return sorted(INSTANCES, key=lambda i: (i[0] - u) ** 2 + (i[1] - v) ** 2)[:3]


def majority(u, v):
    grades = [i[4] for i in nearest(u, v)]
    return max(
        sorted(set(grades)), key=lambda g: (grades.count(g), [i[4] for i in INSTANCES].count(g))
    )


def neighbors():
    points = ((1.0, 1.2), (8.5, 9.0), (2.0, 2.0))
    for name, function, targets in (
        ("numbers", "regression", ("price", "weight")),
        ("mixed", "mixed", ("price", "grade")),
    ):
        rows = []
        for u, v in points:
            of = {
                "price": sum(i[2] for i in nearest(u, v)) / 3,
                "weight": sum(i[3] for i in nearest(u, v)) / 3,
                "grade": majority(u, v),
            }
            rows.append(
                {
                    "u": u,
                    "v": v,
                    **{t: of[t] for t in targets},
                    **{"o_" + t: of[t] for t in targets},
                }
            )
        document(
            "targets_neighbor_" + name,
            DICTIONARY,
            lambda check: element(
                "NearestNeighborModel",
                schema_of("uv", targets),
                element("Output", *[of_target("o_" + t, t) for t in targets]),
                *REST,
                check,
                functionName=function,
                numberOfNeighbors=3,
                continuousScoringMethod="average",
                categoricalScoringMethod="majorityVote"
            ),
            rows,
        )


def several_targets():
    network()
    other_field()
    neighbors()
