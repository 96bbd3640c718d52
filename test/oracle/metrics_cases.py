"""What metrics_sklearn.py compares: for each kind of rows their columns, how they are drawn, and the
metrics over them, in SQL ({w} is the place of a weight) and in Python (of the columns, and
sample_weight when there is a weight)."""
from fractions import Fraction

import numpy as np
from sklearn import metrics


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


def ks_statistic(columns, **weight):
    fpr, tpr, _ = metrics.roc_curve(*columns, **weight)
    return np.max(np.abs(tpr - fpr))


def gini(columns, **weight):
    return 2 * metrics.roc_auc_score(*columns, **weight) - 1


BINARY = {
    "roc_auc(label, score{w})": of(metrics.roc_auc_score),
    "average_precision(label, score{w})": of(metrics.average_precision_score),
    "ks_statistic(label, score{w})": ks_statistic,
    "gini(label, score{w})": gini,
}

# ---- numbers ---------------------------------------------------------------------------------------


def random_numbers(random, count):
    """Both are positive: some of the metrics are for such only."""
    actual = random.gamma(2, 3, count) + 0.01
    predicted = actual * random.choice([1, 1 + 1e-7, 1.5], count) + random.gamma(2, 0.5, count)
    if random.integers(2) == 1:
        actual, predicted = np.ceil(actual), np.ceil(predicted)
    return actual, predicted


def rmse(columns, **weight):
    return np.sqrt(metrics.mean_squared_error(*columns, **weight))


def r2_score(columns, **weight):
    """Of equal values scikit-learn's mean may be another one: their distances to it are no 0."""
    actual, predicted = columns
    if len(actual) > 1 and len(set(actual)) == 1:
        return float(np.array_equal(actual, predicted))
    return metrics.r2_score(actual, predicted, **weight)


def r2_score_far_from_0(columns, sample_weight=None):
    """Exactly: scikit-learn rounds the mean, which is far from 0 for its spread."""
    if len(columns[0]) < 2:
        return None
    actual, predicted = [[Fraction(1e9 + value) for value in column] for column in columns]
    weights = [1] * len(actual) if sample_weight is None else [Fraction(w) for w in sample_weight]
    mean = sum(w * a for w, a in zip(weights, actual)) / sum(weights)
    spread = sum(w * (a - mean) ** 2 for w, a in zip(weights, actual))
    errors = sum(w * (a - p) ** 2 for w, a, p in zip(weights, actual, predicted))
    if not errors or not spread:
        return float(not errors)
    return float(1 - errors / spread)


def median_absolute_error(columns, sample_weight=None):
    """Of weighted rows as scikit-learn 1.8 has it, which counts the two in the middle as it does
    without weights."""
    error = np.abs(columns[0] - columns[1])
    if sample_weight is None:
        return np.median(error)
    order = np.argsort(error)
    below = np.cumsum(sample_weight[order])
    half = below[-1] / 2
    lower = error[order][np.searchsorted(below, half * (1 - 1e-12))]
    upper = error[order][np.searchsorted(below, half * (1 + 1e-12))]
    return (lower + upper) / 2


NUMBERS = {
    "rmse(actual, predicted{w})": rmse,
    "mae(actual, predicted{w})": of(metrics.mean_absolute_error),
    "mape(actual, predicted{w})": of(metrics.mean_absolute_percentage_error),
    "median_absolute_error(actual, predicted{w})": median_absolute_error,
    "r2_score(actual, predicted{w})": r2_score,
    "r2_score(1e9 + actual, 1e9 + predicted{w})": r2_score_far_from_0,
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


def confusion_matrix(columns, **weight):
    labels = np.unique(np.concatenate(columns))
    cells = metrics.confusion_matrix(*columns, labels=labels, **weight)
    return [
        [label, predicted, cells[i, j]]
        for i, label in enumerate(labels)
        for j, predicted in enumerate(labels)
        if cells[i, j]
    ]


def of_positive(function):
    return lambda columns, **weight: function(
        columns[0] == "class 0", columns[1] == "class 0", **weight
    )


CLASSES = {
    "accuracy(label, predicted{w})": of(metrics.accuracy_score),
    "balanced_accuracy(label, predicted{w})": of(metrics.balanced_accuracy_score),
    "matthews_corrcoef(label, predicted{w})": of(metrics.matthews_corrcoef),
    "cohen_kappa(label, predicted{w})": lambda columns, **weight: metrics.cohen_kappa_score(
        *columns, **weight
    ),
    "confusion_matrix(label, predicted{w})": confusion_matrix,
}
for metric in ("precision_score", "recall_score", "f1_score"):
    CLASSES[metric + "(label = 'class 0', predicted = 'class 0'{w})"] = of_positive(
        getattr(metrics, metric)
    )
    for average in ("macro", "micro", "weighted"):
        CLASSES["%s(label, predicted, '%s'{w})" % (metric, average)] = of(
            getattr(metrics, metric), average=average
        )

# (columns and their types, rows, metrics)
CASES = [
    ((("label", "bool"), ("score", "float8")), random_binary, BINARY),
    ((("actual", "float8"), ("predicted", "float8")), random_numbers, NUMBERS),
    ((("label", "text"), ("predicted", "text")), random_classes, CLASSES),
]
