"""Expressions, functions, tables, functions of strings, dates."""
import math
from statistics import NormalDist

from document import MISSING, call, categorical, constant, data_field, derived, document, element
from document import numeric, output, ref, regression, schema, table, values


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
    "round": (call("round", X), lambda x, y: math.floor(x + 0.5)),  # halves go up
    "rint": (call("rint", X), lambda x, y: round(x)),  # halves go to even
    "modulo": (call("modulo", X, constant(4)), lambda x, y: x % 4),  # has the sign of the divisor
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
    "normal_cdf": (
        call("normalCDF", X, constant(1), constant(2)),
        lambda x, y: normal_cdf((x - 1) / 2),
    ),
    "normal_pdf": (
        call("normalPDF", X, constant(1), constant(2)),
        lambda x, y: math.exp(-(((x - 1) / 2) ** 2) / 2) / math.sqrt(2 * math.pi) / 2,
    ),
    "std_normal_cdf": (call("stdNormalCDF", X), lambda x, y: normal_cdf(x)),
    "std_normal_pdf": (
        call("stdNormalPDF", X),
        lambda x, y: math.exp(-x * x / 2) / math.sqrt(2 * math.pi),
    ),
    # Of a probability: that of x itself gives x back.
    "normal_idf": (
        call("normalIDF", call("normalCDF", X, constant(1), constant(2)), constant(1), constant(2)),
        lambda x, y: 1 + 2 * NormalDist().inv_cdf(normal_cdf((x - 1) / 2)),
    ),
    "std_normal_idf": (
        call("stdNormalIDF", call("/", call("abs", X), constant(10))),
        lambda x, y: NormalDist().inv_cdf(abs(x) / 10),
    ),
    "no_probability": (
        call("stdNormalIDF", call("+", call("abs", X), constant(1))),
        lambda x, y: MISSING,
    ),
    "if_then": (
        call("if", call("greaterThan", X, constant(0)), constant(1)),
        lambda x, y: 1 if x > 0 else MISSING,
    ),
    "if_else": (call("if", call("lessOrEqual", X, Y), X, Y), lambda x, y: x if x <= y else y),
    "is_in": (call("isIn", X, constant(7), constant("2.5")), lambda x, y: x in (7, 2.5)),
    "is_not_in": (call("isNotIn", X, constant(7), constant("2.5")), lambda x, y: x not in (7, 2.5)),
    "and": (
        call("and", call("greaterThan", X, constant(0)), call("lessThan", X, constant(3))),
        lambda x, y: 0 < x < 3,
    ),
    "not": (call("not", call("equal", X, constant("2.5"))), lambda x, y: x != 2.5),
    "line": (
        element(
            "NormContinuous",
            element("LinearNorm", orig=-2, norm=1),
            element("LinearNorm", orig=2, norm=3),
            field="x",
        ),
        lambda x, y: 1 + (x + 2) / 4 * 2,
    ),
    "bent_line": (
        element(
            "NormContinuous",
            element("LinearNorm", orig=0, norm=0),
            element("LinearNorm", orig=1, norm=10),
            element("LinearNorm", orig=3, norm=11),
            field="x",
            outliers="asExtremeValues",
        ),
        lambda x, y: 0 if x < 0 else 11 if x > 3 else 10 * x if x < 1 else 10 + (x - 1) / 2,
    ),
    "outliers": (
        element(
            "NormContinuous",
            element("LinearNorm", orig=0, norm=0),
            element("LinearNorm", orig=4, norm=1),
            field="x",
            outliers="asMissingValues",
        ),
        lambda x, y: x / 4 if 0 <= x <= 4 else MISSING,
    ),
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
FUNCTIONS = element(
    "TransformationDictionary",
    element(
        "DefineFunction",
        element("ParameterField", name="p"),
        call("+", ref("p"), ref("p")),
        name="twice",
        optype="continuous",
        dataType="double",
    ),
    element(
        "DefineFunction",
        element("ParameterField", name="p"),
        call("twice", call("twice", ref("p"))),
        name="four_times",
        optype="continuous",
    ),
)


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
        row["or"] = (
            True if (x is not MISSING and x > 0) or y > 1 else MISSING if x is MISSING else False
        )
        rows.append(row)
    outputs = [
        output(n, e, dataType="integer" if n == "integer" else None)
        for n, (e, _) in {**NUMBERS, **ALWAYS}.items()
    ]
    outputs += [
        output("is_missing", call("isMissing", X)),
        output("is_not_missing", call("isNotMissing", X)),
        output("default", call("+", X, Y, defaultValue=-1)),
        output("mapped", ref("x", mapMissingTo=99)),
        output(
            "or",
            call("or", call("greaterThan", X, constant(0)), call("greaterThan", Y, constant(1))),
        ),
    ]
    document(
        "expressions",
        [data_field("x"), data_field("y"), data_field("t")],
        regression(
            table(0, numeric("x", 1)), schema("x", "y", target="t"), element("Output", *outputs)
        ),
        rows,
        FUNCTIONS,
    )


def rows_of(*cells):
    return element(
        "InlineTable",
        *[element("row", *["<%s>%s</%s>" % (k, v, k) for k, v in c.items()]) for c in cells]
    )


def pair(field, column):
    return element("FieldColumnPair", field=field, column=column)


def interval(closure, left=None, right=None):
    return element("Interval", closure=closure, leftMargin=left, rightMargin=right)


def bin_(value, *interval_of):
    return element("DiscretizeBin", interval(*interval_of), binValue=value)


BY_TWO_FIELDS = element(
    "MapValues",
    pair("band", "b"),
    pair("n", "n"),
    rows_of(
        {"b": "1", "n": "1", "o": "low one"},
        {"b": "1", "n": "2", "o": "low two"},
        {"b": "2", "n": "1", "o": "high one"},
    ),
    outputColumn="o",
    defaultValue="other",
    mapMissingTo="nothing",
    dataType="string",
)


BY_ONE_FIELD = element(
    "MapValues",
    pair("c", "c"),
    rows_of({"c": "red", "o": 10}, {"c": "Blue sky", "o": 20}),
    outputColumn="o",
    defaultValue=-1,
)


BINS = element(
    "Discretize",
    bin_("low", "openOpen", None, 0),
    bin_("middle", "closedOpen", 0, 5),
    bin_("top", "closedClosed", 5, 9),
    field="x",
    defaultValue="beyond",
    mapMissingTo="none",
)


TABLE_OUTPUTS = [
    output("bin", BINS, dataType="string"),
    output("one", BY_ONE_FIELD, dataType="double"),
    output("two", BY_TWO_FIELDS, dataType="string"),
    output("is_red", element("NormDiscrete", field="c", value="red")),
    output("upper", call("uppercase", ref("c"))),
    output("lower", call("lowercase", ref("c"))),
    output("trimmed", call("trimBlanks", ref("c"))),
    output("length", call("stringLength", ref("c"))),
    output("part", call("substring", ref("c"), constant(2), constant(3))),
    output("joined", call("concat", ref("c"), constant("/", dataType="string"), ref("band"))),
    output("same", call("equal", call("lowercase", ref("c")), constant("blue sky"))),
    output(
        "decision",
        call("if", call("equal", ref("c"), constant("red")), constant("stop"), constant("go")),
        feature="decision",
    ),
    output("as_number", ref("band"), dataType="integer"),
]


def result_of_tables(x, n, band, c):
    return {
        "x": x,
        "n": n,
        "band": band,
        "c": c,
        "t": x,
        "bin": "none"
        if x is MISSING
        else "low"
        if x < 0
        else "middle"
        if x < 5
        else "top"
        if x <= 9
        else "beyond",
        "one": MISSING if c is MISSING else {"red": 10, "Blue sky": 20}.get(c, -1),
        "two": "nothing"
        if band is MISSING
        else {("1", 1): "low one", ("1", 2): "low two", ("2", 1): "high one"}.get(
            (band, n), "other"
        ),
        "is_red": MISSING if c is MISSING else int(c == "red"),
        "upper": c and c.upper(),
        "lower": c and c.lower(),
        "trimmed": c and c.strip(),
        "length": c and len(c),
        "part": c and c[1:4],
        "joined": c and c + "/" + band,
        "same": MISSING if c is MISSING else c == "Blue sky",
        "decision": MISSING if c is MISSING else "stop" if c == "red" else "go",
        "as_number": band and int(band),
    }


def tables():
    """MapValues by one and by two fields, Discretize, NormDiscrete, functions of strings."""

    dictionary = [
        data_field("x"),
        data_field("n", "integer", "categorical"),
        data_field("band", "string", None, values("1", "2")),
        data_field("c", "string", None, values("red", "Blue sky", " edge ")),
        data_field("t"),
    ]
    rows = []
    for x, n, band, c in (
        (-1.0, 1, "1", "red"),
        (0.0, 2, "1", "Blue sky"),
        (5.0, 1, "2", " edge "),
        (9.0, 2, "2", "red"),
        (9.5, 3, "1", "red"),
        (MISSING, 1, MISSING, MISSING),
    ):
        rows.append(result_of_tables(x, n, band, c))
    document(
        "tables",
        dictionary,
        regression(
            table(0, numeric("x", 1)),
            schema("x", "n", "band", "c", target="t"),
            element("Output", *TABLE_OUTPUTS),
        ),
        rows,
    )


CHAR_AND_NORMALIZE = element(
    "TransformationDictionary",
    element(
        "DefineFunction",
        element("ParameterField", name="width"),
        element("ParameterField", name="text"),
        call("substring", ref("text"), constant(1), constant("width")),
        name="char",
        optype="categorical",
        dataType="string",
    ),
    element(
        "DefineFunction",
        element("ParameterField", name="width"),
        element("ParameterField", name="text"),
        call(
            "trimBlanks",
            call("uppercase", call("substring", ref("text"), constant(1), constant("width"))),
        ),
        name="normalize",
        optype="categorical",
        dataType="string",
    ),
)


MAPPED = element(
    "MapValues",
    element("FieldColumnPair", field="n", column="c"),
    element(
        "InlineTable",
        *[
            element("row", element("c", c), element("o", str(o)))
            for c, o in (("RED", 10), ("BLUE", 20), ("\xe4\xf6\xfc\xdfX", 30))
        ]
    ),
    outputColumn="o",
    defaultValue=-1,
    mapMissingTo=-2,
)


OF_NO_ROWS = element(
    "MapValues",
    element("FieldColumnPair", field="c", column="c"),
    element("InlineTable"),
    outputColumn="o",
    defaultValue=7,
    mapMissingTo=8,
)


NORMALIZED_FIELDS = element(
    "LocalTransformations",
    derived("n", call("normalize", constant(5), call("char", constant(5), ref("c"))), "string"),
    derived(
        "tail",
        call("substring", call("lowercase", ref("d")), constant(3), constant(2)),
        "string",
    ),
)


NORMALIZED_OUTPUTS = [
    output("mapped", MAPPED, dataType="double"),
    output("is_red", element("NormDiscrete", field="n", value="RED")),
    output("never", element("NormDiscrete", field="n", value="red")),
    output("blank", call("equal", ref("n"), constant("", dataType="string"))),
    output("one_of", call("isIn", ref("n"), constant("BLUE"), constant("GREEN"))),
    output("missing", call("isMissing", ref("c"))),
    output("any", OF_NO_ROWS, dataType="double"),
    output("plain", call("equal", ref("p"), constant("Red"))),
]


def result_of_normalized(c, d, p):
    n = (
        MISSING
        if c is MISSING
        else "".join(x.upper() if x < "\x80" else x for x in c[:5]).strip(" ")
    )
    tail = MISSING if d is MISSING else d.lower()[2:4]
    return {
        "c": c,
        "d": d,
        "p": p,
        "t": 1 if d is MISSING else 1 + {"ab": 0.5, "a": 0.25, "": 0.125}.get(tail, 0),
        "mapped": {MISSING: -2, "RED": 10, "BLUE": 20, "\xe4\xf6\xfc\xdfX": 30}.get(n, -1),
        "is_red": MISSING if n is MISSING else int(n == "RED"),
        "never": MISSING if n is MISSING else 0,
        "blank": MISSING if n is MISSING else n == "",
        "one_of": MISSING if n is MISSING else n in ("BLUE", "GREEN"),
        "missing": n is MISSING,
        "any": 8 if n is MISSING else 7,
        "plain": MISSING if p is MISSING else p == "Red",
    }


def normalized():
    """Functions of strings of fields without declared values, as SAS Enterprise Miner writes them:
    what they make of a text is looked up, whatever the text is."""
    rows = []
    for c, d, p in (
        ("red", "xxAB", "red"),
        ("  Red ", "xxabc", "Red"),
        ("BLUE", "xxa", " Red"),
        ("bluebird", "xx", MISSING),
        ("green", "\xe4\xf6ab", "Red"),
        ("\xe4\xf6\xfc\xdfx and more", "ab", "Red"),
        ("      red", "xxAbab", "Red"),
        (MISSING, MISSING, MISSING),
    ):
        rows.append(result_of_normalized(c, d, p))
    document(
        "normalized",
        [
            data_field("c", "string"),
            data_field("d", "string"),
            data_field("p", "string"),
            data_field("t"),
        ],
        regression(
            table(
                1,
                categorical("tail", "ab", 0.5),
                categorical("tail", "a", 0.25),
                categorical("tail", "", 0.125),
            ),
            schema("c", "d", "p", target="t"),
            element("Output", *NORMALIZED_OUTPUTS),
            NORMALIZED_FIELDS,
        ),
        rows,
        CHAR_AND_NORMALIZE,
    )


def dates():
    outputs = [
        output("days", call("dateDaysSinceYear", ref("d"), constant(1960))),
        output("seconds", call("dateSecondsSinceYear", ref("s"), constant(1970))),
        output("of_day", call("dateSecondsSinceMidnight", ref("s"))),
        output("clock", call("dateSecondsSinceMidnight", ref("c"))),
        output("later", call("greaterThan", ref("d"), constant("2004-02-28", dataType="date"))),
    ]
    # 1960-01-01 is day -3653 from 1970-01-01; 2004-02-28 is day 12476.
    rows = [
        {
            "d": d,
            "s": s,
            "c": c,
            "days": d + 3653,
            "seconds": s,
            "of_day": s % 86400,
            "clock": c,
            "later": d > 12476,
        }
        for d, s, c in ((12476.0, 86400.0 * 3 + 5, 61.0), (12477.0, -1.0, 0.0))
    ]
    document(
        "dates",
        [data_field("d", "date"), data_field("s", "dateTime"), data_field("c", "time")],
        regression(table(1), schema("d", "s", "c"), element("Output", *outputs)),
        rows,
    )
