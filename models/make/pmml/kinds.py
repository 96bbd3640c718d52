#!/usr/bin/env python3
"""Writes models/edge/pmml/<kind>_*.pmml, of the kinds general, cox, scorecard, bayes, svm, network,
cluster, neighbor, rules and anomaly: small documents of PMML's kinds of models besides trees,
regressions and ensembles. What each must give stands in the document itself (ModelVerification).
The expected values are computed in the modules beside this one by the formulas of PMML 4.4, written
out, and know nothing of the reader.

    kinds.py [FOLDER]
"""
import os

import anomaly_detection
import clustering
import general_regression
import naive_bayes
import nearest_neighbor
import neural_network
import rule_set
import scorecard
import support_vector
from document import folder

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
