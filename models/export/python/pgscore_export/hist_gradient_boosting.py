"""HistGradientBoosting (sklearn/ensemble/_hist_gradient_boosting)."""
import math

import numpy as np

from .encoders import Categories, encode
from .graph import Column, Raw
from .library import VERSION


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
            categories = Categories(values, cell, place)
            outputs = [
                math.nan if value is None else float(k) for k, value in enumerate(categories.values)
            ]
            if direct and categories.is_text and isinstance(cell, Raw):
                cell.input.use("category")
                for value in categories.values:
                    if value is not None:
                        cell.input.code(value)
                cell.input.unknown = "missing"
                columns.append(Column(cell.input))
            else:
                columns.append(encode(cell, categories, outputs, math.nan, math.nan, graph))
        return columns + [graph.number(cells[i]).column for i in rest]
    for i, cell in enumerate(cells):
        cell = graph.number(cell)
        if not is_categorical[i]:
            columns.append(cell.column)
            continue
        # ensemble/_hist_gradient_boosting/_predictor.pyx: the code is truncated to uint8; negative
        # and unknown ones are missing
        codes = [float(code) for code in _bits(known_bits[index[i]])] or [0.0]
        values = codes if _bits(known_bits[index[i]]) else [math.nan]
        columns.append(
            graph.node(
                "look_up",
                input=graph.apply("floor", cell.column),
                keys=codes,
                values=values,
                unknown=math.nan,
                missing=math.nan,
            )[0]
        )
    return columns


def _hist_tree(predictor, group):
    nodes, bitsets = predictor.nodes, predictor.raw_left_cat_bitsets
    fields = ("feature", "threshold", "left", "right", "value", "default_left", "cover", "gain")
    body = {key: [] for key in fields}
    categories = []
    for node in nodes:
        leaf, in_set = bool(node["is_leaf"]), bool(node["is_categorical"])
        body["feature"].append(-1 if leaf else int(node["feature_idx"]))
        body["threshold"].append(None if leaf or in_set else float(node["num_threshold"]))
        body["left"].append(None if leaf else int(node["left"]))
        body["right"].append(None if leaf else int(node["right"]))
        body["value"].append(float(node["value"]) if leaf else None)
        body["default_left"].append(0 if leaf else int(node["missing_go_to_left"]))
        # The number of training rows, without their weights.
        body["cover"].append(int(node["count"]))
        body["gain"].append(None if leaf else float(node["gain"]))
        categories.append(_bits(bitsets[node["bitset_idx"]]) if in_set and not leaf else None)
    if not any(body["default_left"]):
        del body["default_left"]
    if any(entry is not None for entry in categories):
        body["categories"] = categories
    if group:
        body["group"] = group
    return body


def add_hist_gradient_boosting(model, frame, graph, place):
    # ensemble/_hist_gradient_boosting: leaves hold shrunk values; raw = baseline + ...; thresholds
    # are compared in double
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
        return graph.regression(
            graph.node("link", function="exp", inputs=raw) if log_link else raw, raw
        )
    if len(raw) == 1:
        probabilities = graph.complement(graph.node("link", function="logistic", inputs=raw)[0])
    else:
        probabilities = graph.node("link", len(raw), function="softmax", inputs=raw)
    if VERSION < (1, 4):
        code = graph.node("arg_max", inputs=probabilities)[0]
    else:  # without a detour over probabilities
        code = (
            graph.apply("greater", raw[0], 0.0)
            if len(raw) == 1
            else graph.node("arg_max", inputs=raw)[0]
        )
    graph.classification(model.classes_, raw, probabilities, code)
