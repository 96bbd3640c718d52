// What PMML's schemas define and the reader does not use is refused by its name and line.
// docs/formats/pmml-elements.md says of every element what is used: after a change of the table,
// this test writes the page with PGSCORE_WRITE_TABLES=1.
#include <cstdlib>
#include <fstream>

#include "formats/pmml/schema.hpp"
#include "support/pmml_refusal.hpp"

namespace pgscore {
namespace {

constexpr ErrorCode kInvalid = ErrorCode::kInvalidModel,
                    kUnsupported = ErrorCode::kUnsupportedModel;
constexpr test::PmmlRefusal kCases[] = {
    {"unknown_attribute", kInvalid, "line 4: RegressionModel: unknown attribute \"magic\""},
    {"unknown_element", kInvalid, "line 5: Magic: this element is unknown in RegressionModel"},
    {"unknown_in_segment", kInvalid, "line 6: RegressionTable: unknown attribute \"magic\""},
    {"unknown_in_function", kInvalid, "line 4: ParameterField: unknown attribute \"magic\""},
    {"misplaced_element", kInvalid, "line 5: Node: this element is unknown in RegressionModel"},
    {"output_twice", kInvalid, "line 5: Output: there is another one in the same RegressionModel"},
    {"two_predicates", kInvalid, "line 5: SimplePredicate: there is a True in the same Node"},
    {"two_expressions", kInvalid, "line 5: Constant: there is a FieldRef in the same DerivedField"},
    {"two_models", kInvalid, "line 7: RegressionModel: there is another one in the same Segment"},
    {"several_values", kUnsupported,
     "line 5: OutputField: attribute \"isMultiValued\" may only be \"0\""},
    {"rank_order", kUnsupported,
     "line 5: OutputField: attribute \"rankOrder\" may only be \"descending\""},
    {"thermometer", kUnsupported,
     "line 5: NormDiscrete: attribute \"method\" may only be \"indicator\""},
    {"invalid_function", kUnsupported,
     "line 5: Apply: attribute \"invalidValueTreatment\" may only be \"returnInvalid\""},
    {"scorecard_float", kUnsupported,
     "line 6: Scorecard: attribute \"x-mathContext\" may only be \"double\""},
    {"table_target", kUnsupported,
     "line 6: RegressionTable: attribute \"x-targetField\" is not supported"},
    {"segmentation_fields", kUnsupported,
     "line 4: LocalTransformations: this element is not supported in Segmentation"},
    {"cluster_center_fields", kUnsupported,
     "line 20: CenterFields: this element is not supported in ClusteringModel"},
};

TEST(PmmlSchema, what_is_not_used_is_refused) {
  for (const test::PmmlRefusal &refusal : kCases) test::expect_refusal(refusal);
}

/// What belongs to a producer alone has no effect; neither has what only describes.
TEST(PmmlSchema, other_namespaces_and_extensions_are_left_alone) {
  const std::string text =
      R"(<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
      xsi:schemaLocation="http://www.dmg.org/PMML-4_4 pmml.xsd"
      xmlns:own="http://example.org/" own:tool="7">
    <Header copyright="nobody">
      <Application name="tool" magic="1"/><Timestamp>now</Timestamp>
    </Header>
    <own:Settings depth="3"/>
    <DataDictionary>
      <DataField name="x" optype="continuous" dataType="double" displayName="an x" own:unit="m"/>
    </DataDictionary>
    <RegressionModel functionName="regression" modelName="m" algorithmName="a"
                     modelType="linearRegression">
      <Extension name="magic" value="1"><Anything here="1"/></Extension>
      <MiningSchema><MiningField name="x" importance="0.5"/></MiningSchema>
      <ModelStats><UnivariateStats field="x" own="1"/></ModelStats>
      <RegressionTable intercept="1">
        <Extension/><own:NumericPredictor name="y"/><NumericPredictor name="x" coefficient="2"/>
      </RegressionTable>
    </RegressionModel></PMML>)";
  EXPECT_EQ(formats::load("auto", {.bytes = as_bytes(text)}).inputs.size(), 1u);
}

TEST(PmmlSchema, page_is_up_to_date) {
  const std::filesystem::path path =
      std::filesystem::path(PGSCORE_SOURCE_DIR) / "docs" / "formats" / "pmml-elements.md";
  const std::string page = formats::pmml::schema_page();
  if (std::getenv("PGSCORE_WRITE_TABLES") != nullptr)
    std::ofstream(path, std::ios::binary) << page;
  else
    EXPECT_EQ(test::read_file(path), page)
        << "run formats_pmml_schema_test with PGSCORE_WRITE_TABLES=1";
}

}  // namespace
}  // namespace pgscore
