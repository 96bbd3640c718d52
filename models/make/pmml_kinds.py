#!/usr/bin/env python3
"""Writes models/edge/pmml/{general,cox,scorecard,bayes,svm,network,cluster,neighbor,rules,anomaly}_*.pmml: small documents of
PMML's kinds of models besides trees, regressions and ensembles. What each must give stands in the document itself
(ModelVerification). The expected values are computed here by the formulas of PMML 4.4, written out, and know nothing of the
reader.

    pmml_kinds.py [FOLDER]
"""
import math
import os
import sys
from xml.sax.saxutils import escape, quoteattr

folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "..", "edge", "pmml")
MISSING = None


def tag(name, /, *content, **attributes):
    inside = "".join(content)
    head = name + "".join(" %s=%s" % (k.rstrip("_"), quoteattr(str(v))) for k, v in attributes.items() if v is not None)
    return "<%s>%s</%s>" % (head, inside, name) if inside else "<%s/>" % head


def number(name):
    return tag("DataField", name=name, optype="continuous", dataType="double")


def text(name, *values):
    return tag("DataField", *[tag("Value", value=v) for v in values], name=name, optype="categorical", dataType="string")


def array(values):
    return tag("Array", " ".join(str(v) for v in values), n=len(values), type="real")


def predicate(field, operator, value=None):
    return tag("SimplePredicate", field=field, operator=operator, value=value)


def verification(rows):
    names = []
    for row in rows:
        names += [n for n in row if n not in names]
    column = {n: "c%d" % i for i, n in enumerate(names)}

    def cell(value):
        return "" if value is MISSING else repr(value) if isinstance(value, float) else escape(str(value))
    return tag("ModelVerification",
               tag("VerificationFields", *[tag("VerificationField", field=n, column=column[n]) for n in names]),
               tag("InlineTable", *["\n<row>%s</row>" % "".join("<%s>%s</%s>" % (column[n], cell(v), column[n]) for n, v in r.items())
                                    for r in rows]),
               recordCount=len(rows), fieldCount=len(names))


def document(name, kind, fields, inside, rows, outputs="", target="t", function="regression", transformations="", **attributes):
    """`fields`: the DataFields by name. `inside`: what follows the Output. `outputs`: OutputFields."""
    schema = tag("MiningSchema", *["\n" + tag("MiningField", name=n, usageType="target" if n == target else "active") for n in fields])
    parts = [schema, "\n" + tag("Output", *["\n" + o for o in outputs]) if outputs else "", transformations, "\n", inside, "\n",
             verification(rows)]
    body = tag(kind, *parts, functionName=function, **attributes)
    with open(os.path.join(folder, name + ".pmml"), "w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">\n<Header/>\n%s\n%s\n</PMML>\n'
                   % (tag("DataDictionary", *["\n" + f for f in fields.values()]), body))


def output(name, feature, **attributes):
    return tag("OutputField", name=name, feature=feature, **attributes)


def probabilities(labels):
    return [output("p_" + label, "probability", value=label) for label in labels]


def winner(labels, values):
    return MISSING if any(v is MISSING for v in values) else labels[max(range(len(labels)), key=lambda i: (values[i], -i))]


def softmax(values):
    greatest = max(values)
    parts = [math.exp(v - greatest) for v in values]
    return [p / sum(parts) for p in parts]


def normal_cdf(z):
    return math.erfc(-z / math.sqrt(2)) / 2


# ---- GeneralRegressionModel -------------------------------------------------------------------------------------------------

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
        cells += [tag("PCell", targetCategory=category, parameterName="p%d" % i, beta=b) for i, b in values.items()] if isinstance(
            values, dict) else [tag("PCell", targetCategory=category, parameterName="p%d" % i, beta=b) for i, b in enumerate(values)]
    return "".join([
        tag("ParameterList", *[tag("Parameter", name="p%d" % i, referencePoint=r) for i, r in enumerate((0, 2, 0, 0.25, 0))]),
        tag("FactorList", tag("Predictor", name="c")), tag("CovariateList", tag("Predictor", name="x")),
        tag("PPMatrix", tag("PPCell", value="1", predictorName="x", parameterName="p1"),
            tag("PPCell", value="2", predictorName="x", parameterName="p2"),
            tag("PPCell", value="b", predictorName="c", parameterName="p3"),
            tag("PPCell", value="b", predictorName="c", parameterName="p4"),
            tag("PPCell", value="1", predictorName="x", parameterName="p4")),
        tag("ParamMatrix", *cells)])


def linear(betas, x, c):
    return betas[0] + betas[1] * x + betas[2] * x * x + (betas[3] + betas[4] * x if c == "b" else 0)


POINTS = [(0.5, "a"), (0.5, "b"), (-1.25, "b"), (2.0, "a"), (3.0, "b")]
XC = {"t": number("t"), "x": number("x"), "c": text("c", "a", "b")}


def general():
    for kind in ("regression", "generalLinear"):
        rows = [{"x": x, "c": c, "t": linear(BETAS, x, c)} for x, c in POINTS]
        rows += [{"x": MISSING, "c": "b", "t": MISSING}, {"x": 1.0, "c": MISSING, "t": MISSING}]
        document("general_" + kind, "GeneralRegressionModel", XC, parameters(), rows, modelType=kind)
    links = dict(LINKS, identity=lambda y: y, log=math.exp, logc=lambda y: 1 - math.exp(y), negbin=lambda y: 1 / (2.5 * (math.exp(-y) - 1)))
    del links["cauchit"]  # a cumulative link only
    cases = [(name, None, f) for name, f in links.items()]
    cases += [("power", d, lambda y, d=d: y ** (1 / d) if d else math.exp(y)) for d in (0, 2, -1)]
    cases += [("oddspower", d, lambda y, d=d: 1 / (1 + (1 + d * y) ** (-1 / d)) if d else 1 / (1 + math.exp(-y))) for d in (0, 0.5)]
    for name, d, f in cases:
        # The offset keeps y positive, where powers of it are numbers. A second field has the number of trials.
        rows = [{"x": x, "c": c, "o": 4.0, "n": n, "t": n * f(linear(BETAS, x, c) + 4)} for n, (x, c) in zip((1, 2, 5, 1, 3), POINTS)]
        rows.append({"x": 1.0, "c": "a", "o": MISSING, "n": 1, "t": MISSING})
        document("general_link_%s%s" % (name, "" if d is None else "_%s" % str(d).replace(".", "_").replace("-", "minus_")),
                 "GeneralRegressionModel", dict(XC, o=number("o"), n=number("n")), parameters(), rows, modelType="generalizedLinear",
                 linkFunction=name, linkParameter=d, distParameter=2.5 if name == "negbin" else None, offsetVariable="o", trialsVariable="n")
    rows = [{"x": x, "c": c, "t": 7 * (linear(BETAS, x, c) + 0.5)} for x, c in POINTS]
    document("general_constants", "GeneralRegressionModel", XC, parameters(), rows, modelType="generalizedLinear", linkFunction="identity",
             offsetValue=0.5, trialsValue=7)

    # Two classes: cells without a category belong to the one that is not the reference.
    fields = dict(XC, t=text("t", "no", "yes"))
    for reference in ("no", "yes"):
        other = "yes" if reference == "no" else "no"
        rows = []
        for x, c in POINTS:
            p = LINKS["probit"](linear(BETAS, x, c))
            both = {other: p, reference: 1 - p}
            rows.append({"x": x, "c": c, "p_no": both["no"], "p_yes": both["yes"], "t": winner(["no", "yes"], [both["no"], both["yes"]])})
        rows.append({"x": MISSING, "c": "a", "p_no": MISSING, "p_yes": MISSING, "t": MISSING})
        document("general_binomial_" + reference, "GeneralRegressionModel", fields, parameters(), rows, probabilities(("no", "yes")),
                 function="classification", modelType="generalizedLinear", distribution="binomial", linkFunction="probit",
                 targetReferenceCategory=reference)

    # The reference category is the one that the ParamMatrix does not have: not always the last one.
    labels = ["l", "m", "h"]
    betas = {"l": BETAS, "h": [-1, 0.5, 0.25, -0.5, 1]}
    rows = []
    for x, c in POINTS:
        p = softmax([linear(betas["l"], x, c), 0, linear(betas["h"], x, c)])
        rows.append({"x": x, "c": c, **{"p_" + l: v for l, v in zip(labels, p)}, "t": winner(labels, p)})
    document("general_multinomial", "GeneralRegressionModel", dict(XC, t=text("t", *labels)), parameters(betas=betas), rows,
             probabilities(labels), function="classification", modelType="multinomialLogistic")

    # Intercepts by category, everything else in common; cumulative.
    betas = {"l": {0: -1.0}, "m": {0: 0.75}, None: {1: 0.5, 2: -0.125, 3: 1.5, 4: -0.75}}
    for name, f in LINKS.items():
        rows = []
        for x, c in POINTS:
            common = linear([0] + BETAS[1:], x, c)
            low, middle = f(common - 1.0), f(common + 0.75)
            p = [low, middle - low, 1 - middle]
            rows.append({"x": x, "c": c, **{"p_" + l: v for l, v in zip(labels, p)}, "t": winner(labels, p)})
        document("general_ordinal_" + name, "GeneralRegressionModel", dict(XC, t=text("t", *labels)), parameters(betas=betas), rows,
                 probabilities(labels), function="classification", modelType="ordinalMultinomial", cumulativeLink=name)

    # Contrasts: the row is the category of the value, the column that of the cell.
    matrix = {"a": (0.5, 0.25), "b": (-0.5, 0.25), "d": (0.0, -0.5)}
    inside = "".join([
        tag("ParameterList", *[tag("Parameter", name=n) for n in ("i", "q", "r")]),
        tag("FactorList", tag("Predictor", tag("Categories", *[tag("Category", value=v) for v in matrix]),
                              tag("Matrix", *[array(row) for row in matrix.values()], nbRows=3, nbCols=2), name="c", contrastMatrixType="own")),
        tag("CovariateList"), tag("PPMatrix", tag("PPCell", value="a", predictorName="c", parameterName="q"),
                                  tag("PPCell", value="b", predictorName="c", parameterName="r")),
        tag("ParamMatrix", *[tag("PCell", parameterName=n, beta=b) for n, b in (("i", 10), ("q", 2), ("r", 4))])])
    rows = [{"c": c, "t": 10 + 2 * matrix[c][0] + 4 * matrix[c][1]} for c in matrix]
    rows += [{"c": "e", "t": MISSING}, {"c": MISSING, "t": MISSING}]  # a level without contrasts
    document("general_contrast", "GeneralRegressionModel", {"t": number("t"), "c": text("c", "a", "b", "d", "e")}, inside, rows,
             modelType="generalLinear")

    # Cumulative hazards: R's survival package gives the same for predict(coxph, type = "expected").
    tables = {"u": [(1.0, 0.125), (2.0, 0.5), (4.5, 0.75)], "v": [(0.5, 0.25)]}
    greatest = {"u": 6.0, "v": 2.0}
    strata = [tag("BaselineStratum", *[tag("BaselineCell", time=t, cumHazard=h) for t, h in reversed(tables[s])], value=s, maxTime=greatest[s])
              for s in tables]
    reference = BETAS[1] * 2 + BETAS[3] * 0.25
    betas = {None: {1: BETAS[1], 2: BETAS[2], 3: BETAS[3], 4: BETAS[4]}}
    rows = []
    for stratum in ("u", "v", "w"):
        for time in (0.25, 0.5, 1.0, 3.0, 4.5, 6.0, 6.5):
            for x, c in POINTS[:3]:
                hazard = MISSING
                if stratum in tables and time <= greatest[stratum]:
                    base = max([h for t, h in tables[stratum] if t <= time] + [0])
                    hazard = base * math.exp(linear([0] + BETAS[1:], x, c) - reference)
                rows.append({"x": x, "c": c, "time": time, "s": stratum, "t": hazard})
    fields = dict(XC, time=number("time"), s=text("s", "u", "v", "w"))
    document("cox_strata", "GeneralRegressionModel", fields, parameters(betas=betas) + tag("BaseCumHazardTables", *strata), rows,
             modelType="CoxRegression", endTimeVariable="time", baselineStrataVariable="s")
    rows = [{"x": x, "c": "a", "time": time, "t": 0.25 * math.exp(linear([0] + BETAS[1:], x, "a") - reference) if time == 1.5 else 0.0}
            for x in (0.5, 1.0) for time in (1.5, 0.25)]
    rows.append({"x": MISSING, "c": "a", "time": 0.25, "t": 0.0})  # before the first time nothing else matters
    document("cox", "GeneralRegressionModel", dict(XC, time=number("time")),
             parameters(betas=betas) + tag("BaseCumHazardTables", tag("BaselineCell", time=0.5, cumHazard=0.25), maxTime=2), rows,
             modelType="CoxRegression", endTimeVariable="time")


# ---- Scorecard --------------------------------------------------------------------------------------------------------------

def scorecard():
    def attribute(points, test, code=None, inside=""):
        return tag("Attribute", test, inside, partialScore=points, reasonCode=code)
    complex_score = tag("ComplexPartialScore", tag("Apply", tag("FieldRef", field="y"), tag("Constant", "2"), function="*"))
    inside = tag(
        "Characteristics",
        "\n" + tag("Characteristic", attribute(-3, predicate("x", "isMissing")), attribute(5, predicate("x", "lessThan", 1)),
                   attribute(12, predicate("x", "lessThan", 2)), attribute(20, tag("True")), name="a", reasonCode="A", baselineScore=10),
        # the second attribute is worth twice y, whatever its partialScore
        "\n" + tag("Characteristic", attribute(7, predicate("y", "lessThan", 0), "B1"), attribute(99, predicate("y", "lessThan", 9), "B2", complex_score),
                   name="b", baselineScore=4),
        # the same code as the first one: their points count together
        "\n" + tag("Characteristic", attribute(1, predicate("c", "equal", "u")), attribute(8, predicate("c", "notEqual", "u")), name="c",
                   reasonCode="A", baselineScore=6))
    fields = {"t": number("t"), "x": number("x"), "y": number("y"), "c": text("c", "u", "v")}
    for algorithm in ("pointsAbove", "pointsBelow"):
        rows = []
        for x in (MISSING, 0.5, 1.5, 2.5):
            for y in (-1.0, 3.0, 9.0, MISSING):
                for c in ("u", "v"):
                    a = -3 if x is MISSING else 5 if x < 1 else 12 if x < 2 else 20
                    b = MISSING if y is MISSING or y >= 9 else (7, "B1") if y < 0 else (2 * y, "B2")
                    d = 1 if c == "u" else 8
                    row = {"x": x, "y": y, "c": c, "t": MISSING if b is MISSING else 2.5 + a + b[0] + d}
                    sign = 1 if algorithm == "pointsAbove" else -1
                    # Codes in the order of the document: equal ones keep it. Negative ones are left out.
                    points = {"A": sign * (a - 10) + sign * (d - 6)}
                    if b is not MISSING:
                        points[b[1]] = sign * (b[0] - 4)
                    ranked = sorted((-p, ["A", "B1", "B2"].index(k)) for k, p in points.items() if p >= 0)
                    for rank in (1, 2):
                        row["code%d" % rank] = ["A", "B1", "B2"][ranked[rank - 1][1]] if len(ranked) >= rank else MISSING
                    rows.append(row)
        document("scorecard_" + algorithm, "Scorecard", fields, inside, rows, [output("code%d" % r, "reasonCode", rank=r) for r in (1, 2)],
                 initialScore=2.5, reasonCodeAlgorithm=algorithm)


# ---- NaiveBayesModel --------------------------------------------------------------------------------------------------------

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
        return [tag("PairCounts", tag("TargetValueCounts", *[tag("TargetValueCount", value=l, count=n) for l, n in by_label.items()]), value=v)
                for v, by_label in table.items()]

    def stats(name, **by_label):
        return tag("TargetValueStats", *[tag("TargetValueStat", tag(name, **a), value=l) for l, a in by_label.items()])
    bins = tag("DerivedField", tag("Discretize", tag("DiscretizeBin", tag("Interval", closure="openOpen", rightMargin=5), binValue="low"),
                                   tag("DiscretizeBin", tag("Interval", closure="closedOpen", leftMargin=5), binValue="high"), field="d"),
               name="d_bin", optype="categorical", dataType="string")
    inside = tag("BayesInputs",
                 tag("BayesInput", *pairs(counts), fieldName="c"), tag("BayesInput", bins, *pairs(binned), fieldName="d"),
                 tag("BayesInput", stats("GaussianDistribution", **{l: {"mean": m, "variance": v} for l, (m, v) in gauss.items()}), fieldName="g"),
                 tag("BayesInput", stats("PoissonDistribution", **{l: {"mean": m} for l, m in poisson.items()}), fieldName="n"),
                 tag("BayesInput", stats("UniformDistribution", **{l: {"lower": a, "upper": b} for l, (a, b) in uniform.items()}), fieldName="r"))
    inside += tag("BayesOutput", tag("TargetValueCounts", *[tag("TargetValueCount", value=l, count=n) for l, n in prior.items()]), fieldName="t")
    fields = {"t": text("t", *labels), "c": text("c", "u", "v", "w"), "d": number("d"), "g": number("g"), "n": number("n"), "r": number("r")}
    base = {"c": "v", "d": 2.0, "g": 1.5, "n": 3.0, "r": 3.0}
    variants = [{}, {"c": "u"}, {"c": "w"}, {"c": MISSING}, {"d": 5.0}, {"d": MISSING}, {"g": 20.0}, {"g": MISSING}, {"n": 0.0}, {"n": 19.0},
                {"n": 25.0}, {"n": MISSING}, {"r": 1.0}, {"r": 9.0}, {"r": 40.0}, {n: MISSING for n in base}]
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
                p *= binned["low" if row["d"] < 5 else "high"][l] / sum(by_label[l] for by_label in binned.values())
            if row["g"] is not MISSING:
                m, v = gauss[l]
                p *= max(threshold, math.exp(-(row["g"] - m) ** 2 / (2 * v)) / math.sqrt(2 * math.pi * v))
            if row["n"] is not MISSING:
                p *= max(threshold, poisson[l] ** row["n"] * math.exp(-poisson[l]) / math.factorial(int(row["n"])))
            if row["r"] is not MISSING:
                a, b = uniform[l]
                p *= 1 / (b - a) if a <= row["r"] <= b else threshold
            weight[l] = p
        p = [weight[l] / sum(weight.values()) for l in labels]
        rows.append({**row, **{"p_" + l: v for l, v in zip(labels, p)}, "t": winner(labels, p)})
    document("bayes_inputs", "NaiveBayesModel", fields, inside, rows, probabilities(labels), function="classification", threshold=threshold)


# ---- SupportVectorMachineModel ----------------------------------------------------------------------------------------------

def support_vectors():
    vectors = {"v1": (1.0, 0.0, 0.5), "v2": (0.0, 1.0, -0.25), "v3": (-2.0, 0.0, 0.0)}

    def sparse(vector):
        at = [i for i, v in enumerate(vector) if v]
        return tag("REAL-SparseArray", tag("Indices", " ".join(str(i + 1) for i in at)), tag("REAL-Entries", " ".join(str(vector[i]) for i in at)), n=3)
    dictionary = tag("VectorDictionary",
                     tag("VectorFields", tag("FieldRef", field="x"), tag("CategoricalPredictor", name="c", value="u", coefficient=1), tag("FieldRef", field="y")),
                     *["\n" + tag("VectorInstance", sparse(v) if i != "v2" else array(v), id=i) for i, v in vectors.items()])

    def machine(coefficients, intercept, **a):
        # only the vectors that have a coefficient
        return "\n" + tag("SupportVectorMachine", tag("SupportVectors", *[tag("SupportVector", vectorId=i) for i in coefficients]),
                          tag("Coefficients", *[tag("Coefficient", value=v) for v in coefficients.values()], absoluteValue=intercept), **a)
    kernels = {
        "linear": (tag("LinearKernelType"), lambda d, e: d),
        "polynomial": (tag("PolynomialKernelType", gamma=0.5, coef0=1.5, degree=3), lambda d, e: (0.5 * d + 1.5) ** 3),
        "radial": (tag("RadialBasisKernelType", gamma=0.25), lambda d, e: math.exp(-0.25 * e)),
        "sigmoid": (tag("SigmoidKernelType", gamma=0.5, coef0=-0.25), lambda d, e: math.tanh(0.5 * d - 0.25)),
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
            rows = [{"x": x, "c": c, "y": y, "t": evaluate(kernel, coefficients, -0.75, (x, c, y))} for x, c, y in points]
            rows += [{"x": MISSING, "c": "u", "y": 1.0, "t": MISSING}, {"x": 1.0, "c": MISSING, "y": 1.0, "t": MISSING}]
            document("svm_%s%s" % (name, suffix), "SupportVectorMachineModel", fields, element + dictionary + machine(coefficients, -0.75), rows)

    rows = [{"x": x, "c": c, "y": y, "t": 0.5 * x + 2 * (c == "u") - 1.5 * y + 0.25} for x, c, y in points]
    document("svm_coefficients", "SupportVectorMachineModel", fields,
             tag("LinearKernelType") + dictionary + tag("SupportVectorMachine", tag("Coefficients", *[tag("Coefficient", value=v) for v in (0.5, 2, -1.5)], absoluteValue=0.25)),
             rows, svmRepresentation="Coefficients")

    labels = ["k", "l", "m"]
    fields["t"] = text("t", *labels)
    kernel = kernels["radial"][1]
    trained = {"k": ({"v1": 1.5, "v2": -0.5}, -0.25), "l": ({"v2": 1.0, "v3": -1.0}, 0.125), "m": ({"v1": -1.0, "v3": 2.0}, 0.0)}
    for max_wins in ("true", "false"):
        rows = []
        for point in points:
            value = {l: evaluate(kernel, *trained[l], point) for l in labels}
            best = (max if max_wins == "true" else min)(labels, key=lambda l: value[l])
            rows.append({"x": point[0], "c": point[1], "y": point[2], "t": best})
        rows.append({"x": MISSING, "c": "u", "y": 1.0, "t": MISSING})
        document("svm_one_against_all_" + ("max" if max_wins == "true" else "min"), "SupportVectorMachineModel", fields,
                 kernels["radial"][0] + dictionary + "".join(machine(*trained[l], targetCategory=l) for l in labels), rows,
                 function="classification", maxWins=max_wins, classificationMethod="OneAgainstAll")

        # Votes; of equally many the first label wins. One machine has a threshold of its own.
        pairs = [("k", "l", trained["k"], 0.25), ("m", "k", trained["l"], 0.0), ("l", "m", trained["m"], 0.25)]
        rows = []
        for point in points:
            votes = dict.fromkeys(labels, 0)
            for first, second, machine_of, limit in pairs:
                value = evaluate(kernel, *machine_of, point)
                votes[first if (value > limit if max_wins == "true" else value < limit) else second] += 1
            p = [votes[l] / 3 for l in labels]
            rows.append({"x": point[0], "c": point[1], "y": point[2], **{"p_" + l: v for l, v in zip(labels, p)}, "t": winner(labels, p)})
        document("svm_one_against_one_" + ("max" if max_wins == "true" else "min"), "SupportVectorMachineModel", fields,
                 kernels["radial"][0] + dictionary + "".join(machine(*m, targetCategory=a, alternateTargetCategory=b, threshold=0 if limit == 0 else None)
                                                             for a, b, m, limit in pairs),
                 rows, probabilities(labels), function="classification", maxWins=max_wins, classificationMethod="OneAgainstOne", threshold=0.25)

    fields["t"] = text("t", "n", "p")
    rows = [{"x": x, "c": c, "y": y, "t": "p" if evaluate(kernel, *trained["k"], (x, c, y)) < 0 else "n"} for x, c, y in points]
    document("svm_binary", "SupportVectorMachineModel", fields, kernels["radial"][0] + dictionary + machine(*trained["k"], targetCategory="p"), rows,
             function="classification")
    # PMML 3.2: the value is rounded.
    rows = [{"x": x, "c": c, "y": y, "t": "p" if evaluate(kernel, *trained["k"], (x, c, y)) >= 0.5 else "n"} for x, c, y in points]
    document("svm_binary_rounded", "SupportVectorMachineModel", fields, kernels["radial"][0] + dictionary + machine(*trained["k"], targetCategory="p"), rows,
             function="classification", alternateBinaryTargetCategory="n")


# ---- NeuralNetwork ----------------------------------------------------------------------------------------------------------

def networks():
    def neuron(name, weights, bias=None, **a):
        return tag("Neuron", *[tag("Con", from_=f, weight=w) for f, w in weights.items()], id=name, bias=bias, **a)

    def layer(*neurons, **a):
        return "\n" + tag("NeuralLayer", *neurons, **a)

    def inputs(*names):
        return tag("NeuralInputs", *[tag("NeuralInput", tag("DerivedField", tag("FieldRef", field=n), optype="continuous", dataType="double"), id="i" + n)
                                     for n in names])

    def outputs(expression, *ids):
        return tag("NeuralOutputs", *[tag("NeuralOutput", tag("DerivedField", e, optype="continuous", dataType="double"), outputNeuron=i)
                                      for i, e in zip(ids, expression)])
    activations = {
        "logistic": lambda z: 1 / (1 + math.exp(-z)), "tanh": math.tanh, "identity": lambda z: z, "exponential": math.exp,
        "reciprocal": lambda z: 1 / z, "square": lambda z: z * z, "Gauss": lambda z: math.exp(-z * z), "sine": math.sin, "cosine": math.cos,
        "Elliott": lambda z: z / (1 + abs(z)), "arctan": lambda z: 2 * math.atan(z) / math.pi, "rectifier": lambda z: max(0, z),
        "threshold": lambda z: float(z > 0.25),
    }
    points = [(x, y) for x in (-1.5, 0.5, 2.0) for y in (-0.75, 1.0)]
    fields = {"t": number("t"), "x": number("x"), "y": number("y")}
    target = tag("FieldRef", field="t")
    for name, f in activations.items():
        # The neurons of the first layer do not have the same inputs; the second layer reads an input of the network, too.
        inside = inputs("x", "y") + layer(neuron("a", {"ix": 0.5, "iy": -1.0}, 0.25), neuron("b", {"ix": 1.5, "iy": 0.5}), neuron("c", {"iy": 2.0}, -0.5)) + \
            layer(neuron("z", {"a": 1.0, "b": -2.0, "c": 0.5, "ix": 0.25}, 0.125), activationFunction="identity") + outputs([target], "z")
        rows = []
        for x, y in points:
            a, b, c = f(0.5 * x - y + 0.25), f(1.5 * x + 0.5 * y), f(2 * y - 0.5)
            rows.append({"x": x, "y": y, "t": a - 2 * b + 0.5 * c + 0.25 * x + 0.125})
        rows.append({"x": MISSING, "y": 1.0, "t": MISSING})
        document("network_" + name, "NeuralNetwork", fields, inside, rows, activationFunction=name, threshold=0.25)

    # exp(n * log(altitude) - sum (x - w)^2 / (2 width^2))
    inside = inputs("x", "y") + layer(neuron("a", {"ix": 0.5, "iy": -1.0}, width=1.5), neuron("b", {"ix": 1.5, "iy": 0.5}, altitude=3), neuron("c", {"iy": 2.0}),
                                      activationFunction="radialBasis", width=2, altitude=1.5) + \
        layer(neuron("z", {"a": 1.0, "b": -2.0, "c": 0.5})) + outputs([target], "z")
    rows = [{"x": x, "y": y, "t": math.exp(2 * math.log(1.5) - ((x - 0.5) ** 2 + (y + 1) ** 2) / (2 * 1.5 ** 2))
             - 2 * math.exp(2 * math.log(3) - ((x - 1.5) ** 2 + (y - 0.5) ** 2) / 8) + 0.5 * math.exp(math.log(1.5) - (y - 2) ** 2 / 8)} for x, y in points]
    rows += [{"x": MISSING, "y": 1.0, "t": MISSING}, {"x": 1.0, "y": MISSING, "t": MISSING}]
    document("network_radial", "NeuralNetwork", fields, inside, rows, activationFunction="identity")

    # The output is normalised by a bent line, which is inverted, and rises or falls.
    for name, knots in (("rising", [(0, 0.1), (100, 0.5), (500, 0.9)]), ("falling", [(0, 0.9), (100, 0.5), (500, 0.1)])):
        norm = tag("NormContinuous", *[tag("LinearNorm", orig=o, norm=n) for o, n in knots], field="t")
        rows = []
        for value in (-0.5, 0.1, 0.3, 0.5, 0.75, 0.9, 1.5):
            first = 0 if (value < 0.5) == (name == "rising") else 1
            (o1, n1), (o2, n2) = knots[first], knots[first + 1]
            rows.append({"x": value, "t": (value - n1) / (n2 - n1) * (o2 - o1) + o1})
        document("network_output_" + name, "NeuralNetwork", {"t": number("t"), "x": number("x")},
                 inputs("x") + layer(neuron("z", {"ix": 1.0})) + outputs([norm], "z"), rows, activationFunction="identity")

    labels = ["k", "l", "m"]
    fields["t"] = text("t", *labels)
    for method in ("softmax", "simplemax"):
        inside = inputs("x", "y") + layer(neuron("a", {"ix": 0.5, "iy": -1.0}, 3), neuron("b", {"ix": 1.5, "iy": 0.5}, 4), neuron("c", {"ix": -0.5, "iy": 2.0}, 5)) + \
            outputs([tag("NormDiscrete", field="t", value=l) for l in ("m", "k", "l")], "c", "a", "b")
        rows = []
        for x, y in points:
            z = [0.5 * x - y + 3, 1.5 * x + 0.5 * y + 4, -0.5 * x + 2 * y + 5]
            p = softmax(z) if method == "softmax" else [v / sum(z) for v in z]
            rows.append({"x": x, "y": y, **{"p_" + l: v for l, v in zip(labels, p)}, "t": winner(labels, p), "neuron": winner(["a", "b", "c"], p)})
        document("network_" + method, "NeuralNetwork", fields, inside, rows, probabilities(labels) + [output("neuron", "entityId")],
                 function="classification", activationFunction="identity", normalizationMethod=method)
    # One output neuron for two classes.
    fields["t"] = text("t", "n", "p")
    inside = inputs("x", "y") + layer(neuron("z", {"ix": 0.5, "iy": -1.0}, 0.25)) + outputs([tag("NormDiscrete", field="t", value="p")], "z")
    rows = []
    for x, y in points:
        p = 1 / (1 + math.exp(-(0.5 * x - y + 0.25)))
        rows.append({"x": x, "y": y, "p_n": 1 - p, "p_p": p, "t": winner(["n", "p"], [1 - p, p])})
    document("network_binary", "NeuralNetwork", fields, inside, rows, probabilities(["n", "p"]), function="classification", activationFunction="logistic")


# ---- ClusteringModel, NearestNeighborModel ----------------------------------------------------------------------------------

MEASURES = {  # of the terms weight * c^p: p, and what is made of their sum with the adjustment
    "euclidean": (2, lambda s: math.sqrt(s)), "squaredEuclidean": (2, lambda s: s), "cityBlock": (1, lambda s: s), "chebychev": (1, None),
    "minkowski": (3, lambda s: s ** (1 / 3)),
}


def compare(function, x, y, scale):
    if function == "absDiff":
        return abs(x - y)
    if function == "gaussSim":
        return math.exp(-math.log(2) * (x - y) ** 2 / scale ** 2)
    return float(x != y) if function == "delta" else float(x == y)


def distance(measure, row, point, functions, weights, scales, adjustments):
    p, finish = MEASURES[measure]
    present = [i for i, v in enumerate(row) if v is not MISSING]
    if not present:
        return MISSING
    z = sum(adjustments) / sum(adjustments[i] for i in present)
    terms = [weights[i] * compare(functions[i], row[i], point[i], scales[i]) ** p for i in present]
    return max(terms) * z if finish is None else finish(sum(terms) * z)


def clusters():
    names = ["x", "y", "z"]
    centers = {"north": (0.0, 1.0, 2.0), "south": (3.0, 0.5, 0.0), "west": (-1.0, -2.0, 1.0)}
    points = [(0.5, 1.0, 1.0), (3.0, 2.0, -1.0), (-2.0, -2.0, 1.0), (0.5, MISSING, 1.0), (MISSING, -2.0, 0.0), (1.0, 0.5, MISSING), (MISSING, MISSING, 2.0)]
    missing = (MISSING,) * 3
    fields = {n: number(n) for n in names}
    asked = [output("id", "predictedValue"), output("name", "predictedDisplayValue"), output("second", "clusterId", rank=2),
             output("d1", "clusterAffinity"), output("d2", "affinity", rank=2), output("to_2", "affinity", value="2"), output("third", "entityId", rank=3)]

    def model(name, measure, functions, weights, scales, adjustments):
        kind = tag("ComparisonMeasure", tag(measure, **({"p-parameter": 3} if measure == "minkowski" else {})), kind="distance", compareFunction="absDiff")
        parts = [kind] + ["\n" + tag("ClusteringField", field=n, compareFunction=None if f == "absDiff" else f, fieldWeight=w, similarityScale=s)
                          for n, f, w, s in zip(names, functions, weights, scales)]
        if adjustments:
            parts.append(tag("MissingValueWeights", array(adjustments)))
        parts += ["\n" + tag("Cluster", array(center), name=n) for n, center in centers.items()]
        rows = []
        for point in points + [missing]:
            d = [distance(measure, point, center, functions, weights, scales, adjustments or (1, 1, 1)) for center in centers.values()]
            row = dict(zip(names, point), id=MISSING, name=MISSING, second=MISSING, d1=MISSING, d2=MISSING, to_2=MISSING, third=MISSING)
            if d[0] is not MISSING:
                order = sorted(range(3), key=lambda i: d[i])
                row.update(id=str(order[0] + 1), name=list(centers)[order[0]], second=str(order[1] + 1), third=str(order[2] + 1), d1=d[order[0]],
                           d2=d[order[1]], to_2=d[1])
            rows.append(row)
        document(name, "ClusteringModel", fields, "".join(parts), rows, asked, target=None, function="clustering", modelClass="centerBased",
                 numberOfClusters=3)
    plain, ones = ("absDiff",) * 3, (1, 1, 1)
    for measure in MEASURES:
        model("cluster_" + measure, measure, plain, ones, ones, None)
        # weights of the fields, and other ones for what is missing
        model("cluster_%s_weights" % measure, measure, plain, (1, 2, 0.5), ones, (3, 1, 2))
    model("cluster_compare", "cityBlock", ("gaussSim", "delta", "equal"), (1, 2, 0.5), (2, 1, 1), (1, 1, 1))

    # Similarities of truth values.
    binary = {
        "simpleMatching": lambda a11, a10, a01, a00: (a11 + a00) / (a11 + a10 + a01 + a00),
        "jaccard": lambda a11, a10, a01, a00: a11 / (a11 + a10 + a01),
        "tanimoto": lambda a11, a10, a01, a00: (a11 + a00) / (a11 + 2 * (a10 + a01) + a00),
        "binarySimilarity": lambda a11, a10, a01, a00: (2 * a11 + 3 * a10 + 4 * a01 + 5 * a00) / (6 * a11 + 7 * a10 + 8 * a01 + 9 * a00),
    }
    centers2 = {"p": (1, 1, 0), "q": (0, 1, 1), "r": (1, 0, 0)}
    for measure, f in binary.items():
        given = {} if measure != "binarySimilarity" else {"%s%s-parameter" % (k, at): v for k, vs in (("c", (2, 3, 4, 5)), ("d", (6, 7, 8, 9)))
                                                          for at, v in zip(("11", "10", "01", "00"), vs)}
        parts = [tag("ComparisonMeasure", tag(measure, **given), kind="similarity")] + [tag("ClusteringField", field=n) for n in names]
        parts += ["\n" + tag("Cluster", array(center), id=n) for n, center in centers2.items()]
        rows = []
        for point in ((1, 1, 1), (0, 1, 0), (1, 0, 0), (0, 0, 1)):
            s = []
            for center in centers2.values():
                both = list(zip(point, center))
                s.append(f(both.count((1, 1)), both.count((1, 0)), both.count((0, 1)), both.count((0, 0))))
            order = sorted(range(3), key=lambda i: -s[i])
            rows.append(dict(zip(names, point), id="pqr"[order[0]], d1=s[order[0]], d2=s[order[1]]))
        document("cluster_" + measure, "ClusteringModel", fields, "".join(parts), rows,
                 [output("id", "predictedValue"), output("d1", "clusterAffinity"), output("d2", "affinity", rank=2)], target=None,
                 function="clustering", modelClass="centerBased", numberOfClusters=3)


def neighbors():
    instances = [("i1", 0.0, "u", 10, "k"), ("i2", 1.0, "u", 30, "l"), ("i3", 1.5, "w", 20, "l"), ("i4", 4.0, "w", 50, "m"), ("i5", 4.5, "u", 40, "k"),
                 ("i6", 9.0, "u", 0, "m")]
    table = tag("TrainingInstances",
                tag("InstanceFields", *[tag("InstanceField", field=f, column=c) for f, c in (("id", "a"), ("x", "b"), ("c", "d"), ("t", "e"))]), "%s")

    def training(column):
        rows = "".join("\n<row><a>%s</a><b>%s</b><d>%s</d><e>%s</e></row>" % (i[0], i[1], i[2], i[column]) for i in instances)
        return table % tag("InlineTable", rows)
    inputs = tag("KNNInputs", tag("KNNInput", field="x", fieldWeight=2), tag("KNNInput", field="c", compareFunction="delta"))
    measure = tag("ComparisonMeasure", tag("cityBlock"), kind="distance", compareFunction="absDiff")
    points = [(0.25, "u"), (1.25, "w"), (3.0, "u"), (6.0, "w"), (2.75, "w")]

    def nearest(x, c, k):
        d = [2 * abs(x - i[1]) + (c != i[2]) for i in instances]
        order = sorted(range(len(instances)), key=lambda i: d[i])[:k]
        return [(instances[i], d[i]) for i in order]
    fields = {"t": number("t"), "id": text("id"), "x": number("x"), "c": text("c", "u", "w")}
    asked = [output("first", "entityId"), output("second", "entityId", rank=2), output("d1", "affinity"), output("d2", "affinity", rank=2)]

    def found(x, c):
        (a, da), (b, db) = nearest(x, c, 2)
        return {"first": a[0], "second": b[0], "d1": da, "d2": db}
    methods = {
        "average": lambda near: sum(i[3] for i, _ in near) / len(near),
        "median": lambda near: sorted(i[3] for i, _ in near)[1],
        "weightedAverage": lambda near: sum(i[3] / (d + 0.5) for i, d in near) / sum(1 / (d + 0.5) for _, d in near),
    }
    for method, f in methods.items():
        rows = [{"x": x, "c": c, "t": f(nearest(x, c, 3)), **found(x, c)} for x, c in points]
        document("neighbor_" + method, "NearestNeighborModel", fields, training(3) + measure + inputs, rows, asked, numberOfNeighbors=3,
                 continuousScoringMethod=method, threshold=0.5, instanceIdVariable="id")
    fields["t"] = text("t")
    # All classes have two cases: of equal votes the first in lexical order wins.
    for method in ("majorityVote", "weightedMajorityVote"):
        rows = []
        for x, c in points:
            votes = dict.fromkeys("klm", 0.0)
            for i, d in nearest(x, c, 3):
                votes[i[4]] += 1 if method == "majorityVote" else 1 / (d + 0.001)
            total = sum(votes.values())
            rows.append({"x": x, "c": c, "t": winner("klm", list(votes.values())), **{"p_" + l: v / total for l, v in votes.items()}, **found(x, c)})
        document("neighbor_" + method, "NearestNeighborModel", fields, training(4) + measure + inputs, rows, asked + probabilities("klm"),
                 function="classification", numberOfNeighbors=3, categoricalScoringMethod=method, instanceIdVariable="id")


# ---- RuleSetModel -----------------------------------------------------------------------------------------------------------

def rules():
    labels = ["k", "l", "m"]
    distribution = {"r1": (8, 2, 0), "r2": (1, 1, 2), "r3": (0, 3, 1), "r4": (5, 5, 10)}

    def rule(name, score, confidence, weight, test, with_distribution):
        parts = [tag("ScoreDistribution", value=l, recordCount=n) for l, n in zip(labels, distribution[name])] if with_distribution else []
        return "\n" + tag("SimpleRule", test, *parts, id=name, score=score, confidence=confidence, weight=weight)
    fields = {"t": text("t", *labels), "x": number("x"), "c": text("c", "u", "w")}
    # r1: c = u and x < 3. r2: c = u and x > 1. r3: x > 2. r4: x < 4 (another rule for k)
    fires = {
        "r1": lambda x, c: c == "u" and x is not MISSING and x < 3, "r2": lambda x, c: c == "u" and x is not MISSING and x > 1,
        "r3": lambda x, c: x is not MISSING and x > 2, "r4": lambda x, c: x is not MISSING and x < 4,
    }
    what = {"r1": ("k", 0.75, 0.5), "r2": ("m", 0.5, 0.875), "r3": ("l", 0.625, 0.875), "r4": ("k", 0.25, 0.5)}
    points = [(x, c) for x in (0.5, 1.5, 2.5, 3.5, 5.0, MISSING) for c in ("u", "w", MISSING)]
    for criterion in ("firstHit", "weightedSum", "weightedMax"):
        for has_default in (True, False):
            def own(name, test):
                return rule(name, *what[name], test, not has_default)
            inside = tag("RuleSet", tag("RuleSelectionMethod", criterion=criterion),
                         "\n" + tag("CompoundRule", predicate("c", "equal", "u"), own("r1", predicate("x", "lessThan", 3)), own("r2", predicate("x", "greaterThan", 1))),
                         own("r3", predicate("x", "greaterThan", 2)), own("r4", predicate("x", "lessThan", 4)),
                         **({"defaultScore": "m", "defaultConfidence": 0.125} if has_default else {}))
            rows = []
            for x, c in points:
                hits = [n for n in what if fires[n](x, c)]
                row = {"x": x, "c": c}
                if not hits:
                    row.update(t="m" if has_default else MISSING, rule=MISSING, c_k=0.0, c_l=0.0, c_m=0.125 if has_default else 0.0,
                               c_own=0.125 if has_default else MISSING)
                elif criterion == "weightedSum":
                    total = {l: sum(what[n][2] for n in hits if what[n][0] == l) for l in labels}
                    best = max(labels, key=lambda l: (total[l], -labels.index(l)))
                    row.update(t=best, rule=MISSING, c_own=total[best] / len(hits), **{"c_" + l: total[l] / len(hits) for l in labels})
                else:
                    order = hits if criterion == "firstHit" else sorted(hits, key=lambda n: -what[n][2])
                    confidence = {l: next((what[n][1] for n in order if what[n][0] == l), 0.0) for l in labels}
                    row.update(t=what[order[0]][0], rule=order[0], c_own=confidence[what[order[0]][0]], **{"c_" + l: v for l, v in confidence.items()})
                if criterion != "weightedSum" and not has_default:
                    shares = [n / sum(distribution[row["rule"]]) for n in distribution[row["rule"]]] if row["rule"] else [MISSING] * 3
                    row.update({"p_" + l: v for l, v in zip(labels, shares)})
                rows.append(row)
            asked = [output("rule", "entityId"), output("c_own", "confidence", value=None)] + [output("c_" + l, "confidence", value=l) for l in labels]
            asked = [a for a in asked if criterion != "weightedSum" or "entityId" not in a]
            if criterion == "weightedSum":
                for row in rows:
                    del row["rule"]
            document("rules_%s%s" % (criterion, "" if has_default else "_distribution"), "RuleSetModel", fields, inside, rows,
                     asked + (probabilities(labels) if criterion != "weightedSum" and not has_default else []), function="classification")
    inside = tag("RuleSet", tag("RuleSelectionMethod", criterion="firstHit"),
                 *[tag("SimpleRule", predicate("x", "lessThan", limit), score=score) for limit, score in ((1, 2.5), (3, -1))], defaultScore="7")
    document("rules_regression", "RuleSetModel", {"t": number("t"), "x": number("x")}, inside,
             [{"x": x, "t": t} for x, t in ((0.5, 2.5), (1.0, -1.0), (3.0, 7.0), (MISSING, 7.0))])
    # Two classes: the other one has the rest of the confidence.
    inside = tag("RuleSet", tag("RuleSelectionMethod", criterion="firstHit"), tag("SimpleRule", predicate("x", "lessThan", 1), score="n", confidence=0.75),
                 tag("SimpleRule", tag("True"), score="p", confidence=0.625))
    document("rules_binary", "RuleSetModel", {"t": text("t", "n", "p"), "x": number("x")}, inside,
             [{"x": 0.5, "t": "n", "p_n": 0.75, "p_p": 0.25}, {"x": 1.0, "t": "p", "p_n": 0.375, "p_p": 0.625}], probabilities(["n", "p"]),
             function="classification")


# ---- AnomalyDetectionModel --------------------------------------------------------------------------------------------------

def anomalies():
    def inner(kind, inside, function, **a):
        return tag(kind, tag("MiningSchema", tag("MiningField", name="x"), tag("MiningField", name="y")), inside, functionName=function, **a)
    fields = {"x": number("x"), "y": number("y")}
    points = [(0.5, 1.0), (3.0, 0.25), (-2.0, 2.0)]
    centers = [(0.0, 1.0), (4.0, 0.0)]
    parts = tag("ComparisonMeasure", tag("euclidean"), kind="distance") + tag("ClusteringField", field="x") + tag("ClusteringField", field="y") + \
        "".join(tag("Cluster", array(c)) for c in centers)
    clustering = inner("ClusteringModel", parts, "clustering", modelClass="centerBased", numberOfClusters=2)
    rows = []
    for x, y in points:
        d = [math.hypot(x - a, y - b) for a, b in centers]
        at = min(range(2), key=lambda i: d[i])
        rows.append({"x": x, "y": y, "score": d[at] / (0.5, 2.0)[at]})
    document("anomaly_cluster", "AnomalyDetectionModel", fields, clustering + tag("MeanClusterDistances", array((0.5, 2.0))), rows,
             [output("score", "predictedValue")], target=None, algorithmType="clusterMeanDist")
    # The path through the trees: here a regression that gives its length.
    path = inner("RegressionModel", tag("RegressionTable", tag("NumericPredictor", name="x", coefficient=1), intercept=6), "regression")
    c = 2 * (math.log(255) + 0.57721566) - 2 * 255 / 256
    document("anomaly_forest", "AnomalyDetectionModel", fields, path, [{"x": x, "y": y, "score": 2 ** (-(6 + x) / c)} for x, y in points],
             [output("score", "predictedValue")], target=None, algorithmType="iforest", sampleDataSize=256)
    document("anomaly_vector", "AnomalyDetectionModel", fields, path, [{"x": x, "y": y, "score": 6 + x} for x, y in points],
             [output("score", "predictedValue")], target=None, algorithmType="ocsvm")


os.makedirs(folder, exist_ok=True)
for write in (general, scorecard, naive_bayes, support_vectors, networks, clusters, neighbors, rules, anomalies):
    write()
