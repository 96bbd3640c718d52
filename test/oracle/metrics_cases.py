"""What metrics_sklearn.py compares: for each kind of rows their columns, how they are drawn, and the
metrics over them, in SQL ({w} is the place of a weight) and in Python (of the columns, and
sample_weight when there is a weight)."""
from functools import partial

import numpy as np
from sklearn import metrics
import metrics_references as references


def of(function, **more):
    """A function of scikit-learn over the first two columns."""
    return lambda columns, **weight: function(columns[0], columns[1], **more, **weight)


# ---- a label and a score ---------------------------------------------------------------------------


def random_binary(random, count):
    """With the ties that scores of trees have."""
    score = random.random(count)
    shape = random.integers(4)
    if shape == 1:
        score = np.round(score, 1)
    elif shape == 2:
        score = score.astype(np.float32).astype(np.float64)
    elif shape == 3:
        score = np.full(count, 0.25)
    label = random.random(count) < random.choice([0.02, 0.3, 0.5, 0.9]) * (0.5 + score)
    return label, score


BINARY = {
    "log_loss(label, score{w})": references.log_loss,
    "brier_score(label, score{w})": references.brier_score,
    "roc_curve(label, score{w})": references.roc_curve,
    "pr_curve(label, score{w})": references.pr_curve,
    "calibration_curve(label, score, 10{w})": references.calibration(10),
    "calibration_curve(label, score, 3{w})": references.calibration(3),
    "lift_table(label, score, 7{w})": references.lift_table,
    "population_stability(label, score, 5{w})": references.population_stability,
    "roc_auc(label, score{w})": of(metrics.roc_auc_score),
    "average_precision(label, score{w})": of(metrics.average_precision_score),
    "ks_statistic(label, score{w})": references.ks_statistic,
    "gini(label, score{w})": references.gini,
}


# ---- numbers ---------------------------------------------------------------------------------------


def random_numbers(random, count):
    """Both are positive: some of the metrics are for such only."""
    actual = random.gamma(2, 3, count) + 0.01
    predicted = actual * random.choice([1, 1 + 1e-7, 1.5], count) + random.gamma(2, 0.5, count)
    if random.integers(2) == 1:
        actual, predicted = np.ceil(actual), np.ceil(predicted)
    return actual, predicted


NUMBERS = {
    "rmse(actual, predicted{w})": references.rmse,
    "mae(actual, predicted{w})": of(metrics.mean_absolute_error),
    "mape(actual, predicted{w})": of(metrics.mean_absolute_percentage_error),
    "median_absolute_error(actual, predicted{w})": references.median_absolute_error,
    "r2_score(actual, predicted{w})": references.r2_score,
    "r2_score(1e9 + actual, 1e9 + predicted{w})": references.r2_score_far_from_0,
    "poisson_deviance(actual, predicted{w})": of(metrics.mean_poisson_deviance),
    "poisson_deviance(floor(actual), predicted{w})": lambda columns, **weight: (
        metrics.mean_poisson_deviance(np.floor(columns[0]), columns[1], **weight)
    ),
    "gamma_deviance(actual, predicted{w})": of(metrics.mean_gamma_deviance),
    "pinball_loss(actual, predicted, 0.9{w})": of(metrics.mean_pinball_loss, alpha=0.9),
    "pinball_loss(actual, predicted, 0.25{w})": of(metrics.mean_pinball_loss, alpha=0.25),
}


# ---- classes ---------------------------------------------------------------------------------------


def random_classes(random, count):
    """Some are never predicted, some are predicted only."""
    labels = np.array(["class %d" % i for i in range(random.choice([1, 2, 3, 12]))])
    label = labels[random.integers(len(labels), size=count)]
    other = np.append(labels[1:], "other")[random.integers(len(labels), size=count)]
    return label, np.where(random.random(count) < random.choice([0.1, 0.7, 1]), label, other)


def of_positive(function):
    return lambda columns, **weight: function(
        columns[0] == "class 0", columns[1] == "class 0", **weight
    )


CLASSES = {
    "accuracy(label, predicted{w})": of(metrics.accuracy_score),
    "balanced_accuracy(label, predicted{w})": of(metrics.balanced_accuracy_score),
    "matthews_corrcoef(label, predicted{w})": partial(references.agreement, "matthews_corrcoef"),
    "cohen_kappa(label, predicted{w})": partial(references.agreement, "cohen_kappa_score"),
    "confusion_matrix(label, predicted{w})": references.confusion_matrix,
}
for metric in ("precision_score", "recall_score", "f1_score"):
    CLASSES[metric + "(label = 'class 0', predicted = 'class 0'{w})"] = of_positive(
        getattr(metrics, metric)
    )
    for average in ("macro", "micro", "weighted"):
        CLASSES["%s(label, predicted, '%s'{w})" % (metric, average)] = of(
            getattr(metrics, metric), average=average
        )


# ---- probabilities of classes ----------------------------------------------------------------------


LABELS = ["a", "b", "c", "d"]


def random_probabilities(random, count):
    """Some are 0, some are float32."""
    label = random.choice(LABELS[: random.choice([1, 4, 4])], count)
    values = random.gamma(0.5, 1, (count, len(LABELS))) + np.equal.outer(label, LABELS) * 0.5
    values = np.where(random.random(values.shape) < 0.1, 1e-300, values)
    values = np.where(values < 1e-3, 0, values) + np.equal.outer(label, LABELS) * 1e-9
    values /= values.sum(axis=1, keepdims=True)
    return label, values.astype(np.float32).astype(np.float64) if random.integers(2) else values


def roc_auc_of_classes(columns, **weight):
    return metrics.roc_auc_score(
        *columns, multi_class="ovr", average="macro", labels=LABELS, **weight
    )


PROBABILITIES = {
    "log_loss(label, probabilities, '{{a,b,c,d}}'{w})": of(metrics.log_loss, labels=LABELS),
    "roc_auc(label, probabilities, '{{a,b,c,d}}'{w})": roc_auc_of_classes,
}


# (columns and their types, rows, metrics)
CASES = [
    ((("label", "bool"), ("score", "float8")), random_binary, BINARY),
    ((("actual", "float8"), ("predicted", "float8")), random_numbers, NUMBERS),
    ((("label", "text"), ("predicted", "text")), random_classes, CLASSES),
    ((("label", "text"), ("probabilities", "float8[]")), random_probabilities, PROBABILITIES),
]
