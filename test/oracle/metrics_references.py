"""Metrics in Python that scikit-learn has under another form or not at all, or where it loses digits:
functions of the columns of the rows, and of sample_weight when there is a weight."""
import collections
from fractions import Fraction

import numpy as np
from sklearn import metrics
from sklearn.calibration import calibration_curve


def ks_statistic(columns, **weight):
    fpr, tpr, _ = metrics.roc_curve(*columns, **weight)
    return np.max(np.abs(tpr - fpr))


def gini(columns, **weight):
    return 2 * metrics.roc_auc_score(*columns, **weight) - 1


def log_loss(columns, **weight):
    return metrics.log_loss(*columns, labels=[False, True], **weight)


def brier_score(columns, **weight):
    """scikit-learn takes the only label of all rows for the positive one."""
    label, score = columns
    return np.average((score - label) ** 2, weights=weight.get("sample_weight"))


def roc_curve(columns, **weight):
    """In the newer releases the first threshold is infinite."""
    fpr, tpr, threshold = metrics.roc_curve(*columns, drop_intermediate=False, **weight)
    if np.isnan(fpr).any() or np.isnan(tpr).any():
        return None
    threshold[0] = np.inf
    return np.transpose([threshold, fpr, tpr])


def pr_curve(columns, **weight):
    """In the order of the other curve, with a threshold for the point without rows."""
    precision, recall, threshold = metrics.precision_recall_curve(*columns, **weight)
    return np.transpose([np.append(threshold, np.inf), precision, recall])[::-1]


def calibration(bins):
    def curve(columns, sample_weight=None):
        label, score = columns
        weight = np.ones(len(label)) if sample_weight is None else sample_weight
        number = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], score)
        sums = [np.bincount(number, weight * part, bins) for part in (score, label, 1)]
        kept = sums[2] > 0
        if sample_weight is None:
            observed, mean = calibration_curve(label, score, n_bins=bins)
        else:
            mean, observed = sums[0][kept] / sums[2][kept], sums[1][kept] / sums[2][kept]
        return np.transpose([np.flatnonzero(kept) + 1, mean, observed, sums[2][kept]])

    return curve


def tile_numbers(score, weight, count):
    """By the weight of the rows with a higher score. Exact, as weights like 1.7 are not."""
    order = np.argsort(-score, kind="stable")
    above, at, numbers = Fraction(0), Fraction(0), np.zeros(len(score), int)
    weights = [Fraction(w) for w in weight]
    all_of_them = sum(weights)
    for place, row in enumerate(order):
        if place and score[row] != score[order[place - 1]]:
            above = at
        at += weights[row]
        numbers[row] = min(int(above * count / all_of_them), count - 1)
    return numbers


def lift_table(columns, sample_weight=None):
    label, score = columns
    if label.all() or not label.any():
        return None
    weight = np.ones(len(label)) if sample_weight is None else sample_weight
    number = tile_numbers(score, weight, 7)
    rows, positives = (np.bincount(number, weight * part, 7) for part in (1, label))
    lowest = [score[number == i].min() for i in range(7) if (number == i).any()]
    kept = rows > 0
    rows, positives, share = rows[kept], positives[kept], sum(positives) / sum(rows)
    capture = np.cumsum(positives) / sum(positives)
    others = np.cumsum(rows - positives) / sum(rows - positives)
    lift, cumulative = positives / rows / share, capture / (np.cumsum(rows) / sum(rows))
    columns = [np.flatnonzero(kept) + 1, lowest, rows, positives, capture, lift, cumulative]
    return np.transpose(columns + [np.abs(capture - others)])


def population_stability(columns, sample_weight=None):
    label, score = columns
    if label.all() or not label.any():
        return None
    weight = np.ones(len(label)) if sample_weight is None else sample_weight
    expected = score[~label], weight[~label]
    number = tile_numbers(*expected, 5)
    counts = np.zeros((2, 5))
    for value, actual, w in zip(score, label, weight):
        # Actual scores go where the next lower expected one is, or the last of them.
        lower = expected[0] <= value
        counts[int(actual), number[lower].min() if lower.any() else number.max()] += w
    share = np.maximum(counts / counts.sum(axis=1, keepdims=True), 1e-4)
    return np.sum((share[1] - share[0]) * np.log(share[1] / share[0]))


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


def agreement(metric, columns, sample_weight=None):
    """matthews_corrcoef and cohen_kappa; of weighted rows exactly: scikit-learn loses digits where
    one class has nearly all of the weight."""
    if sample_weight is None or len(np.unique(np.concatenate(columns))) < 2:
        return getattr(metrics, metric)(*columns, sample_weight=sample_weight)
    weight = [Fraction(w) for w in sample_weight]
    sums = [collections.Counter() for _ in columns]
    for row in zip(*columns, weight):
        for part in range(2):
            sums[part][row[part]] += row[2]
    everything, by_chance = sum(weight) ** 2, sum(sums[0][name] * sums[1][name] for name in sums[0])
    correct = sum(w for label, predicted, w in zip(*columns, weight) if label == predicted)
    beyond_chance = correct * sum(weight) - by_chance
    if metric == "cohen_kappa_score":
        return float(beyond_chance / (everything - by_chance))
    differ = [everything - sum(w * w for w in part.values()) for part in sums]
    return float(beyond_chance) / np.sqrt(float(differ[0] * differ[1])) if all(differ) else 0.0


def confusion_matrix(columns, **weight):
    labels = np.unique(np.concatenate(columns))
    cells = metrics.confusion_matrix(*columns, labels=labels, **weight)
    return [
        [label, predicted, cells[i, j]]
        for i, label in enumerate(labels)
        for j, predicted in enumerate(labels)
        if cells[i, j]
    ]
