"""Writes a trained scikit-learn model as pgscore JSON (models/export/README.md), for pgscore.import_model.

    from pgscore_export import export
    export(pipeline, "model.json")                        # a fitted estimator or Pipeline
    export(pipeline, "model.json", test_rows=X.head(20))  # with rows that the import checks

or from the shell: python3 pgscore_export.py model.joblib model.json

One file, needs numpy and scikit-learn (1.0 to 1.6). The operations are written in scikit-learn's own order and precision, so
that trees, forests and boosting give the same bits as predict_proba and predict; linear models are equal up to the order in
which the BLAS adds. Sources of the semantics are the scikit-learn files named in the comments (1.2.1 unless said otherwise).

What each step does with NaN and infinities is what its validation says; scikit-learn 1.2.1:

    NaN and infinities are errors     KBinsDiscretizer, Binarizer, PolynomialFeatures, FunctionTransformer(validate=True), feature
                                      selection (what it keeps), all linear models; SimpleImputer and MissingIndicator of another
                                      missing value
    NaN passes, infinities are errors scalers, OneHotEncoder and OrdinalEncoder of numbers, SimpleImputer and MissingIndicator of NaN
    the same, in float32              trees, forests and gradient boosting: NaN is an error too, where the model was not trained with it
    both pass                         FunctionTransformer, ColumnTransformer, FeatureUnion, Pipeline, HistGradientBoosting

An error on an input becomes a policy of the input: "on_missing" and "range". A number that becomes NaN or infinite on the way
makes the scores NULL.

What is not supported raises NotImplementedError that names the step.
"""
import itertools
import json
import math
import numbers
import sys

import numpy as np
import sklearn

__all__ = ["export", "to_document"]

_VERSION = tuple(int(part) for part in sklearn.__version__.split(".")[:2])


def export(model, path=None, feature_names=None, on_missing="error", test_rows=None, objective=None):
    """Writes `model` to `path` and returns the text.

    feature_names: names of the columns for models that were trained on arrays (default f0, f1, ...).
    on_missing: what a missing value does to a row that scikit-learn would refuse: "error" or "null".
    test_rows: a DataFrame or array of some rows; they are stored together with the model's own scores.
    objective: free text that pgscore shows; default the class of the final estimator.
    """
    text = to_text(to_document(model, feature_names, on_missing, test_rows, objective))
    if path is not None:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    return text


def to_document(model, feature_names=None, on_missing="error", test_rows=None, objective=None):
    """The model as a dictionary in the structure of the file."""
    if on_missing not in ("error", "null"):
        raise ValueError("on_missing must be 'error' or 'null'")
    graph = _Graph(on_missing)
    frame = _raw_frame(model, feature_names, graph)
    final = _predictor(model, frame, graph, type(model).__name__)
    document = graph.document(objective or final)
    if test_rows is not None:
        document["test_rows"] = _test_rows(model, test_rows, document)
    return document


# ---- text -----------------------------------------------------------------------------------------------------------


def _plain(value):
    """numpy types to Python's; what JSON cannot say to what the format says instead."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_plain(item) for item in value]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        value = float(value)
        if math.isnan(value):
            return None
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        return value
    return value


def to_text(document):
    """One input, node or tree to a line. Python's repr gives the shortest text that reads back as the same double."""

    def dump(value):
        return json.dumps(_plain(value), separators=(",", ":"), ensure_ascii=False, allow_nan=False)

    def dump_node(node):
        if node["type"] != "trees":
            return dump(node)
        head = {key: value for key, value in node.items() if key != "trees"}
        return dump(head)[:-1] + ',"trees":[\n' + ",\n".join(dump(tree) for tree in node["trees"]) + "]}"

    parts = []
    for key, value in document.items():
        if key == "inputs":
            text = "[\n" + ",\n".join(dump(item) for item in value) + "]"
        elif key == "nodes":
            text = "[\n" + ",\n".join(dump_node(item) for item in value) + "]"
        elif key == "test_rows":
            rows = ",\n".join(dump(row) for row in value["rows"])
            text = '{"tolerance":%s,"rows":[\n%s]}' % (dump(value["tolerance"]), rows)
        else:
            text = dump(value)
        parts.append(json.dumps(key) + ":" + text)
    return "{" + ",\n".join(parts) + "}\n"


# ---- the graph ------------------------------------------------------------------------------------------------------


class _Input:
    def __init__(self, name):
        self.name = name
        self.kind = None  # decided by the first use: "number" or "category"
        self.categories = []
        self.codes = {}
        self.unknown = "keep"  # category: "error" when some step refuses unknown categories
        self.missing = "native"
        self.range = "any"  # number: "finite" or "float32" when some step refuses infinities, or what float32 cannot hold

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


class _Column:
    """Output `offset` of a node, or an input. Numbered at the end, when all inputs are known."""

    def __init__(self, owner, offset=0):
        self.owner, self.offset = owner, offset


class _Node:
    def __init__(self, body, width):
        self.body, self.width = body, width


class _Number:
    """A cell of a frame that holds a number. sources: the inputs whose missing value makes it missing; partial: it may also
    be missing for a present value (the logarithm of -1, a category that is not known). origin: the input whose number it is,
    where that is present; bound: its greatest magnitude otherwise."""

    def __init__(self, column, sources=(), partial=False, origin=None, bound=math.inf):
        self.column, self.sources, self.partial = column, frozenset(sources), partial
        self.origin, self.bound = origin, bound


class _Text:
    """A cell that holds a text: a raw column after imputation. fill: the text that NULL becomes; rename: text to text."""

    def __init__(self, input_, fill=None, rename=None):
        self.input, self.fill, self.rename = input_, fill, rename or {}


class _Raw:
    """A raw column of which nobody knows yet whether it is a number or a text."""

    def __init__(self, input_):
        self.input = input_


class _Frame:
    """What flows between steps. sparse: scikit-learn would hold a sparse matrix here, and some scalers then compute
    differently."""

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


class _Graph:
    def __init__(self, on_missing):
        self.on_missing = on_missing
        self.inputs, self.nodes, self.guards = [], [], []
        self.output = None

    def node(self, type_, width=1, **fields):
        self.nodes.append(_Node(dict(type=type_, **fields), width))
        return [_Column(self.nodes[-1], i) for i in range(width)]

    def apply(self, op, *args):
        return self.node("apply", op=op, args=list(args))[0]

    def number(self, cell):
        """The cell as a number."""
        if isinstance(cell, _Number):
            return cell
        if isinstance(cell, _Text):
            raise NotImplementedError('text column "%s" reaches a step that takes numbers' % cell.input.name)
        cell.input.use("number")
        return _Number(_Column(cell.input), [cell.input], origin=cell.input)

    def text(self, cell):
        if isinstance(cell, _Text):
            return cell
        if isinstance(cell, _Number):
            raise NotImplementedError("a computed column reaches a step that takes texts")
        cell.input.use("category")
        return _Text(cell.input)

    def map(self, cell, op, *args):
        """Applies `op` to a number cell and constants; the cell is the first argument."""
        cell = self.number(cell)
        bound = _bound_after(op, cell.bound, *args)
        return _Number(self.apply(op, cell.column, *args), cell.sources, cell.partial, bound=bound)

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
        return self.node("look_up", input=_Column(cell.input), values=table, unknown=unknown, missing=missing)[0]

    def refuse(self, cells, range_="finite", nan=True):
        """scikit-learn validates its input here (utils/validation.py, check_array and _assert_all_finite): NaN is an error,
        unless force_all_finite="allow-nan" (nan=False), and so is what is infinite in the dtype that it asks for. Where the
        number is an input's, so is the policy; a computed one makes the scores NULL."""
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
            self.guards += self.node("linear", intercept=[0.0], intercept_first=False, terms=terms, precision=precision)

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
            if isinstance(value, _Column):
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
                body["values"] = [table.get(text, unknown) for text in body["input"].owner.categories]
            if body["type"] == "apply":
                body["args"] = [
                    {"column": resolve(arg)} if isinstance(arg, _Column) else float(arg) for arg in body["args"]
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
                entry.update(type="category", categories=input_.categories, on_unknown=input_.unknown)
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


# ---- input columns and test rows ------------------------------------------------------------------------------------


def _training_columns(model):
    """Number and names of the columns that the model was trained on, as far as it or its first step knows."""
    try:
        count = getattr(model, "n_features_in_", None)
    except (AttributeError, IndexError):
        count = None
    names = getattr(model, "feature_names_in_", None)
    if count is not None or names is not None:
        return count, names
    inner = []
    if hasattr(model, "steps"):
        inner = [step for _, step in model.steps if not isinstance(step, str)][:1]
    elif hasattr(model, "transformer_list"):
        inner = [step for _, step in model.transformer_list if not isinstance(step, str)]
    for step in inner:
        count, names = _training_columns(step)
        if count is not None or names is not None:
            break
    return count, names


def _raw_frame(model, feature_names, graph):
    count, names = _training_columns(model)
    if feature_names is not None:
        names = list(feature_names)
    elif names is None:
        if count is None:
            raise ValueError("the model does not know its columns: give feature_names")
        names = ["f%d" % i for i in range(count)]
    if count is not None and len(names) != count:
        raise ValueError("feature_names has %d names, the model has %d columns" % (len(names), count))
    graph.inputs = [_Input(str(name)) for name in names]
    return _Frame([_Raw(input_) for input_ in graph.inputs])


def _test_rows(model, rows, document):
    names = [str(name) for name in getattr(rows, "columns", [])]
    if not names:
        names = [str(name) for name in getattr(model, "feature_names_in_", ["f%d" % i for i in range(np.shape(rows)[1])])]
        if len(names) == len(document["inputs"]):
            names = [entry["name"] for entry in document["inputs"]]
    cells = np.asarray(rows, dtype=object)
    columns = [names.index(entry["name"]) for entry in document["inputs"]]

    def cell(value, category):
        if value is None or value != value:
            return None
        return str(value) if category else float(value)

    result = []
    expected = scores(model, rows)
    for r in range(len(cells)):
        row = {
            "inputs": [
                cell(cells[r, c], entry.get("type") == "category") for c, entry in zip(columns, document["inputs"])
            ]
        }
        for key, values in expected.items():
            row[key] = values[r]
        result.append(row)
    # linear nodes without any coefficient guard against infinities
    linear = any(
        node["type"] == "link" or node["type"] == "linear" and any(any(term["coefficients"]) for term in node["terms"])
        for node in document["nodes"]
    )
    return {"tolerance": 1e-12 if linear else 0, "rows": result}


def scores(model, rows):
    """What the model itself says: a dictionary of lists, one entry per row."""
    result = {}
    if hasattr(model, "classes_"):
        result["class"] = [str(label) for label in model.predict(rows)]
        if hasattr(model, "decision_function"):
            raw = np.asarray(model.decision_function(rows))
            result["raw"] = raw.reshape(len(raw), -1).tolist()
        if hasattr(model, "predict_proba"):
            probabilities = np.asarray(model.predict_proba(rows))
            result["probabilities"] = probabilities.tolist()
            if probabilities.shape[1] == 2:
                result["values"] = probabilities[:, 1:].tolist()
        elif "raw" in result and len(result["raw"][0]) == 1:
            result["values"] = result["raw"]
    else:
        values = np.asarray(model.predict(rows), dtype=float)
        result["values"] = values.reshape(len(values), -1).tolist()
    return result


# ---- transformers ---------------------------------------------------------------------------------------------------


def _transform(step, frame, graph, place):
    if step is None or isinstance(step, str) and step == "passthrough":
        return frame
    if isinstance(step, str) and step == "drop":
        return _Frame([])
    for class_ in type(step).__mro__:
        function = _TRANSFORMERS.get(class_.__name__)
        if function is not None and class_.__module__.startswith("sklearn."):
            return function(step, frame, graph, place)
    raise NotImplementedError("%s: transformer %s is not supported" % (place, type(step).__name__))


def _pipeline_steps(pipeline, place):
    return [("%s.%s" % (place, name), step) for name, step in pipeline.steps]


def _pipeline(pipeline, frame, graph, place):
    for inner, step in _pipeline_steps(pipeline, place):
        frame = _transform(step, frame, graph, inner)
    return frame


def _column_indices(transformer, name, columns, frame, place):
    known = getattr(transformer, "_transformer_to_input_indices", {})
    if name in known:
        return list(known[name])
    if isinstance(columns, slice):
        return list(range(*columns.indices(len(frame.cells))))
    columns = np.atleast_1d(columns)
    if columns.dtype == bool:
        return list(np.flatnonzero(columns))
    if columns.dtype.kind in "iu":
        return [int(i) for i in columns]
    names = [str(name) for name in transformer.feature_names_in_]
    return [names.index(str(column)) for column in columns]


def _column_transformer(transformer, frame, graph, place):
    weights = transformer.transformer_weights or {}
    cells = []
    for name, step, columns in transformer.transformers_:
        if isinstance(step, str) and step == "drop":
            continue
        indices = _column_indices(transformer, name, columns, frame, place)
        if not indices:
            continue
        part = _Frame([frame.cells[i] for i in indices], frame.sparse)
        part = _transform(step, part, graph, "%s.%s" % (place, name))
        if name in weights:
            part.cells = [graph.map(cell, "multiply", weights[name]) for cell in part.cells]
        cells += part.cells
    return _Frame(cells, bool(getattr(transformer, "sparse_output_", False)))


def _feature_union(union, frame, graph, place):
    weights = union.transformer_weights or {}
    cells, sparse = [], False
    for name, step in union.transformer_list:
        part = _transform(step, frame, graph, "%s.%s" % (place, name))
        part = _Frame(part.cells, part.sparse)
        if name in weights:
            part.cells = [graph.map(cell, "multiply", weights[name]) for cell in part.cells]
        cells += part.cells
        sparse = sparse or part.sparse
    return _Frame(cells, sparse)


def _divide(graph, cells, scale, sparse):
    # preprocessing/_data.py: a dense X is divided, a sparse one multiplied by the reciprocal (inplace_column_scale).
    if sparse:
        return [graph.map(cell, "multiply", 1 / s) for cell, s in zip(cells, scale)]
    return [graph.map(cell, "divide", s) for cell, s in zip(cells, scale)]


def _scaled(frame, graph):
    """The input of a scaler (preprocessing/_data.py): NaN passes all of them, infinities none."""
    cells = [graph.number(cell) for cell in frame.cells]
    graph.refuse(cells, nan=False)
    return cells


def _standard_scaler(scaler, frame, graph, place):
    cells = _scaled(frame, graph)
    if scaler.with_mean:
        cells = [graph.map(cell, "subtract", mean) for cell, mean in zip(cells, scaler.mean_)]
    if scaler.with_std:
        cells = _divide(graph, cells, scaler.scale_, frame.sparse)
    return _Frame(cells, frame.sparse)


def _min_max_scaler(scaler, frame, graph, place):
    cells = [graph.map(cell, "multiply", scale) for cell, scale in zip(_scaled(frame, graph), scaler.scale_)]
    cells = [graph.map(cell, "add", low) for cell, low in zip(cells, scaler.min_)]
    if getattr(scaler, "clip", False):
        low, high = scaler.feature_range
        cells = [graph.map(graph.map(cell, "max", low), "min", high) for cell in cells]
        for cell in cells:
            cell.bound = max(abs(low), abs(high))
    return _Frame(cells, frame.sparse)


def _max_abs_scaler(scaler, frame, graph, place):
    return _Frame(_divide(graph, _scaled(frame, graph), scaler.scale_, frame.sparse), frame.sparse)


def _robust_scaler(scaler, frame, graph, place):
    cells = _scaled(frame, graph)
    if scaler.with_centering and not frame.sparse:
        cells = [graph.map(cell, "subtract", center) for cell, center in zip(cells, scaler.center_)]
    if scaler.with_scaling:
        cells = _divide(graph, cells, scaler.scale_, frame.sparse)
    return _Frame(cells, frame.sparse)


def _is_missing(value):
    return value is None or (isinstance(value, numbers.Real) and value != value) or type(value).__name__ == "NAType"


def _simple_imputer(imputer, frame, graph, place):
    nan_is_missing = _is_missing(imputer.missing_values)
    texts = _are_texts(imputer.statistics_, frame.cells, imputer.missing_values, place)
    keep_all = imputer.strategy == "constant" or getattr(imputer, "keep_empty_features", False)
    cells = []
    for cell, fill, is_text in zip(frame.cells, imputer.statistics_, texts):
        if _is_missing(fill) and not keep_all:
            continue  # nothing was present at training: the column is dropped
        if is_text:
            cell = graph.text(cell)
            fill = str(fill)
            cell.input.code(fill)
            if nan_is_missing:
                # an earlier imputer may have filled it already
                cells.append(_Text(cell.input, cell.fill if cell.fill is not None else fill, cell.rename))
            else:
                old = str(imputer.missing_values)
                rename = {text: fill if to == old else to for text, to in cell.rename.items()}
                rename.setdefault(old, fill)
                cells.append(_Text(cell.input, fill if cell.fill == old else cell.fill, rename))
            continue
        # impute/_base.py: NaN is refused unless it is what to replace, infinities always
        cell = graph.number(cell)
        graph.refuse([cell], nan=not nan_is_missing)
        bound = max(cell.bound, abs(float(fill)))
        if nan_is_missing:
            cells.append(_Number(graph.apply("if_missing", cell.column, fill), origin=cell.origin, bound=bound))
        else:
            equal = graph.apply("equal", cell.column, imputer.missing_values)
            column = graph.apply("if", equal, fill, cell.column)
            cells.append(_Number(column, cell.sources, cell.partial, cell.origin, bound))
    if imputer.add_indicator:
        cells += _missing_indicator(imputer.indicator_, frame, graph, place).cells
    return _Frame(cells, frame.sparse)


def _are_texts(values, cells, missing_values, place):
    """Which columns of an imputer hold texts."""
    result = []
    for value, cell in zip(values, cells):
        if isinstance(cell, _Raw) and cell.input.kind is not None:
            result.append(cell.input.kind == "category")
        else:
            result.append(isinstance(cell, _Text) or isinstance(value, str) or isinstance(missing_values, str))
    return result


def _missing_indicator(indicator, frame, graph, place):
    # impute/_base.py, MissingIndicator.transform
    cells = []
    nan_is_missing = _is_missing(indicator.missing_values)
    checked = indicator.error_on_new and indicator.features == "missing-only"
    for i, cell in enumerate(frame.cells):
        is_text = isinstance(cell, _Text) or isinstance(cell, _Raw) and cell.input.kind == "category"
        if i not in indicator.features_:
            if checked and nan_is_missing:  # "has missing values in transform but have no missing values in fit"
                if not is_text:
                    graph.refuse([graph.number(cell)])
                elif graph.text(cell).fill is None:
                    cell.input.missing = graph.on_missing
            elif checked:
                raise NotImplementedError("%s: MissingIndicator with error_on_new and missing_values=%r" %
                                          (place, indicator.missing_values))
            continue
        if is_text:
            cell = graph.text(cell)
            if nan_is_missing:
                column = graph.look_up_text(_Text(cell.input, cell.fill, cell.rename), {}, 0.0, 1.0)
            else:
                column = graph.look_up_text(cell, {str(indicator.missing_values): 1.0}, 0.0, 0.0)
        else:
            cell = graph.number(cell)
            graph.refuse([cell], nan=not nan_is_missing)
            if nan_is_missing:
                column = graph.apply("is_missing", cell.column)
            else:
                column = graph.apply("indicator", cell.column, indicator.missing_values)
        cells.append(_Number(column, bound=1))
    return _Frame(cells, frame.sparse)


class _Categories:
    """The categories of one column of an encoder: texts, or numbers, or both missing."""

    def __init__(self, categories, cell, place):
        self.has_missing = any(_is_missing(value) for value in categories)
        if sum(_is_missing(value) for value in categories) > 1:
            raise NotImplementedError("%s: None and NaN are two categories, SQL has one NULL" % place)
        present = [value for value in categories if not _is_missing(value)]
        if all(isinstance(value, str) for value in present):
            self.is_text = True
        elif all(isinstance(value, (numbers.Real, np.bool_)) for value in present):
            self.is_text = False
        else:
            raise NotImplementedError("%s: categories are neither all texts nor all numbers" % place)
        if not present:
            self.is_text = not isinstance(cell, _Number)
        self.values = [
            None if _is_missing(value) else value if self.is_text else float(value) for value in categories
        ]

    def table(self, outputs):
        """category to output, without the missing one"""
        return {value: out for value, out in zip(self.values, outputs) if value is not None}

    def missing_output(self, outputs, otherwise):
        return outputs[self.values.index(None)] if self.has_missing else otherwise


def _encode(cell, categories, outputs, unknown, missing, graph):
    """The column that holds outputs[i] for categories[i]."""
    missing = categories.missing_output(outputs, missing)
    table = categories.table(outputs)
    if categories.is_text:
        return graph.look_up_text(graph.text(cell), table, unknown, missing)
    keys = sorted(table)
    if not keys:
        keys, table = [0.0], {0.0: unknown}
    return graph.node(
        "look_up",
        input=graph.number(cell).column,
        keys=keys,
        values=[table[key] for key in keys],
        unknown=unknown,
        missing=missing,
    )[0]


def _refuse_unknown(cell, categories, graph):
    """handle_unknown="error": an unknown category is an error, and so is NaN when it is none of the categories."""
    if categories.is_text:
        cell = graph.text(cell)
        cell.input.unknown = "error"
        if not categories.has_missing and cell.fill is None:
            cell.input.missing = graph.on_missing
        return
    cell = graph.number(cell)
    graph.guards.append(_encode(cell, categories, [0.0] * len(categories.values), math.nan, 0.0, graph))
    if not categories.has_missing:
        graph.refuse([_Number(cell.column, cell.sources, bound=0)])


def _group_of(encoder, i, count):
    """Output category of each category (infrequent ones share the last), and the number of outputs."""
    mapping = None
    if getattr(encoder, "_infrequent_enabled", False):
        mapping = encoder._default_to_infrequent_mappings[i]
    if mapping is None:
        return list(range(count)), count, None
    mapping = [int(group) for group in mapping]
    return mapping, max(mapping) + 1, max(mapping)


def _one_hot_encoder(encoder, frame, graph, place):
    # preprocessing/_encoders.py, OneHotEncoder.transform
    drops = getattr(encoder, "_drop_idx_after_grouping", None)
    if drops is None:
        drops = encoder.drop_idx_
    cells = []
    for i, (cell, values) in enumerate(zip(frame.cells, encoder.categories_)):
        categories = _Categories(values, cell, place)
        groups, count, infrequent = _group_of(encoder, i, len(values))
        if not categories.is_text:  # preprocessing/_encoders.py, _check_X: force_all_finite="allow-nan"
            graph.refuse([graph.number(cell)], nan=False)
        if categories.is_text:
            for value in categories.table(groups):  # a dropped category is known all the same
                graph.text(cell).input.code(value)
        if encoder.handle_unknown == "error":
            _refuse_unknown(cell, categories, graph)
        dropped = None if drops is None else drops[i]
        for group in range(count):
            if group == dropped:
                continue
            outputs = [1.0 if g == group else 0.0 for g in groups]
            unknown = 0.0
            if encoder.handle_unknown == "infrequent_if_exist" and infrequent is not None and group == infrequent:
                unknown = 1.0
            members = [value for value, out in zip(categories.values, outputs) if out]
            simple = unknown == 0.0 and len(members) == 1
            if simple and members[0] is not None and not categories.is_text:
                column = graph.apply("indicator", graph.number(cell).column, members[0])
            elif simple and members[0] is not None and _is_plain_text(cell):
                text = graph.text(cell)
                column = graph.apply("indicator", _Column(text.input), text.input.code(members[0]))
            else:
                column = _encode(cell, categories, outputs, unknown, unknown, graph)
            cells.append(_Number(column, bound=1))
    sparse = getattr(encoder, "sparse_output", getattr(encoder, "sparse", True))
    return _Frame(cells, bool(sparse))


def _is_plain_text(cell):
    return isinstance(cell, _Raw) or isinstance(cell, _Text) and cell.fill is None and not cell.rename


def _ordinal_encoder(encoder, frame, graph, place):
    # preprocessing/_encoders.py, OrdinalEncoder.transform
    use_value = encoder.handle_unknown == "use_encoded_value"
    unknown = float(encoder.unknown_value) if use_value else math.nan
    encoded_missing = float(getattr(encoder, "encoded_missing_value", math.nan))
    cells = []
    for i, (cell, values) in enumerate(zip(frame.cells, encoder.categories_)):
        categories = _Categories(values, cell, place)
        if not categories.is_text:
            graph.refuse([graph.number(cell)], nan=False)
        if not use_value:
            _refuse_unknown(cell, categories, graph)
        groups, _, _ = _group_of(encoder, i, len(values))
        # NaN is encoded_missing_value, None is a category like any other; SQL's NULL is the one that was there at training.
        outputs = [
            encoded_missing if _is_missing(value) and value is not None else float(group) for value, group in zip(values, groups)
        ]
        column = _encode(cell, categories, outputs, unknown, unknown, graph)
        sources = []
        if math.isnan(categories.missing_output(outputs, unknown)):
            sources = [cell.input] if isinstance(cell, (_Raw, _Text)) else cell.sources
            if isinstance(cell, _Text) and cell.fill is not None:
                sources = []
        bound = max([abs(out) for out in outputs + [unknown] if not math.isnan(out)], default=0.0)
        cells.append(_Number(column, sources, use_value and math.isnan(unknown), bound=bound))
    return _Frame(cells, False)


def _k_bins_discretizer(discretizer, frame, graph, place):
    # preprocessing/_discretization.py: searchsorted(edges[1:-1], x, side="right") since 1.1
    if _VERSION < (1, 1):
        raise NotImplementedError("%s: KBinsDiscretizer of scikit-learn before 1.1" % place)
    if discretizer.dtype is not None and np.dtype(discretizer.dtype) != np.float64:
        raise NotImplementedError("%s: KBinsDiscretizer with dtype %s" % (place, discretizer.dtype))
    cells = []
    numbers_ = [graph.number(cell) for cell in frame.cells]
    graph.refuse(numbers_)
    for cell, edges in zip(numbers_, discretizer.bin_edges_):
        cuts = np.unique(edges[1:-1])
        # equal edges count once for each in searchsorted
        bins = [float(np.searchsorted(edges[1:-1], -np.inf, side="right"))]
        bins += [float(np.searchsorted(edges[1:-1], cut, side="right")) for cut in cuts]
        if discretizer.encode == "ordinal":
            column = graph.node("discretize", input=cell.column, cuts=list(cuts), values=bins)[0]
            cells.append(_Number(column, cell.sources, cell.partial, bound=len(edges)))
        else:
            for k in range(len(edges) - 1):
                values = [1.0 if bin_ == k else 0.0 for bin_ in bins]
                column = graph.node("discretize", input=cell.column, cuts=list(cuts), values=values)[0]
                cells.append(_Number(column, cell.sources, cell.partial, bound=1))
    return _Frame(cells, discretizer.encode == "onehot")


def _binarizer(binarizer, frame, graph, place):
    # preprocessing/_data.py: Binarizer validates its input without force_all_finite="allow-nan", unlike the scalers
    cells = [graph.number(cell) for cell in frame.cells]
    graph.refuse(cells)
    return _Frame([graph.map(cell, "greater", binarizer.threshold) for cell in cells], frame.sparse)


def _polynomial_features(poly, frame, graph, place):
    # preprocessing/_polynomial.py, the dense branch: a term is its first column times the term of the other columns
    if frame.sparse:
        raise NotImplementedError("%s: PolynomialFeatures of a sparse matrix" % place)
    cells = [graph.number(cell) for cell in frame.cells]
    graph.refuse(cells)
    if isinstance(poly.degree, numbers.Integral):
        low, high = 0, int(poly.degree)
    else:
        low, high = poly.degree
    terms, out = {}, []
    choose = itertools.combinations if poly.interaction_only else itertools.combinations_with_replacement

    def term(columns):
        if columns not in terms:
            if len(columns) == 1:
                terms[columns] = cells[columns[0]]
            else:
                first, rest = cells[columns[0]], term(columns[1:])
                product = graph.apply("multiply", rest.column, first.column)
                terms[columns] = _Number(
                    product, first.sources | rest.sources, first.partial or rest.partial, bound=first.bound * rest.bound
                )
        return terms[columns]

    if poly.include_bias:
        # 1 whatever the value
        out.append(_Number(graph.apply("if_missing", math.nan, 1.0), bound=1))
    for degree in range(max(low, 1), high + 1):
        out += [term(columns) for columns in choose(range(len(cells)), degree)]
    return _Frame(out)


_FUNCTIONS = {
    "log": ("log", True),
    "log1p": ("log1p", True),
    "sqrt": ("sqrt", True),
    "exp": ("exp", False),
    "expm1": ("expm1", False),
    "absolute": ("abs", False),
    "abs": ("abs", False),
    "fabs": ("abs", False),
    "negative": ("negate", False),
    "floor": ("floor", False),
    "ceil": ("ceil", False),
}


def _function_transformer(transformer, frame, graph, place):
    # preprocessing/_function_transformer.py: nothing is validated unless it is asked for
    function = transformer.func
    if transformer.validate:
        graph.refuse([graph.number(cell) for cell in frame.cells])
    if function is None:
        return frame
    if isinstance(function, np.ufunc) and not transformer.kw_args:
        if function is np.square:
            cells = [graph.number(cell) for cell in frame.cells]
            return _Frame(
                [_Number(graph.apply("multiply", c.column, c.column), c.sources, c.partial) for c in cells], frame.sparse
            )
        if function.__name__ in _FUNCTIONS and getattr(np, function.__name__) is function:
            op, partial = _FUNCTIONS[function.__name__]
            cells = []
            for cell in frame.cells:
                cell = graph.map(cell, op)
                cell.partial = cell.partial or partial
                cells.append(cell)
            return _Frame(cells, frame.sparse)
    raise NotImplementedError("%s: FunctionTransformer with function %r" % (place, function))


def _selector(selector, frame, graph, place):
    # feature_selection/_base.py; what is dropped is no input at all, so nobody sees that it is missing
    cells = [frame.cells[i] for i in np.flatnonzero(selector.get_support())]
    cells = [graph.number(cell) for cell in cells]
    graph.refuse(cells, nan=not _allows_nan(selector))
    return _Frame(cells, frame.sparse)


_TRANSFORMERS = {
    "Pipeline": _pipeline,
    "ColumnTransformer": _column_transformer,
    "FeatureUnion": _feature_union,
    "StandardScaler": _standard_scaler,
    "MinMaxScaler": _min_max_scaler,
    "MaxAbsScaler": _max_abs_scaler,
    "RobustScaler": _robust_scaler,
    "SimpleImputer": _simple_imputer,
    "MissingIndicator": _missing_indicator,
    "OneHotEncoder": _one_hot_encoder,
    "OrdinalEncoder": _ordinal_encoder,
    "KBinsDiscretizer": _k_bins_discretizer,
    "Binarizer": _binarizer,
    "PolynomialFeatures": _polynomial_features,
    "FunctionTransformer": _function_transformer,
    "SelectorMixin": _selector,
}


# ---- predictors -----------------------------------------------------------------------------------------------------


def _predictor(model, frame, graph, place):
    """Adds the nodes and the output; returns the name of the class of the final estimator."""
    for class_ in type(model).__mro__:
        if not class_.__module__.startswith("sklearn."):
            continue
        if class_.__name__ == "Pipeline":
            steps = _pipeline_steps(model, place)
            for inner, step in steps[:-1]:
                frame = _transform(step, frame, graph, inner)
            return _predictor(steps[-1][1], frame, graph, steps[-1][0])
        if class_.__name__ in _WRAPPERS:  # predicts with the estimator that it chose
            inner = _WRAPPERS[class_.__name__]
            if not hasattr(model, inner):
                raise NotImplementedError("%s: %s without %s" % (place, class_.__name__, inner))
            return _predictor(getattr(model, inner), frame, graph, place)
        function = _PREDICTORS.get(class_.__name__)
        if function is not None:
            function(model, frame, graph, place)
            return type(model).__name__
    raise NotImplementedError("%s: %s is not supported" % (place, type(model).__name__))


def _linear(coefficients, intercept, frame, graph):
    """X @ coefficients.T + intercept"""
    cells = [graph.number(cell) for cell in frame.cells]
    graph.refuse(cells)
    coefficients = np.atleast_2d(np.asarray(coefficients, dtype=float))
    intercept = np.broadcast_to(np.asarray(intercept, dtype=float).ravel(), (coefficients.shape[0],))
    if coefficients.shape[1] != len(cells):
        raise NotImplementedError("the model has %d coefficients for %d columns" % (coefficients.shape[1], len(cells)))
    terms = [
        {"column": cell.column, "coefficients": [float(c) for c in coefficients[:, i]]} for i, cell in enumerate(cells)
    ]
    return graph.node(
        "linear", len(coefficients), intercept=[float(b) for b in intercept], intercept_first=False, terms=terms
    )


def _linear_regression(model, frame, graph, place):
    columns = _linear(model.coef_, model.intercept_, frame, graph)
    graph.regression(columns, columns)


def _generalized_linear(model, frame, graph, place):
    # linear_model/_glm/glm.py: the inverse link of the linear predictor
    link = getattr(model, "link", None)
    if type(model).__name__ == "TweedieRegressor":
        identity = link == "identity" or link == "auto" and model.power <= 0
    else:
        identity = False
    raw = _linear(model.coef_, model.intercept_, frame, graph)
    graph.regression(raw if identity else graph.node("link", function="exp", inputs=raw), raw)


def _complement(graph, probability):
    return [graph.apply("subtract", 1.0, probability), probability]


def _decision(model, frame, graph, place):
    if np.ndim(model.classes_[0]) != 0 or isinstance(model.classes_, list):
        raise NotImplementedError("%s: several targets" % place)
    raw = _linear(model.coef_, model.intercept_, frame, graph)
    # linear_model/_base.py, LinearClassifierMixin.predict
    code = graph.apply("greater", raw[0], 0.0) if len(raw) == 1 else graph.node("arg_max", inputs=raw)[0]
    return raw, code


def _margin_classifier(model, frame, graph, place):
    raw, code = _decision(model, frame, graph, place)
    graph.classification(model.classes_, raw, [], code, raw[0] if len(raw) == 1 else None)


def _one_vs_rest(graph, raw, function):
    """Probabilities of each class by itself, then normalized (linear_model/_base.py, _predict_proba_lr)."""
    if function == "modified_huber":  # linear_model/_stochastic_gradient.py
        each = []
        for column in raw:
            clipped = graph.apply("min", graph.apply("max", column, -1.0), 1.0)
            each.append(graph.apply("divide", graph.apply("add", clipped, 1.0), 2.0))
    else:
        each = graph.node("link", len(raw), function="logistic", inputs=raw)
    if len(raw) == 1:
        return _complement(graph, each[0])
    return graph.node("link", len(raw), function="normalize", inputs=each)


def _logistic_regression(model, frame, graph, place):
    # linear_model/_logistic.py, LogisticRegression.predict_proba
    raw, code = _decision(model, frame, graph, place)
    multi_class = getattr(model, "multi_class", "auto")
    one_vs_rest = multi_class in ("ovr", "warn") or (
        multi_class in ("auto", "deprecated") and (len(model.classes_) <= 2 or model.solver == "liblinear")
    )
    if one_vs_rest:
        probabilities = _one_vs_rest(graph, raw, "logistic")
    else:
        inputs = raw if len(raw) > 1 else [graph.apply("negate", raw[0]), raw[0]]
        probabilities = graph.node("link", len(inputs), function="softmax", inputs=inputs)
    graph.classification(model.classes_, raw, probabilities, code)


def _sgd_classifier(model, frame, graph, place):
    if model.loss not in ("log", "log_loss", "modified_huber"):
        return _margin_classifier(model, frame, graph, place)
    raw, code = _decision(model, frame, graph, place)
    function = "modified_huber" if model.loss == "modified_huber" else "logistic"
    graph.classification(model.classes_, raw, _one_vs_rest(graph, raw, function), code)


def _allows_nan(model):
    try:
        from sklearn.utils import get_tags  # 1.6

        return bool(get_tags(model).input_tags.allow_nan)
    except ImportError:
        return bool(model._get_tags().get("allow_nan", False))


def _features(model, frame, graph, allow_missing):
    # tree/_classes.py, ensemble/_forest.py, ensemble/_gb.py: X becomes float32
    cells = [graph.number(cell) for cell in frame.cells]
    graph.refuse(cells, "float32", nan=not allow_missing)
    return [cell.column for cell in cells]


def _tree(tree, values, group=None):
    """A sklearn.tree._tree.Tree with one value or vector of values per node."""
    nodes = tree.__getstate__()["nodes"]
    leaf = tree.children_left == -1
    body = {
        "feature": [-1 if is_leaf else int(f) for is_leaf, f in zip(leaf, tree.feature)],
        "threshold": [None if is_leaf else float(t) for is_leaf, t in zip(leaf, tree.threshold)],
        "left": [None if is_leaf else int(child) for is_leaf, child in zip(leaf, tree.children_left)],
        "right": [None if is_leaf else int(child) for is_leaf, child in zip(leaf, tree.children_right)],
        "value": [value if is_leaf else None for is_leaf, value in zip(leaf, values)],
    }
    if "missing_go_to_left" in nodes.dtype.names and np.any(nodes["missing_go_to_left"][~leaf]):  # since 1.3
        body["default_left"] = [
            0 if is_leaf else int(left) for is_leaf, left in zip(leaf, nodes["missing_go_to_left"])
        ]
    if group:
        body["group"] = group
    return body


def _class_probabilities(tree, num_classes):
    # tree/_classes.py, DecisionTreeClassifier.predict_proba: counts are normalized by the same operations. Since 1.3 the tree
    # holds fractions, and since 1.4 or so nothing is divided any more.
    values = np.ascontiguousarray(tree.value[:, 0, :num_classes])
    if _VERSION < (1, 4):
        normalizer = values.sum(axis=1)[:, np.newaxis]
        normalizer[normalizer == 0.0] = 1.0
        values = values / normalizer
    return values


def _tree_node(graph, features, base, trees, **fields):
    return graph.node(
        "trees",
        len(base),
        features=features,
        compare="float32",
        sum="float64",
        base=[float(b) for b in base],
        split="less_equal",
        trees=trees,
        **fields,
    )


def _forest(model, trees, frame, graph, place):
    """A single tree, or the average of several (ensemble/_forest.py: summed in order, then divided)."""
    if model.n_outputs_ > 1 and hasattr(model, "classes_"):
        raise NotImplementedError("%s: a classifier with several targets" % place)
    features = _features(model, frame, graph, _allows_nan(model))
    if hasattr(model, "classes_"):
        values = [_class_probabilities(tree, len(model.classes_)) for tree in trees]
    else:
        values = [tree.value[:, :, 0] for tree in trees]
    width = values[0].shape[1]
    bodies = []
    for tree, value in zip(trees, values):
        rows = value.tolist() if width > 1 else value[:, 0].tolist()
        bodies.append(_tree(tree, rows))
    average = {} if len(trees) == 1 else {"aggregate": "average", "divisor": len(trees)}
    columns = _tree_node(graph, features, [0.0] * width, bodies, leaf_width=width, **average)
    if hasattr(model, "classes_"):
        code = graph.node("arg_max", inputs=columns)[0]
        graph.classification(model.classes_, columns, columns, code)
    else:
        graph.regression(columns, columns)


def _decision_tree(model, frame, graph, place):
    _forest(model, [model.tree_], frame, graph, place)


def _random_forest(model, frame, graph, place):
    _forest(model, [estimator.tree_ for estimator in model.estimators_], frame, graph, place)


def _gradient_boosting(model, frame, graph, place):
    # ensemble/_gb.py: raw = init; raw += learning_rate * value, stage by stage
    init = model.init_
    if not (isinstance(init, str) and init == "zero") and type(init).__name__ not in ("DummyClassifier", "DummyRegressor"):
        raise NotImplementedError("%s: GradientBoosting with init=%s" % (place, type(init).__name__))
    features = _features(model, frame, graph, False)
    base = model._raw_predict_init(np.zeros((1, model.n_features_in_), dtype=np.float32))[0]
    trees = []
    for stage in model.estimators_:
        for group, estimator in enumerate(stage):
            tree = estimator.tree_
            trees.append(_tree(tree, (float(model.learning_rate) * tree.value[:, 0, 0]).tolist(), group))
    raw = _tree_node(graph, features, base, trees)
    if not hasattr(model, "classes_"):
        return graph.regression(raw, raw)
    if len(raw) > 1:
        probabilities = graph.node("link", len(raw), function="softmax", inputs=raw)
        code = graph.node("arg_max", inputs=probabilities if _VERSION < (1, 4) else raw)[0]
    else:
        margin = graph.apply("multiply", 2.0, raw[0]) if model.loss == "exponential" else raw[0]
        probabilities = _complement(graph, graph.node("link", function="logistic", inputs=[margin])[0])
        if model.loss == "exponential" or _VERSION >= (1, 4):  # raw_predictions >= 0; before, argmax
            code = graph.apply("greater_equal", raw[0], 0.0)
        else:
            code = graph.node("arg_max", inputs=probabilities)[0]
    graph.classification(model.classes_, raw, probabilities, code)


def _linear_discriminant(model, frame, graph, place):
    # discriminant_analysis.py, LinearDiscriminantAnalysis.predict_proba
    raw, code = _decision(model, frame, graph, place)
    if len(raw) == 1:
        probabilities = _complement(graph, graph.node("link", function="logistic", inputs=raw)[0])
    else:
        probabilities = graph.node("link", len(raw), function="softmax", inputs=raw)
    graph.classification(model.classes_, raw, probabilities, code)


def _bits(words):
    return [32 * w + b for w, word in enumerate(words) for b in range(32) if int(word) >> b & 1]


def _hist_features(model, frame, graph, place):
    """The columns that the trees of a HistGradientBoosting model see, in their order."""
    cells = list(frame.cells)
    is_categorical = model.is_categorical_
    if is_categorical is None:
        return [graph.number(cell).column for cell in cells]
    preprocessor = getattr(model, "_preprocessor", None)
    known_bits, index = model._bin_mapper.make_known_categories_bitsets()
    columns = []
    if preprocessor is not None:  # since 1.4: an ordinal encoder puts the categorical columns first
        encoder = preprocessor.named_transformers_["encoder"]
        first = [int(i) for i in np.flatnonzero(is_categorical)]
        rest = [i for i in range(len(cells)) if i not in set(first)]
        direct = not graph.nodes
        for i, values in zip(first, encoder.categories_):
            cell = cells[i]
            categories = _Categories(values, cell, place)
            outputs = [math.nan if value is None else float(k) for k, value in enumerate(categories.values)]
            if direct and categories.is_text and isinstance(cell, _Raw):
                cell.input.use("category")
                for value in categories.values:
                    if value is not None:
                        cell.input.code(value)
                cell.input.unknown = "missing"
                columns.append(_Column(cell.input))
            else:
                columns.append(_encode(cell, categories, outputs, math.nan, math.nan, graph))
        return columns + [graph.number(cells[i]).column for i in rest]
    for i, cell in enumerate(cells):
        cell = graph.number(cell)
        if not is_categorical[i]:
            columns.append(cell.column)
            continue
        # ensemble/_hist_gradient_boosting/_predictor.pyx: the code is truncated to uint8; negative and unknown ones are missing
        codes = [float(code) for code in _bits(known_bits[index[i]])] or [0.0]
        values = codes if _bits(known_bits[index[i]]) else [math.nan]
        columns.append(
            graph.node(
                "look_up", input=graph.apply("floor", cell.column), keys=codes, values=values, unknown=math.nan, missing=math.nan
            )[0]
        )
    return columns


def _hist_tree(predictor, group):
    nodes, bitsets = predictor.nodes, predictor.raw_left_cat_bitsets
    body = {key: [] for key in ("feature", "threshold", "left", "right", "value", "default_left")}
    categories = []
    for node in nodes:
        leaf, in_set = bool(node["is_leaf"]), bool(node["is_categorical"])
        body["feature"].append(-1 if leaf else int(node["feature_idx"]))
        body["threshold"].append(None if leaf or in_set else float(node["num_threshold"]))
        body["left"].append(None if leaf else int(node["left"]))
        body["right"].append(None if leaf else int(node["right"]))
        body["value"].append(float(node["value"]) if leaf else None)
        body["default_left"].append(0 if leaf else int(node["missing_go_to_left"]))
        categories.append(_bits(bitsets[node["bitset_idx"]]) if in_set and not leaf else None)
    if not any(body["default_left"]):
        del body["default_left"]
    if any(entry is not None for entry in categories):
        body["categories"] = categories
    if group:
        body["group"] = group
    return body


def _hist_gradient_boosting(model, frame, graph, place):
    # ensemble/_hist_gradient_boosting: leaves hold shrunk values; raw = baseline + ...; thresholds are compared in double
    features = _hist_features(model, frame, graph, place)
    baseline = np.asarray(model._baseline_prediction, dtype=float).ravel()
    trees = [
        _hist_tree(predictor, group)
        for iteration in model._predictors
        for group, predictor in enumerate(iteration)
    ]
    raw = graph.node(
        "trees",
        len(baseline),
        features=features,
        compare="float64",
        sum="float64",
        base=[float(b) for b in baseline],
        split="less_equal",
        trees=trees,
    )
    if not hasattr(model, "classes_"):
        log_link = model.loss in ("poisson", "gamma")
        return graph.regression(graph.node("link", function="exp", inputs=raw) if log_link else raw, raw)
    if len(raw) == 1:
        probabilities = _complement(graph, graph.node("link", function="logistic", inputs=raw)[0])
    else:
        probabilities = graph.node("link", len(raw), function="softmax", inputs=raw)
    if _VERSION < (1, 4):
        code = graph.node("arg_max", inputs=probabilities)[0]
    else:  # without a detour over probabilities
        code = graph.apply("greater", raw[0], 0.0) if len(raw) == 1 else graph.node("arg_max", inputs=raw)[0]
    graph.classification(model.classes_, raw, probabilities, code)


_WRAPPERS = {"BaseSearchCV": "best_estimator_", "RANSACRegressor": "estimator_"}

_PREDICTORS = {
    "LinearDiscriminantAnalysis": _linear_discriminant,
    "LogisticRegression": _logistic_regression,
    "SGDClassifier": _sgd_classifier,
    "PassiveAggressiveClassifier": _margin_classifier,
    "Perceptron": _margin_classifier,
    "LinearSVC": _margin_classifier,
    "RidgeClassifier": _margin_classifier,
    "RidgeClassifierCV": _margin_classifier,
    "PoissonRegressor": _generalized_linear,
    "GammaRegressor": _generalized_linear,
    "TweedieRegressor": _generalized_linear,
    "DecisionTreeClassifier": _decision_tree,
    "DecisionTreeRegressor": _decision_tree,
    "ForestClassifier": _random_forest,
    "ForestRegressor": _random_forest,
    "GradientBoostingClassifier": _gradient_boosting,
    "GradientBoostingRegressor": _gradient_boosting,
    "HistGradientBoostingClassifier": _hist_gradient_boosting,
    "HistGradientBoostingRegressor": _hist_gradient_boosting,
}
for _name in (
    "LinearRegression Ridge RidgeCV Lasso LassoCV ElasticNet ElasticNetCV MultiTaskLasso MultiTaskLassoCV MultiTaskElasticNet "
    "MultiTaskElasticNetCV Lars LarsCV LassoLars LassoLarsCV LassoLarsIC OrthogonalMatchingPursuit OrthogonalMatchingPursuitCV "
    "BayesianRidge ARDRegression HuberRegressor TheilSenRegressor QuantileRegressor SGDRegressor PassiveAggressiveRegressor "
    "LinearSVR"
).split():
    _PREDICTORS[_name] = _linear_regression


def main(arguments):
    if len(arguments) != 2:
        sys.exit("usage: pgscore_export.py MODEL.joblib MODEL.json")
    import joblib

    export(joblib.load(arguments[0]), arguments[1])


if __name__ == "__main__":
    main(sys.argv[1:])
