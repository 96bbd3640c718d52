// Documents of models/edge/pmml with one fault each, models/hostile/pmml/<kind>_*.pmml, are refused
// with a message that names the fault and its line. Documents whose size multiplies stay within the
// quotas.
#include <functional>

#include "support/pmml_refusal.hpp"

namespace pgscore {
namespace {

constexpr test::PmmlRefusal kCases[] = {
    {"anomaly_clusters", ErrorCode::kInvalidModel,
     "line 7: AnomalyDetectionModel: element MeanClusterDistances is missing"},
    {"anomaly_distances", ErrorCode::kInvalidModel,
     "line 12: MeanClusterDistances: it has 1 distances, not 2"},
    {"anomaly_no_distances", ErrorCode::kInvalidModel,
     "line 7: AnomalyDetectionModel: element MeanClusterDistances is missing"},
    {"anomaly_no_model", ErrorCode::kInvalidModel,
     "line 7: AnomalyDetectionModel: it has no model"},
    {"anomaly_size", ErrorCode::kInvalidModel,
     "line 7: AnomalyDetectionModel: sampleDataSize is out of range"},
    {"anomaly_type", ErrorCode::kInvalidModel,
     "line 7: AnomalyDetectionModel: unknown algorithmType \"magic\""},
    {"bayes_count", ErrorCode::kInvalidModel,
     "line 21: TargetValueCount: the count is out of range"},
    {"bayes_distribution", ErrorCode::kUnsupportedModel,
     "line 21: AnyDistribution: this distribution is not supported"},
    {"bayes_field", ErrorCode::kInvalidModel, "line 21: BayesInput: there is no field \"nobody\""},
    {"bayes_interval", ErrorCode::kInvalidModel,
     "line 21: UniformDistribution: its interval is empty"},
    {"bayes_label", ErrorCode::kInvalidModel,
     "line 21: TargetValueCount: the target has no value \"z\""},
    {"bayes_mean", ErrorCode::kInvalidModel,
     "line 21: PoissonDistribution: the mean is not positive"},
    {"bayes_no_counts", ErrorCode::kInvalidModel,
     "line 21: BayesInput: it has neither PairCounts nor TargetValueStats"},
    {"bayes_no_distribution", ErrorCode::kInvalidModel,
     "line 21: TargetValueStat: it has no distribution"},
    {"bayes_no_output", ErrorCode::kInvalidModel,
     "line 11: NaiveBayesModel: element BayesOutput is missing"},
    {"bayes_no_threshold", ErrorCode::kInvalidModel,
     "line 11: NaiveBayesModel: attribute \"threshold\" is missing"},
    {"bayes_regression", ErrorCode::kInvalidModel,
     "line 11: NaiveBayesModel: a NaiveBayesModel that is no classification"},
    {"bayes_string", ErrorCode::kInvalidModel, "line 21: TargetValueStats: the field is a string"},
    {"bayes_target", ErrorCode::kInvalidModel,
     "line 21: BayesOutput: field \"c\" is not the target"},
    {"bayes_threshold", ErrorCode::kInvalidModel,
     "line 11: NaiveBayesModel: the threshold is negative"},
    {"bayes_variance", ErrorCode::kInvalidModel,
     "line 21: GaussianDistribution: the variance is not positive"},
    {"cluster_center", ErrorCode::kInvalidModel, "line 25: Array: it has 2 values, not 3"},
    {"cluster_center_text", ErrorCode::kInvalidModel,
     "line 25: Array: value \"far\" does not fit the type of the field"},
    {"cluster_class", ErrorCode::kUnsupportedModel,
     "line 8: ClusteringModel: clusterings of class \"distributionBased\" are not supported"},
    {"cluster_compare", ErrorCode::kInvalidModel,
     "line 21: ClusteringField: unknown compareFunction \"magic\""},
    {"cluster_cyclic", ErrorCode::kUnsupportedModel,
     "line 21: ClusteringField: distances of a cyclic field are not supported"},
    {"cluster_exponent", ErrorCode::kInvalidModel,
     "line 20: minkowski: the p-parameter is not positive"},
    {"cluster_field", ErrorCode::kInvalidModel,
     "line 21: ClusteringField: there is no field \"nobody\""},
    {"cluster_id_twice", ErrorCode::kInvalidModel,
     "line 8: ClusteringModel: two clusters have the same id"},
    {"cluster_kind", ErrorCode::kInvalidModel,
     "line 20: ComparisonMeasure: unknown kind \"nearness\""},
    {"cluster_measure", ErrorCode::kInvalidModel, "line 20: manhattan: unknown measure"},
    {"cluster_missing_weights", ErrorCode::kInvalidModel,
     "line 23: MissingValueWeights: it has 2 weights, not 3"},
    {"cluster_no_center", ErrorCode::kInvalidModel, "line 25: Cluster: it has no Array"},
    {"cluster_no_fields", ErrorCode::kInvalidModel,
     "line 8: ClusteringModel: it has no ClusteringField"},
    {"cluster_no_measure", ErrorCode::kInvalidModel,
     "line 20: ComparisonMeasure: it has no measure"},
    {"cluster_no_scale", ErrorCode::kInvalidModel,
     "line 21: ClusteringField: attribute \"similarityScale\" is missing"},
    {"cluster_none", ErrorCode::kInvalidModel, "line 8: ClusteringModel: it has no Cluster"},
    {"cluster_similarity", ErrorCode::kInvalidModel, "line 20: euclidean: it is no similarity"},
    {"cluster_table", ErrorCode::kUnsupportedModel,
     "line 21: ClusteringField: compareFunction \"table\" is not supported"},
    {"cluster_weight", ErrorCode::kInvalidModel,
     "line 22: ClusteringField: the weight is out of range"},
    {"cox_infinite_hazard", ErrorCode::kInvalidModel,
     "line 14: BaselineCell: attribute \"cumHazard\" must be a number"},
    {"cox_no_cells", ErrorCode::kInvalidModel,
     "line 14: BaseCumHazardTables: it has no BaselineCell"},
    {"cox_no_maximum", ErrorCode::kInvalidModel,
     "line 14: BaseCumHazardTables: attribute \"maxTime\" is missing"},
    {"cox_no_tables", ErrorCode::kInvalidModel,
     "line 9: GeneralRegressionModel: element BaseCumHazardTables is missing"},
    {"cox_no_time", ErrorCode::kInvalidModel,
     "line 9: GeneralRegressionModel: attribute \"endTimeVariable\" is missing"},
    {"cox_strata", ErrorCode::kInvalidModel,
     "line 10: GeneralRegressionModel: there is no field \"nobody\""},
    {"cox_time_twice", ErrorCode::kInvalidModel, "line 16: BaselineStratum: a time is there twice"},
    {"cox_trials", ErrorCode::kUnsupportedModel,
     "line 9: GeneralRegressionModel: offsets and trials are not supported in a model of type "
     "\"CoxRegression\""},
    {"general_contrast_none", ErrorCode::kUnsupportedModel,
     "line 10: Predictor: contrasts of type \"own\" are not supported without their Matrix"},
    {"general_linear_offset", ErrorCode::kUnsupportedModel,
     "line 8: GeneralRegressionModel: offsets and trials are not supported in a model of type "
     "\"generalLinear\""},
    {"network_other_target", ErrorCode::kInvalidModel,
     "line 12: NeuralOutput: the model has no target \"r\""},
    {"network_targets", ErrorCode::kInvalidModel,
     "line 10: OutputField: it does not say which target it is about"},
    {"svm_two_machines", ErrorCode::kInvalidModel,
     "line 18: SupportVectorMachine: a regression has one SupportVectorMachine"},
    {"general_beta", ErrorCode::kInvalidModel,
     "line 12: PCell: attribute \"beta\" must be a number"},
    {"general_category", ErrorCode::kInvalidModel,
     "line 8: GeneralRegressionModel: a cell of the ParamMatrix has a targetCategory"},
    {"general_cell_parameter", ErrorCode::kInvalidModel,
     "line 12: PPCell: there is no parameter \"p9\""},
    {"general_cell_predictor", ErrorCode::kInvalidModel,
     "line 12: PPCell: \"y\" is neither a factor nor a covariate"},
    {"general_clustering", ErrorCode::kInvalidModel,
     "line 8: GeneralRegressionModel: unknown function \"clustering\""},
    {"general_cumulative", ErrorCode::kInvalidModel,
     "line 8: GeneralRegressionModel: unknown cumulativeLink \"magic\""},
    {"general_exponent", ErrorCode::kInvalidModel,
     "line 12: PPCell: attribute \"value\" must be a number"},
    {"general_intercept", ErrorCode::kInvalidModel,
     "line 8: GeneralRegressionModel: the ParamMatrix has no intercept for category \"m\""},
    {"general_link", ErrorCode::kInvalidModel,
     "line 10: GeneralRegressionModel: unknown linkFunction \"magic\""},
    {"general_matrix_column", ErrorCode::kInvalidModel,
     "line 10: PPCell: the contrast matrix has no column for \"d\""},
    {"general_matrix_kind", ErrorCode::kUnsupportedModel,
     "line 10: Matrix: contrast matrices of kind \"diagonal\" are not supported"},
    {"general_matrix_ragged", ErrorCode::kInvalidModel,
     "line 10: Matrix: its rows are not equally long"},
    {"general_matrix_rows", ErrorCode::kInvalidModel,
     "line 10: Matrix: its size does not fit the categories"},
    {"general_model_type", ErrorCode::kInvalidModel,
     "line 8: GeneralRegressionModel: a model of type \"magic\" is no regression"},
    {"general_multinomial_offset", ErrorCode::kUnsupportedModel,
     "line 8: GeneralRegressionModel: offsets of multinomialLogistic models are not supported"},
    {"general_no_beta", ErrorCode::kInvalidModel, "line 12: PCell: attribute \"beta\" is missing"},
    {"general_no_link", ErrorCode::kInvalidModel,
     "line 10: GeneralRegressionModel: attribute \"linkFunction\" is missing"},
    {"general_no_link_parameter", ErrorCode::kInvalidModel,
     "line 10: GeneralRegressionModel: attribute \"linkParameter\" is missing"},
    {"general_no_model_type", ErrorCode::kInvalidModel,
     "line 8: GeneralRegressionModel: attribute \"modelType\" is missing"},
    {"general_no_parameters", ErrorCode::kInvalidModel,
     "line 8: GeneralRegressionModel: element ParameterList is missing"},
    {"general_no_reference", ErrorCode::kInvalidModel,
     "line 8: GeneralRegressionModel: it does not say which category is the reference"},
    {"general_offset", ErrorCode::kInvalidModel,
     "line 10: GeneralRegressionModel: there is no field \"nobody\""},
    {"general_parameter_twice", ErrorCode::kInvalidModel,
     "line 12: Parameter: parameter \"p0\" is there twice"},
    {"general_parameter_unknown", ErrorCode::kInvalidModel,
     "line 12: PCell: there is no parameter \"p9\""},
    {"general_reference", ErrorCode::kInvalidModel,
     "line 8: GeneralRegressionModel: the ParamMatrix has no parameters for category \"m\""},
    {"general_trials", ErrorCode::kInvalidModel,
     "line 10: GeneralRegressionModel: there is no field \"nobody\""},
    {"neighbor_count", ErrorCode::kInvalidModel,
     "line 9: NearestNeighborModel: the number of neighbors is out of range"},
    {"neighbor_elsewhere", ErrorCode::kUnsupportedModel,
     "line 19: TableLocator: tables outside of the document are not supported"},
    {"neighbor_id", ErrorCode::kInvalidModel,
     "line 19: TrainingInstances: they have no field \"nobody\""},
    {"neighbor_input", ErrorCode::kUnsupportedModel,
     "line 25: KNNInput: inputs that the training instances do not have are not supported"},
    {"neighbor_method", ErrorCode::kInvalidModel,
     "line 9: NearestNeighborModel: unknown continuousScoringMethod \"magic\""},
    {"neighbor_no_rows", ErrorCode::kInvalidModel, "line 19: TrainingInstances: there are none"},
    {"neighbor_none", ErrorCode::kInvalidModel,
     "line 9: NearestNeighborModel: the number of neighbors is out of range"},
    {"neighbor_target", ErrorCode::kInvalidModel,
     "line 19: TrainingInstances: they have no field for the target"},
    {"neighbor_target_missing", ErrorCode::kInvalidModel,
     "line 19: TrainingInstances: an instance has no value of the target"},
    {"neighbor_target_text", ErrorCode::kInvalidModel,
     "line 9: NearestNeighborModel: the target has a value that is no number"},
    {"neighbor_text", ErrorCode::kInvalidModel,
     "line 25: KNNInput: a string is compared as a number"},
    {"neighbor_value", ErrorCode::kInvalidModel,
     "line 19: TrainingInstances: value \"near\" does not fit the type of the field"},
    {"neighbor_vote", ErrorCode::kInvalidModel,
     "line 9: NearestNeighborModel: unknown categoricalScoringMethod \"magic\""},
    {"network_activation", ErrorCode::kInvalidModel,
     "line 13: NeuralLayer: unknown activationFunction \"magic\""},
    {"network_altitude", ErrorCode::kInvalidModel, "line 13: Neuron: the altitude is not positive"},
    {"network_from", ErrorCode::kInvalidModel,
     "line 13: Neuron: there is no neuron \"nobody\" before it"},
    {"network_from_later", ErrorCode::kInvalidModel,
     "line 13: Neuron: there is no neuron \"z\" before it"},
    {"network_infinite", ErrorCode::kInvalidModel,
     "line 13: Con: attribute \"weight\" is infinite"},
    {"network_label_twice", ErrorCode::kInvalidModel,
     "line 18: NeuralOutput: another output has the same category"},
    {"network_neuron_twice", ErrorCode::kInvalidModel,
     "line 13: Neuron: neuron \"a\" is there twice"},
    {"network_no_activation", ErrorCode::kInvalidModel,
     "line 13: NeuralLayer: it has no activationFunction"},
    {"network_no_connections", ErrorCode::kInvalidModel, "line 13: Neuron: it has no connections"},
    {"network_no_inputs", ErrorCode::kInvalidModel, "line 12: NeuralInputs: it has no NeuralInput"},
    {"network_no_layers", ErrorCode::kInvalidModel, "line 8: NeuralNetwork: it has no NeuralLayer"},
    {"network_no_neurons", ErrorCode::kInvalidModel, "line 14: NeuralLayer: it has no Neuron"},
    {"network_no_outputs", ErrorCode::kInvalidModel,
     "line 14: NeuralOutputs: it has no NeuralOutput"},
    {"network_no_width", ErrorCode::kInvalidModel, "line 13: Neuron: it has no positive width"},
    {"network_normalization", ErrorCode::kInvalidModel,
     "line 18: NeuralLayer: unknown normalizationMethod \"magic\""},
    {"network_output", ErrorCode::kInvalidModel,
     "line 14: NeuralOutput: there is no neuron \"nobody\" before it"},
    {"network_output_expression", ErrorCode::kUnsupportedModel,
     "line 14: Constant: this expression is not supported in a NeuralOutput"},
    {"network_output_inverse", ErrorCode::kInvalidModel,
     "line 11: NormContinuous: it has no inverse"},
    {"network_weight", ErrorCode::kInvalidModel,
     "line 13: Con: attribute \"weight\" must be a number"},
    {"network_width", ErrorCode::kInvalidModel, "line 13: Neuron: it has no positive width"},
    {"rules_confidence", ErrorCode::kInvalidModel,
     "line 20: SimpleRule: attribute \"confidence\" must be a number"},
    {"rules_criterion", ErrorCode::kInvalidModel,
     "line 18: RuleSelectionMethod: unknown criterion \"magic\""},
    {"rules_distribution", ErrorCode::kInvalidModel,
     "line 23: ScoreDistribution: the target has no value \"z\""},
    {"rules_no_method", ErrorCode::kInvalidModel,
     "line 18: RuleSet: it has no RuleSelectionMethod"},
    {"rules_no_predicate", ErrorCode::kInvalidModel, "line 13: SimpleRule: it has no predicate"},
    {"rules_no_rule_set", ErrorCode::kInvalidModel,
     "line 8: RuleSetModel: element RuleSet is missing"},
    {"rules_no_score", ErrorCode::kInvalidModel,
     "line 22: SimpleRule: attribute \"score\" is missing"},
    {"rules_number", ErrorCode::kInvalidModel, "line 10: RuleSet: score \"many\" is no number"},
    {"rules_sum_of_numbers", ErrorCode::kUnsupportedModel,
     "line 10: RuleSelectionMethod: weightedSum of numbers is not supported"},
    {"scorecard_algorithm", ErrorCode::kInvalidModel,
     "line 9: Scorecard: unknown reasonCodeAlgorithm \"magic\""},
    {"scorecard_classes", ErrorCode::kInvalidModel,
     "line 9: Scorecard: a scorecard that is no regression"},
    {"scorecard_complex", ErrorCode::kInvalidModel,
     "line 19: ComplexPartialScore: it has no expression"},
    {"scorecard_no_attributes", ErrorCode::kInvalidModel,
     "line 20: Characteristic: it has no Attribute"},
    {"scorecard_no_baseline", ErrorCode::kInvalidModel,
     "line 18: Characteristic: it has no baselineScore"},
    {"scorecard_no_characteristics", ErrorCode::kInvalidModel,
     "line 17: Characteristics: it has no Characteristic"},
    {"scorecard_no_code", ErrorCode::kInvalidModel, "line 18: Attribute: it has no reasonCode"},
    {"scorecard_no_points", ErrorCode::kInvalidModel,
     "line 18: Attribute: attribute \"partialScore\" is missing"},
    {"scorecard_no_predicate", ErrorCode::kInvalidModel, "line 18: Attribute: it has no predicate"},
    {"svm_category_twice", ErrorCode::kInvalidModel,
     "line 19: SupportVectorMachine: another machine has the same category"},
    {"svm_coefficients", ErrorCode::kInvalidModel,
     "line 18: Coefficients: it has 2 coefficients, not 3"},
    {"svm_field", ErrorCode::kInvalidModel, "line 14: FieldRef: there is no field \"nobody\""},
    {"svm_kernel_number", ErrorCode::kInvalidModel,
     "line 14: RadialBasisKernelType: attribute \"gamma\" is infinite"},
    {"svm_method", ErrorCode::kInvalidModel,
     "line 9: SupportVectorMachineModel: unknown classificationMethod \"magic\""},
    {"svm_no_alternative", ErrorCode::kInvalidModel,
     "line 22: SupportVectorMachine: attribute \"alternateTargetCategory\" is missing"},
    {"svm_no_category", ErrorCode::kInvalidModel,
     "line 22: SupportVectorMachine: attribute \"targetCategory\" is missing"},
    {"svm_no_dictionary", ErrorCode::kInvalidModel,
     "line 9: SupportVectorMachineModel: element VectorDictionary is missing"},
    {"svm_no_fields", ErrorCode::kInvalidModel, "line 14: VectorFields: it has no fields"},
    {"svm_no_kernel", ErrorCode::kInvalidModel,
     "line 9: SupportVectorMachineModel: it has no kernel"},
    {"svm_no_machine", ErrorCode::kInvalidModel,
     "line 9: SupportVectorMachineModel: it has no SupportVectorMachine"},
    {"svm_representation", ErrorCode::kInvalidModel,
     "line 9: SupportVectorMachineModel: unknown svmRepresentation \"magic\""},
    {"svm_same_category", ErrorCode::kInvalidModel,
     "line 22: SupportVectorMachine: both of its categories are the same"},
    {"svm_vector_empty", ErrorCode::kInvalidModel, "line 16: VectorInstance: it has no array"},
    {"svm_vector_huge", ErrorCode::kInvalidModel, "line 15: REAL-SparseArray: it is too long"},
    {"svm_vector_index", ErrorCode::kInvalidModel,
     "line 15: REAL-SparseArray: an index is out of range"},
    {"svm_vector_index_zero", ErrorCode::kInvalidModel,
     "line 15: REAL-SparseArray: index \"0\" is out of range"},
    {"svm_vector_short", ErrorCode::kInvalidModel, "line 16: Array: it has 2 elements, not 3"},
    {"svm_vector_twice", ErrorCode::kInvalidModel,
     "line 16: VectorInstance: vector \"v1\" is there twice"},
    {"svm_vector_unknown", ErrorCode::kInvalidModel,
     "line 18: SupportVector: there is no vector \"v9\""},
};

TEST(PmmlKindsHostile, every_document_is_refused_with_its_message) {
  for (const test::PmmlRefusal &refusal : kCases) test::expect_refusal(refusal);
}

// ---- documents whose parts multiply -------------------------------------------------------------

std::string repeat(int count, const std::function<std::string(std::string)> &part) {
  std::string text;
  for (int i = 0; i < count; ++i) text += part(std::to_string(i));
  return text;
}
std::string document(const std::string &kind, const std::string &attributes,
                     const std::string &inside) {
  return "<PMML version=\"4.4\"><DataDictionary><DataField name=\"x\" optype=\"continuous\" "
         "dataType=\"double\"/>"
         "<DataField name=\"c\" optype=\"categorical\" dataType=\"string\"/>"
         "<DataField name=\"t\" optype=\"categorical\" dataType=\"string\"/></DataDictionary><" +
         kind + " " + attributes +
         "><MiningSchema><MiningField name=\"x\"/><MiningField name=\"c\"/>" +
         "<MiningField name=\"t\" usageType=\"target\"/></MiningSchema>" + inside + "</" + kind +
         "></PMML>";
}

TEST(PmmlKindsHostile, products_of_sizes_are_within_the_quotas) {
  Limits few;
  few.max_nodes = 2000;
  const std::string vectors = document(
      "SupportVectorMachineModel", "functionName=\"regression\"",
      "<LinearKernelType/><VectorDictionary><VectorFields>" +
          repeat(40, [](auto) { return "<FieldRef field=\"x\"/>"; }) + "</VectorFields>" +
          repeat(60,
                 [](auto i) {
                   return "<VectorInstance id=\"" + i +
                          "\"><REAL-SparseArray n=\"40\"/></VectorInstance>";
                 }) +
          "</VectorDictionary><SupportVectorMachine><Coefficients/></SupportVectorMachine>");
  EXPECT_EQ(test::refusal_of_pmml(vectors, few).message(),
            "model has too many values of support vectors");

  const std::string center = "<Array>" + repeat(40, [](auto) { return "1 "; }) + "</Array>";
  const std::string clusters =
      document("ClusteringModel", "functionName=\"clustering\"",
               "<ComparisonMeasure><euclidean/></ComparisonMeasure>" + repeat(40, [](auto) {
                 return "<ClusteringField field=\"x\"/>";
               }) + repeat(60, [&](auto) { return "<Cluster>" + center + "</Cluster>"; }));
  EXPECT_EQ(test::refusal_of_pmml(clusters, few).message(), "model has too many values of points");

  // Each class has a table of all values of the field.
  Limits narrow;
  narrow.max_columns = 200;
  auto count = [](auto value) { return "<TargetValueCount value=\"" + value + "\" count=\"1\"/>"; };
  const std::string classes =
      document("NaiveBayesModel", "functionName=\"classification\" threshold=\"0\"",
               "<BayesInputs><BayesInput fieldName=\"c\">" +
                   repeat(60,
                          [&](auto i) {
                            return "<PairCounts value=\"" + i + "\"><TargetValueCounts>" +
                                   count(std::string("0")) + "</TargetValueCounts></PairCounts>";
                          }) +
                   "</BayesInput></BayesInputs><BayesOutput><TargetValueCounts>" +
                   repeat(60, count) + "</TargetValueCounts></BayesOutput>");
  EXPECT_EQ(test::refusal_of_pmml(classes, narrow).message(), "model has too many counts");

  const std::string rules =
      document("RuleSetModel", "functionName=\"classification\"",
               "<RuleSet><RuleSelectionMethod criterion=\"firstHit\"/>" + repeat(60, [](auto i) {
                 return "<SimpleRule score=\"" + i + "\"><True/><ScoreDistribution value=\"" + i +
                        "\" recordCount=\"1\"/></SimpleRule>";
               }) + "</RuleSet>");
  EXPECT_EQ(test::refusal_of_pmml(rules, narrow).message(),
            "model has too many probabilities of rules");

  // Rules in rules.
  const std::string nested =
      document("RuleSetModel", "functionName=\"classification\"",
               "<RuleSet><RuleSelectionMethod criterion=\"firstHit\"/>" +
                   repeat(300, [](auto) { return "<CompoundRule><True/>"; }) +
                   "<SimpleRule score=\"1\"><True/></SimpleRule>" +
                   repeat(300, [](auto) { return "</CompoundRule>"; }) + "</RuleSet>");
  EXPECT_EQ(test::refusal_of_pmml(nested).message(),
            "line 1: True: expressions are nested too deeply");
}

}  // namespace
}  // namespace pgscore
