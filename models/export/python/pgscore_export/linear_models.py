"""Linear and generalized linear models, and linear classifiers (sklearn/linear_model,
discriminant_analysis.py)."""
import numpy as np


def _linear(coefficients, intercept, frame, graph):
    """X @ coefficients.T + intercept"""
    cells = [graph.number(cell) for cell in frame.cells]
    graph.refuse(cells)
    coefficients = np.atleast_2d(np.asarray(coefficients, dtype=float))
    intercept = np.broadcast_to(
        np.asarray(intercept, dtype=float).ravel(), (coefficients.shape[0],)
    )
    if coefficients.shape[1] != len(cells):
        raise NotImplementedError(
            "the model has %d coefficients for %d columns" % (coefficients.shape[1], len(cells))
        )
    terms = [
        {"column": cell.column, "coefficients": [float(c) for c in coefficients[:, i]]}
        for i, cell in enumerate(cells)
    ]
    return graph.node(
        "linear",
        len(coefficients),
        intercept=[float(b) for b in intercept],
        intercept_first=False,
        terms=terms,
    )


def add_linear_regression(model, frame, graph, place):
    columns = _linear(model.coef_, model.intercept_, frame, graph)
    graph.regression(columns, columns)


def add_generalized_linear(model, frame, graph, place):
    # linear_model/_glm/glm.py: the inverse link of the linear predictor
    link = getattr(model, "link", None)
    if type(model).__name__ == "TweedieRegressor":
        identity = link == "identity" or link == "auto" and model.power <= 0
    else:
        identity = False
    raw = _linear(model.coef_, model.intercept_, frame, graph)
    graph.regression(raw if identity else graph.node("link", function="exp", inputs=raw), raw)


def _decision(model, frame, graph, place):
    if np.ndim(model.classes_[0]) != 0 or isinstance(model.classes_, list):
        raise NotImplementedError("%s: several targets" % place)
    raw = _linear(model.coef_, model.intercept_, frame, graph)
    # linear_model/_base.py, LinearClassifierMixin.predict
    code = (
        graph.apply("greater", raw[0], 0.0)
        if len(raw) == 1
        else graph.node("arg_max", inputs=raw)[0]
    )
    return raw, code


def add_margin_classifier(model, frame, graph, place):
    raw, code = _decision(model, frame, graph, place)
    graph.classification(model.classes_, raw, [], code, raw[0] if len(raw) == 1 else None)


def _one_vs_rest(graph, raw, function):
    """Probabilities of each class by itself, then normalized (linear_model/_base.py,
    _predict_proba_lr)."""
    if function == "modified_huber":  # linear_model/_stochastic_gradient.py
        each = []
        for column in raw:
            clipped = graph.apply("min", graph.apply("max", column, -1.0), 1.0)
            each.append(graph.apply("divide", graph.apply("add", clipped, 1.0), 2.0))
    else:
        each = graph.node("link", len(raw), function="logistic", inputs=raw)
    if len(raw) == 1:
        return graph.complement(each[0])
    return graph.node("link", len(raw), function="normalize", inputs=each)


def add_logistic_regression(model, frame, graph, place):
    # linear_model/_logistic.py, LogisticRegression.predict_proba
    raw, code = _decision(model, frame, graph, place)
    multi_class = getattr(model, "multi_class", "auto")
    one_vs_rest = multi_class in ("ovr", "warn") or (
        multi_class in ("auto", "deprecated")
        and (len(model.classes_) <= 2 or model.solver == "liblinear")
    )
    if one_vs_rest:
        probabilities = _one_vs_rest(graph, raw, "logistic")
    else:
        inputs = raw if len(raw) > 1 else [graph.apply("negate", raw[0]), raw[0]]
        probabilities = graph.node("link", len(inputs), function="softmax", inputs=inputs)
    graph.classification(model.classes_, raw, probabilities, code)


def add_sgd_classifier(model, frame, graph, place):
    if model.loss not in ("log", "log_loss", "modified_huber"):
        return add_margin_classifier(model, frame, graph, place)
    raw, code = _decision(model, frame, graph, place)
    function = "modified_huber" if model.loss == "modified_huber" else "logistic"
    graph.classification(model.classes_, raw, _one_vs_rest(graph, raw, function), code)


def add_linear_discriminant(model, frame, graph, place):
    # discriminant_analysis.py, LinearDiscriminantAnalysis.predict_proba
    raw, code = _decision(model, frame, graph, place)
    if len(raw) == 1:
        probabilities = graph.complement(graph.node("link", function="logistic", inputs=raw)[0])
    else:
        probabilities = graph.node("link", len(raw), function="softmax", inputs=raw)
    graph.classification(model.classes_, raw, probabilities, code)
