"""The graph of the model while it is made, and what flows between steps: frames of cells."""
import math

import numpy as np
import sklearn


class Input:
    def __init__(self, name):
        self.name = name
        self.kind = None  # decided by the first use: "number" or "category"
        self.categories = []
        self.codes = {}
        self.unknown = "keep"  # category: "error" when some step refuses unknown categories
        self.missing = "native"
        # Number: "finite" or "float32" when some step refuses infinities, or what float32 lacks.
        self.range = "any"

    def use(self, kind):
        if self.kind is None:
            self.kind = kind
        if self.kind != kind:
            raise NotImplementedError(
                'column "%s" is used as a number by one step and as a text by another' % self.name
            )

    def code(self, text):
        if text not in self.codes:
            self.codes[text] = len(self.categories)
            self.categories.append(text)
        return self.codes[text]


class Column:
    """Output `offset` of a node, or an input. Numbered at the end, when all inputs are known."""

    def __init__(self, owner, offset=0):
        self.owner, self.offset = owner, offset


class _Node:
    def __init__(self, body, width):
        self.body, self.width = body, width


class Number:
    """A cell of a frame that holds a number. sources: the inputs whose missing value makes it
    missing; partial: it may also be missing for a present value (the logarithm of -1, a category
    that is not known). origin: the input whose number it is, where that is present; bound: its
    greatest magnitude otherwise."""

    def __init__(self, column, sources=(), partial=False, origin=None, bound=math.inf):
        self.column, self.sources, self.partial = column, frozenset(sources), partial
        self.origin, self.bound = origin, bound


class Text:
    """A cell that holds a text: a raw column after imputation. fill: the text that NULL becomes;
    rename: text to text."""

    def __init__(self, input_, fill=None, rename=None):
        self.input, self.fill, self.rename = input_, fill, rename or {}


class Raw:
    """A raw column of which nobody knows yet whether it is a number or a text."""

    def __init__(self, input_):
        self.input = input_


class Frame:
    """What flows between steps. sparse: scikit-learn would hold a sparse matrix here, and some
    scalers then compute differently."""

    def __init__(self, cells, sparse=False):
        self.cells, self.sparse = list(cells), sparse


def _bound_after(op, bound, *constants):
    """The greatest magnitude of the result."""
    if op in ("add", "subtract"):
        return bound + abs(constants[0])
    if op == "multiply":
        return bound * abs(constants[0])
    if op == "divide":
        return bound / abs(constants[0])
    if op in ("min", "max"):
        return max(bound, abs(constants[0]))
    if op in ("abs", "negate"):
        return bound
    if op in ("floor", "ceil"):
        return bound + 1
    return 1 if op in ("greater", "equal", "indicator", "is_missing") else math.inf


class Graph:
    def __init__(self, on_missing):
        self.on_missing = on_missing
        self.inputs, self.nodes, self.guards = [], [], []
        self.output = None

    def node(self, type_, width=1, **fields):
        self.nodes.append(_Node(dict(type=type_, **fields), width))
        return [Column(self.nodes[-1], i) for i in range(width)]

    def apply(self, op, *args):
        return self.node("apply", op=op, args=list(args))[0]

    def number(self, cell):
        """The cell as a number."""
        if isinstance(cell, Number):
            return cell
        if isinstance(cell, Text):
            raise NotImplementedError(
                'text column "%s" reaches a step that takes numbers' % cell.input.name
            )
        cell.input.use("number")
        return Number(Column(cell.input), [cell.input], origin=cell.input)

    def text(self, cell):
        if isinstance(cell, Text):
            return cell
        if isinstance(cell, Number):
            raise NotImplementedError("a computed column reaches a step that takes texts")
        cell.input.use("category")
        return Text(cell.input)

    def complement(self, probability):
        """The probabilities of two classes, from that of the second one."""
        return [self.apply("subtract", 1.0, probability), probability]

    def map(self, cell, op, *args):
        """Applies `op` to a number cell and constants; the cell is the first argument."""
        cell = self.number(cell)
        bound = _bound_after(op, cell.bound, *args)
        return Number(self.apply(op, cell.column, *args), cell.sources, cell.partial, bound=bound)

    def look_up_text(self, cell, values, unknown, missing):
        """The number that `values` (text to number) has for the text."""
        table = {}
        for text, value in values.items():
            if text not in cell.rename:
                table[text] = value
        for text, renamed in cell.rename.items():
            table[text] = values.get(renamed, unknown)
        if cell.fill is not None:
            missing = values.get(cell.fill, unknown)
        for text in table:
            cell.input.code(text)
        # The list of categories may still grow: the table is laid out in document().
        return self.node(
            "look_up", input=Column(cell.input), values=table, unknown=unknown, missing=missing
        )[0]

    def refuse(self, cells, range_="finite", nan=True):
        """scikit-learn validates its input here (utils/validation.py, check_array and
        _assert_all_finite): NaN is an error, unless force_all_finite="allow-nan" (nan=False), and
        so is what is infinite in the dtype that it asks for. Where the number is an input's, so is
        the policy; a computed one makes the scores NULL."""
        precision = "float32" if range_ == "float32" else "float64"
        greatest = float(np.finfo(precision).max)
        guards = []
        for cell in cells:
            if nan:
                for source in cell.sources:
                    source.missing = self.on_missing
            if cell.origin is not None and cell.origin.range != "float32":
                cell.origin.range = range_
            if cell.origin is None and cell.bound > greatest or nan and cell.partial:
                guards.append(cell.column if nan else self.apply("if_missing", cell.column, 0.0))
        if guards:  # 0 times infinity is NaN
            terms = [{"column": column, "coefficients": [0.0]} for column in guards]
            self.guards += self.node(
                "linear", intercept=[0.0], intercept_first=False, terms=terms, precision=precision
            )

    def guarded(self, column):
        """`column`, but missing where a guard is missing: guards are 0 otherwise."""
        if not self.guards:
            return column
        while len(self.guards) > 1:
            self.guards[:2] = [self.apply("add", *self.guards[:2])]
        return self.apply("subtract", column, self.guards[0])

    def regression(self, values, raw):
        values = [self.guarded(value) for value in values]
        names = ["value"] if len(values) == 1 else ["value_%d" % i for i in range(len(values))]
        self.output = {
            "task": "regression",
            "values": [{"name": name, "column": value} for name, value in zip(names, values)],
            "raw": [self.guarded(column) for column in raw],
        }

    def classification(self, classes, raw, probabilities, code, value=None):
        labels = [str(label) for label in classes]
        if len(labels) < 2:
            raise NotImplementedError("a classifier that saw only one class")
        probabilities = [self.guarded(column) for column in probabilities]
        if value is None and len(labels) == 2 and probabilities:
            value = probabilities[1]
        elif value is not None:
            value = self.guarded(value)
        self.output = {
            "task": "classification",
            "values": [{"name": "value", "column": value}] if value is not None else [],
            "raw": [self.guarded(column) for column in raw],
            "probabilities": probabilities,
            "labels": labels,
            "class_code": self.guarded(code),
        }

    def document(self, objective):
        used = [input_ for input_ in self.inputs if input_.kind is not None]
        number, position = {}, 0
        for input_ in used:
            number[id(input_)] = position
            position += 1
        for node in self.nodes:
            number[id(node)] = position
            position += node.width

        def resolve(value):
            if isinstance(value, Column):
                return number[id(value.owner)] + value.offset
            if isinstance(value, dict):
                return {key: resolve(item) for key, item in value.items()}
            if isinstance(value, list):
                return [resolve(item) for item in value]
            return value

        nodes = []
        for node in self.nodes:
            body = dict(node.body)
            if body["type"] == "look_up" and isinstance(body["values"], dict):
                table, unknown = body["values"], body["unknown"]
                body["values"] = [
                    table.get(text, unknown) for text in body["input"].owner.categories
                ]
            if body["type"] == "apply":
                body["args"] = [
                    {"column": resolve(arg)} if isinstance(arg, Column) else float(arg)
                    for arg in body["args"]
                ]
            elif body["type"] == "trees":
                body["features"] = resolve(body["features"])
            else:
                body = resolve(body)
            body["first_column"] = number[id(node)]
            nodes.append(body)

        inputs = []
        for input_ in used:
            entry = {"name": input_.name}
            if input_.kind == "category":
                entry.update(
                    type="category", categories=input_.categories, on_unknown=input_.unknown
                )
            if input_.missing != "native":
                entry["on_missing"] = input_.missing
            if input_.range != "any":
                entry["range"] = input_.range
            inputs.append(entry)
        return {
            "pgscore_model": 1,
            "objective": objective,
            "facts": {"library": "scikit-learn", "library_version": sklearn.__version__},
            "inputs": inputs,
            "nodes": nodes,
            "output": resolve(self.output),
        }
