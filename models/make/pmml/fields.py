"""Missing, invalid and outlying values of fields."""
from document import MISSING, call, categorical, constant, data_field, derived, document, element
from document import numeric, output, ref, regression, schema, table, values


INTERVAL = element("Interval", closure="closedOpen", leftMargin=0, rightMargin=10)
DICTIONARY = [
    data_field("plain"),
    data_field("replaced"),
    data_field("sentinel", "double", None, values(missing="-999")),
    data_field("bounded", "double", None, INTERVAL),
    data_field("as_missing", "double", None, INTERVAL),
    data_field("as_value", "double", None, INTERVAL),
    data_field("extreme"),
    data_field("outlier"),
    data_field("level", "string", None, values("a", "b")),
    data_field("any_level", "string"),
    data_field("t"),
    data_field("unused"),
]


TREATMENTS = {
    "replaced": {"missingValueReplacement": 7},
    "as_missing": {"invalidValueTreatment": "asMissing", "missingValueReplacement": 3},
    "as_value": {"invalidValueTreatment": "asValue", "invalidValueReplacement": 4},
    "extreme": {"outliers": "asExtremeValues", "lowValue": -1, "highValue": 1},
    "outlier": {
        "outliers": "asMissingValues",
        "lowValue": -1,
        "highValue": 1,
        "missingValueReplacement": "0.5",
    },
    "level": {"invalidValueTreatment": "asMissing", "missingValueReplacement": "b"},
}


NAMES = [
    "plain",
    "replaced",
    "sentinel",
    "bounded",
    "as_missing",
    "as_value",
    "extreme",
    "outlier",
    "level",
    "any_level",
    "unused",
]


OUTPUTS = [output("out_" + n, ref(n)) for n in NAMES[:10]] + [
    output("sum", ref("sum_of_two")),
    output("is_x", ref("any_is_x")),
]


LOCAL = element(
    "LocalTransformations",
    derived("sum_of_two", call("+", ref("twice_plain"), ref("replaced"))),
    derived("any_is_x", call("equal", ref("any_level"), constant("x")), "boolean"),
)


SHARED = element(
    "TransformationDictionary", derived("twice_plain", call("*", ref("plain"), constant(2)))
)


def row(**given):
    row = dict(
        plain=1.0,
        replaced=2.0,
        sentinel=3.0,
        bounded=4.0,
        as_missing=5.0,
        as_value=6.0,
        extreme=0.5,
        outlier=0.25,
        level="a",
        any_level="x",
    )
    row.update(given)
    out = dict(row)
    out["replaced"] = 7.0 if row["replaced"] is MISSING else row["replaced"]
    out["sentinel"] = MISSING if row["sentinel"] == -999 else row["sentinel"]
    out["as_missing"] = (
        row["as_missing"]
        if row["as_missing"] is not MISSING and 0 <= row["as_missing"] < 10
        else 3.0
    )
    out["as_value"] = (
        MISSING
        if row["as_value"] is MISSING
        else row["as_value"]
        if 0 <= row["as_value"] < 10
        else 4.0
    )
    out["extreme"] = MISSING if row["extreme"] is MISSING else min(max(row["extreme"], -1.0), 1.0)
    out["outlier"] = (
        row["outlier"] if row["outlier"] is not MISSING and -1 <= row["outlier"] <= 1 else 0.5
    )
    out["level"] = row["level"] if row["level"] in ("a", "b") else "b"
    # Texts that the document does not name are texts all the same, but cannot be shown.
    out["any_level"] = row["any_level"] if row["any_level"] == "x" else MISSING
    valid = (
        row["bounded"] is MISSING or 0 <= row["bounded"] < 10
    )  # otherwise the whole row is invalid
    full = dict(row)
    full.update({"out_" + n: v if valid else MISSING for n, v in out.items()})
    full["t"] = MISSING if not valid or row["plain"] is MISSING else row["plain"]
    full["sum"] = (
        MISSING if not valid or row["plain"] is MISSING else 2 * row["plain"] + out["replaced"]
    )
    full["is_x"] = MISSING if not valid or row["any_level"] is MISSING else row["any_level"] == "x"
    return full


def fields():
    """What a MiningSchema does with missing, invalid and outlying values; fields of fields."""
    rows = [
        row(),
        row(plain=MISSING),
        row(replaced=MISSING),
        row(sentinel=-999.0),
        row(bounded=10.0),
        row(bounded=MISSING),
        row(bounded=0.0),
        row(as_missing=-1.0),
        row(as_missing=MISSING),
        row(as_value=10.0),
        row(as_value=MISSING),
        row(extreme=5.0),
        row(extreme=-5.0),
        row(extreme=MISSING),
        row(outlier=2.0),
        row(outlier=MISSING),
        row(level="c"),
        row(level=MISSING),
        row(any_level="other"),
        row(any_level=MISSING),
    ]
    document(
        "fields",
        DICTIONARY,
        regression(
            table(0, numeric("plain", 1)),
            schema(*NAMES, target="t", **TREATMENTS),
            element("Output", *OUTPUTS),
            LOCAL,
        ),
        rows,
        SHARED,
    )


def invalid_level():
    """A string outside of its declared values makes the row invalid: NULL, also where the value
    would not matter."""
    rows = [{"level": level, "t": t} for level, t in (("a", 2.0), ("b", 1.0), (MISSING, 1.0))]
    document(
        "invalid_level",
        [data_field("level", "string", None, values("a", "b")), data_field("t")],
        regression(table(1, categorical("level", "a", 1)), schema("level", target="t")),
        rows,
    )
