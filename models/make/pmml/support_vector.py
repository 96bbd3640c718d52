"""SupportVectorMachineModel."""
import math

from kind_document import MISSING, array, document, number, probabilities, tag, text, winner


VECTORS = {"v1": (1.0, 0.0, 0.5), "v2": (0.0, 1.0, -0.25), "v3": (-2.0, 0.0, 0.0)}


def sparse(vector):
    at = [i for i, v in enumerate(vector) if v]
    return tag(
        "REAL-SparseArray",
        tag("Indices", " ".join(str(i + 1) for i in at)),
        tag("REAL-Entries", " ".join(str(vector[i]) for i in at)),
        n=3,
    )


DICTIONARY = tag(
    "VectorDictionary",
    tag(
        "VectorFields",
        tag("FieldRef", field="x"),
        tag("CategoricalPredictor", name="c", value="u", coefficient=1),
        tag("FieldRef", field="y"),
    ),
    *[
        "\n" + tag("VectorInstance", sparse(v) if i != "v2" else array(v), id=i)
        for i, v in VECTORS.items()
    ]
)


def machine(coefficients, intercept, **a):
    # only the VECTORS that have a coefficient
    return "\n" + tag(
        "SupportVectorMachine",
        tag("SupportVectors", *[tag("SupportVector", vectorId=i) for i in coefficients]),
        tag(
            "Coefficients",
            *[tag("Coefficient", value=v) for v in coefficients.values()],
            absoluteValue=intercept
        ),
        **a
    )


KERNELS = {
    "linear": (tag("LinearKernelType"), lambda d, e: d),
    "polynomial": (
        tag("PolynomialKernelType", gamma=0.5, coef0=1.5, degree=3),
        lambda d, e: (0.5 * d + 1.5) ** 3,
    ),
    "radial": (tag("RadialBasisKernelType", gamma=0.25), lambda d, e: math.exp(-0.25 * e)),
    "sigmoid": (
        tag("SigmoidKernelType", gamma=0.5, coef0=-0.25),
        lambda d, e: math.tanh(0.5 * d - 0.25),
    ),
}
POINTS = [(x, c, y) for x in (-1.5, 0.0, 2.0) for c in ("u", "w") for y in (-1.0, 0.5)]


def evaluate(kernel, coefficients, intercept, point):
    row = (point[0], float(point[1] == "u"), point[2])
    total = 0.0
    for i, coefficient in coefficients.items():
        d = sum(a * b for a, b in zip(row, VECTORS[i]))
        e = sum((a - b) ** 2 for a, b in zip(row, VECTORS[i]))
        total += coefficient * kernel(d, e)
    return total + intercept


def each_kernel(fields):
    own = {"v1": 1.5, "v2": -0.5, "v3": 0.25}
    unordered = {"v3": 0.25, "v1": 1.5}  # not in the order of the DICTIONARY
    for name, (element, kernel) in KERNELS.items():
        for suffix, coefficients in (("", own), ("_unordered", unordered)):
            rows = [
                {"x": x, "c": c, "y": y, "t": evaluate(kernel, coefficients, -0.75, (x, c, y))}
                for x, c, y in POINTS
            ]
            rows += [
                {"x": MISSING, "c": "u", "y": 1.0, "t": MISSING},
                {"x": 1.0, "c": MISSING, "y": 1.0, "t": MISSING},
            ]
            document(
                "svm_%s%s" % (name, suffix),
                "SupportVectorMachineModel",
                fields,
                element + DICTIONARY + machine(coefficients, -0.75),
                rows,
            )


def coefficients(fields):
    rows = [
        {"x": x, "c": c, "y": y, "t": 0.5 * x + 2 * (c == "u") - 1.5 * y + 0.25}
        for x, c, y in POINTS
    ]
    document(
        "svm_coefficients",
        "SupportVectorMachineModel",
        fields,
        tag("LinearKernelType")
        + DICTIONARY
        + tag(
            "SupportVectorMachine",
            tag(
                "Coefficients",
                *[tag("Coefficient", value=v) for v in (0.5, 2, -1.5)],
                absoluteValue=0.25
            ),
        ),
        rows,
        svmRepresentation="Coefficients",
    )


LABELS = ["k", "l", "m"]
RADIAL = KERNELS["radial"][1]
TRAINED = {
    "k": ({"v1": 1.5, "v2": -0.5}, -0.25),
    "l": ({"v2": 1.0, "v3": -1.0}, 0.125),
    "m": ({"v1": -1.0, "v3": 2.0}, 0.0),
}
# First and second label, coefficients, and the threshold: one machine has its own.
PAIRS = [
    ("k", "l", TRAINED["k"], 0.25),
    ("m", "k", TRAINED["l"], 0.0),
    ("l", "m", TRAINED["m"], 0.25),
]


def one_against_all(fields, max_wins):
    rows = []
    for point in POINTS:
        value = {l: evaluate(RADIAL, *TRAINED[l], point) for l in LABELS}
        best = (max if max_wins == "true" else min)(LABELS, key=lambda l: value[l])
        rows.append({"x": point[0], "c": point[1], "y": point[2], "t": best})
    rows.append({"x": MISSING, "c": "u", "y": 1.0, "t": MISSING})
    document(
        "svm_one_against_all_" + ("max" if max_wins == "true" else "min"),
        "SupportVectorMachineModel",
        fields,
        KERNELS["radial"][0]
        + DICTIONARY
        + "".join(machine(*TRAINED[l], targetCategory=l) for l in LABELS),
        rows,
        function="classification",
        maxWins=max_wins,
        classificationMethod="OneAgainstAll",
    )


def one_against_one(fields, max_wins):
    """Votes; of equally many the first label wins."""
    rows = []
    for point in POINTS:
        votes = dict.fromkeys(LABELS, 0)
        for first, second, machine_of, limit in PAIRS:
            value = evaluate(RADIAL, *machine_of, point)
            votes[
                first if (value > limit if max_wins == "true" else value < limit) else second
            ] += 1
        p = [votes[l] / 3 for l in LABELS]
        rows.append(
            {
                "x": point[0],
                "c": point[1],
                "y": point[2],
                **{"p_" + l: v for l, v in zip(LABELS, p)},
                "t": winner(LABELS, p),
            }
        )
    document(
        "svm_one_against_one_" + ("max" if max_wins == "true" else "min"),
        "SupportVectorMachineModel",
        fields,
        KERNELS["radial"][0]
        + DICTIONARY
        + "".join(
            machine(
                *m, targetCategory=a, alternateTargetCategory=b, threshold=0 if limit == 0 else None
            )
            for a, b, m, limit in PAIRS
        ),
        rows,
        probabilities(LABELS),
        function="classification",
        maxWins=max_wins,
        classificationMethod="OneAgainstOne",
        threshold=0.25,
    )


def binary(fields):
    rows = [
        {
            "x": x,
            "c": c,
            "y": y,
            "t": "p" if evaluate(RADIAL, *TRAINED["k"], (x, c, y)) < 0 else "n",
        }
        for x, c, y in POINTS
    ]
    document(
        "svm_binary",
        "SupportVectorMachineModel",
        fields,
        KERNELS["radial"][0] + DICTIONARY + machine(*TRAINED["k"], targetCategory="p"),
        rows,
        function="classification",
    )
    # PMML 3.2: the value is rounded.
    rows = [
        {
            "x": x,
            "c": c,
            "y": y,
            "t": "p" if evaluate(RADIAL, *TRAINED["k"], (x, c, y)) >= 0.5 else "n",
        }
        for x, c, y in POINTS
    ]
    document(
        "svm_binary_rounded",
        "SupportVectorMachineModel",
        fields,
        KERNELS["radial"][0] + DICTIONARY + machine(*TRAINED["k"], targetCategory="p"),
        rows,
        function="classification",
        alternateBinaryTargetCategory="n",
    )


def support_vectors():
    fields = {"t": number("t"), "x": number("x"), "c": text("c", "u", "w"), "y": number("y")}
    each_kernel(fields)
    coefficients(fields)
    for max_wins in ("true", "false"):
        one_against_all(dict(fields, t=text("t", *LABELS)), max_wins)
        one_against_one(dict(fields, t=text("t", *LABELS)), max_wins)
    binary(dict(fields, t=text("t", "n", "p")))
