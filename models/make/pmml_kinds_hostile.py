#!/usr/bin/env python3
"""Writes models/hostile/pmml/<kind>_*.pmml: documents of models/edge/pmml (see pmml_kinds.py) with
one fault each. What each is refused with stands in test/unit/pmml_kinds_hostile_test.cpp.

    pmml_kinds_hostile.py [FOLDER]
"""
import os
import re
import sys

here = os.path.dirname(os.path.abspath(__file__))
edge = os.path.join(here, "..", "edge", "pmml")
folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "..", "hostile", "pmml")

# file: (document, what is replaced once, by what)
FAULTS = {
    # what only some models read
    "network_targets": (
        "targets_network",
        'name="o_q" feature="predictedValue" targetField="q"',
        'name="o_q" feature="predictedValue"',
    ),
    "network_other_target": ("targets_network", '<FieldRef field="q"/>', '<FieldRef field="r"/>'),
    "scorecard_float": (
        "scorecard_nan",
        'functionName="regression"',
        'functionName="regression" x-mathContext="float"',
    ),
    "bayes_target": ("bayes_inputs", '<BayesOutput fieldName="t"', '<BayesOutput fieldName="c"'),
    "svm_two_machines": (
        "svm_linear",
        r"<SupportVectorMachine>|<SupportVectorMachine [^>]*>",
        "<SupportVectorMachine><Coefficients/></SupportVectorMachine><SupportVectorMachine>",
    ),
    "general_linear_offset": (
        "general_generalLinear",
        'modelType="generalLinear"',
        'modelType="generalLinear" offsetValue="1"',
    ),
    "cox_trials": ("cox", 'modelType="CoxRegression"', 'modelType="CoxRegression" trialsValue="2"'),
    "general_contrast_none": ("general_contrast", r"<Matrix.*?</Matrix>", ""),
    "cluster_cyclic": (
        "cluster_euclidean",
        'name="x" optype="continuous"',
        'name="x" isCyclic="1" optype="continuous"',
    ),
    "cluster_center_fields": (
        "cluster_euclidean",
        "<ComparisonMeasure",
        "<CenterFields/><ComparisonMeasure",
    ),
    # GeneralRegressionModel
    "general_model_type": ("general_regression", 'modelType="regression"', 'modelType="magic"'),
    "general_no_model_type": ("general_regression", 'modelType="regression"', ""),
    "general_no_parameters": ("general_regression", r"<ParameterList>.*?</ParameterList>", ""),
    "general_parameter_twice": (
        "general_regression",
        '<Parameter name="p1"',
        '<Parameter name="p0"',
    ),
    "general_parameter_unknown": (
        "general_regression",
        '<PCell parameterName="p0"',
        '<PCell parameterName="p9"',
    ),
    "general_cell_parameter": (
        "general_regression",
        'predictorName="x" parameterName="p1"',
        'predictorName="x" parameterName="p9"',
    ),
    "general_cell_predictor": ("general_regression", 'predictorName="x"', 'predictorName="y"'),
    "general_exponent": (
        "general_regression",
        'value="2" predictorName="x"',
        'value="two" predictorName="x"',
    ),
    "general_beta": ("general_regression", 'beta="0.25"', 'beta="NaN"'),
    "general_no_beta": ("general_regression", 'beta="0.25"', ""),
    "general_category": ("general_regression", "<PCell ", '<PCell targetCategory="k" '),
    "general_link": ("general_link_logit", 'linkFunction="logit"', 'linkFunction="magic"'),
    "general_no_link": ("general_link_logit", 'linkFunction="logit"', ""),
    "general_no_link_parameter": ("general_link_power_2", 'linkParameter="2"', ""),
    "general_offset": ("general_link_logit", 'offsetVariable="o"', 'offsetVariable="nobody"'),
    "general_trials": ("general_link_logit", 'trialsVariable="n"', 'trialsVariable="nobody"'),
    "general_multinomial_offset": (
        "general_multinomial",
        'modelType="multinomialLogistic"',
        'modelType="multinomialLogistic" offsetValue="1"',
    ),
    "general_reference": (
        "general_multinomial",
        'modelType="multinomialLogistic"',
        'modelType="multinomialLogistic" targetReferenceCategory="l"',
    ),
    "general_no_reference": ("general_binomial_no", 'targetReferenceCategory="no"', ""),
    "general_cumulative": (
        "general_ordinal_logit",
        'cumulativeLink="logit"',
        'cumulativeLink="magic"',
    ),
    "general_intercept": (
        "general_ordinal_logit",
        '<PCell targetCategory="m" parameterName="p0" beta="0.75"/>',
        "",
    ),
    "general_matrix_rows": ("general_contrast", r'<Array n="2" type="real">0.0 -0.5</Array>', ""),
    "general_matrix_ragged": (
        "general_contrast",
        r'<Array n="2" type="real">0.0 -0.5</Array>',
        '<Array n="1" type="real">0.0</Array>',
    ),
    "general_matrix_column": (
        "general_contrast",
        'value="b" predictorName="c"',
        'value="d" predictorName="c"',
    ),
    "general_matrix_kind": ("general_contrast", "<Matrix ", '<Matrix kind="diagonal" '),
    "general_clustering": (
        "general_regression",
        'functionName="regression"',
        'functionName="clustering"',
    ),
    "cox_no_time": ("cox", 'endTimeVariable="time"', ""),
    "cox_no_tables": ("cox", r"<BaseCumHazardTables.*</BaseCumHazardTables>", ""),
    "cox_no_cells": ("cox", "<BaselineCell[^>]*>", ""),
    "cox_no_maximum": ("cox", 'maxTime="2"', ""),
    "cox_time_twice": ("cox_strata", 'time="1.0"', 'time="2.0"'),
    "cox_strata": ("cox_strata", 'baselineStrataVariable="s"', 'baselineStrataVariable="nobody"'),
    "cox_infinite_hazard": ("cox", 'cumHazard="0.25"', 'cumHazard="much"'),
    # Scorecard
    "scorecard_classes": (
        "scorecard_pointsBelow",
        'functionName="regression"',
        'functionName="classification"',
    ),
    "scorecard_no_points": ("scorecard_pointsBelow", 'partialScore="-3"', ""),
    "scorecard_no_baseline": ("scorecard_pointsBelow", 'baselineScore="10"', ""),
    "scorecard_no_code": (
        "scorecard_pointsBelow",
        'reasonCode="A" baselineScore="10"',
        'baselineScore="10"',
    ),
    "scorecard_algorithm": (
        "scorecard_pointsBelow",
        'reasonCodeAlgorithm="pointsBelow"',
        'reasonCodeAlgorithm="magic"',
    ),
    "scorecard_no_attributes": (
        "scorecard_pointsBelow",
        r'<Characteristic name="c".*?</Characteristic>|<Characteristic>.*?</Characteristic>',
        "<Characteristic/>",
    ),
    "scorecard_no_characteristics": (
        "scorecard_pointsBelow",
        r"<Characteristics>.*</Characteristics>",
        "<Characteristics/>",
    ),
    "scorecard_no_predicate": ("scorecard_pointsBelow", "<True/>", ""),
    "scorecard_complex": (
        "scorecard_pointsBelow",
        r"<ComplexPartialScore>.*</ComplexPartialScore>",
        "<ComplexPartialScore/>",
    ),
    # NaiveBayesModel
    "bayes_no_threshold": ("bayes_inputs", 'threshold="0.001"', ""),
    "bayes_threshold": ("bayes_inputs", 'threshold="0.001"', 'threshold="-1"'),
    "bayes_no_output": ("bayes_inputs", r"<BayesOutput.*</BayesOutput>", ""),
    "bayes_count": ("bayes_inputs", 'count="10"', 'count="-10"'),
    "bayes_label": (
        "bayes_inputs",
        '<TargetValueCount value="k" count="10"/>',
        '<TargetValueCount value="z" count="10"/>',
    ),
    "bayes_variance": ("bayes_inputs", 'variance="0.5"', 'variance="0"'),
    "bayes_mean": (
        "bayes_inputs",
        '<PoissonDistribution mean="0.75"',
        '<PoissonDistribution mean="-1"',
    ),
    "bayes_interval": ("bayes_inputs", 'upper="4.0"', 'upper="0"'),
    "bayes_distribution": ("bayes_inputs", "<GaussianDistribution ", "<AnyDistribution "),
    "bayes_no_distribution": ("bayes_inputs", "<GaussianDistribution [^>]*>", ""),
    "bayes_string": ("bayes_inputs", 'fieldName="g"', 'fieldName="c"'),
    "bayes_field": ("bayes_inputs", 'fieldName="g"', 'fieldName="nobody"'),
    "bayes_no_counts": (
        "bayes_inputs",
        r"<PairCounts value=\"u\">.*?</PairCounts><PairCounts value=\"v\">.*?</PairCounts>",
        "",
    ),
    "bayes_regression": (
        "bayes_inputs",
        'functionName="classification"',
        'functionName="regression"',
    ),
    # SupportVectorMachineModel
    "svm_no_kernel": ("svm_radial", "<RadialBasisKernelType[^>]*>", ""),
    "svm_kernel_number": ("svm_radial", 'gamma="0.25"', 'gamma="INF"'),
    "svm_representation": (
        "svm_radial",
        'functionName="regression"',
        'functionName="regression" svmRepresentation="magic"',
    ),
    "svm_no_dictionary": ("svm_radial", r"<VectorDictionary>.*</VectorDictionary>", ""),
    "svm_no_fields": ("svm_radial", r"<VectorFields>.*</VectorFields>", "<VectorFields/>"),
    "svm_field": ("svm_radial", '<FieldRef field="x"/>', '<FieldRef field="nobody"/>'),
    "svm_vector_twice": ("svm_radial", 'id="v2"', 'id="v1"'),
    "svm_vector_unknown": ("svm_radial", 'vectorId="v2"', 'vectorId="v9"'),
    "svm_vector_short": (
        "svm_radial",
        r'<Array n="3" type="real">[^<]*</Array>',
        "<Array>1 2</Array>",
    ),
    "svm_vector_index": ("svm_radial", "<Indices>1 3</Indices>", "<Indices>1 4</Indices>"),
    "svm_vector_index_zero": ("svm_radial", "<Indices>1 3</Indices>", "<Indices>0 3</Indices>"),
    "svm_vector_huge": (
        "svm_radial",
        '<REAL-SparseArray n="3"><Indices>1 3</Indices>',
        '<REAL-SparseArray n="4000000000"><Indices>1 3</Indices>',
    ),
    "svm_vector_empty": ("svm_radial", r'<Array n="3" type="real">[^<]*</Array>', ""),
    "svm_coefficients": ("svm_radial", '<Coefficient value="-0.5"/>', ""),
    "svm_no_machine": ("svm_radial", r"<SupportVectorMachine>.*</SupportVectorMachine>", ""),
    "svm_no_category": (
        "svm_one_against_one_max",
        'targetCategory="k" alternateTargetCategory="l"',
        "",
    ),
    "svm_no_alternative": ("svm_one_against_one_max", 'alternateTargetCategory="l"', ""),
    "svm_same_category": (
        "svm_one_against_one_max",
        'alternateTargetCategory="l"',
        'alternateTargetCategory="k"',
    ),
    "svm_category_twice": ("svm_one_against_all_max", 'targetCategory="l"', 'targetCategory="k"'),
    "svm_method": (
        "svm_one_against_all_max",
        'classificationMethod="OneAgainstAll"',
        'classificationMethod="magic"',
    ),
    # NeuralNetwork
    "network_activation": (
        "network_logistic",
        'activationFunction="logistic"',
        'activationFunction="magic"',
    ),
    "network_no_activation": ("network_logistic", 'activationFunction="logistic"', ""),
    "network_from": ("network_logistic", 'from="iy"', 'from="nobody"'),
    "network_from_later": ("network_logistic", 'from="iy"', 'from="z"'),
    "network_neuron_twice": ("network_logistic", 'id="b"', 'id="a"'),
    "network_weight": ("network_logistic", 'weight="0.5"', 'weight="heavy"'),
    "network_infinite": ("network_logistic", 'weight="0.5"', 'weight="INF"'),
    "network_no_connections": ("network_logistic", r'<Con from="iy" weight="2.0"/>', ""),
    "network_no_neurons": (
        "network_logistic",
        r'<NeuralLayer activationFunction="identity">.*</NeuralLayer>',
        "<NeuralLayer/>",
    ),
    "network_no_layers": ("network_softmax", r"<NeuralLayer>.*</NeuralLayer>", ""),
    "network_no_inputs": (
        "network_logistic",
        r"<NeuralInputs>.*</NeuralInputs>",
        "<NeuralInputs/>",
    ),
    "network_no_outputs": (
        "network_logistic",
        r"<NeuralOutputs>.*</NeuralOutputs>",
        "<NeuralOutputs/>",
    ),
    "network_output": ("network_logistic", 'outputNeuron="z"', 'outputNeuron="nobody"'),
    "network_output_expression": (
        "network_logistic",
        '<FieldRef field="t"/>',
        "<Constant>1</Constant>",
    ),
    "network_output_inverse": ("network_output_rising", 'norm="0.5"', 'norm="0.95"'),
    "network_normalization": (
        "network_softmax",
        'normalizationMethod="softmax"',
        'normalizationMethod="magic"',
    ),
    "network_no_width": ("network_radial", 'width="2"', ""),
    "network_width": ("network_radial", 'width="2"', 'width="0"'),
    "network_altitude": ("network_radial", 'altitude="3"', 'altitude="-1"'),
    "network_label_twice": (
        "network_softmax",
        'value="k"/></DerivedField>',
        'value="m"/></DerivedField>',
    ),
    # ClusteringModel
    "cluster_class": (
        "cluster_euclidean",
        'modelClass="centerBased"',
        'modelClass="distributionBased"',
    ),
    "cluster_no_measure": ("cluster_euclidean", "<euclidean/>", ""),
    "cluster_measure": ("cluster_euclidean", "<euclidean/>", "<manhattan/>"),
    "cluster_kind": ("cluster_euclidean", 'kind="distance"', 'kind="nearness"'),
    "cluster_similarity": ("cluster_euclidean", 'kind="distance"', 'kind="similarity"'),
    "cluster_exponent": ("cluster_minkowski", 'p-parameter="3"', 'p-parameter="-3"'),
    "cluster_compare": (
        "cluster_euclidean",
        'compareFunction="absDiff"',
        'compareFunction="magic"',
    ),
    "cluster_table": ("cluster_euclidean", 'compareFunction="absDiff"', 'compareFunction="table"'),
    "cluster_no_scale": ("cluster_compare", 'similarityScale="2"', ""),
    "cluster_weight": ("cluster_euclidean_weights", 'fieldWeight="2"', 'fieldWeight="-2"'),
    "cluster_no_fields": (
        "cluster_euclidean",
        r"<ClusteringField[^>]*>\s*<ClusteringField[^>]*>\s*<ClusteringField[^>]*>",
        "",
    ),
    "cluster_field": (
        "cluster_euclidean",
        '<ClusteringField field="x"',
        '<ClusteringField field="nobody"',
    ),
    "cluster_center": (
        "cluster_euclidean",
        r'<Array n="3" type="real">3.0 0.5 0.0</Array>',
        "<Array>3.0 0.5</Array>",
    ),
    "cluster_center_text": (
        "cluster_euclidean",
        r'<Array n="3" type="real">3.0 0.5 0.0</Array>',
        "<Array>3.0 0.5 far</Array>",
    ),
    "cluster_no_center": ("cluster_euclidean", r'<Array n="3" type="real">3.0 0.5 0.0</Array>', ""),
    "cluster_none": ("cluster_euclidean", r"<Cluster name.*</Cluster>", ""),
    "cluster_id_twice": ("cluster_jaccard", 'id="q"', 'id="p"'),
    "cluster_missing_weights": (
        "cluster_euclidean_weights",
        r"<MissingValueWeights>.*</MissingValueWeights>",
        "<MissingValueWeights><Array>1 2</Array></MissingValueWeights>",
    ),
    # NearestNeighborModel
    "neighbor_count": ("neighbor_average", 'numberOfNeighbors="3"', 'numberOfNeighbors="7"'),
    "neighbor_none": ("neighbor_average", 'numberOfNeighbors="3"', 'numberOfNeighbors="0"'),
    "neighbor_method": (
        "neighbor_average",
        'continuousScoringMethod="average"',
        'continuousScoringMethod="magic"',
    ),
    "neighbor_vote": (
        "neighbor_majorityVote",
        'categoricalScoringMethod="majorityVote"',
        'categoricalScoringMethod="magic"',
    ),
    "neighbor_input": ("neighbor_average", '<InstanceField field="x" column="b"/>', ""),
    "neighbor_target": ("neighbor_average", '<InstanceField field="t" column="e"/>', ""),
    "neighbor_target_text": ("neighbor_average", "<e>30</e>", "<e>many</e>"),
    "neighbor_target_missing": ("neighbor_average", "<e>30</e>", ""),
    "neighbor_id": ("neighbor_average", 'instanceIdVariable="id"', 'instanceIdVariable="nobody"'),
    "neighbor_text": ("neighbor_average", 'compareFunction="delta"', ""),
    "neighbor_value": ("neighbor_average", "<b>1.5</b>", "<b>near</b>"),
    "neighbor_no_rows": (
        "neighbor_average",
        r"<InlineTable>(?=\s*<row><a>).*?</InlineTable>",
        "<InlineTable/>",
    ),
    "neighbor_elsewhere": (
        "neighbor_average",
        r"<InlineTable>(?=\s*<row><a>).*?</InlineTable>",
        "<TableLocator/>",
    ),
    # RuleSetModel
    "rules_no_method": ("rules_firstHit", "<RuleSelectionMethod[^>]*>", ""),
    "rules_criterion": ("rules_firstHit", 'criterion="firstHit"', 'criterion="magic"'),
    "rules_no_score": ("rules_firstHit", 'id="r3" score="l"', 'id="r3"'),
    "rules_no_predicate": ("rules_binary", "<True/>", ""),
    "rules_confidence": ("rules_firstHit", 'confidence="0.75"', 'confidence="sure"'),
    "rules_distribution": (
        "rules_firstHit_distribution",
        '<ScoreDistribution value="k"',
        '<ScoreDistribution value="z"',
    ),
    "rules_sum_of_numbers": ("rules_regression", 'criterion="firstHit"', 'criterion="weightedSum"'),
    "rules_number": ("rules_regression", 'score="2.5"', 'score="many"'),
    "rules_no_rule_set": ("rules_firstHit", r"<RuleSet .*</RuleSet>", ""),
    # AnomalyDetectionModel
    "anomaly_type": ("anomaly_vector", 'algorithmType="ocsvm"', 'algorithmType="magic"'),
    "anomaly_no_model": ("anomaly_vector", r"<RegressionModel.*</RegressionModel>", ""),
    "anomaly_size": ("anomaly_forest", 'sampleDataSize="256"', 'sampleDataSize="1"'),
    "anomaly_no_distances": (
        "anomaly_cluster",
        r"<MeanClusterDistances>.*</MeanClusterDistances>",
        "",
    ),
    "anomaly_distances": (
        "anomaly_cluster",
        r'<MeanClusterDistances><Array n="2" type="real">0.5 2.0</Array>',
        "<MeanClusterDistances><Array>0.5</Array>",
    ),
    "anomaly_clusters": (
        "anomaly_vector",
        'algorithmType="ocsvm"',
        'algorithmType="clusterMeanDist"',
    ),
}

os.makedirs(folder, exist_ok=True)
for name, (document, old, new) in FAULTS.items():
    with open(os.path.join(edge, document + ".pmml"), encoding="utf-8") as file:
        text = re.sub(r"<ModelVerification.*</ModelVerification>", "", file.read(), flags=re.DOTALL)
    pattern = old if any(c in old for c in "[*?") else re.escape(old)
    broken, count = re.subn(pattern, lambda _: new, text, count=1, flags=re.DOTALL)
    if count != 1:
        sys.exit("%s: %s has no %s" % (name, document, old))
    with open(os.path.join(folder, name + ".pmml"), "w", encoding="utf-8") as file:
        file.write(broken)
