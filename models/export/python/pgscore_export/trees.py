"""Decision trees, forests and gradient boosting (sklearn/tree, ensemble/_forest.py,
ensemble/_gb.py)."""
import numpy as np

from .library import VERSION, allows_nan


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
        "left": [
            None if is_leaf else int(child) for is_leaf, child in zip(leaf, tree.children_left)
        ],
        "right": [
            None if is_leaf else int(child) for is_leaf, child in zip(leaf, tree.children_right)
        ],
        "value": [value if is_leaf else None for is_leaf, value in zip(leaf, values)],
    }
    if "missing_go_to_left" in nodes.dtype.names and np.any(
        nodes["missing_go_to_left"][~leaf]
    ):  # since 1.3
        body["default_left"] = [
            0 if is_leaf else int(left) for is_leaf, left in zip(leaf, nodes["missing_go_to_left"])
        ]
    if group:
        body["group"] = group
    body.update(_statistics(tree))
    return body


def _statistics(tree):
    """What contributions are computed from: the weight of the training rows that reached each node,
    and by how much each split lowered the impurity (tree/_tree.pyx, compute_feature_importances).
    """
    weight, left, right = tree.weighted_n_node_samples, tree.children_left, tree.children_right
    whole = weight * tree.impurity
    gains = whole - whole[left] - whole[right]
    return {
        "cover": [float(w) for w in weight],
        # Rounding may leave less than nothing.
        "gain": [None if child == -1 else max(float(g), 0.0) for child, g in zip(left, gains)],
    }


def _class_probabilities(tree, num_classes):
    # tree/_classes.py, DecisionTreeClassifier.predict_proba: counts are normalized by the same
    # operations. Since 1.3 the tree holds fractions, and since 1.4 or so nothing is divided any
    # more.
    values = np.ascontiguousarray(tree.value[:, 0, :num_classes])
    if VERSION < (1, 4):
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
    """A single tree, or the average of several (ensemble/_forest.py: summed in order, then
    divided)."""
    if model.n_outputs_ > 1 and hasattr(model, "classes_"):
        raise NotImplementedError("%s: a classifier with several targets" % place)
    features = _features(model, frame, graph, allows_nan(model))
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


def add_decision_tree(model, frame, graph, place):
    _forest(model, [model.tree_], frame, graph, place)


def add_random_forest(model, frame, graph, place):
    _forest(model, [estimator.tree_ for estimator in model.estimators_], frame, graph, place)


def add_gradient_boosting(model, frame, graph, place):
    # ensemble/_gb.py: raw = init; raw += learning_rate * value, stage by stage
    init = model.init_
    if not (isinstance(init, str) and init == "zero") and type(init).__name__ not in (
        "DummyClassifier",
        "DummyRegressor",
    ):
        raise NotImplementedError(
            "%s: GradientBoosting with init=%s" % (place, type(init).__name__)
        )
    features = _features(model, frame, graph, False)
    base = model._raw_predict_init(np.zeros((1, model.n_features_in_), dtype=np.float32))[0]
    trees = []
    for stage in model.estimators_:
        for group, estimator in enumerate(stage):
            tree = estimator.tree_
            trees.append(
                _tree(tree, (float(model.learning_rate) * tree.value[:, 0, 0]).tolist(), group)
            )
    raw = _tree_node(graph, features, base, trees)
    if not hasattr(model, "classes_"):
        return graph.regression(raw, raw)
    if len(raw) > 1:
        probabilities = graph.node("link", len(raw), function="softmax", inputs=raw)
        code = graph.node("arg_max", inputs=probabilities if VERSION < (1, 4) else raw)[0]
    else:
        margin = graph.apply("multiply", 2.0, raw[0]) if model.loss == "exponential" else raw[0]
        probabilities = graph.complement(
            graph.node("link", function="logistic", inputs=[margin])[0]
        )
        if model.loss == "exponential" or VERSION >= (1, 4):  # raw_predictions >= 0; before, argmax
            code = graph.apply("greater_equal", raw[0], 0.0)
        else:
            code = graph.node("arg_max", inputs=probabilities)[0]
    graph.classification(model.classes_, raw, probabilities, code)
