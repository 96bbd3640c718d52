"""NeuralNetwork."""
import math

from kind_document import MISSING, document, number, output, probabilities, softmax, tag, text
from kind_document import winner


def neuron(name, weights, bias=None, **a):
    return tag(
        "Neuron",
        *[tag("Con", from_=f, weight=w) for f, w in weights.items()],
        id=name,
        bias=bias,
        **a
    )


def layer(*neurons, **a):
    return "\n" + tag("NeuralLayer", *neurons, **a)


def inputs(*names):
    return tag(
        "NeuralInputs",
        *[
            tag(
                "NeuralInput",
                tag(
                    "DerivedField",
                    tag("FieldRef", field=n),
                    optype="continuous",
                    dataType="double",
                ),
                id="i" + n,
            )
            for n in names
        ]
    )


def outputs(expression, *ids):
    return tag(
        "NeuralOutputs",
        *[
            tag(
                "NeuralOutput",
                tag("DerivedField", e, optype="continuous", dataType="double"),
                outputNeuron=i,
            )
            for i, e in zip(ids, expression)
        ]
    )


ACTIVATIONS = {
    "logistic": lambda z: 1 / (1 + math.exp(-z)),
    "tanh": math.tanh,
    "identity": lambda z: z,
    "exponential": math.exp,
    "reciprocal": lambda z: 1 / z,
    "square": lambda z: z * z,
    "Gauss": lambda z: math.exp(-z * z),
    "sine": math.sin,
    "cosine": math.cos,
    "Elliott": lambda z: z / (1 + abs(z)),
    "arctan": lambda z: 2 * math.atan(z) / math.pi,
    "rectifier": lambda z: max(0, z),
    "threshold": lambda z: float(z > 0.25),
}
POINTS = [(x, y) for x in (-1.5, 0.5, 2.0) for y in (-0.75, 1.0)]


def activation_functions(fields, target):
    for name, f in ACTIVATIONS.items():
        # The neurons of the first layer do not have the same inputs; the second layer reads an
        # input of the network, too.
        inside = (
            inputs("x", "y")
            + layer(
                neuron("a", {"ix": 0.5, "iy": -1.0}, 0.25),
                neuron("b", {"ix": 1.5, "iy": 0.5}),
                neuron("c", {"iy": 2.0}, -0.5),
            )
            + layer(
                neuron("z", {"a": 1.0, "b": -2.0, "c": 0.5, "ix": 0.25}, 0.125),
                activationFunction="identity",
            )
            + outputs([target], "z")
        )
        rows = []
        for x, y in POINTS:
            a, b, c = f(0.5 * x - y + 0.25), f(1.5 * x + 0.5 * y), f(2 * y - 0.5)
            rows.append({"x": x, "y": y, "t": a - 2 * b + 0.5 * c + 0.25 * x + 0.125})
        rows.append({"x": MISSING, "y": 1.0, "t": MISSING})
        document(
            "network_" + name,
            "NeuralNetwork",
            fields,
            inside,
            rows,
            activationFunction=name,
            threshold=0.25,
        )


def radial_basis(fields, target):
    # exp(n * log(altitude) - sum (x - w)^2 / (2 width^2))
    inside = (
        inputs("x", "y")
        + layer(
            neuron("a", {"ix": 0.5, "iy": -1.0}, width=1.5),
            neuron("b", {"ix": 1.5, "iy": 0.5}, altitude=3),
            neuron("c", {"iy": 2.0}),
            activationFunction="radialBasis",
            width=2,
            altitude=1.5,
        )
        + layer(neuron("z", {"a": 1.0, "b": -2.0, "c": 0.5}))
        + outputs([target], "z")
    )
    rows = [
        {
            "x": x,
            "y": y,
            "t": math.exp(2 * math.log(1.5) - ((x - 0.5) ** 2 + (y + 1) ** 2) / (2 * 1.5**2))
            - 2 * math.exp(2 * math.log(3) - ((x - 1.5) ** 2 + (y - 0.5) ** 2) / 8)
            + 0.5 * math.exp(math.log(1.5) - (y - 2) ** 2 / 8),
        }
        for x, y in POINTS
    ]
    rows += [{"x": MISSING, "y": 1.0, "t": MISSING}, {"x": 1.0, "y": MISSING, "t": MISSING}]
    document("network_radial", "NeuralNetwork", fields, inside, rows, activationFunction="identity")


def bent_outputs():
    """The output is normalised by a bent line, which is inverted, and rises or falls."""
    for name, knots in (
        ("rising", [(0, 0.1), (100, 0.5), (500, 0.9)]),
        ("falling", [(0, 0.9), (100, 0.5), (500, 0.1)]),
    ):
        norm = tag(
            "NormContinuous", *[tag("LinearNorm", orig=o, norm=n) for o, n in knots], field="t"
        )
        rows = []
        for value in (-0.5, 0.1, 0.3, 0.5, 0.75, 0.9, 1.5):
            first = 0 if (value < 0.5) == (name == "rising") else 1
            (o1, n1), (o2, n2) = knots[first], knots[first + 1]
            rows.append({"x": value, "t": (value - n1) / (n2 - n1) * (o2 - o1) + o1})
        document(
            "network_output_" + name,
            "NeuralNetwork",
            {"t": number("t"), "x": number("x")},
            inputs("x") + layer(neuron("z", {"ix": 1.0})) + outputs([norm], "z"),
            rows,
            activationFunction="identity",
        )


def several_classes(fields, labels):
    for method in ("softmax", "simplemax"):
        inside = (
            inputs("x", "y")
            + layer(
                neuron("a", {"ix": 0.5, "iy": -1.0}, 3),
                neuron("b", {"ix": 1.5, "iy": 0.5}, 4),
                neuron("c", {"ix": -0.5, "iy": 2.0}, 5),
            )
            + outputs(
                [tag("NormDiscrete", field="t", value=l) for l in ("m", "k", "l")], "c", "a", "b"
            )
        )
        rows = []
        for x, y in POINTS:
            z = [0.5 * x - y + 3, 1.5 * x + 0.5 * y + 4, -0.5 * x + 2 * y + 5]
            p = softmax(z) if method == "softmax" else [v / sum(z) for v in z]
            rows.append(
                {
                    "x": x,
                    "y": y,
                    **{"p_" + l: v for l, v in zip(labels, p)},
                    "t": winner(labels, p),
                    "neuron": winner(["a", "b", "c"], p),
                }
            )
        document(
            "network_" + method,
            "NeuralNetwork",
            fields,
            inside,
            rows,
            probabilities(labels) + [output("neuron", "entityId")],
            function="classification",
            activationFunction="identity",
            normalizationMethod=method,
        )


def networks():
    fields = {"t": number("t"), "x": number("x"), "y": number("y")}
    target = tag("FieldRef", field="t")
    activation_functions(fields, target)
    radial_basis(fields, target)
    bent_outputs()
    labels = ["k", "l", "m"]
    fields["t"] = text("t", *labels)
    several_classes(fields, labels)
    # One output neuron for two classes.
    fields["t"] = text("t", "n", "p")
    inside = (
        inputs("x", "y")
        + layer(neuron("z", {"ix": 0.5, "iy": -1.0}, 0.25))
        + outputs([tag("NormDiscrete", field="t", value="p")], "z")
    )
    rows = []
    for x, y in POINTS:
        p = 1 / (1 + math.exp(-(0.5 * x - y + 0.25)))
        rows.append({"x": x, "y": y, "p_n": 1 - p, "p_p": p, "t": winner(["n", "p"], [1 - p, p])})
    document(
        "network_binary",
        "NeuralNetwork",
        fields,
        inside,
        rows,
        probabilities(["n", "p"]),
        function="classification",
        activationFunction="logistic",
    )
