"""RegressionModel and Targets."""
import math

from document import MISSING, categorical, data_field, document, element, numeric, output, ref
from document import regression, schema, table, values
from expressions import normal_cdf


LABELS = ["a", "b", "c"]


def predictors():
    dictionary = [
        data_field("x"),
        data_field("y"),
        data_field("s", "string", None, values("m", "f")),
        data_field("b", "boolean"),
        data_field("n", "integer", "categorical"),
        data_field("t"),
    ]
    body = table(
        "0.5",
        numeric("x", 2),
        numeric("y", "0.25", exponent=3),
        categorical("s", "m", 10),
        categorical("s", "f", -10),
        categorical("b", "true", 100),
        categorical("n", "3", "0.125"),
        element("PredictorTerm", ref("x"), ref("y"), coefficient=-1),
    )

    def value(x, y, s, b, n):
        if x is MISSING or y is MISSING:
            return MISSING
        return (
            0.5
            + 2 * x
            + 0.25 * y**3
            + {"m": 10, "f": -10, MISSING: 0}[s]
            + (100 if b else 0)
            + (0.125 if n == 3 else 0)
            - x * y
        )

    rows = [
        {"x": x, "y": y, "s": s, "b": b, "n": n, "t": value(x, y, s, b, n)}
        for x, y, s, b, n in (
            (1.0, 2.0, "m", True, 3),
            (1.5, -2.0, "f", False, 4),
            (1.0, 2.0, MISSING, MISSING, MISSING),
            (MISSING, 2.0, "m", True, 3),
        )
    ]
    document(
        "regression",
        dictionary,
        regression(body, schema("x", "y", "s", "b", "n", target="t")),
        rows,
    )


def normalizations():
    inverse = {
        "none": lambda y: y,
        "logit": lambda y: 1 / (1 + math.exp(-y)),
        "softmax": lambda y: 1 / (1 + math.exp(-y)),
        "probit": normal_cdf,
        "cloglog": lambda y: 1 - math.exp(-math.exp(y)),
        "loglog": lambda y: math.exp(-math.exp(-y)),
        "cauchit": lambda y: 0.5 + math.atan(y) / math.pi,
        "exp": math.exp,
    }
    for method, link in inverse.items():
        document(
            "regression_" + method,
            [data_field("x"), data_field("t")],
            regression(
                table("-0.5", numeric("x", 2)), schema("x", target="t"), normalizationMethod=method
            ),
            [{"x": x, "t": link(2 * x - 0.5)} for x in (-1.0, 0.25, 0.75)],
        )
        if method in ("softmax", "exp"):
            continue
        rows = []
        for x in (-1.0, 0.2, 0.75):
            p = link(2 * x - 0.5)
            rows.append({"x": x, "t": "yes" if p > 1 - p else "no", "p_yes": p, "p_no": 1 - p})
        document(
            "logistic_" + method,
            [data_field("x"), data_field("t", "string", None, values("no", "yes"))],
            regression(
                table("-0.5", numeric("x", 2), targetCategory="yes")
                + table(0, targetCategory="no"),
                schema("x", target="t"),
                element(
                    "Output",
                    output("p_yes", feature="probability", value="yes"),
                    output("p_no", feature="probability", value="no"),
                ),
                functionName="classification",
                normalizationMethod=method,
            ),
            rows,
        )


def classes():
    slopes = {"a": (0.5, 1), "b": (0.25, -1), "c": (0, 0)}
    for method in ("softmax", "simplemax", "none"):
        rows = []
        for x in (0.1, 0.2, -0.2):
            y = {k: i + s * x for k, (i, s) in slopes.items()}
            if method == "softmax":
                total = sum(map(math.exp, y.values()))
                p = {k: math.exp(v) / total for k, v in y.items()}
            elif method == "simplemax":
                p = {k: v / sum(y.values()) for k, v in y.items()}
            else:
                p = {"a": y["a"], "b": y["b"], "c": 1 - y["a"] - y["b"]}
            rows.append(
                {"x": x, "t": max(LABELS, key=p.get), **{"p_" + k: v for k, v in p.items()}}
            )
        document(
            "classes_" + method,
            [data_field("x"), data_field("t", "string")],
            regression(
                "".join(
                    table(i, numeric("x", s), targetCategory=k) for k, (i, s) in slopes.items()
                ),
                schema("x", target="t"),
                element(
                    "Output", *[output("p_" + k, feature="probability", value=k) for k in LABELS]
                ),
                functionName="classification",
                normalizationMethod=method,
            ),
            rows,
        )


def ordinal():
    rows = []
    for x in (0.0, 3.0):  # cumulative: P(a), P(a or b), 1
        a, b = 1 / (1 + math.exp(-(x - 1))), 1 / (1 + math.exp(-(x + 1)))
        p = {"a": a, "b": b - a, "c": 1 - b}
        rows.append({"x": x, "t": max(LABELS, key=p.get), **{"p_" + k: v for k, v in p.items()}})
    document(
        "classes_ordinal",
        [data_field("x"), data_field("t", "string", "ordinal", values(*LABELS))],
        regression(
            table(-1, numeric("x", 1), targetCategory="a")
            + table(1, numeric("x", 1), targetCategory="b")
            + table(0, targetCategory="c"),
            schema("x", target="t"),
            element("Output", *[output("p_" + k, feature="probability", value=k) for k in LABELS]),
            functionName="classification",
            normalizationMethod="logit",
        ),
        rows,
    )


def regressions():
    predictors()
    normalizations()
    classes()
    ordinal()


def casts():
    for cast, function in (
        ("round", lambda v: math.floor(v + 0.5)),
        ("ceiling", math.ceil),
        ("floor", math.floor),
    ):
        rows = [
            {
                "x": x,
                "t": 0 if x is MISSING else function(min(max(x, -2), 3) * 2 + 0.25),
                "raw": MISSING if x is MISSING else x,
            }
            for x in (-5.0, 1.125, 2.875, 4.0)
        ]
        target = element(
            "Targets",
            element(
                "Target",
                element("TargetValue", defaultValue=1.5),
                field="t",
                min=-2,
                max=3,
                rescaleFactor=2,
                rescaleConstant=0.25,
                castInteger=cast,
            ),
        )
        rows.append({"x": MISSING, "t": function(1.5 * 2 + 0.25), "raw": MISSING})
        document(
            "targets_" + cast,
            [data_field("x"), data_field("t")],
            regression(
                table(0, numeric("x", 1)),
                schema("x", target="t"),
                element("Output", output("raw", ref("x"))),
                target,
            ),
            rows,
        )


def priors():
    targets_of = element(
        "Targets",
        element(
            "Target",
            element("TargetValue", value="no", priorProbability="0.75", displayValue="No!"),
            element("TargetValue", value="yes", priorProbability="0.25", displayValue="Yes!"),
            field="t",
        ),
    )
    rows = [
        {"x": MISSING, "t": "No!", "p": 0.25, "shown": "No!", "kept": "no"},
        {"x": 2.0, "t": "Yes!", "p": 1 / (1 + math.exp(-2)), "shown": "Yes!", "kept": "yes"},
    ]
    document(
        "targets_priors",
        [data_field("x"), data_field("t", "string", None, values("no", "yes"))],
        regression(
            table(0, numeric("x", 1), targetCategory="yes") + table(0, targetCategory="no"),
            schema("x", target="t"),
            element(
                "Output",
                output("p", feature="probability", value="yes"),
                output("shown", feature="predictedDisplayValue"),
                output("kept", feature="predictedValue"),
            ),
            targets_of,
            functionName="classification",
            normalizationMethod="logit",
        ),
        rows,
    )


def targets():
    casts()
    priors()
