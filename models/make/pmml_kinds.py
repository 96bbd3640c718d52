#!/usr/bin/env python3
"""Writes small documents of PMML's kinds of models besides trees, regressions and ensembles.

They are models/edge/pmml/KIND_*.pmml, where KIND is general, cox, scorecard, bayes, svm, network,
cluster, neighbor, rules or anomaly. What each must give stands in the document itself
(ModelVerification). The expected values are computed in pmml/*.py by the formulas of PMML 4.4,
written out, and know nothing of the reader.

    pmml_kinds.py [FOLDER]
"""
import os

from pmml import (
    anomaly_detection,
    clustering,
    general_regression,
    naive_bayes,
    nearest_neighbor,
    neural_network,
    rule_set,
    scorecard,
    support_vector,
)
from pmml.document import folder

os.makedirs(folder, exist_ok=True)
for write in (
    general_regression.general,
    scorecard.scorecard,
    naive_bayes.naive_bayes,
    support_vector.support_vectors,
    neural_network.networks,
    clustering.clusters,
    nearest_neighbor.neighbors,
    rule_set.rules,
    anomaly_detection.anomalies,
):
    write()
