"""SupportVectorMachineModel."""
import math

from kind_document import MISSING, array, document, number, probabilities, tag, text, winner


def support_vectors():
    vectors = {"v1": (1.0, 0.0, 0.5), "v2": (0.0, 1.0, -0.25), "v3": (-2.0, 0.0, 0.0)}

    def sparse(vector):
        at = [i for i, v in enumerate(vector) if v]
        return tag(
            "REAL-SparseArray",
            tag("Indices", " ".join(str(i + 1) for i in at)),
            tag("REAL-Entries", " ".join(str(vector[i]) for i in at)),
            n=3,
        )

    dictionary = tag(
        "VectorDictionary",
        tag(
            "VectorFields",
            tag("FieldRef", field="x"),
            tag("CategoricalPredictor", name="c", value="u", coefficient=1),
            tag("FieldRef", field="y"),
        ),
        *[
            "\n" + tag("VectorInstance", sparse(v) if i != "v2" else array(v), id=i)
            for i, v in vectors.items()
        ]
    )

    def machine(coefficients, intercept, **a):
        # only the vectors that have a coefficient
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

    kernels = {
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
    points = [(x, c, y) for x in (-1.5, 0.0, 2.0) for c in ("u", "w") for y in (-1.0, 0.5)]

    def evaluate(kernel, coefficients, intercept, point):
        row = (point[0], float(point[1] == "u"), point[2])
        total = 0.0
        for i, coefficient in coefficients.items():
            d = sum(a * b for a, b in zip(row, vectors[i]))
            e = sum((a - b) ** 2 for a, b in zip(row, vectors[i]))
            total += coefficient * kernel(d, e)
        return total + intercept

    fields = {"t": number("t"), "x": number("x"), "c": text("c", "u", "w"), "y": number("y")}
    own = {"v1": 1.5, "v2": -0.5, "v3": 0.25}
    unordered = {"v3": 0.25, "v1": 1.5}  # not in the order of the dictionary
    for name, (element, kernel) in kernels.items():
        for suffix, coefficients in (("", own), ("_unordered", unordered)):
            rows = [
                {"x": x, "c": c, "y": y, "t": evaluate(kernel, coefficients, -0.75, (x, c, y))}
                for x, c, y in points
            ]
            rows += [
                {"x": MISSING, "c": "u", "y": 1.0, "t": MISSING},
                {"x": 1.0, "c": MISSING, "y": 1.0, "t": MISSING},
            ]
            document(
                "svm_%s%s" % (name, suffix),
                "SupportVectorMachineModel",
                fields,
                element + dictionary + machine(coefficients, -0.75),
                rows,
            )

    rows = [
        {"x": x, "c": c, "y": y, "t": 0.5 * x + 2 * (c == "u") - 1.5 * y + 0.25}
        for x, c, y in points
    ]
    document(
        "svm_coefficients",
        "SupportVectorMachineModel",
        fields,
        tag("LinearKernelType")
        + dictionary
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

    labels = ["k", "l", "m"]
    fields["t"] = text("t", *labels)
    kernel = kernels["radial"][1]
    trained = {
        "k": ({"v1": 1.5, "v2": -0.5}, -0.25),
        "l": ({"v2": 1.0, "v3": -1.0}, 0.125),
        "m": ({"v1": -1.0, "v3": 2.0}, 0.0),
    }
    for max_wins in ("true", "false"):
        rows = []
        for point in points:
            value = {l: evaluate(kernel, *trained[l], point) for l in labels}
            best = (max if max_wins == "true" else min)(labels, key=lambda l: value[l])
            rows.append({"x": point[0], "c": point[1], "y": point[2], "t": best})
        rows.append({"x": MISSING, "c": "u", "y": 1.0, "t": MISSING})
        document(
            "svm_one_against_all_" + ("max" if max_wins == "true" else "min"),
            "SupportVectorMachineModel",
            fields,
            kernels["radial"][0]
            + dictionary
            + "".join(machine(*trained[l], targetCategory=l) for l in labels),
            rows,
            function="classification",
            maxWins=max_wins,
            classificationMethod="OneAgainstAll",
        )

        # Votes; of equally many the first label wins. One machine has a threshold of its own.
        pairs = [
            ("k", "l", trained["k"], 0.25),
            ("m", "k", trained["l"], 0.0),
            ("l", "m", trained["m"], 0.25),
        ]
        rows = []
        for point in points:
            votes = dict.fromkeys(labels, 0)
            for first, second, machine_of, limit in pairs:
                value = evaluate(kernel, *machine_of, point)
                votes[
                    first if (value > limit if max_wins == "true" else value < limit) else second
                ] += 1
            p = [votes[l] / 3 for l in labels]
            rows.append(
                {
                    "x": point[0],
                    "c": point[1],
                    "y": point[2],
                    **{"p_" + l: v for l, v in zip(labels, p)},
                    "t": winner(labels, p),
                }
            )
        document(
            "svm_one_against_one_" + ("max" if max_wins == "true" else "min"),
            "SupportVectorMachineModel",
            fields,
            kernels["radial"][0]
            + dictionary
            + "".join(
                machine(
                    *m,
                    targetCategory=a,
                    alternateTargetCategory=b,
                    threshold=0 if limit == 0 else None
                )
                for a, b, m, limit in pairs
            ),
            rows,
            probabilities(labels),
            function="classification",
            maxWins=max_wins,
            classificationMethod="OneAgainstOne",
            threshold=0.25,
        )

    fields["t"] = text("t", "n", "p")
    rows = [
        {
            "x": x,
            "c": c,
            "y": y,
            "t": "p" if evaluate(kernel, *trained["k"], (x, c, y)) < 0 else "n",
        }
        for x, c, y in points
    ]
    document(
        "svm_binary",
        "SupportVectorMachineModel",
        fields,
        kernels["radial"][0] + dictionary + machine(*trained["k"], targetCategory="p"),
        rows,
        function="classification",
    )
    # PMML 3.2: the value is rounded.
    rows = [
        {
            "x": x,
            "c": c,
            "y": y,
            "t": "p" if evaluate(kernel, *trained["k"], (x, c, y)) >= 0.5 else "n",
        }
        for x, c, y in points
    ]
    document(
        "svm_binary_rounded",
        "SupportVectorMachineModel",
        fields,
        kernels["radial"][0] + dictionary + machine(*trained["k"], targetCategory="p"),
        rows,
        function="classification",
        alternateBinaryTargetCategory="n",
    )
