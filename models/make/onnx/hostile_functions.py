"""Functions of a model, and loops."""
from malformed import F, I, changed, graph_case, helper, ml, node, tensor, value


def function(name, nodes, domain="own", inputs=("A",), outputs=("B",), attributes=(), version=17):
    return helper.make_function(
        domain,
        name,
        list(inputs),
        list(outputs),
        nodes,
        [helper.make_opsetid("", version), helper.make_opsetid("own", 1)],
        list(attributes),
    )


def calls(name, functions, nodes=(node("Double", domain="own"),), **more):
    def change(made):
        made.functions.extend(functions)
        made.opset_import.append(helper.make_opsetid("own", 1))

    changed("function_" + name, change, list(nodes), **more)


def functions():
    double = function("Double", [node("Add", ["A", "A"], ["B"])])
    calls("twice", [double, double])
    calls("itself", [function("Double", [node("Double", ["A"], ["B"], "own")])])
    calls(
        "many",
        [
            function(
                "Double" if i == 0 else "F%d" % i,
                [node("F%d" % (i + 1), [a], [b], "own") for a, b in ("AC", "CB")],
            )
            for i in range(24)
        ]
        + [function("F24", [node("Neg", ["A"], ["B"])])],
    )
    calls("inputs", [double], [node("Double", ["X", "X"], domain="own")])
    calls("attribute", [double], [node("Double", domain="own", alpha=1.0)])
    calls("operator", [function("Abs", [node("Neg", ["A"], ["B"])], "")], [node("Abs")])
    calls("operator_set", [function("Double", [ml("Normalizer", ["A"], ["B"])])])


def scan(name, body, nodes=(), inputs=("X", "C"), more=(), **attributes):
    attributes = dict(dict(num_scan_inputs=1), **attributes)
    graph_case(
        "scan_" + name,
        list(nodes) + [node("Scan", inputs, ["S", "Y"], body=body, **attributes)],
        initializers=[tensor("C", F, [4, 3], list(range(12)))] + list(more),
        outputs=[value("Y", F, None)],
    )


def body(nodes, outputs=("t", "r")):
    return helper.make_graph(
        nodes,
        "b",
        [value(n, F, None) for n in ("s", "c")],
        [value(n, F, None) for n in outputs],
    )


def scans():
    step = [node("Identity", ["s"], ["t"]), node("Sub", ["s", "c"], ["r"])]
    scan("operator", body(step + [node("Loop", ["s"], ["u"])]))
    scan("output", body(step, ("t", "u")))
    scan("outputs", body(step, ("t",)))
    scan("undefined", body(step + [node("Add", ["s", "Q"], ["u"])]))
    scan("inputs", body(step), num_scan_inputs=3)
    scan("circle", body([node("Identity", ["S"], ["t"]), node("Sub", ["s", "c"], ["r"])]))
    scan(
        "long",
        body(step),
        [node("ConstantOfShape", ["n"], ["L"])],
        ("X", "L"),
        [tensor("n", I, [2], [1000000, 1])],
    )


def loops():
    graph_case(
        "top_k",
        [node("TopK", ["X", "k"], ["V", "Y"])],
        initializers=[tensor("k", I, [1], [4])],
        outputs=[value("Y", I, ["N", 4])],
    )
    graph_case(
        "range",
        [
            node("Range", ["a", "b", "c"], ["r"]),
            node("ReduceSum", ["r"], ["s"]),
            node("Add", ["X", "s"]),
        ],
        initializers=[tensor("a", F, [], [0]), tensor("b", F, [], [1e9]), tensor("c", F, [], [1])],
    )
