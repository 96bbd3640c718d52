"""GeneralRegressionModel, with Cox regression."""
import math

from kind_document import MISSING, array, document, number, probabilities, softmax, tag, text
from kind_document import winner


def normal_cdf(z):
    return math.erfc(-z / math.sqrt(2)) / 2


LINKS = {
    "cloglog": lambda y: 1 - math.exp(-math.exp(y)),
    "loglog": lambda y: math.exp(-math.exp(-y)),
    "logit": lambda y: 1 / (1 + math.exp(-y)),
    "probit": normal_cdf,
    "cauchit": lambda y: math.atan(y) / math.pi + 0.5,
}
# One parameter each: constant, x, x squared, the level "b" of c, that level times x.
BETAS = [0.25, 0.5, -0.125, 1.5, -0.75]


def parameters(categories=None, betas=None):
    cells = []
    for category, values in (betas or {None: BETAS}).items():
        cells += (
            [
                tag("PCell", targetCategory=category, parameterName="p%d" % i, beta=b)
                for i, b in values.items()
            ]
            if isinstance(values, dict)
            else [
                tag("PCell", targetCategory=category, parameterName="p%d" % i, beta=b)
                for i, b in enumerate(values)
            ]
        )
    return "".join(
        [
            tag(
                "ParameterList",
                *[
                    tag("Parameter", name="p%d" % i, referencePoint=r)
                    for i, r in enumerate((0, 2, 0, 0.25, 0))
                ]
            ),
            tag("FactorList", tag("Predictor", name="c")),
            tag("CovariateList", tag("Predictor", name="x")),
            tag(
                "PPMatrix",
                tag("PPCell", value="1", predictorName="x", parameterName="p1"),
                tag("PPCell", value="2", predictorName="x", parameterName="p2"),
                tag("PPCell", value="b", predictorName="c", parameterName="p3"),
                tag("PPCell", value="b", predictorName="c", parameterName="p4"),
                tag("PPCell", value="1", predictorName="x", parameterName="p4"),
            ),
            tag("ParamMatrix", *cells),
        ]
    )


def linear(betas, x, c):
    return betas[0] + betas[1] * x + betas[2] * x * x + (betas[3] + betas[4] * x if c == "b" else 0)


POINTS = [(0.5, "a"), (0.5, "b"), (-1.25, "b"), (2.0, "a"), (3.0, "b")]
XC = {"t": number("t"), "x": number("x"), "c": text("c", "a", "b")}


LABELS = ["l", "m", "h"]
COX_REFERENCE = BETAS[1] * 2 + BETAS[3] * 0.25
COX_BETAS = {None: {1: BETAS[1], 2: BETAS[2], 3: BETAS[3], 4: BETAS[4]}}


def linear_models():
    for kind in ("regression", "generalLinear"):
        rows = [{"x": x, "c": c, "t": linear(BETAS, x, c)} for x, c in POINTS]
        rows += [{"x": MISSING, "c": "b", "t": MISSING}, {"x": 1.0, "c": MISSING, "t": MISSING}]
        document(
            "general_" + kind, "GeneralRegressionModel", XC, parameters(), rows, modelType=kind
        )


def links():
    links = dict(
        LINKS,
        identity=lambda y: y,
        log=math.exp,
        logc=lambda y: 1 - math.exp(y),
        negbin=lambda y: 1 / (2.5 * (math.exp(-y) - 1)),
    )
    del links["cauchit"]  # a cumulative link only
    cases = [(name, None, f) for name, f in links.items()]
    cases += [("power", d, lambda y, d=d: y ** (1 / d) if d else math.exp(y)) for d in (0, 2, -1)]
    cases += [
        (
            "oddspower",
            d,
            lambda y, d=d: 1 / (1 + (1 + d * y) ** (-1 / d)) if d else 1 / (1 + math.exp(-y)),
        )
        for d in (0, 0.5)
    ]
    for name, d, f in cases:
        # The offset keeps y positive, where powers of it are numbers. A second field has the number
        # of trials.
        rows = [
            {"x": x, "c": c, "o": 4.0, "n": n, "t": n * f(linear(BETAS, x, c) + 4)}
            for n, (x, c) in zip((1, 2, 5, 1, 3), POINTS)
        ]
        rows.append({"x": 1.0, "c": "a", "o": MISSING, "n": 1, "t": MISSING})
        document(
            "general_link_%s%s"
            % (name, "" if d is None else "_%s" % str(d).replace(".", "_").replace("-", "minus_")),
            "GeneralRegressionModel",
            dict(XC, o=number("o"), n=number("n")),
            parameters(),
            rows,
            modelType="generalizedLinear",
            linkFunction=name,
            linkParameter=d,
            distParameter=2.5 if name == "negbin" else None,
            offsetVariable="o",
            trialsVariable="n",
        )


def constant_offsets():
    rows = [{"x": x, "c": c, "t": 7 * (linear(BETAS, x, c) + 0.5)} for x, c in POINTS]
    document(
        "general_constants",
        "GeneralRegressionModel",
        XC,
        parameters(),
        rows,
        modelType="generalizedLinear",
        linkFunction="identity",
        offsetValue=0.5,
        trialsValue=7,
    )


def two_classes():
    # Two classes: cells without a category belong to the one that is not the reference.
    fields = dict(XC, t=text("t", "no", "yes"))
    for reference in ("no", "yes"):
        other = "yes" if reference == "no" else "no"
        rows = []
        for x, c in POINTS:
            p = LINKS["probit"](linear(BETAS, x, c))
            both = {other: p, reference: 1 - p}
            rows.append(
                {
                    "x": x,
                    "c": c,
                    "p_no": both["no"],
                    "p_yes": both["yes"],
                    "t": winner(["no", "yes"], [both["no"], both["yes"]]),
                }
            )
        rows.append({"x": MISSING, "c": "a", "p_no": MISSING, "p_yes": MISSING, "t": MISSING})
        document(
            "general_binomial_" + reference,
            "GeneralRegressionModel",
            fields,
            parameters(),
            rows,
            probabilities(("no", "yes")),
            function="classification",
            modelType="generalizedLinear",
            distribution="binomial",
            linkFunction="probit",
            targetReferenceCategory=reference,
        )


def multinomial():
    # The reference category is the one that the ParamMatrix does not have: not always the last one.
    betas = {"l": BETAS, "h": [-1, 0.5, 0.25, -0.5, 1]}
    rows = []
    for x, c in POINTS:
        p = softmax([linear(betas["l"], x, c), 0, linear(betas["h"], x, c)])
        rows.append(
            {"x": x, "c": c, **{"p_" + l: v for l, v in zip(LABELS, p)}, "t": winner(LABELS, p)}
        )
    document(
        "general_multinomial",
        "GeneralRegressionModel",
        dict(XC, t=text("t", *LABELS)),
        parameters(betas=betas),
        rows,
        probabilities(LABELS),
        function="classification",
        modelType="multinomialLogistic",
    )


def ordinal():
    # Intercepts by category, everything else in common; cumulative.
    betas = {"l": {0: -1.0}, "m": {0: 0.75}, None: {1: 0.5, 2: -0.125, 3: 1.5, 4: -0.75}}
    for name, f in LINKS.items():
        rows = []
        for x, c in POINTS:
            common = linear([0] + BETAS[1:], x, c)
            low, middle = f(common - 1.0), f(common + 0.75)
            p = [low, middle - low, 1 - middle]
            rows.append(
                {"x": x, "c": c, **{"p_" + l: v for l, v in zip(LABELS, p)}, "t": winner(LABELS, p)}
            )
        document(
            "general_ordinal_" + name,
            "GeneralRegressionModel",
            dict(XC, t=text("t", *LABELS)),
            parameters(betas=betas),
            rows,
            probabilities(LABELS),
            function="classification",
            modelType="ordinalMultinomial",
            cumulativeLink=name,
        )


def contrasts():
    # Contrasts: the row is the category of the value, the column that of the cell.
    matrix = {"a": (0.5, 0.25), "b": (-0.5, 0.25), "d": (0.0, -0.5)}
    inside = "".join(
        [
            tag("ParameterList", *[tag("Parameter", name=n) for n in ("i", "q", "r")]),
            tag(
                "FactorList",
                tag(
                    "Predictor",
                    tag("Categories", *[tag("Category", value=v) for v in matrix]),
                    tag("Matrix", *[array(row) for row in matrix.values()], nbRows=3, nbCols=2),
                    name="c",
                    contrastMatrixType="own",
                ),
            ),
            tag("CovariateList"),
            tag(
                "PPMatrix",
                tag("PPCell", value="a", predictorName="c", parameterName="q"),
                tag("PPCell", value="b", predictorName="c", parameterName="r"),
            ),
            tag(
                "ParamMatrix",
                *[tag("PCell", parameterName=n, beta=b) for n, b in (("i", 10), ("q", 2), ("r", 4))]
            ),
        ]
    )
    rows = [{"c": c, "t": 10 + 2 * matrix[c][0] + 4 * matrix[c][1]} for c in matrix]
    rows += [{"c": "e", "t": MISSING}, {"c": MISSING, "t": MISSING}]  # a level without contrasts
    document(
        "general_contrast",
        "GeneralRegressionModel",
        {"t": number("t"), "c": text("c", "a", "b", "d", "e")},
        inside,
        rows,
        modelType="generalLinear",
    )


def cox_strata():
    # Cumulative hazards: R's survival package gives the same for predict(coxph, type = "expected").
    tables = {"u": [(1.0, 0.125), (2.0, 0.5), (4.5, 0.75)], "v": [(0.5, 0.25)]}
    greatest = {"u": 6.0, "v": 2.0}
    strata = [
        tag(
            "BaselineStratum",
            *[tag("BaselineCell", time=t, cumHazard=h) for t, h in reversed(tables[s])],
            value=s,
            maxTime=greatest[s]
        )
        for s in tables
    ]
    rows = []
    for stratum in ("u", "v", "w"):
        for time in (0.25, 0.5, 1.0, 3.0, 4.5, 6.0, 6.5):
            for x, c in POINTS[:3]:
                hazard = MISSING
                if stratum in tables and time <= greatest[stratum]:
                    base = max([h for t, h in tables[stratum] if t <= time] + [0])
                    hazard = base * math.exp(linear([0] + BETAS[1:], x, c) - COX_REFERENCE)
                rows.append({"x": x, "c": c, "time": time, "s": stratum, "t": hazard})
    fields = dict(XC, time=number("time"), s=text("s", "u", "v", "w"))
    document(
        "cox_strata",
        "GeneralRegressionModel",
        fields,
        parameters(betas=COX_BETAS) + tag("BaseCumHazardTables", *strata),
        rows,
        modelType="CoxRegression",
        endTimeVariable="time",
        baselineStrataVariable="s",
    )


def cox():
    rows = [
        {
            "x": x,
            "c": "a",
            "time": time,
            "t": 0.25 * math.exp(linear([0] + BETAS[1:], x, "a") - COX_REFERENCE)
            if time == 1.5
            else 0.0,
        }
        for x in (0.5, 1.0)
        for time in (1.5, 0.25)
    ]
    rows.append(
        {"x": MISSING, "c": "a", "time": 0.25, "t": 0.0}
    )  # before the first time nothing else matters
    document(
        "cox",
        "GeneralRegressionModel",
        dict(XC, time=number("time")),
        parameters(betas=COX_BETAS)
        + tag("BaseCumHazardTables", tag("BaselineCell", time=0.5, cumHazard=0.25), maxTime=2),
        rows,
        modelType="CoxRegression",
        endTimeVariable="time",
    )


def general():
    linear_models()
    links()
    constant_offsets()
    two_classes()
    multinomial()
    ordinal()
    contrasts()
    cox_strata()
    cox()
