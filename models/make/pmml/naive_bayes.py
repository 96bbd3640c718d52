"""NaiveBayesModel."""
import math

from kind_document import MISSING, document, number, probabilities, tag, text, winner


LABELS = ["k", "l"]
THRESHOLD = 0.001
PRIOR = {"k": 60, "l": 40}
COUNTS = {"u": {"k": 10, "l": 0}, "v": {"k": 50, "l": 40}}
BINNED = {"low": {"k": 30, "l": 10}, "high": {"k": 30, "l": 30}}
GAUSS = {"k": (1.0, 0.5), "l": (3.0, 2.0)}
POISSON = {"k": 0.75, "l": 6.5}
UNIFORM = {"k": (0.0, 4.0), "l": (2.0, 10.0)}


def pairs(table):
    return [
        tag(
            "PairCounts",
            tag(
                "TargetValueCounts",
                *[tag("TargetValueCount", value=l, count=n) for l, n in by_label.items()]
            ),
            value=v,
        )
        for v, by_label in table.items()
    ]


def stats(name, **by_label):
    return tag(
        "TargetValueStats",
        *[tag("TargetValueStat", tag(name, **a), value=l) for l, a in by_label.items()]
    )


def bins():
    return tag(
        "DerivedField",
        tag(
            "Discretize",
            tag(
                "DiscretizeBin", tag("Interval", closure="openOpen", rightMargin=5), binValue="low"
            ),
            tag(
                "DiscretizeBin",
                tag("Interval", closure="closedOpen", leftMargin=5),
                binValue="high",
            ),
            field="d",
        ),
        name="d_bin",
        optype="categorical",
        dataType="string",
    )


def inputs():
    described = tag(
        "BayesInputs",
        tag("BayesInput", *pairs(COUNTS), fieldName="c"),
        tag("BayesInput", bins(), *pairs(BINNED), fieldName="d"),
        tag(
            "BayesInput",
            stats(
                "GaussianDistribution",
                **{l: {"mean": m, "variance": v} for l, (m, v) in GAUSS.items()}
            ),
            fieldName="g",
        ),
        tag(
            "BayesInput",
            stats("PoissonDistribution", **{l: {"mean": m} for l, m in POISSON.items()}),
            fieldName="n",
        ),
        tag(
            "BayesInput",
            stats(
                "UniformDistribution",
                **{l: {"lower": a, "upper": b} for l, (a, b) in UNIFORM.items()}
            ),
            fieldName="r",
        ),
    )
    return described + tag(
        "BayesOutput",
        tag(
            "TargetValueCounts",
            *[tag("TargetValueCount", value=l, count=n) for l, n in PRIOR.items()]
        ),
        fieldName="t",
    )


BASE = {"c": "v", "d": 2.0, "g": 1.5, "n": 3.0, "r": 3.0}
VARIANTS = [
    {},
    {"c": "u"},
    {"c": "w"},
    {"c": MISSING},
    {"d": 5.0},
    {"d": MISSING},
    {"g": 20.0},
    {"g": MISSING},
    {"n": 0.0},
    {"n": 19.0},
    {"n": 25.0},
    {"n": MISSING},
    {"r": 1.0},
    {"r": 9.0},
    {"r": 40.0},
    {n: MISSING for n in BASE},
]


def weight(l, row):
    """What the inputs that are given make of the PRIOR of label `l`."""
    p = PRIOR[l]
    if row["c"] in COUNTS:  # "w" has no COUNTS: left out, as what is missing
        n = COUNTS[row["c"]][l]
        p *= n / sum(by_label[l] for by_label in COUNTS.values()) if n else THRESHOLD
    if row["d"] is not MISSING:
        p *= BINNED["low" if row["d"] < 5 else "high"][l] / sum(
            by_label[l] for by_label in BINNED.values()
        )
    if row["g"] is not MISSING:
        m, v = GAUSS[l]
        p *= max(
            THRESHOLD,
            math.exp(-((row["g"] - m) ** 2) / (2 * v)) / math.sqrt(2 * math.pi * v),
        )
    if row["n"] is not MISSING:
        p *= max(
            THRESHOLD,
            POISSON[l] ** row["n"] * math.exp(-POISSON[l]) / math.factorial(int(row["n"])),
        )
    if row["r"] is not MISSING:
        a, b = UNIFORM[l]
        p *= 1 / (b - a) if a <= row["r"] <= b else THRESHOLD
    return p


def naive_bayes():
    fields = {
        "t": text("t", *LABELS),
        "c": text("c", "u", "v", "w"),
        "d": number("d"),
        "g": number("g"),
        "n": number("n"),
        "r": number("r"),
    }
    rows = []
    for variant in VARIANTS:
        row = {**BASE, **variant}
        weights = [weight(l, row) for l in LABELS]
        p = [w / sum(weights) for w in weights]
        rows.append({**row, **{"p_" + l: v for l, v in zip(LABELS, p)}, "t": winner(LABELS, p)})
    document(
        "bayes_inputs",
        "NaiveBayesModel",
        fields,
        inputs(),
        rows,
        probabilities(LABELS),
        function="classification",
        threshold=THRESHOLD,
    )
