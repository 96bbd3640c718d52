// After the schemas of PMML 3.0 to 4.4 (dmg.org); attributes that begin with "x-" are extensions of
// JPMML's converters.
#include "formats/pmml/schema_table.hpp"

namespace pgscore::formats::pmml {
namespace {

#define PGSCORE_EXPRESSION                                                                      \
  "|Constant |FieldRef |NormContinuous |NormDiscrete |Discretize |MapValues |TextIndex |Apply " \
  "|Aggregate |Lag "
#define PGSCORE_PREDICATE "|SimplePredicate |CompoundPredicate |SimpleSetPredicate |True |False "
#define PGSCORE_ARRAY "|Array |REAL-SparseArray |INT-SparseArray "
#define PGSCORE_MODEL                                                              \
  "&AnomalyDetectionModel &AssociationModel &BaselineModel &BayesianNetworkModel " \
  "&ClusteringModel "                                                              \
  "&GaussianProcessModel &GeneralRegressionModel &MiningModel &NaiveBayesModel "   \
  "&NearestNeighborModel "                                                         \
  "&NeuralNetwork &RegressionModel &RuleSetModel &Scorecard &SequenceModel "       \
  "&SupportVectorMachineModel "                                                    \
  "&TextModel &TimeSeriesModel &TreeModel "
#define PGSCORE_MODEL_CHILDREN "MiningSchema Output Targets LocalTransformations ModelVerification "
#define PGSCORE_MODEL_SILENT "ModelStats ModelExplanation "
#define PGSCORE_MODEL_NAMES "modelName algorithmName "

constexpr ElementRule kElements[] = {
    {"PMML", "version", "x-baseVersion", "DataDictionary TransformationDictionary",
     "Header MiningBuildTask AnomalyDetectionModel* AssociationModel* BaselineModel* "
     "BayesianNetworkModel* ClusteringModel* "
     "GaussianProcessModel* GeneralRegressionModel* MiningModel* NaiveBayesModel* "
     "NearestNeighborModel* NeuralNetwork* "
     "RegressionModel* RuleSetModel* Scorecard* SequenceModel* SupportVectorMachineModel* "
     "TextModel* TimeSeriesModel* "
     "TreeModel*"},

    // Fields.
    {"DataDictionary", "", "numberOfFields", "DataField*", ""},
    {"DataField", "name optype dataType isCyclic", "displayName taxonomy", "Interval* Value*", ""},
    {"Value", "value displayValue property", "", "", ""},
    {"Interval", "closure leftMargin rightMargin", "", "", ""},
    {"MiningSchema", "", "", "MiningField*", ""},
    {"MiningField",
     "name usageType optype outliers lowValue highValue missingValueReplacement "
     "missingValueTreatment invalidValueTreatment "
     "invalidValueReplacement",
     "importance", "", ""},
    {"TransformationDictionary", "", "", "DefineFunction* DerivedField*", ""},
    {"LocalTransformations", "", "", "DerivedField*", ""},
    {"DerivedField", "name optype dataType", "displayName", PGSCORE_EXPRESSION "Value*",
     "Interval*"},
    {"DefineFunction", "name dataType", "optype", "ParameterField* " PGSCORE_EXPRESSION, ""},
    {"ParameterField", "name dataType", "optype displayName", "", ""},

    // Expressions.
    {"Constant", "dataType missing", "", "", ""},
    {"FieldRef", "field mapMissingTo", "", "", ""},
    {"NormContinuous", "field mapMissingTo outliers", "", "LinearNorm*", ""},
    {"LinearNorm", "orig norm", "", "", ""},
    {"NormDiscrete", "field value mapMissingTo", "", "", ""},
    {"Discretize", "field mapMissingTo defaultValue dataType", "", "DiscretizeBin*", ""},
    {"DiscretizeBin", "binValue", "", "Interval", ""},
    {"MapValues", "mapMissingTo defaultValue outputColumn dataType", "",
     "FieldColumnPair* |TableLocator |InlineTable", ""},
    {"FieldColumnPair", "field column", "", "", ""},
    {"InlineTable", "", "", "", "row*"},
    {"Apply", "function mapMissingTo defaultValue", "",
     "Constant* FieldRef* NormContinuous* NormDiscrete* Discretize* MapValues* TextIndex* Apply* "
     "Aggregate* Lag*",
     ""},

    // Predicates and arrays.
    {"SimplePredicate", "field operator value", "", "", ""},
    {"SimpleSetPredicate", "field booleanOperator", "", "Array", ""},
    {"CompoundPredicate", "booleanOperator", "",
     "SimplePredicate* CompoundPredicate* SimpleSetPredicate* True* False*", ""},
    {"True", "", "", "", ""},
    {"False", "", "", "", ""},
    {"Array", "n", "type", "", ""},
    {"REAL-SparseArray", "n defaultValue", "", "Indices REAL-Entries", ""},
    {"INT-SparseArray", "n defaultValue", "", "Indices INT-Entries", ""},
    {"Indices", "", "", "", ""},
    {"REAL-Entries", "", "", "", ""},
    {"INT-Entries", "", "", "", ""},
    {"Matrix", "kind", "nbRows nbCols", "Array*", ""},

    // Around the models.
    {"Targets", "", "", "Target*", ""},
    {"Target", "field optype castInteger min max rescaleConstant rescaleFactor", "", "TargetValue*",
     ""},
    {"TargetValue", "value displayValue priorProbability defaultValue", "rawDataValue", "",
     "Partition"},
    {"Output", "", "", "OutputField*", ""},
    {"OutputField", "name dataType targetField feature value ruleFeature rank segmentId",
     "displayName optype isFinalResult x-reportField", PGSCORE_EXPRESSION, "Decisions Value*"},
    {"ModelVerification", "recordCount", "fieldCount",
     "VerificationFields |TableLocator |InlineTable", ""},
    {"VerificationFields", "", "", "VerificationField*", ""},
    {"VerificationField", "field column precision zeroThreshold", "", "", ""},

    // RegressionModel.
    {"RegressionModel", "functionName targetFieldName normalizationMethod isScorable x-mathContext",
     PGSCORE_MODEL_NAMES "modelType", PGSCORE_MODEL_CHILDREN "RegressionTable*",
     PGSCORE_MODEL_SILENT},
    {"RegressionTable", "intercept targetCategory", "",
     "NumericPredictor* CategoricalPredictor* PredictorTerm*", ""},
    {"NumericPredictor", "name coefficient exponent", "", "", ""},
    {"CategoricalPredictor", "name value coefficient", "", "", ""},
    {"PredictorTerm", "coefficient", "name", "FieldRef*", ""},

    // TreeModel.
    {"TreeModel",
     "functionName missingValueStrategy missingValuePenalty noTrueChildStrategy isScorable "
     "x-mathContext",
     PGSCORE_MODEL_NAMES "splitCharacteristic", PGSCORE_MODEL_CHILDREN "Node",
     PGSCORE_MODEL_SILENT},
    {"Node", "id score recordCount defaultChild", "", PGSCORE_PREDICATE "ScoreDistribution* Node*",
     "Partition"},
    {"ScoreDistribution", "value recordCount confidence probability", "", "", ""},

    // MiningModel.
    {"MiningModel", "functionName isScorable x-mathContext", PGSCORE_MODEL_NAMES,
     PGSCORE_MODEL_CHILDREN "Segmentation", PGSCORE_MODEL_SILENT},
    {"Segmentation",
     "multipleModelMethod missingPredictionTreatment missingThreshold x-missingPredictionTreatment",
     "", "Segment*", ""},
    {"Segment", "id weight", "", PGSCORE_PREDICATE PGSCORE_MODEL "VariableWeight", ""},
    {"VariableWeight", "field", "", "", ""},

    // GeneralRegressionModel.
    {"GeneralRegressionModel",
     "functionName targetVariableName modelType targetReferenceCategory cumulativeLink "
     "linkFunction linkParameter "
     "trialsVariable trialsValue distParameter offsetVariable offsetValue endTimeVariable "
     "baselineStrataVariable isScorable "
     "x-mathContext",
     PGSCORE_MODEL_NAMES "distribution modelDF startTimeVariable subjectIDVariable statusVariable",
     PGSCORE_MODEL_CHILDREN
     "ParameterList FactorList CovariateList PPMatrix ParamMatrix BaseCumHazardTables",
     PGSCORE_MODEL_SILENT "PCovMatrix EventValues"},
    {"ParameterList", "", "", "Parameter*", ""},
    {"Parameter", "name label referencePoint", "", "", ""},
    {"FactorList", "", "", "Predictor*", ""},
    {"CovariateList", "", "", "Predictor*", ""},
    {"Predictor", "name contrastMatrixType", "", "Categories Matrix", ""},
    {"Categories", "", "", "Category*", ""},
    {"Category", "value", "", "", ""},
    {"PPMatrix", "", "", "PPCell*", ""},
    {"PPCell", "value predictorName parameterName targetCategory", "", "", ""},
    {"ParamMatrix", "", "", "PCell*", ""},
    {"PCell", "targetCategory parameterName beta", "df", "", ""},
    {"BaseCumHazardTables", "maxTime", "", "BaselineStratum* BaselineCell*", ""},
    {"BaselineStratum", "value maxTime", "label", "BaselineCell*", ""},
    {"BaselineCell", "time cumHazard", "", "", ""},

    // Scorecard.
    {"Scorecard", "functionName initialScore reasonCodeAlgorithm baselineScore isScorable",
     PGSCORE_MODEL_NAMES "useReasonCodes baselineMethod", PGSCORE_MODEL_CHILDREN "Characteristics",
     PGSCORE_MODEL_SILENT},
    {"Characteristics", "", "", "Characteristic*", ""},
    {"Characteristic", "reasonCode baselineScore", "name", "Attribute*", ""},
    {"Attribute", "reasonCode partialScore", "", PGSCORE_PREDICATE "ComplexPartialScore", ""},
    {"ComplexPartialScore", "", "", PGSCORE_EXPRESSION, ""},

    // NaiveBayesModel.
    {"NaiveBayesModel", "functionName threshold isScorable", PGSCORE_MODEL_NAMES,
     PGSCORE_MODEL_CHILDREN "BayesInputs BayesOutput", PGSCORE_MODEL_SILENT},
    {"BayesInputs", "", "", "BayesInput*", ""},
    {"BayesInput", "fieldName", "", "TargetValueStats DerivedField PairCounts*", ""},
    {"BayesOutput", "fieldName", "", "TargetValueCounts", ""},
    {"TargetValueStats", "", "", "TargetValueStat*", ""},
    {"TargetValueStat", "value", "",
     "|AnyDistribution |GaussianDistribution |PoissonDistribution |UniformDistribution", ""},
    {"GaussianDistribution", "mean variance", "", "", ""},
    {"PoissonDistribution", "mean", "", "", ""},
    {"UniformDistribution", "lower upper", "", "", ""},
    {"PairCounts", "value", "", "TargetValueCounts", ""},
    {"TargetValueCounts", "", "", "TargetValueCount*", ""},
    {"TargetValueCount", "value count", "", "", ""},

    // SupportVectorMachineModel.
    {"SupportVectorMachineModel",
     "functionName threshold svmRepresentation classificationMethod maxWins "
     "alternateBinaryTargetCategory isScorable "
     "x-mathContext",
     PGSCORE_MODEL_NAMES,
     PGSCORE_MODEL_CHILDREN "|LinearKernelType |PolynomialKernelType |RadialBasisKernelType "
                            "|SigmoidKernelType VectorDictionary "
                            "SupportVectorMachine*",
     PGSCORE_MODEL_SILENT},
    {"LinearKernelType", "", "description", "", ""},
    {"PolynomialKernelType", "gamma coef0 degree", "description", "", ""},
    {"RadialBasisKernelType", "gamma", "description", "", ""},
    {"SigmoidKernelType", "gamma coef0", "description", "", ""},
    {"VectorDictionary", "", "numberOfVectors", "VectorFields VectorInstance*", ""},
    {"VectorFields", "", "numberOfFields", "FieldRef* CategoricalPredictor*", ""},
    {"VectorInstance", "id", "", PGSCORE_ARRAY, ""},
    {"SupportVectorMachine", "targetCategory alternateTargetCategory threshold", "",
     "SupportVectors Coefficients", ""},
    {"SupportVectors", "", "numberOfSupportVectors numberOfAttributes", "SupportVector*", ""},
    {"SupportVector", "vectorId", "", "", ""},
    {"Coefficients", "absoluteValue", "numberOfCoefficients", "Coefficient*", ""},
    {"Coefficient", "value", "", "", ""},

    // NeuralNetwork.
    {"NeuralNetwork",
     "functionName activationFunction normalizationMethod threshold width altitude isScorable "
     "x-mathContext x-leakage",
     PGSCORE_MODEL_NAMES "numberOfLayers",
     PGSCORE_MODEL_CHILDREN "NeuralInputs NeuralLayer* NeuralOutputs", PGSCORE_MODEL_SILENT},
    {"NeuralInputs", "", "numberOfInputs", "NeuralInput*", ""},
    {"NeuralInput", "id", "", "DerivedField", ""},
    {"NeuralLayer", "activationFunction threshold width altitude normalizationMethod x-leakage",
     "numberOfNeurons", "Neuron*", ""},
    {"Neuron", "id bias width altitude", "", "Con*", ""},
    {"Con", "from weight", "", "", ""},
    {"NeuralOutputs", "", "numberOfOutputs", "NeuralOutput*", ""},
    {"NeuralOutput", "outputNeuron", "", "DerivedField", ""},

    // ClusteringModel.
    {"ClusteringModel", "functionName modelClass isScorable",
     PGSCORE_MODEL_NAMES "numberOfClusters",
     "MiningSchema Output LocalTransformations ModelVerification ComparisonMeasure "
     "ClusteringField* MissingValueWeights "
     "Cluster*",
     PGSCORE_MODEL_SILENT},
    {"ComparisonMeasure", "kind compareFunction", "minimum maximum",
     "|euclidean |squaredEuclidean |chebychev |cityBlock |minkowski |simpleMatching |jaccard "
     "|tanimoto |binarySimilarity",
     ""},
    {"euclidean", "", "", "", ""},
    {"squaredEuclidean", "", "", "", ""},
    {"chebychev", "", "", "", ""},
    {"cityBlock", "", "", "", ""},
    {"minkowski", "p-parameter", "", "", ""},
    {"simpleMatching", "", "", "", ""},
    {"jaccard", "", "", "", ""},
    {"tanimoto", "", "", "", ""},
    {"binarySimilarity",
     "c00-parameter c01-parameter c10-parameter c11-parameter d00-parameter d01-parameter "
     "d10-parameter d11-parameter",
     "", "", ""},
    {"ClusteringField", "field isCenterField fieldWeight similarityScale compareFunction", "", "",
     "Comparisons"},
    {"MissingValueWeights", "", "", PGSCORE_ARRAY, ""},
    {"Cluster", "id name", "size", "Array", "KohonenMap Covariances Partition"},

    // NearestNeighborModel.
    {"NearestNeighborModel",
     "functionName numberOfNeighbors continuousScoringMethod categoricalScoringMethod "
     "instanceIdVariable threshold isScorable",
     PGSCORE_MODEL_NAMES, PGSCORE_MODEL_CHILDREN "TrainingInstances ComparisonMeasure KNNInputs",
     PGSCORE_MODEL_SILENT},
    {"TrainingInstances", "isTransformed", "recordCount fieldCount",
     "InstanceFields |TableLocator |InlineTable", ""},
    {"InstanceFields", "", "", "InstanceField*", ""},
    {"InstanceField", "field column", "", "", ""},
    {"KNNInputs", "", "", "KNNInput*", ""},
    {"KNNInput", "field fieldWeight compareFunction", "", "", ""},

    // RuleSetModel.
    {"RuleSetModel", "functionName isScorable", PGSCORE_MODEL_NAMES,
     PGSCORE_MODEL_CHILDREN "RuleSet", PGSCORE_MODEL_SILENT},
    {"RuleSet", "defaultScore defaultConfidence", "recordCount nbCorrect",
     "RuleSelectionMethod* ScoreDistribution* SimpleRule* CompoundRule*", ""},
    {"RuleSelectionMethod", "criterion", "", "", ""},
    {"SimpleRule", "id score confidence weight", "recordCount nbCorrect",
     PGSCORE_PREDICATE "ScoreDistribution*", ""},
    {"CompoundRule", "", "", PGSCORE_PREDICATE "SimpleRule* CompoundRule*", ""},

    // AnomalyDetectionModel.
    {"AnomalyDetectionModel", "functionName algorithmType sampleDataSize isScorable",
     PGSCORE_MODEL_NAMES,
     "MiningSchema Output LocalTransformations ModelVerification "
     "MeanClusterDistances " PGSCORE_MODEL,
     PGSCORE_MODEL_SILENT},
    {"MeanClusterDistances", "", "", PGSCORE_ARRAY, ""},
};

constexpr std::string_view kDoubleOnly = "these models are computed in double";
constexpr std::string_view kRulesOnly = "it is of association rules";

constexpr RefusalRule kRefusals[] = {
    {"DataDictionary", "Taxonomy", "no model that is read asks about hierarchies"},
    {"NormDiscrete", "method=indicator",
     "PMML 3.0 does not define the other one, later versions do not have it"},
    {"Apply", "invalidValueTreatment=returnInvalid",
     "functions give missing values where JPMML and others call the result invalid"},
    {"Matrix", "diagDefault", "matrices are read by their rows"},
    {"Matrix", "offDiagDefault", "matrices are read by their rows"},
    {"Matrix", "MatCell", "matrices are read by their rows"},
    {"OutputField", "algorithm=exclusiveRecommendation", kRulesOnly},
    {"OutputField", "rankBasis=confidence", kRulesOnly},
    {"OutputField", "rankOrder=descending", "what has a rank is ordered as its model has it"},
    {"OutputField", "isMultiValued=0",
     "an output has one value; ask for the first, second and next by their ranks"},
    {"RegressionTable", "x-targetField", "a table predicts the target of its model"},
    {"Node", "Regression", "models within a node are not supported"},
    {"Node", "DecisionTree", "models within a node are not supported"},
    {"MiningModel", "Regression", "models within a model are not supported; segments are"},
    {"MiningModel", "DecisionTree", "models within a model are not supported; segments are"},
    {"Segmentation", "LocalTransformations",
     "fields belong to the MiningModel or to the model of a segment"},
    {"ClusteringModel", "CenterFields",
     "clusters of PMML 3.1 and before have derived fields of their own"},
    {"Scorecard", "x-mathContext=double", kDoubleOnly},
    {"NaiveBayesModel", "x-mathContext=double", kDoubleOnly},
    {"ClusteringModel", "x-mathContext=double", kDoubleOnly},
    {"NearestNeighborModel", "x-mathContext=double", kDoubleOnly},
    {"RuleSetModel", "x-mathContext=double", kDoubleOnly},
    {"AnomalyDetectionModel", "x-mathContext=double", kDoubleOnly},
};

}  // namespace

std::span<const ElementRule> element_rules() { return kElements; }
std::span<const RefusalRule> refusal_rules() { return kRefusals; }

}  // namespace pgscore::formats::pmml
