"""ComparisonMeasure: distances and similarities."""
import math

from kind_document import MISSING

MEASURES = {  # of the terms weight * c^p: p, and what is made of their sum with the adjustment
    "euclidean": (2, lambda s: math.sqrt(s)),
    "squaredEuclidean": (2, lambda s: s),
    "cityBlock": (1, lambda s: s),
    "chebychev": (1, None),
    "minkowski": (3, lambda s: s ** (1 / 3)),
}


def compare(function, x, y, scale):
    if function == "absDiff":
        return abs(x - y)
    if function == "gaussSim":
        return math.exp(-math.log(2) * (x - y) ** 2 / scale**2)
    return float(x != y) if function == "delta" else float(x == y)


def distance(measure, row, point, functions, weights, scales, adjustments):
    p, finish = MEASURES[measure]
    present = [i for i, v in enumerate(row) if v is not MISSING]
    if not present:
        return MISSING
    z = sum(adjustments) / sum(adjustments[i] for i in present)
    terms = [weights[i] * compare(functions[i], row[i], point[i], scales[i]) ** p for i in present]
    return max(terms) * z if finish is None else finish(sum(terms) * z)
