#!/usr/bin/env python3
"""Writes models/edge/pmml/*.pmml: the smallest PMML documents for one trap each. What each must give stands in the document
itself, as PMML has it: ModelVerification. The expected values are computed here, by formulas that are written beside the
elements and know nothing of the reader. A field that a row must not have a value for is an empty cell.

    pmml_edge.py [FOLDER]
"""
import math
import os
import struct
import sys
from xml.sax.saxutils import escape, quoteattr

folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "..", "edge", "pmml")
MISSING = None


def float32(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def attributes(**values):
    return "".join(" %s=%s" % (k.rstrip("_"), quoteattr(str(v))) for k, v in values.items() if v is not None)


def element(tag, /, *content, **values):
    inside = "".join(content)
    return "<%s%s>%s</%s>" % (tag, attributes(**values), inside, tag) if inside else "<%s%s/>" % (tag, attributes(**values))


def data_field(name, type_="double", optype=None, content=""):
    optype = optype or ("categorical" if type_ in ("string", "boolean") else "continuous")
    return element("DataField", content, name=name, optype=optype, dataType=type_)


def values(*texts, **properties):
    return "".join(element("Value", value=t) for t in texts) + "".join(
        element("Value", value=t, property=p) for p, t in properties.items())


def schema(*names, target=None, **treatments):
    fields = [element("MiningField", name=n, **treatments.get(n, {})) for n in names]
    if target:
        fields.append(element("MiningField", name=target, usageType="target"))
    return element("MiningSchema", *fields)


def constant(value, **a):
    return element("Constant", escape(str(value)), **a)


def ref(name, **a):
    return element("FieldRef", field=name, **a)


def call(function, *args, **a):
    return element("Apply", *args, function=function, **a)


def output(name, expression=None, /, *, feature="transformedValue", **a):
    return element("OutputField", expression or "", name=name, feature=feature, **a)


def derived(name, expression, type_="double", optype=None):
    return element("DerivedField", expression, name=name, dataType=type_,
                   optype=optype or ("categorical" if type_ in ("string", "boolean") else "continuous"))


def cell_text(value):
    if value is True or value is False:
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else escape(str(value))


def verification(rows):
    names = []
    for row in rows:
        names += [n for n in row if n not in names]
    column = {n: "c%d" % i for i, n in enumerate(names)}
    fields = element("VerificationFields", *[element("VerificationField", field=n, column=column[n]) for n in names])
    table = element("InlineTable", *[
        "\n<row>%s</row>" % "".join("<%s>%s</%s>" % (column[n], "" if v is MISSING else cell_text(v), column[n]) for n, v in row.items())
        for row in rows])
    return element("ModelVerification", fields, table, recordCount=len(rows), fieldCount=len(names))


def document(name, dictionary, model, rows, transformations="", version="4.4"):
    """`model`: a function from the ModelVerification to the model element."""
    text = ('<?xml version="1.0" encoding="UTF-8"?>\n<PMML xmlns="http://www.dmg.org/PMML-%s" version="%s">\n<Header/>\n%s\n%s\n%s\n</PMML>\n'
            % (version.replace(".", "_"), version, element("DataDictionary", *dictionary), transformations, model(verification(rows))))
    for tag in ("MiningSchema", "Output", "LocalTransformations", "Segment", "Node", "OutputField", "DerivedField", "RegressionTable"):
        text = text.replace("<%s>" % tag, "\n<%s>" % tag).replace("<%s " % tag, "\n<%s " % tag)
    with open(os.path.join(folder, name + ".pmml"), "w", encoding="utf-8") as file:
        file.write(text)


def regression(table, *before, after="", **a):
    a.setdefault("functionName", "regression")
    return lambda check: element("RegressionModel", *before, table, check, after, **a)


def table(intercept, *predictors, **a):
    return element("RegressionTable", *predictors, intercept=intercept, **a)


def numeric(name, coefficient, **a):
    return element("NumericPredictor", name=name, coefficient=coefficient, **a)


def categorical(name, value, coefficient):
    return element("CategoricalPredictor", name=name, value=value, coefficient=coefficient)


# ---- expressions ------------------------------------------------------------------------------------------------------------

def normal_cdf(z):
    return math.erfc(-z / math.sqrt(2)) / 2


def median(*xs):
    xs = sorted(xs)
    return (xs[(len(xs) - 1) // 2] + xs[len(xs) // 2]) / 2


X, Y, THREE = ref("x"), ref("y"), constant(3)
NUMBERS = {  # output -> (expression, its value; None: missing when x is)
    "plus": (call("+", X, Y), lambda x, y: x + y),
    "minus": (call("-", X, Y), lambda x, y: x - y),
    "times": (call("*", X, THREE), lambda x, y: x * 3),
    "quotient": (call("/", X, Y), lambda x, y: x / y),
    "power": (call("pow", call("abs", X), constant("0.5")), lambda x, y: abs(x) ** 0.5),
    "log10": (call("log10", call("abs", X)), lambda x, y: math.log10(abs(x))),
    "ln": (call("ln", call("abs", X)), lambda x, y: math.log(abs(x))),
    "ln1p": (call("ln1p", call("abs", X)), lambda x, y: math.log1p(abs(x))),
    "exp": (call("exp", X), lambda x, y: math.exp(x)),
    "expm1": (call("expm1", X), lambda x, y: math.expm1(x)),
    "sqrt": (call("sqrt", call("abs", X)), lambda x, y: math.sqrt(abs(x))),
    "floor": (call("floor", X), lambda x, y: math.floor(x)),
    "ceil": (call("ceil", X), lambda x, y: math.ceil(x)),
    "round": (call("round", X), lambda x, y: math.floor(x + 0.5)),     # halves go up
    "rint": (call("rint", X), lambda x, y: round(x)),                   # halves go to even
    "modulo": (call("modulo", X, constant(4)), lambda x, y: x % 4),     # has the sign of the divisor
    "threshold": (call("threshold", X, constant(2)), lambda x, y: int(x > 2)),
    "hypot": (call("hypot", X, Y), lambda x, y: math.hypot(x, y)),
    "sin": (call("sin", X), lambda x, y: math.sin(x)),
    "cos": (call("cos", X), lambda x, y: math.cos(x)),
    "tan": (call("tan", X), lambda x, y: math.tan(x)),
    "asin": (call("asin", call("/", X, constant(10))), lambda x, y: math.asin(x / 10)),
    "acos": (call("acos", call("/", X, constant(10))), lambda x, y: math.acos(x / 10)),
    "atan": (call("atan", X), lambda x, y: math.atan(x)),
    "sinh": (call("sinh", X), lambda x, y: math.sinh(x)),
    "cosh": (call("cosh", X), lambda x, y: math.cosh(x)),
    "tanh": (call("tanh", X), lambda x, y: math.tanh(x)),
    "erf": (call("erf", X), lambda x, y: math.erf(x)),
    "normal_cdf": (call("normalCDF", X, constant(1), constant(2)), lambda x, y: normal_cdf((x - 1) / 2)),
    "normal_pdf": (call("normalPDF", X, constant(1), constant(2)),
                   lambda x, y: math.exp(-((x - 1) / 2) ** 2 / 2) / math.sqrt(2 * math.pi) / 2),
    "std_normal_cdf": (call("stdNormalCDF", X), lambda x, y: normal_cdf(x)),
    "std_normal_pdf": (call("stdNormalPDF", X), lambda x, y: math.exp(-x * x / 2) / math.sqrt(2 * math.pi)),
    "if_then": (call("if", call("greaterThan", X, constant(0)), constant(1)), lambda x, y: 1 if x > 0 else MISSING),
    "if_else": (call("if", call("lessOrEqual", X, Y), X, Y), lambda x, y: x if x <= y else y),
    "is_in": (call("isIn", X, constant(7), constant("2.5")), lambda x, y: x in (7, 2.5)),
    "is_not_in": (call("isNotIn", X, constant(7), constant("2.5")), lambda x, y: x not in (7, 2.5)),
    "and": (call("and", call("greaterThan", X, constant(0)), call("lessThan", X, constant(3))), lambda x, y: 0 < x < 3),
    "not": (call("not", call("equal", X, constant("2.5"))), lambda x, y: x != 2.5),
    "line": (element("NormContinuous", element("LinearNorm", orig=-2, norm=1), element("LinearNorm", orig=2, norm=3), field="x"),
             lambda x, y: 1 + (x + 2) / 4 * 2),
    "bent_line": (element("NormContinuous", element("LinearNorm", orig=0, norm=0), element("LinearNorm", orig=1, norm=10),
                          element("LinearNorm", orig=3, norm=11), field="x", outliers="asExtremeValues"),
                  lambda x, y: 0 if x < 0 else 11 if x > 3 else 10 * x if x < 1 else 10 + (x - 1) / 2),
    "outliers": (element("NormContinuous", element("LinearNorm", orig=0, norm=0), element("LinearNorm", orig=4, norm=1), field="x",
                         outliers="asMissingValues"), lambda x, y: x / 4 if 0 <= x <= 4 else MISSING),
    "double": (call("twice", X), lambda x, y: 2 * x),
    "quadruple": (call("four_times", X), lambda x, y: 4 * x),
    "integer": (X, lambda x, y: math.floor(abs(x) + 0.5) * (1 if x > 0 else -1)),
}
# These have a value whatever is missing.
ALWAYS = {
    "min": (call("min", X, Y, THREE), lambda *v: min(v + (3,))),
    "max": (call("max", X, Y), lambda *v: max(v)),
    "sum": (call("sum", X, Y, THREE), lambda *v: sum(v) + 3),
    "avg": (call("avg", X, Y), lambda *v: sum(v) / len(v)),
    "median": (call("median", X, Y, THREE), lambda *v: median(*v, 3)),
    "product": (call("product", X, Y), lambda *v: math.prod(v)),
}
FUNCTIONS = element("TransformationDictionary",
                    element("DefineFunction", element("ParameterField", name="p"), call("+", ref("p"), ref("p")), name="twice",
                            optype="continuous", dataType="double"),
                    element("DefineFunction", element("ParameterField", name="p"), call("twice", call("twice", ref("p"))),
                            name="four_times", optype="continuous"))


def expressions():
    rows = []
    for x, y in ((2.5, -1.5), (-2.5, 4.0), (7.0, 0.25), (0.5, 0.5), (MISSING, 2.0)):
        row = {"x": x, "y": y, "t": MISSING if x is MISSING else x}
        row.update({n: MISSING if x is MISSING else f(x, y) for n, (_, f) in NUMBERS.items()})
        row.update({n: f(*[v for v in (x, y) if v is not MISSING]) for n, (_, f) in ALWAYS.items()})
        row["is_missing"], row["is_not_missing"] = x is MISSING, x is not MISSING
        row["default"] = -1 if x is MISSING else x + y
        row["mapped"] = 99 if x is MISSING else x
        # unknown or true is true, unknown or false is unknown
        row["or"] = True if (x is not MISSING and x > 0) or y > 1 else MISSING if x is MISSING else False
        rows.append(row)
    outputs = [output(n, e, dataType="integer" if n == "integer" else None) for n, (e, _) in {**NUMBERS, **ALWAYS}.items()]
    outputs += [output("is_missing", call("isMissing", X)), output("is_not_missing", call("isNotMissing", X)),
                output("default", call("+", X, Y, defaultValue=-1)), output("mapped", ref("x", mapMissingTo=99)),
                output("or", call("or", call("greaterThan", X, constant(0)), call("greaterThan", Y, constant(1))))]
    document("expressions", [data_field("x"), data_field("y"), data_field("t")],
             regression(table(0, numeric("x", 1)), schema("x", "y", target="t"), element("Output", *outputs)), rows, FUNCTIONS)


def tables():
    """MapValues by one and by two fields, Discretize, NormDiscrete, functions of strings."""
    def rows_of(*cells):
        return element("InlineTable", *[element("row", *["<%s>%s</%s>" % (k, v, k) for k, v in c.items()]) for c in cells])

    def pair(field, column):
        return element("FieldColumnPair", field=field, column=column)

    def interval(closure, left=None, right=None):
        return element("Interval", closure=closure, leftMargin=left, rightMargin=right)

    def bin_(value, *interval_of):
        return element("DiscretizeBin", interval(*interval_of), binValue=value)

    two = element("MapValues", pair("band", "b"), pair("n", "n"),
                  rows_of({"b": "1", "n": "1", "o": "low one"}, {"b": "1", "n": "2", "o": "low two"}, {"b": "2", "n": "1", "o": "high one"}),
                  outputColumn="o", defaultValue="other", mapMissingTo="nothing", dataType="string")
    one = element("MapValues", pair("c", "c"), rows_of({"c": "red", "o": 10}, {"c": "Blue sky", "o": 20}), outputColumn="o", defaultValue=-1)
    bins = element("Discretize", bin_("low", "openOpen", None, 0), bin_("middle", "closedOpen", 0, 5), bin_("top", "closedClosed", 5, 9),
                   field="x", defaultValue="beyond", mapMissingTo="none")
    dictionary = [data_field("x"), data_field("n", "integer", "categorical"), data_field("band", "string", None, values("1", "2")),
                  data_field("c", "string", None, values("red", "Blue sky", " edge ")), data_field("t")]
    outputs = [output("bin", bins, dataType="string"), output("one", one, dataType="double"), output("two", two, dataType="string"),
               output("is_red", element("NormDiscrete", field="c", value="red")),
               output("upper", call("uppercase", ref("c"))), output("lower", call("lowercase", ref("c"))),
               output("trimmed", call("trimBlanks", ref("c"))), output("length", call("stringLength", ref("c"))),
               output("part", call("substring", ref("c"), constant(2), constant(3))),
               output("joined", call("concat", ref("c"), constant("/", dataType="string"), ref("band"))),
               output("same", call("equal", call("lowercase", ref("c")), constant("blue sky"))),
               output("decision", call("if", call("equal", ref("c"), constant("red")), constant("stop"), constant("go")), feature="decision"),
               output("as_number", ref("band"), dataType="integer")]
    rows = []
    for x, n, band, c in ((-1.0, 1, "1", "red"), (0.0, 2, "1", "Blue sky"), (5.0, 1, "2", " edge "), (9.0, 2, "2", "red"), (9.5, 3, "1", "red"),
                          (MISSING, 1, MISSING, MISSING)):
        rows.append({
            "x": x, "n": n, "band": band, "c": c, "t": x,
            "bin": "none" if x is MISSING else "low" if x < 0 else "middle" if x < 5 else "top" if x <= 9 else "beyond",
            "one": MISSING if c is MISSING else {"red": 10, "Blue sky": 20}.get(c, -1),
            "two": "nothing" if band is MISSING else {("1", 1): "low one", ("1", 2): "low two", ("2", 1): "high one"}.get((band, n), "other"),
            "is_red": MISSING if c is MISSING else int(c == "red"),
            "upper": c and c.upper(), "lower": c and c.lower(), "trimmed": c and c.strip(), "length": c and len(c), "part": c and c[1:4],
            "joined": c and c + "/" + band, "same": MISSING if c is MISSING else c == "Blue sky",
            "decision": MISSING if c is MISSING else "stop" if c == "red" else "go", "as_number": band and int(band)})
    document("tables", dictionary, regression(table(0, numeric("x", 1)), schema("x", "n", "band", "c", target="t"), element("Output", *outputs)), rows)


def normalized():
    """Functions of strings of fields without declared values, as SAS Enterprise Miner writes them: what they make of a text is looked
    up, whatever the text is."""
    functions = element(
        "TransformationDictionary",
        element("DefineFunction", element("ParameterField", name="width"), element("ParameterField", name="text"),
                call("substring", ref("text"), constant(1), constant("width")), name="char", optype="categorical", dataType="string"),
        element("DefineFunction", element("ParameterField", name="width"), element("ParameterField", name="text"),
                call("trimBlanks", call("uppercase", call("substring", ref("text"), constant(1), constant("width")))),
                name="normalize", optype="categorical", dataType="string"))
    mapped = element("MapValues", element("FieldColumnPair", field="n", column="c"), element(
        "InlineTable", *[element("row", element("c", c), element("o", str(o))) for c, o in (("RED", 10), ("BLUE", 20), ("\xe4\xf6\xfc\xdfX", 30))]),
        outputColumn="o", defaultValue=-1, mapMissingTo=-2)
    nobody = element("MapValues", element("FieldColumnPair", field="c", column="c"), element("InlineTable"), outputColumn="o", defaultValue=7,
                     mapMissingTo=8)
    local = element("LocalTransformations", derived("n", call("normalize", constant(5), call("char", constant(5), ref("c"))), "string"),
                    derived("tail", call("substring", call("lowercase", ref("d")), constant(3), constant(2)), "string"))
    outputs = [output("mapped", mapped, dataType="double"), output("is_red", element("NormDiscrete", field="n", value="RED")),
               output("never", element("NormDiscrete", field="n", value="red")),
               output("blank", call("equal", ref("n"), constant("", dataType="string"))),
               output("one_of", call("isIn", ref("n"), constant("BLUE"), constant("GREEN"))), output("missing", call("isMissing", ref("c"))),
               output("any", nobody, dataType="double"), output("plain", call("equal", ref("p"), constant("Red")))]
    rows = []
    for c, d, p in (("red", "xxAB", "red"), ("  Red ", "xxabc", "Red"), ("BLUE", "xxa", " Red"), ("bluebird", "xx", MISSING), ("green", "\xe4\xf6ab", "Red"),
                    ("\xe4\xf6\xfc\xdfx and more", "ab", "Red"), ("      red", "xxAbab", "Red"), (MISSING, MISSING, MISSING)):
        n = MISSING if c is MISSING else "".join(x.upper() if x < "\x80" else x for x in c[:5]).strip(" ")
        tail = MISSING if d is MISSING else d.lower()[2:4]
        rows.append({"c": c, "d": d, "p": p, "t": 1 if d is MISSING else 1 + {"ab": 0.5, "a": 0.25, "": 0.125}.get(tail, 0),
                     "mapped": {MISSING: -2, "RED": 10, "BLUE": 20, "\xe4\xf6\xfc\xdfX": 30}.get(n, -1),
                     "is_red": MISSING if n is MISSING else int(n == "RED"), "never": MISSING if n is MISSING else 0,
                     "blank": MISSING if n is MISSING else n == "", "one_of": MISSING if n is MISSING else n in ("BLUE", "GREEN"),
                     "missing": n is MISSING, "any": 8 if n is MISSING else 7, "plain": MISSING if p is MISSING else p == "Red"})
    document("normalized", [data_field("c", "string"), data_field("d", "string"), data_field("p", "string"), data_field("t")],
             regression(table(1, categorical("tail", "ab", 0.5), categorical("tail", "a", 0.25), categorical("tail", "", 0.125)),
                        schema("c", "d", "p", target="t"), element("Output", *outputs), local), rows, functions)


def dates():
    outputs = [output("days", call("dateDaysSinceYear", ref("d"), constant(1960))),
               output("seconds", call("dateSecondsSinceYear", ref("s"), constant(1970))),
               output("of_day", call("dateSecondsSinceMidnight", ref("s"))), output("clock", call("dateSecondsSinceMidnight", ref("c"))),
               output("later", call("greaterThan", ref("d"), constant("2004-02-28", dataType="date")))]
    # 1960-01-01 is day -3653 from 1970-01-01; 2004-02-28 is day 12476.
    rows = [{"d": d, "s": s, "c": c, "days": d + 3653, "seconds": s, "of_day": s % 86400, "clock": c, "later": d > 12476}
            for d, s, c in ((12476.0, 86400.0 * 3 + 5, 61.0), (12477.0, -1.0, 0.0))]
    document("dates", [data_field("d", "date"), data_field("s", "dateTime"), data_field("c", "time")],
             regression(table(1), schema("d", "s", "c"), element("Output", *outputs)), rows)


# ---- fields -----------------------------------------------------------------------------------------------------------------

def fields():
    """What a MiningSchema does with missing, invalid and outlying values; fields of fields."""
    interval = element("Interval", closure="closedOpen", leftMargin=0, rightMargin=10)
    dictionary = [data_field("plain"), data_field("replaced"), data_field("sentinel", "double", None, values(missing="-999")),
                  data_field("bounded", "double", None, interval), data_field("as_missing", "double", None, interval),
                  data_field("as_value", "double", None, interval), data_field("extreme"), data_field("outlier"),
                  data_field("level", "string", None, values("a", "b")), data_field("any_level", "string"), data_field("t"), data_field("unused")]
    treatments = {"replaced": {"missingValueReplacement": 7}, "as_missing": {"invalidValueTreatment": "asMissing", "missingValueReplacement": 3},
                  "as_value": {"invalidValueTreatment": "asValue", "invalidValueReplacement": 4},
                  "extreme": {"outliers": "asExtremeValues", "lowValue": -1, "highValue": 1},
                  "outlier": {"outliers": "asMissingValues", "lowValue": -1, "highValue": 1, "missingValueReplacement": "0.5"},
                  "level": {"invalidValueTreatment": "asMissing", "missingValueReplacement": "b"}}
    names = ["plain", "replaced", "sentinel", "bounded", "as_missing", "as_value", "extreme", "outlier", "level", "any_level", "unused"]
    outputs = [output("out_" + n, ref(n)) for n in names[:10]] + [output("sum", ref("sum_of_two")), output("is_x", ref("any_is_x"))]
    local = element("LocalTransformations", derived("sum_of_two", call("+", ref("twice_plain"), ref("replaced"))),
                    derived("any_is_x", call("equal", ref("any_level"), constant("x")), "boolean"))
    shared = element("TransformationDictionary", derived("twice_plain", call("*", ref("plain"), constant(2))))

    def row(**given):
        row = dict(plain=1.0, replaced=2.0, sentinel=3.0, bounded=4.0, as_missing=5.0, as_value=6.0, extreme=0.5, outlier=0.25, level="a",
                   any_level="x")
        row.update(given)
        out = dict(row)
        out["replaced"] = 7.0 if row["replaced"] is MISSING else row["replaced"]
        out["sentinel"] = MISSING if row["sentinel"] == -999 else row["sentinel"]
        out["as_missing"] = row["as_missing"] if row["as_missing"] is not MISSING and 0 <= row["as_missing"] < 10 else 3.0
        out["as_value"] = MISSING if row["as_value"] is MISSING else row["as_value"] if 0 <= row["as_value"] < 10 else 4.0
        out["extreme"] = MISSING if row["extreme"] is MISSING else min(max(row["extreme"], -1.0), 1.0)
        out["outlier"] = row["outlier"] if row["outlier"] is not MISSING and -1 <= row["outlier"] <= 1 else 0.5
        out["level"] = row["level"] if row["level"] in ("a", "b") else "b"
        # Texts that the document does not name are texts all the same, but cannot be shown.
        out["any_level"] = row["any_level"] if row["any_level"] == "x" else MISSING
        valid = row["bounded"] is MISSING or 0 <= row["bounded"] < 10  # otherwise the whole row is invalid
        full = dict(row)
        full.update({"out_" + n: v if valid else MISSING for n, v in out.items()})
        full["t"] = MISSING if not valid or row["plain"] is MISSING else row["plain"]
        full["sum"] = MISSING if not valid or row["plain"] is MISSING else 2 * row["plain"] + out["replaced"]
        full["is_x"] = MISSING if not valid or row["any_level"] is MISSING else row["any_level"] == "x"
        return full

    rows = [row(), row(plain=MISSING), row(replaced=MISSING), row(sentinel=-999.0), row(bounded=10.0), row(bounded=MISSING), row(bounded=0.0),
            row(as_missing=-1.0), row(as_missing=MISSING), row(as_value=10.0), row(as_value=MISSING), row(extreme=5.0), row(extreme=-5.0),
            row(extreme=MISSING), row(outlier=2.0), row(outlier=MISSING), row(level="c"), row(level=MISSING), row(any_level="other"),
            row(any_level=MISSING)]
    document("fields", dictionary,
             regression(table(0, numeric("plain", 1)), schema(*names, target="t", **treatments), element("Output", *outputs), local), rows, shared)


def invalid_level():
    """A string outside of its declared values makes the row invalid: NULL, also where the value would not matter."""
    rows = [{"level": level, "t": t} for level, t in (("a", 2.0), ("b", 1.0), (MISSING, 1.0))]
    document("invalid_level", [data_field("level", "string", None, values("a", "b")), data_field("t")],
             regression(table(1, categorical("level", "a", 1)), schema("level", target="t")), rows)


# ---- regression -------------------------------------------------------------------------------------------------------------

def regressions():
    dictionary = [data_field("x"), data_field("y"), data_field("s", "string", None, values("m", "f")), data_field("b", "boolean"),
                  data_field("n", "integer", "categorical"), data_field("t")]
    body = table("0.5", numeric("x", 2), numeric("y", "0.25", exponent=3), categorical("s", "m", 10), categorical("s", "f", -10),
                 categorical("b", "true", 100), categorical("n", "3", "0.125"), element("PredictorTerm", ref("x"), ref("y"), coefficient=-1))

    def value(x, y, s, b, n):
        if x is MISSING or y is MISSING:
            return MISSING
        return 0.5 + 2 * x + 0.25 * y ** 3 + {"m": 10, "f": -10, MISSING: 0}[s] + (100 if b else 0) + (0.125 if n == 3 else 0) - x * y
    rows = [{"x": x, "y": y, "s": s, "b": b, "n": n, "t": value(x, y, s, b, n)} for x, y, s, b, n in (
        (1.0, 2.0, "m", True, 3), (1.5, -2.0, "f", False, 4), (1.0, 2.0, MISSING, MISSING, MISSING), (MISSING, 2.0, "m", True, 3))]
    document("regression", dictionary, regression(body, schema("x", "y", "s", "b", "n", target="t")), rows)

    inverse = {"none": lambda y: y, "logit": lambda y: 1 / (1 + math.exp(-y)), "softmax": lambda y: 1 / (1 + math.exp(-y)),
               "probit": normal_cdf, "cloglog": lambda y: 1 - math.exp(-math.exp(y)), "loglog": lambda y: math.exp(-math.exp(-y)),
               "cauchit": lambda y: 0.5 + math.atan(y) / math.pi, "exp": math.exp}
    for method, link in inverse.items():
        document("regression_" + method, [data_field("x"), data_field("t")],
                 regression(table("-0.5", numeric("x", 2)), schema("x", target="t"), normalizationMethod=method),
                 [{"x": x, "t": link(2 * x - 0.5)} for x in (-1.0, 0.25, 0.75)])
        if method in ("softmax", "exp"):
            continue
        rows = []
        for x in (-1.0, 0.2, 0.75):
            p = link(2 * x - 0.5)
            rows.append({"x": x, "t": "yes" if p > 1 - p else "no", "p_yes": p, "p_no": 1 - p})
        document("logistic_" + method, [data_field("x"), data_field("t", "string", None, values("no", "yes"))],
                 regression(table("-0.5", numeric("x", 2), targetCategory="yes") + table(0, targetCategory="no"), schema("x", target="t"),
                            element("Output", output("p_yes", feature="probability", value="yes"), output("p_no", feature="probability", value="no")),
                            functionName="classification", normalizationMethod=method), rows)

    labels = ["a", "b", "c"]
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
            rows.append({"x": x, "t": max(labels, key=p.get), **{"p_" + k: v for k, v in p.items()}})
        document("classes_" + method, [data_field("x"), data_field("t", "string")],
                 regression("".join(table(i, numeric("x", s), targetCategory=k) for k, (i, s) in slopes.items()), schema("x", target="t"),
                            element("Output", *[output("p_" + k, feature="probability", value=k) for k in labels]),
                            functionName="classification", normalizationMethod=method), rows)
    rows = []
    for x in (0.0, 3.0):  # cumulative: P(a), P(a or b), 1
        a, b = 1 / (1 + math.exp(-(x - 1))), 1 / (1 + math.exp(-(x + 1)))
        p = {"a": a, "b": b - a, "c": 1 - b}
        rows.append({"x": x, "t": max(labels, key=p.get), **{"p_" + k: v for k, v in p.items()}})
    document("classes_ordinal", [data_field("x"), data_field("t", "string", "ordinal", values(*labels))],
             regression(table(-1, numeric("x", 1), targetCategory="a") + table(1, numeric("x", 1), targetCategory="b") + table(0, targetCategory="c"),
                        schema("x", target="t"), element("Output", *[output("p_" + k, feature="probability", value=k) for k in labels]),
                        functionName="classification", normalizationMethod="logit"), rows)


def targets():
    for cast, function in (("round", lambda v: math.floor(v + 0.5)), ("ceiling", math.ceil), ("floor", math.floor)):
        rows = [{"x": x, "t": 0 if x is MISSING else function(min(max(x, -2), 3) * 2 + 0.25), "raw": MISSING if x is MISSING else x}
                for x in (-5.0, 1.125, 2.875, 4.0)]
        target = element("Targets", element("Target", element("TargetValue", defaultValue=1.5), field="t", min=-2, max=3, rescaleFactor=2,
                                            rescaleConstant=0.25, castInteger=cast))
        rows.append({"x": MISSING, "t": function(1.5 * 2 + 0.25), "raw": MISSING})
        document("targets_" + cast, [data_field("x"), data_field("t")],
                 regression(table(0, numeric("x", 1)), schema("x", target="t"), element("Output", output("raw", ref("x"))), target), rows)
    priors = element("Targets", element("Target", element("TargetValue", value="no", priorProbability="0.75", displayValue="No!"),
                                        element("TargetValue", value="yes", priorProbability="0.25", displayValue="Yes!"), field="t"))
    rows = [{"x": MISSING, "t": "No!", "p": 0.25, "shown": "No!", "kept": "no"},
            {"x": 2.0, "t": "Yes!", "p": 1 / (1 + math.exp(-2)), "shown": "Yes!", "kept": "yes"}]
    document("targets_priors", [data_field("x"), data_field("t", "string", None, values("no", "yes"))],
             regression(table(0, numeric("x", 1), targetCategory="yes") + table(0, targetCategory="no"), schema("x", target="t"),
                        element("Output", output("p", feature="probability", value="yes"), output("shown", feature="predictedDisplayValue"),
                                output("kept", feature="predictedValue")), priors,
                        functionName="classification", normalizationMethod="logit"), rows)


# ---- trees ------------------------------------------------------------------------------------------------------------------

def simple(field, operator, value=None):
    return element("SimplePredicate", field=field, operator=operator, value=value)


def in_set(field, operator, *texts):
    quoted = " ".join('"%s"' % t for t in texts)
    return element("SimpleSetPredicate", element("Array", escape(quoted), type="string", n=len(texts)), field=field, booleanOperator=operator)


def compound(operator, *parts):
    return element("CompoundPredicate", *parts, booleanOperator=operator)


TRUE = element("True")


def node(id_, predicate, *children, score=None, counts=None, default=None, records=None):
    distribution = "".join(element("ScoreDistribution", value=k, recordCount=v) for k, v in (counts or {}).items())
    return element("Node", predicate, distribution, *children, id=id_, score=score, recordCount=records, defaultChild=default)


def tree(root, names, *before, target="t", **a):
    a.setdefault("functionName", "regression")
    return lambda check="": element("TreeModel", schema(*names, target=target), *before, root, check, **a)


def trees():
    """One tree under every strategy: two numbers and a category, three levels, what is missing goes every way."""
    root = node("r", TRUE,
                node("a", simple("x", "lessThan", 1), node("aa", in_set("c", "isIn", "u", "v"), score=1), node("ab", in_set("c", "isIn", "w"), score=2),
                     score=3, default="ab"),
                node("b", simple("x", "greaterOrEqual", 1), node("ba", simple("y", "lessOrEqual", 0), score=4),
                     node("bb", simple("y", "greaterThan", 5), score=5), score=6, default="ba"),
                score=7, default="b")
    dictionary = [data_field("x"), data_field("y"), data_field("c", "string", None, values("u", "v", "w", "z")), data_field("t")]

    def walk(x, y, c, on_missing, last):
        def end(own):  # no child is true
            return own if last else MISSING

        def unknown(own, default):
            return {"none": end(own), "lastPrediction": own, "nullPrediction": MISSING, "defaultChild": default}[on_missing]

        def a():
            if c is MISSING:
                return unknown(3, 2)
            return 1 if c in "uv" else 2 if c == "w" else end(3)

        def b():
            if y is MISSING:
                return unknown(6, 4)
            return 4 if y <= 0 else 5 if y > 5 else end(6)
        if x is MISSING:
            return b() if on_missing == "defaultChild" else unknown(7, None)
        return a() if x < 1 else b()
    for on_missing in ("none", "lastPrediction", "nullPrediction", "defaultChild"):
        for last in (False, True):
            rows = [{"x": x, "y": y, "c": c, "t": walk(x, y, c, on_missing, last)}
                    for x in (0.0, 1.0, MISSING) for y in (0.0, 3.0, 6.0, MISSING) for c in ("u", "w", "z", MISSING)]
            document("tree_%s_%s" % (on_missing, "last" if last else "null"), dictionary,
                     tree(root, ["x", "y", "c"], missingValueStrategy=on_missing,
                          noTrueChildStrategy="returnLastPrediction" if last else "returnNullPrediction"), rows)

    # Predicates of predicates. The last one takes the rest; nothing is missing but where it says so.
    root = node(1, TRUE, node(2, compound("and", simple("x", "greaterThan", 0), in_set("c", "isNotIn", "u")), score=1),
                node(3, compound("or", simple("y", "equal", 2), simple("c", "equal", "z")), score=2),
                node(4, compound("xor", simple("x", "lessThan", -1), simple("y", "lessThan", 0)), score=3),
                node(5, compound("surrogate", simple("y", "greaterThan", 4), simple("x", "notEqual", -3)), score=4),
                node(6, simple("y", "isMissing"), score=5), node(7, simple("c", "isNotMissing"), score=6), node(8, TRUE, score=7))

    def compounds(x, y, c):
        both = None if x is MISSING else x > 0
        other = None if c is MISSING else c != "u"
        if both and other:
            return 1
        if y == 2 or c == "z":
            return 2
        if x is not MISSING and y is not MISSING and (x < -1) != (y < 0):
            return 3
        if (y > 4) if y is not MISSING else (x is not MISSING and x != -3):
            return 4
        return 5 if y is MISSING else 6 if c is not MISSING else 7
    rows = [{"x": x, "y": y, "c": c, "t": compounds(x, y, c), "node": str(compounds(x, y, c) + 1)}
            for x in (-3.0, -2.0, 0.5, MISSING) for y in (-1.0, 2.0, 6.0, MISSING) for c in ("u", "w", "z", MISSING)]
    document("tree_compound", dictionary, tree(root, ["x", "y", "c"], element("Output", output("node", feature="entityId"))), rows)

    # Classes: probabilities are shares of records, confidences what the distribution says.
    def part(value, count, confidence):
        return element("ScoreDistribution", value=value, recordCount=count, confidence=confidence)
    root = element("Node", TRUE, element("Node", simple("x", "lessThan", 0), part("no", 6, "0.5"), part("yes", 2, "0.125"), id="left"),
                   element("Node", simple("x", "greaterOrEqual", 0), part("no", 1, "0.25"), part("yes", 3, "0.75"), score="yes", id="right"), id="top")
    rows = [{"x": x, "t": t, "p": p, "c": c, "node": n} for x, t, p, c, n in (
        (-1.0, "no", 0.25, 0.5, "left"), (1.0, "yes", 0.75, 0.75, "right"), (MISSING, MISSING, MISSING, MISSING, MISSING))]
    document("tree_classes", [data_field("x"), data_field("t", "string", None, values("no", "yes"))],
             tree(root, ["x"], element("Output", output("p", feature="probability", value="yes"), output("c", feature="confidence"),
                                       output("node", feature="entityId")), functionName="classification"), rows)

    # Mixtures where a predicate is unknown.
    root = node(1, TRUE, node(2, simple("x", "lessThan", 0), counts={"no": 6, "yes": 2}, records=8),
                node(3, simple("x", "greaterOrEqual", 0), node(4, simple("y", "lessThan", 0), counts={"no": 1, "yes": 3}, records=4),
                     node(5, simple("y", "greaterOrEqual", 0), counts={"no": 4, "yes": 0}, records=4), counts={"no": 5, "yes": 3}, records=8),
                records=16)
    for strategy in ("weightedConfidence", "aggregateNodes"):
        rows = []
        for x in (-1.0, 1.0, MISSING):
            for y in (-1.0, 1.0, MISSING):
                inner = {-1.0: 0.75, 1.0: 0.0, MISSING: 3 / 8}[y]
                # Records of the leaves that may be reached: 8 on the left; 4, 4 or 8 on the right.
                weight = 8 if strategy == "weightedConfidence" or y is MISSING else 4
                p = 0.25 if x == -1 else inner if x == 1 else (8 * 0.25 + weight * inner) / (8 + weight)
                rows.append({"x": x, "y": y, "t": "yes" if p > 0.5 else "no", "p": p})
        document("tree_" + strategy, [data_field("x"), data_field("y"), data_field("t", "string", None, values("no", "yes"))],
                 tree(root, ["x", "y"], element("Output", output("p", feature="confidence", value="yes")), functionName="classification",
                      missingValueStrategy=strategy), rows)


# ---- several models ---------------------------------------------------------------------------------------------------------

def mining(method, segments, names, *before, function="regression", after="", target="t", **a):
    return lambda check="": element("MiningModel", schema(*names, target=target), *before,
                                    element("Segmentation", *segments, multipleModelMethod=method, **a), check, after, functionName=function)


def segment(model, predicate=TRUE, weight=None, id_=None):
    return element("Segment", predicate, model, weight=weight, id=id_)


def stump(field, at, low, high, function="regression", **a):
    root = node(None, TRUE, node(None, simple(field, "lessThan", at), score=low), node(None, simple(field, "greaterOrEqual", at), score=high))
    return tree(root, [field], functionName=function, **a)()


def ensembles():
    dictionary = [data_field("x"), data_field("y"), data_field("t")]
    stumps = [("x", 0, 1.5, 2.5, 1), ("x", 1, 10.0, 20.25, 2), ("y", 0, 100.0, 200.0, 5)]

    def scores(x, y):
        return [MISSING if v is MISSING else low if v < at else high for (f, at, low, high, _) in stumps for v in [x if f == "x" else y]]
    weights = [w for *_, w in stumps]
    methods = {"sum": sum, "average": lambda s: sum(s) / 3, "median": lambda s: median(*s), "max": max,
               "weightedAverage": lambda s: sum(a * b for a, b in zip(s, weights)) / sum(weights),
               "x-weightedSum": lambda s: sum(a * b for a, b in zip(s, weights))}
    for method, combine in methods.items():
        rows = []
        for x, y in ((-1.0, -1.0), (0.5, 1.0), (2.0, 0.0), (MISSING, 1.0)):
            s = scores(x, y)
            rows.append({"x": x, "y": y, "t": MISSING if MISSING in s else combine(s)})
        document("ensemble_" + method, dictionary,
                 mining(method, [segment(stump(f, at, low, high), weight=w) for f, at, low, high, w in stumps], ["x", "y"]), rows)
    # Segments that do not apply, and those that give nothing where that is said to be skipped, are left out.
    rows = []
    for x, y in ((-1.0, -1.0), (2.0, 1.0), (MISSING, 1.0), (2.0, MISSING), (MISSING, MISSING)):
        s = scores(x, y)
        if y is MISSING or not y > 0:
            s[1] = MISSING
        s = [v for v in s if v is not MISSING]
        rows.append({"x": x, "y": y, "t": sum(s) / len(s) if s else MISSING})
    document("ensemble_predicates", dictionary,
             mining("average", [segment(stump(f, at, low, high), simple("y", "greaterThan", 0) if i == 1 else TRUE)
                                for i, (f, at, low, high, _) in enumerate(stumps)], ["x", "y"], missingPredictionTreatment="skipSegment"), rows)
    # Float arithmetic, as converters of float32 libraries write it.
    low = [0.1, 0.2, 0.7]
    rows = [{"x": x, "t": float32(float32(float32(0.1) + float32(0.2)) + float32(0.7)) if float32(x) < float32(0.3) else 3.0}
            for x in (0.1, 0.3, 0.29999999999, 0.31)]
    document("ensemble_float", [data_field("x", "float"), data_field("t", "float")],
             lambda check: mining("sum", [segment(stump("x", "0.3", v, 1, **{"x-mathContext": "float"})) for v in low], ["x"])(check).replace(
                 "<MiningModel", '<MiningModel x-mathContext="float"', 1), rows)

    classes = [data_field("x"), data_field("y"), data_field("t", "string", None, values("no", "yes"))]
    votes = [("x", 0, "no", "yes", 1), ("x", 1, "no", "yes", 2), ("y", 0, "yes", "no", 5)]
    for method in ("majorityVote", "weightedMajorityVote"):
        rows = []
        for x, y in ((-1.0, 1.0), (0.5, 1.0), (2.0, 1.0), (-1.0, -1.0), (MISSING, 1.0), (MISSING, MISSING)):
            total = {"no": 0, "yes": 0}
            for f, at, a, b, w in votes:
                v = x if f == "x" else y
                if v is not MISSING:
                    total[a if v < at else b] += w if method.startswith("weighted") else 1
            n = sum(total.values())
            p = MISSING if n == 0 else total["yes"] / n
            rows.append({"x": x, "y": y, "t": MISSING if n == 0 else "yes" if p > 0.5 else "no", "p": p})
        document("ensemble_" + method, classes,
                 mining(method, [segment(stump(f, at, a, b, "classification"), weight=w) for f, at, a, b, w in votes], ["x", "y"],
                        element("Output", output("p", feature="probability", value="yes")), function="classification"), rows)

    def shares(field, *counts):
        return tree(node(None, TRUE, *[node(None, simple(field, op, 0), counts=c) for op, c in zip(("lessThan", "greaterOrEqual"), counts)]), [field],
                    functionName="classification")()
    parts = [shares("x", {"no": 1, "yes": 3}, {"no": 9, "yes": 1}), shares("y", {"no": 2, "yes": 2}, {"yes": 5, "no": 0})]
    for method, weight in (("average", (1, 1)), ("weightedAverage", (1, 3))):
        rows = []
        for x, y in ((-1.0, -1.0), (1.0, 1.0), (1.0, -1.0)):
            p = ((0.75 if x < 0 else 0.1) * weight[0] + (0.5 if y < 0 else 1.0) * weight[1]) / sum(weight)
            rows.append({"x": x, "y": y, "t": "yes" if p > 0.5 else "no", "p": p})
        document("ensemble_classes_" + method, classes,
                 mining(method, [segment(m, weight=w) for m, w in zip(parts, weight)], ["x", "y"],
                        element("Output", output("p", feature="probability", value="yes")), function="classification"), rows)

    # The first that applies; unknown is no reason.
    linear = lambda intercept: regression(table(intercept, numeric("y", 1)), schema("y", target="t"))("")
    rows = [{"x": x, "y": 1.0, "t": t} for x, t in ((-1.0, 11.0), (0.5, 21.0), (2.0, 31.0), (MISSING, 31.0))]
    document("select_first", dictionary, mining("selectFirst", [segment(linear(10), simple("x", "lessThan", 0)), segment(linear(20), simple("x", "lessThan", 1)),
                                                                segment(linear(30))], ["x", "y"]), rows)
    # A chain: a tree's class and probability are fields of the model behind it, beside a field of the chain.
    first = tree(node(None, TRUE, node(None, simple("x", "lessThan", 0), counts={"low": 3, "high": 1}), node(None, TRUE, counts={"low": 1, "high": 4})),
                 ["x"], element("Output", output("level", feature="predictedValue", dataType="string"), output("p_high", feature="probability", value="high")),
                 functionName="classification", target="l")()
    second = regression(table(0, categorical("level", "high", 100), numeric("p_high", 10), numeric("z", 1)), schema("level", "p_high", "z", target="t"),
                        element("Output", output("result", feature="predictedValue")))("")
    rows = [{"x": x, "y": 2.0, "t": t, "level": level, "p_high": p, "result": t}
            for x, level, p, t in ((-1.0, "low", 0.25, 2.5 + 4), (1.0, "high", 0.8, 100 + 8.0 + 4))]
    document("chain", dictionary + [data_field("l", "string")],
             mining("modelChain", [segment(first), segment(second)], ["x", "y"], element("LocalTransformations", derived("z", call("*", ref("y"), constant(2))))),
             rows)


def syntax():
    """A prefix, comments, CDATA, entities, elements of other namespaces, an older version."""
    text = """<?xml version="1.0" encoding="ISO-8859-1" standalone="yes"?>
<!-- a comment before -->
<p:PMML xmlns:p="http://www.dmg.org/PMML-3_2" xmlns:other="http://example.org/" version="3.2">
  <p:Header copyright="&#169; &lt;nobody&gt;"/>
  <p:DataDictionary>
    <p:Extension name="x"><p:DataField name="nothing"/></p:Extension>
    <p:DataField name="gr&#246;&#223;e" optype="continuous" dataType="double"/>
    <p:DataField name="\xe4ge &amp; co" optype="categorical" dataType="string"/>
    <p:DataField name="t" optype="continuous" dataType="double"/>
  </p:DataDictionary>
  <other:RegressionModel/>
  <p:RegressionModel functionName="regression">
    <p:MiningSchema><p:MiningField name="gr\xf6\xdfe"/><p:MiningField name="\xe4ge &amp; co"/><p:MiningField name="t" usageType="predicted"/></p:MiningSchema>
    <p:LocalTransformations><p:DerivedField name="d" optype="continuous" dataType="double">
      <p:Apply function="-"><p:FieldRef field="gr\xf6\xdfe"/><p:Constant><!-- one --><![CDATA[1]]></p:Constant></p:Apply></p:DerivedField></p:LocalTransformations>
    <p:RegressionTable intercept=" 1 "><p:NumericPredictor name="d" coefficient="2e0"/>
      <p:CategoricalPredictor name="\xe4ge &amp; co" value="&quot;b&quot;" coefficient="0.5"/></p:RegressionTable>
    <p:ModelVerification><p:VerificationFields><p:VerificationField field="gr\xf6\xdfe" column="g"/><p:VerificationField field="\xe4ge &amp; co" column="a"/>
      <p:VerificationField field="t"/></p:VerificationFields>
      <p:InlineTable><p:row><other:g>3</other:g><other:a>"b"</other:a><other:t>5.5</other:t></p:row>
      <p:row><g>3</g><a>b</a><t>5</t></p:row></p:InlineTable></p:ModelVerification>
  </p:RegressionModel>
</p:PMML>
"""
    with open(os.path.join(folder, "syntax_latin1.pmml"), "wb") as file:
        file.write(text.encode("latin-1"))
    with open(os.path.join(folder, "syntax_utf16.pmml"), "wb") as file:
        file.write(text.replace("ISO-8859-1", "UTF-16").encode("utf-16"))
    with open(os.path.join(folder, "syntax_utf8_mark.pmml"), "wb") as file:
        file.write(text.replace("ISO-8859-1", "UTF-8").encode("utf-8-sig"))


os.makedirs(folder, exist_ok=True)
for make in (expressions, tables, normalized, dates, fields, invalid_level, regressions, targets, trees, ensembles, syntax):
    make()
