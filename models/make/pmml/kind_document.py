"""Documents of PMML's kinds of models besides trees, regressions and ensembles: one DataField for
each input, an Output, the rows."""
import math
import os

from pmml.document import MISSING, element as tag, folder, verification


def number(name):
    return tag("DataField", name=name, optype="continuous", dataType="double")


def text(name, *values):
    return tag(
        "DataField",
        *[tag("Value", value=v) for v in values],
        name=name,
        optype="categorical",
        dataType="string"
    )


def array(values):
    return tag("Array", " ".join(str(v) for v in values), n=len(values), type="real")


def predicate(field, operator, value=None):
    return tag("SimplePredicate", field=field, operator=operator, value=value)


def document(
    name,
    kind,
    fields,
    inside,
    rows,
    outputs="",
    target="t",
    function="regression",
    transformations="",
    **attributes
):
    """`fields`: DataFields by name. `inside`: what follows the Output. `outputs`: OutputFields."""
    schema = tag(
        "MiningSchema",
        *[
            "\n" + tag("MiningField", name=n, usageType="target" if n == target else "active")
            for n in fields
        ]
    )
    parts = [
        schema,
        "\n" + tag("Output", *["\n" + o for o in outputs]) if outputs else "",
        transformations,
        "\n",
        inside,
        "\n",
        verification(rows),
    ]
    body = tag(kind, *parts, functionName=function, **attributes)
    with open(os.path.join(folder, name + ".pmml"), "w", encoding="utf-8") as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">\n<Header/>\n%s\n%s\n</PMML>\n'
            % (tag("DataDictionary", *["\n" + f for f in fields.values()]), body)
        )


def output(name, feature, **attributes):
    return tag("OutputField", name=name, feature=feature, **attributes)


def probabilities(labels):
    return [output("p_" + label, "probability", value=label) for label in labels]


def winner(labels, values):
    return (
        MISSING
        if any(v is MISSING for v in values)
        else labels[max(range(len(labels)), key=lambda i: (values[i], -i))]
    )


def softmax(values):
    greatest = max(values)
    parts = [math.exp(v - greatest) for v in values]
    return [p / sum(parts) for p in parts]
