"""NaiveBayesModel."""
import math

from kind_document import MISSING, document, number, probabilities, tag, text, winner


def naive_bayes():
    labels = ["k", "l"]
    threshold = 0.001
    prior = {"k": 60, "l": 40}
    counts = {"u": {"k": 10, "l": 0}, "v": {"k": 50, "l": 40}}
    binned = {"low": {"k": 30, "l": 10}, "high": {"k": 30, "l": 30}}
    gauss = {"k": (1.0, 0.5), "l": (3.0, 2.0)}
    poisson = {"k": 0.75, "l": 6.5}
    uniform = {"k": (0.0, 4.0), "l": (2.0, 10.0)}

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

    bins = tag(
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
    inside = tag(
        "BayesInputs",
        tag("BayesInput", *pairs(counts), fieldName="c"),
        tag("BayesInput", bins, *pairs(binned), fieldName="d"),
        tag(
            "BayesInput",
            stats(
                "GaussianDistribution",
                **{l: {"mean": m, "variance": v} for l, (m, v) in gauss.items()}
            ),
            fieldName="g",
        ),
        tag(
            "BayesInput",
            stats("PoissonDistribution", **{l: {"mean": m} for l, m in poisson.items()}),
            fieldName="n",
        ),
        tag(
            "BayesInput",
            stats(
                "UniformDistribution",
                **{l: {"lower": a, "upper": b} for l, (a, b) in uniform.items()}
            ),
            fieldName="r",
        ),
    )
    inside += tag(
        "BayesOutput",
        tag(
            "TargetValueCounts",
            *[tag("TargetValueCount", value=l, count=n) for l, n in prior.items()]
        ),
        fieldName="t",
    )
    fields = {
        "t": text("t", *labels),
        "c": text("c", "u", "v", "w"),
        "d": number("d"),
        "g": number("g"),
        "n": number("n"),
        "r": number("r"),
    }
    base = {"c": "v", "d": 2.0, "g": 1.5, "n": 3.0, "r": 3.0}
    variants = [
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
        {n: MISSING for n in base},
    ]
    rows = []
    for variant in variants:
        row = {**base, **variant}
        weight = {}
        for l in labels:
            p = prior[l]
            if row["c"] in counts:  # "w" has no counts: left out, as what is missing
                n = counts[row["c"]][l]
                p *= n / sum(by_label[l] for by_label in counts.values()) if n else threshold
            if row["d"] is not MISSING:
                p *= binned["low" if row["d"] < 5 else "high"][l] / sum(
                    by_label[l] for by_label in binned.values()
                )
            if row["g"] is not MISSING:
                m, v = gauss[l]
                p *= max(
                    threshold,
                    math.exp(-((row["g"] - m) ** 2) / (2 * v)) / math.sqrt(2 * math.pi * v),
                )
            if row["n"] is not MISSING:
                p *= max(
                    threshold,
                    poisson[l] ** row["n"] * math.exp(-poisson[l]) / math.factorial(int(row["n"])),
                )
            if row["r"] is not MISSING:
                a, b = uniform[l]
                p *= 1 / (b - a) if a <= row["r"] <= b else threshold
            weight[l] = p
        p = [weight[l] / sum(weight.values()) for l in labels]
        rows.append({**row, **{"p_" + l: v for l, v in zip(labels, p)}, "t": winner(labels, p)})
    document(
        "bayes_inputs",
        "NaiveBayesModel",
        fields,
        inside,
        rows,
        probabilities(labels),
        function="classification",
        threshold=threshold,
    )
