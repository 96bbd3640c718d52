"""AnomalyDetectionModel."""
import math

from kind_document import array, document, number, output, tag


def inner(kind, inside, function, **a):
    return tag(
        kind,
        tag("MiningSchema", tag("MiningField", name="x"), tag("MiningField", name="y")),
        inside,
        functionName=function,
        **a
    )


def anomalies():
    fields = {"x": number("x"), "y": number("y")}
    points = [(0.5, 1.0), (3.0, 0.25), (-2.0, 2.0)]
    centers = [(0.0, 1.0), (4.0, 0.0)]
    parts = (
        tag("ComparisonMeasure", tag("euclidean"), kind="distance")
        + tag("ClusteringField", field="x")
        + tag("ClusteringField", field="y")
        + "".join(tag("Cluster", array(c)) for c in centers)
    )
    clustering = inner(
        "ClusteringModel", parts, "clustering", modelClass="centerBased", numberOfClusters=2
    )
    rows = []
    for x, y in points:
        d = [math.hypot(x - a, y - b) for a, b in centers]
        at = min(range(2), key=lambda i: d[i])
        rows.append({"x": x, "y": y, "score": d[at] / (0.5, 2.0)[at]})
    document(
        "anomaly_cluster",
        "AnomalyDetectionModel",
        fields,
        clustering + tag("MeanClusterDistances", array((0.5, 2.0))),
        rows,
        [output("score", "predictedValue")],
        target=None,
        algorithmType="clusterMeanDist",
    )
    # The path through the trees: here a regression that gives its length.
    path = inner(
        "RegressionModel",
        tag("RegressionTable", tag("NumericPredictor", name="x", coefficient=1), intercept=6),
        "regression",
    )
    c = 2 * (math.log(255) + 0.57721566) - 2 * 255 / 256
    document(
        "anomaly_forest",
        "AnomalyDetectionModel",
        fields,
        path,
        [{"x": x, "y": y, "score": 2 ** (-(6 + x) / c)} for x, y in points],
        [output("score", "predictedValue")],
        target=None,
        algorithmType="iforest",
        sampleDataSize=256,
    )
    document(
        "anomaly_vector",
        "AnomalyDetectionModel",
        fields,
        path,
        [{"x": x, "y": y, "score": 6 + x} for x, y in points],
        [output("score", "predictedValue")],
        target=None,
        algorithmType="ocsvm",
    )
