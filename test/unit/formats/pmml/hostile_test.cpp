// Every malformed document of models/hostile/pmml is refused with a message that names the fault
// and its line, in bounded time and memory. So are documents that are too large to keep as files.
#include "support/pmml_refusal.hpp"

namespace pgscore {
namespace {

constexpr test::PmmlRefusal kCases[] = {
    {"aggregate", ErrorCode::kUnsupportedModel,
     "line 5: Aggregate: this expression is not supported"},
    {"arity", ErrorCode::kInvalidModel, "line 5: Apply: function \"ln\" takes 1 argument, not 2"},
    {"association", ErrorCode::kUnsupportedModel,
     "line 4: AssociationModel: models of this kind are not supported"},
    {"bin_value", ErrorCode::kInvalidModel,
     "line 5: Discretize: value \"one\" does not fit its type"},
    {"bomb", ErrorCode::kUnsupportedModel, "XML with a document type declaration is not read"},
    {"cast_integer", ErrorCode::kInvalidModel, "line 5: Target: unknown castInteger \"up\""},
    {"chain_skip", ErrorCode::kInvalidModel,
     "line 4: Segmentation: missingPredictionTreatment \"skipSegment\" makes no sense in a chain"},
    {"coefficient", ErrorCode::kInvalidModel,
     "line 6: NumericPredictor: attribute \"coefficient\" must be a number"},
    {"compare_types", ErrorCode::kUnsupportedModel,
     "line 5: Apply: a string is compared with a number"},
    {"compound_empty", ErrorCode::kInvalidModel, "line 5: CompoundPredicate: it has no predicates"},
    {"compound_operator", ErrorCode::kInvalidModel,
     "line 5: CompoundPredicate: unknown operator \"nor\""},
    {"cycle_fields", ErrorCode::kInvalidModel,
     "line 5: FieldRef: field \"d1\" is defined by itself"},
    {"cycle_functions", ErrorCode::kLimitExceeded,
     "line 4: FieldRef: expressions are nested too deeply"},
    {"cycle_itself", ErrorCode::kInvalidModel,
     "line 5: FieldRef: field \"d0\" is defined by itself"},
    {"decision_tree", ErrorCode::kUnsupportedModel,
     "line 4: DecisionTree: models within a model are not supported"},
    {"deep_expression", ErrorCode::kLimitExceeded,
     "line 5: Apply: expressions are nested too deeply"},
    {"deep_fields", ErrorCode::kLimitExceeded,
     "line 239: Apply: expressions are nested too deeply"},
    {"deep_predicate", ErrorCode::kLimitExceeded,
     "line 5: CompoundPredicate: expressions are nested too deeply"},
    {"default_child", ErrorCode::kInvalidModel,
     "line 5: Node: default child \"9\" is no child of the node"},
    {"embedded", ErrorCode::kUnsupportedModel,
     "line 5: Regression: models within a node are not supported"},
    {"empty_term", ErrorCode::kInvalidModel, "line 6: PredictorTerm: it has no fields"},
    {"encoding", ErrorCode::kUnsupportedModel,
     "the encoding \"windows-1252\" of the XML is not read"},
    {"field_name", ErrorCode::kInvalidModel, "line 3: DataField: attribute \"name\" is missing"},
    {"field_optype", ErrorCode::kInvalidModel, "line 3: DataField: unknown optype \"discrete\""},
    {"field_property", ErrorCode::kInvalidModel, "line 3: Value: unknown property \"magic\""},
    {"field_twice", ErrorCode::kInvalidModel, "line 3: DataField: field \"x\" is there twice"},
    {"field_type", ErrorCode::kInvalidModel, "line 3: DataField: unknown data type \"quaternion\""},
    {"field_value", ErrorCode::kInvalidModel,
     "line 3: Value: value does not fit the data type of field \"x\""},
    {"float_context", ErrorCode::kInvalidModel,
     "line 4: RegressionModel: unknown x-mathContext \"half\""},
    {"function_name", ErrorCode::kInvalidModel,
     "line 4: RegressionModel: unknown function \"magic\""},
    {"function_twice", ErrorCode::kInvalidModel,
     "line 4: DefineFunction: function \"f\" is there twice"},
    {"half_utf16", ErrorCode::kInvalidModel, "the text is not UTF-16"},
    {"interval", ErrorCode::kInvalidModel, "line 3: Interval: unknown closure \"half\""},
    {"invalid_replacement", ErrorCode::kInvalidModel,
     "line 5: MiningField: attribute \"invalidValueReplacement\" is missing"},
    {"invalid_treatment", ErrorCode::kInvalidModel,
     "line 5: MiningField: unknown invalidValueTreatment \"magic\""},
    {"line_descends", ErrorCode::kInvalidModel, "line 5: LinearNorm: the points are not ascending"},
    {"line_points", ErrorCode::kInvalidModel,
     "line 5: NormContinuous: it has fewer than two points"},
    {"line_string", ErrorCode::kInvalidModel,
     "line 5: NormContinuous: a string cannot be normalized"},
    {"lone_surrogate", ErrorCode::kInvalidModel, "the text is not UTF-16"},
    {"margin", ErrorCode::kInvalidModel,
     "line 3: Interval: attribute \"leftMargin\" must be a number"},
    {"method", ErrorCode::kInvalidModel, "line 4: Segmentation: unknown method \"magic\""},
    {"mining_field_twice", ErrorCode::kInvalidModel,
     "line 5: MiningField: field \"x\" is there twice"},
    {"missing_prediction", ErrorCode::kInvalidModel,
     "line 4: Segmentation: unknown missingPredictionTreatment \"magic\""},
    {"missing_replacement", ErrorCode::kInvalidModel,
     "line 5: MiningField: value \"many\" does not fit its type"},
    {"missing_threshold", ErrorCode::kInvalidModel,
     "line 4: Segmentation: the missingThreshold is out of range"},
    {"missing_treatment", ErrorCode::kInvalidModel,
     "line 5: MiningField: unknown missingValueTreatment \"magic\""},
    {"models_nested", ErrorCode::kLimitExceeded, "line 4: True: expressions are nested too deeply"},
    {"nesting", ErrorCode::kLimitExceeded, "line 3: XML elements are nested too deeply"},
    {"no_arguments", ErrorCode::kInvalidModel,
     "line 5: Apply: function \"sum\" takes 1 or more arguments, not 0"},
    {"no_coefficient", ErrorCode::kInvalidModel,
     "line 6: NumericPredictor: attribute \"coefficient\" is missing"},
    {"no_dictionary", ErrorCode::kInvalidModel, "line 1: PMML: element DataDictionary is missing"},
    {"no_expression", ErrorCode::kInvalidModel, "line 5: DerivedField: it has no expression"},
    {"no_function_name", ErrorCode::kInvalidModel,
     "line 4: RegressionModel: attribute \"functionName\" is missing"},
    {"no_model", ErrorCode::kInvalidModel, "line 1: PMML: it has no model"},
    {"no_node", ErrorCode::kInvalidModel, "line 4: TreeModel: element Node is missing"},
    {"no_predicate", ErrorCode::kInvalidModel, "line 5: Node: it has no predicate"},
    {"no_schema", ErrorCode::kInvalidModel,
     "line 4: RegressionModel: element MiningSchema is missing"},
    {"no_segments", ErrorCode::kInvalidModel, "line 4: Segmentation: it has no segments"},
    {"no_such_segment", ErrorCode::kInvalidModel, "line 4: OutputField: there is no segment \"9\""},
    {"no_table", ErrorCode::kInvalidModel,
     "line 4: RegressionModel: element RegressionTable is missing"},
    {"no_true_child", ErrorCode::kInvalidModel,
     "line 4: TreeModel: unknown noTrueChildStrategy \"magic\""},
    {"normalization", ErrorCode::kInvalidModel,
     "line 4: RegressionModel: unknown normalizationMethod \"magic\""},
    {"not_closed", ErrorCode::kInvalidModel, "line 8: the XML is malformed"},
    {"not_scorable", ErrorCode::kUnsupportedModel,
     "line 4: RegressionModel: the model says that it is not to be scored with"},
    {"not_utf8", ErrorCode::kInvalidModel, "the text is not UTF-8"},
    {"number_string", ErrorCode::kUnsupportedModel,
     "line 5: Apply: a function of strings is applied to a number"},
    {"open_strings", ErrorCode::kUnsupportedModel,
     "line 5: Apply: this function of strings is applied to a field without declared values"},
    {"open_strings_compared", ErrorCode::kUnsupportedModel,
     "line 5: Apply: two strings without declared values are compared"},
    {"open_strings_many", ErrorCode::kUnsupportedModel,
     "line 5: Apply: too many functions of one string"},
    {"open_strings_replaced", ErrorCode::kUnsupportedModel,
     "line 5: Apply: a function of strings is applied to a field without declared values"},
    {"open_strings_two_ways", ErrorCode::kUnsupportedModel,
     "line 5: Apply: a function of strings is applied to a field without declared values"},
    {"operator", ErrorCode::kInvalidModel, "line 5: SimplePredicate: unknown operator \"about\""},
    {"outliers", ErrorCode::kInvalidModel,
     "line 5: MiningField: unknown treatment of outliers \"magic\""},
    {"output_feature", ErrorCode::kInvalidModel, "line 5: OutputField: unknown feature \"magic\""},
    {"output_rank", ErrorCode::kInvalidModel, "line 5: OutputField: ranks are counted from 1"},
    {"root", ErrorCode::kInvalidModel, "line 1: Model: the root element must be PMML"},
    {"schema_field", ErrorCode::kInvalidModel, "line 6: NumericPredictor: there is no field \"z\""},
    {"score", ErrorCode::kInvalidModel, "line 5: Node: score \"high\" is not a number"},
    {"segment_field", ErrorCode::kInvalidModel,
     "line 6: NumericPredictor: there is no field \"later\""},
    {"segment_id", ErrorCode::kInvalidModel, "line 5: OutputField: the model has no segments"},
    {"segment_model", ErrorCode::kInvalidModel, "line 4: Segment: it has no model"},
    {"segment_predicate", ErrorCode::kInvalidModel, "line 4: Segment: it has no predicate"},
    {"segment_weight", ErrorCode::kInvalidModel,
     "line 4: Segment: attribute \"weight\" must be a number"},
    {"mixed", ErrorCode::kUnsupportedModel,
     "line 4: MiningModel: function \"mixed\" is not supported"},
    {"multi_chain_nested", ErrorCode::kUnsupportedModel,
     "line 5: Segmentation: a chain with several results within a model"},
    {"multi_chain_output", ErrorCode::kUnsupportedModel,
     "line 4: OutputField: a chain with several results has no predictedValue of its own"},
    {"multi_chain_skip", ErrorCode::kInvalidModel,
     "line 4: Segmentation: missingPredictionTreatment \"skipSegment\" makes no sense in a chain"},
    {"multi_chain_targets", ErrorCode::kInvalidModel,
     "line 7: Segment: another segment has the target \"t\""},
    {"select_all", ErrorCode::kUnsupportedModel,
     "line 4: Segmentation: method \"selectAll\" is not supported"},
    {"set_count", ErrorCode::kInvalidModel, "line 5: Array: it has 2 elements, not 3"},
    {"set_operator", ErrorCode::kInvalidModel,
     "line 5: SimpleSetPredicate: unknown operator \"has\""},
    {"set_quote", ErrorCode::kInvalidModel, "line 5: Array: a quote is not closed"},
    {"strategy", ErrorCode::kInvalidModel,
     "line 4: TreeModel: unknown missingValueStrategy \"magic\""},
    {"strategy_of_classes", ErrorCode::kUnsupportedModel,
     "line 4: TreeModel: this missingValueStrategy is not supported in a regression"},
    {"string_order", ErrorCode::kInvalidModel,
     "line 5: SimplePredicate: strings without an order are compared"},
    {"substring", ErrorCode::kInvalidModel,
     "line 5: Apply: the part of the string is out of range"},
    {"substring_fraction", ErrorCode::kInvalidModel,
     "line 5: Apply: the part of the string is out of range"},
    {"sum_of_classes", ErrorCode::kInvalidModel,
     "line 4: Segmentation: a segment gives a number in place of a class"},
    {"table_category", ErrorCode::kInvalidModel,
     "line 6: RegressionTable: attribute \"targetCategory\" is missing"},
    {"table_cell", ErrorCode::kInvalidModel, "line 5: MapValues: a row of its table lacks a cell"},
    {"table_elsewhere", ErrorCode::kUnsupportedModel,
     "line 5: TableLocator: tables outside of the document are not supported"},
    {"table_none", ErrorCode::kInvalidModel, "line 5: MapValues: element InlineTable is missing"},
    {"tables_of_regression", ErrorCode::kInvalidModel,
     "line 4: RegressionModel: a regression has one RegressionTable"},
    {"target_field", ErrorCode::kInvalidModel,
     "line 5: OutputField: the model has no result for the target \"c\""},
    {"target_twice", ErrorCode::kInvalidModel,
     "line 5: Target: there is another Target for the same field"},
    {"taxonomy", ErrorCode::kUnsupportedModel, "line 3: Taxonomy: taxonomies are not supported"},
    {"text_model", ErrorCode::kUnsupportedModel,
     "line 4: TextModel: models of this kind are not supported"},
    {"threshold_nan", ErrorCode::kInvalidModel,
     "line 5: SimplePredicate: value \"NaN\" does not fit the type of the field"},
    {"threshold_none", ErrorCode::kInvalidModel,
     "line 5: SimplePredicate: attribute \"value\" is missing"},
    {"threshold_text", ErrorCode::kInvalidModel,
     "line 5: SimplePredicate: value \"much\" does not fit the type of the field"},
    {"time_series", ErrorCode::kUnsupportedModel,
     "line 4: TimeSeriesModel: models of this kind are not supported"},
    {"truncated", ErrorCode::kInvalidModel, "line 6: the XML is malformed"},
    {"unknown_field", ErrorCode::kInvalidModel,
     "line 6: NumericPredictor: there is no field \"nobody\""},
    {"unknown_function", ErrorCode::kInvalidModel,
     "line 5: Apply: unknown function \"frobnicate\""},
    {"unsupported_function", ErrorCode::kUnsupportedModel,
     "line 5: Apply: function \"formatNumber\" is not supported"},
    {"usage", ErrorCode::kInvalidModel, "line 5: MiningField: unknown usageType \"magic\""},
    {"verification_count", ErrorCode::kInvalidModel,
     "line 5: ModelVerification: it has 1 rows, not 2"},
    {"verification_precision", ErrorCode::kInvalidModel,
     "line 5: VerificationField: attribute \"precision\" is out of range"},
    {"verification_value", ErrorCode::kInvalidModel,
     "line 5: VerificationField: value \"much\" is not a number"},
    {"version_2", ErrorCode::kUnsupportedModel,
     "line 1: PMML: version \"2.1\" of PMML is not supported"},
    {"weight_of_median", ErrorCode::kUnsupportedModel,
     "line 4: Segment: a VariableWeight is not supported with the method weightedMedian"},
    {"weight_of_nobody", ErrorCode::kInvalidModel,
     "line 7: VariableWeight: there is no field \"z\""},
    {"weighted_median_classes", ErrorCode::kInvalidModel,
     "line 4: Segmentation: this method does not apply to classes"},
    {"zero_byte", ErrorCode::kInvalidModel, "the text contains a zero byte"},
};

TEST(PmmlHostile, every_document_is_refused_with_its_message) {
  for (const test::PmmlRefusal &refusal : kCases) test::expect_refusal(refusal);
}

std::string document(const std::string &dictionary, const std::string &model) {
  return "<PMML version=\"4.4\"><DataDictionary>" + dictionary + "</DataDictionary>" + model +
         "</PMML>";
}
const std::string kField = "<DataField name=\"x\" optype=\"continuous\" dataType=\"double\"/>";
const std::string kModel =
    "<RegressionModel functionName=\"regression\"><MiningSchema><MiningField "
    "name=\"x\"/></MiningSchema>"
    "<RegressionTable intercept=\"1\"><NumericPredictor name=\"x\" "
    "coefficient=\"1\"/></RegressionTable></RegressionModel>";

TEST(PmmlHostile, quotas_hold_before_anything_is_built) {
  const std::string huge(2 << 20, 'a');
  EXPECT_EQ(test::refusal_of_pmml("<PMML version=\"4.4\" copyright=\"" + huge + "\"/>").message(),
            "line 1: PMML: an attribute is too long");
  EXPECT_EQ(test::refusal_of_pmml("<PMML version=\"4.4\"><" + huge + "/></PMML>").message(),
            "line 1: " + std::string(40, 'a') + "...: the name is too long");

  std::string elements = "<PMML version=\"4.4\">";
  for (int i = 0; i < 1000; ++i) elements += "<a/>";
  Limits few;
  few.max_nodes = 900;
  EXPECT_EQ(test::refusal_of_pmml(elements + "</PMML>", few).message(),
            "model has too many XML elements");

  Limits narrow;
  narrow.max_features = 1;
  const std::string two = "<DataField name=\"y\" optype=\"continuous\" dataType=\"double\"/>";
  std::string model = kModel;
  model.replace(model.find("</MiningSchema>"), 0, "<MiningField name=\"y\"/>");
  EXPECT_EQ(test::refusal_of_pmml(document(kField + two, model), narrow).message(),
            "model has too many features");
}

TEST(PmmlHostile, options_that_make_no_sense_are_refused) {
  const std::string text = document(kField, kModel);
  formats::Options options;
  options.iterations = 3;
  try {
    formats::load("pmml", {.bytes = as_bytes(text), .options = options});
    ADD_FAILURE() << "it was read";
  } catch (const Error &e) {
    EXPECT_EQ(e.message(), "option \"iterations\" does not apply to format \"pmml\"");
  }
}

}  // namespace
}  // namespace pgscore
