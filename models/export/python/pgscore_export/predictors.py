"""The table of predictors."""
from .hist_gradient_boosting import add_hist_gradient_boosting
from .linear_models import (
    add_generalized_linear,
    add_linear_discriminant,
    add_linear_regression,
    add_logistic_regression,
    add_margin_classifier,
    add_sgd_classifier,
)
from .transformers import pipeline_steps, transform
from .trees import add_decision_tree, add_gradient_boosting, add_random_forest

_WRAPPERS = {"BaseSearchCV": "best_estimator_", "RANSACRegressor": "estimator_"}

_PREDICTORS = {
    "LinearDiscriminantAnalysis": add_linear_discriminant,
    "LogisticRegression": add_logistic_regression,
    "SGDClassifier": add_sgd_classifier,
    "PassiveAggressiveClassifier": add_margin_classifier,
    "Perceptron": add_margin_classifier,
    "LinearSVC": add_margin_classifier,
    "RidgeClassifier": add_margin_classifier,
    "RidgeClassifierCV": add_margin_classifier,
    "PoissonRegressor": add_generalized_linear,
    "GammaRegressor": add_generalized_linear,
    "TweedieRegressor": add_generalized_linear,
    "DecisionTreeClassifier": add_decision_tree,
    "DecisionTreeRegressor": add_decision_tree,
    "ForestClassifier": add_random_forest,
    "ForestRegressor": add_random_forest,
    "GradientBoostingClassifier": add_gradient_boosting,
    "GradientBoostingRegressor": add_gradient_boosting,
    "HistGradientBoostingClassifier": add_hist_gradient_boosting,
    "HistGradientBoostingRegressor": add_hist_gradient_boosting,
}
for _name in (
    "LinearRegression Ridge RidgeCV Lasso LassoCV ElasticNet ElasticNetCV MultiTaskLasso "
    "MultiTaskLassoCV MultiTaskElasticNet MultiTaskElasticNetCV Lars LarsCV LassoLars LassoLarsCV "
    "LassoLarsIC OrthogonalMatchingPursuit OrthogonalMatchingPursuitCV BayesianRidge ARDRegression "
    "HuberRegressor TheilSenRegressor QuantileRegressor SGDRegressor PassiveAggressiveRegressor "
    "LinearSVR"
).split():
    _PREDICTORS[_name] = add_linear_regression


def add_predictor(model, frame, graph, place):
    """Adds the nodes and the output; returns the name of the class of the final estimator."""
    for class_ in type(model).__mro__:
        if not class_.__module__.startswith("sklearn."):
            continue
        if class_.__name__ == "Pipeline":
            steps = pipeline_steps(model, place)
            for inner, step in steps[:-1]:
                frame = transform(step, frame, graph, inner)
            return add_predictor(steps[-1][1], frame, graph, steps[-1][0])
        if class_.__name__ in _WRAPPERS:  # predicts with the estimator that it chose
            inner = _WRAPPERS[class_.__name__]
            if not hasattr(model, inner):
                raise NotImplementedError("%s: %s without %s" % (place, class_.__name__, inner))
            return add_predictor(getattr(model, inner), frame, graph, place)
        function = _PREDICTORS.get(class_.__name__)
        if function is not None:
            function(model, frame, graph, place)
            return type(model).__name__
    raise NotImplementedError("%s: %s is not supported" % (place, type(model).__name__))
