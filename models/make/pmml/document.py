"""PMML elements and documents: what the edge cases are written with. What a document must give
stands in its own ModelVerification; a field that a row must not have a value for is an empty cell.
"""
import os
import struct
import sys
from xml.sax.saxutils import escape, quoteattr

folder = (
    sys.argv[1]
    if len(sys.argv) > 1
    else os.path.join(os.path.dirname(__file__), "..", "..", "edge", "pmml")
)
MISSING = None


def float32(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def attributes(**values):
    return "".join(
        " %s=%s" % (k.rstrip("_"), quoteattr(str(v))) for k, v in values.items() if v is not None
    )


def element(tag, /, *content, **values):
    inside = "".join(content)
    return (
        "<%s%s>%s</%s>" % (tag, attributes(**values), inside, tag)
        if inside
        else "<%s%s/>" % (tag, attributes(**values))
    )


def data_field(name, type_="double", optype=None, content=""):
    optype = optype or ("categorical" if type_ in ("string", "boolean") else "continuous")
    return element("DataField", content, name=name, optype=optype, dataType=type_)


def values(*texts, **properties):
    return "".join(element("Value", value=t) for t in texts) + "".join(
        element("Value", value=t, property=p) for p, t in properties.items()
    )


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
    return element(
        "DerivedField",
        expression,
        name=name,
        dataType=type_,
        optype=optype or ("categorical" if type_ in ("string", "boolean") else "continuous"),
    )


def cell_text(value):
    if value is True or value is False:
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else escape(str(value))


def verification(rows):
    names = []
    for row in rows:
        names += [n for n in row if n not in names]
    column = {n: "c%d" % i for i, n in enumerate(names)}
    fields = element(
        "VerificationFields",
        *[element("VerificationField", field=n, column=column[n]) for n in names],
    )
    table = element(
        "InlineTable",
        *[
            "\n<row>%s</row>"
            % "".join(
                "<%s>%s</%s>" % (column[n], "" if v is MISSING else cell_text(v), column[n])
                for n, v in row.items()
            )
            for row in rows
        ],
    )
    return element("ModelVerification", fields, table, recordCount=len(rows), fieldCount=len(names))


def document(name, dictionary, model, rows, transformations="", version="4.4"):
    """`model`: a function from the ModelVerification to the model element."""
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<PMML xmlns="http://www.dmg.org/PMML-%s" version="%s">\n<Header/>\n%s\n%s\n%s\n</PMML>\n'
        % (
            version.replace(".", "_"),
            version,
            element("DataDictionary", *dictionary),
            transformations,
            model(verification(rows)),
        )
    )
    for tag in (
        "MiningSchema",
        "Output",
        "LocalTransformations",
        "Segment",
        "Node",
        "OutputField",
        "DerivedField",
        "RegressionTable",
    ):
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
