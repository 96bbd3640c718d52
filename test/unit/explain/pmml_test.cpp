// Contributions of PMML's models: covers from the counts of records, and sums of single features.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

#include "base/error.hpp"
#include "explain/compile.hpp"
#include "explain/contributions.hpp"
#include "explain/verify.hpp"
#include "formats/format.hpp"
#include "model/interpret.hpp"
#include "plan/plan_memory.hpp"

namespace pgscore::explain {
namespace {

using model::kMissing;

/// A document with the inputs x and y, numbers, and c, a category "a" or "b"; the target is t.
model::Model load(const std::string &model, const std::string &x = "", const char *target = "") {
  const std::string text =
      R"(<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary>
<DataField name="x" optype="continuous" dataType="double">)" +
      x + R"(</DataField><DataField name="y" optype="continuous" dataType="double"/>
<DataField name="c" optype="categorical" dataType="string"><Value value="a"/><Value value="b"/>
</DataField>)" +
      (*target != '\0' ? target
                       : R"(<DataField name="t" optype="continuous" dataType="double"/>)") +
      "</DataDictionary>" + model + "</PMML>";
  return formats::load("pmml", {.bytes = as_bytes(text)});
}

const std::string kSchema =
    R"(<MiningSchema><MiningField name="t" usageType="target"/><MiningField name="x"/>
<MiningField name="y"/><MiningField name="c"/></MiningSchema>)";

const model::TreeEnsemble &trees_of(const model::Model &model) {
  for (const model::Node &node : model.nodes)
    if (const auto *trees = std::get_if<model::TreeEnsemble>(&node.body)) return *trees;
  throw std::runtime_error("no trees");
}

/// x, y, c of a row -> their contributions and the bias. What a model does not read is no input of
/// it, and contributes nothing.
std::vector<double> explained(const model::Model &model, const std::vector<double> &row,
                              std::uint32_t output = 0) {
  const std::vector<std::byte> bytes = compile(model);
  const plan::PlanMemory image(bytes);
  verify(image.bytes());
  const Explanation explanation(image.data());
  Workspace workspace(explanation);
  auto place = [](const model::Input &input) { return std::string("xyc").find(input.name); };
  std::vector<double> values, found(model.inputs.size() + 1), out(4);
  for (const model::Input &input : model.inputs) values.push_back(row[place(input)]);
  contributions(explanation, output, values.data(), values.size(), 1, workspace, found.data());
  out.back() = found.back();
  for (std::size_t i = 0; i < values.size(); ++i) out[place(model.inputs[i])] = found[i];
  return out;
}

void expect_near(const std::vector<double> &found, const std::vector<double> &expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-12) << i;
}

/// No contributions of the inputs that are read, x and another one.
bool are_missing(const std::vector<double> &found) {
  return std::isnan(found.front()) && std::isnan(found.back());
}

/// x < 1: 1, of 6 records; else c a: 5, of 1 record; b: 9, of 3. `attributes` of the model, `count`
/// of the second leaf.
std::string tree(const std::string &attributes, const std::string &count, const char *rest = "") {
  return "<TreeModel functionName=\"regression\" " + attributes + ">" + kSchema + rest +
         R"(<Node id="1" recordCount="10"><True/>
<Node id="2" score="1" recordCount="6"><SimplePredicate field="x" operator="lessThan" value="1"/>
</Node><Node id="3" score="8" recordCount="4">
<SimplePredicate field="x" operator="greaterOrEqual" value="1"/>
<Node id="4" score="5" )" +
         count + R"(><SimplePredicate field="c" operator="equal" value="a"/></Node>
<Node id="5" score="9" recordCount="3">
<SimplePredicate field="c" operator="equal" value="b"/></Node></Node></Node></TreeModel>)";
}

TEST(PmmlContributions, of_a_tree_come_from_the_counts_of_records) {
  const model::Model model = load(tree("", R"(recordCount="1")"));
  // Of 10 records 6 have 1; of the others one has 5, three have 9.
  expect_near(explained(model, {2, 0, 1}), {4.5, 0, 0.7, 3.8});
  expect_near(explained(model, {0, 0, 1}), {-3, 0, 0.2, 3.8});
  // No child's predicate is true: no score, no contributions.
  EXPECT_TRUE(are_missing(explained(model, {kMissing, 0, 1})));
  EXPECT_TRUE(are_missing(explained(model, {2, 0, kMissing})));
}

TEST(PmmlContributions, of_a_tree_whose_output_does_not_ask_for_the_node) {
  const std::string output =
      R"(<Output><OutputField name="p" feature="predictedValue" dataType="double"/></Output>)";
  const model::Model model = load(tree("", R"(recordCount="1")", output.c_str()));
  expect_near(explained(model, {2, 0, 1}), {4.5, 0, 0.7, 3.8});
}

TEST(PmmlContributions, records_that_end_at_an_inner_node_count_there) {
  // 10 records reach the root, 6 + 4 its children, of which the second keeps 0.
  const model::TreeEnsemble trees = trees_of(load(
      tree(R"(missingValueStrategy="lastPrediction" noTrueChildStrategy="returnLastPrediction")",
           R"(recordCount="0.5")")));
  ASSERT_EQ(trees.covers.size(), trees.nodes.size());
  EXPECT_EQ(trees.covers[0], 10);
  std::map<double, double> by_value;
  for (std::size_t i = 0; i < trees.nodes.size(); ++i)
    if (trees.nodes[i].split == model::Split::kLeaf)
      by_value[trees.nodes[i].value] += trees.covers[i];
  EXPECT_EQ(by_value[1], 6);
  EXPECT_EQ(by_value[5], 0.5);
  EXPECT_EQ(by_value[8], 0.5);
  EXPECT_EQ(by_value[9], 3);
}

TEST(PmmlContributions, a_default_child_counts_once) {
  const std::string node = R"(<Node score="1" recordCount="7" id="2">)"
                           R"(<SimplePredicate field="x" operator="lessThan" value="1"/></Node>)"
                           R"(<Node score="2" recordCount="5" id="3">)"
                           R"(<SimplePredicate field="y" operator="lessThan" value="1"/></Node>)"
                           R"(<Node score="3" recordCount="4" id="4"><True/></Node>)";
  const model::TreeEnsemble trees = trees_of(
      load("<TreeModel functionName=\"regression\" missingValueStrategy=\"defaultChild\">" +
           kSchema + R"(<Node defaultChild="4"><True/>)" + node + "</Node></TreeModel>"));
  ASSERT_EQ(trees.covers.size(), trees.nodes.size());
  EXPECT_EQ(trees.covers[0], 16);
}

TEST(PmmlContributions, a_tree_without_a_count_of_each_leaf_has_none) {
  for (const char *count :
       {"", R"(recordCount="many")", R"(recordCount="-1")", R"(recordCount="INF")"}) {
    SCOPED_TRACE(count);
    const model::Model model = load(tree("", count));
    EXPECT_TRUE(trees_of(model).covers.empty());
    EXPECT_EQ(model::interpret(model, std::vector<double>{2, 1})[model.output.raw[0]], 9);
    EXPECT_THROW(compile(model), Error);
  }
}

TEST(PmmlContributions, of_a_forest_come_from_the_counts_of_its_classes) {
  const char *target = R"(<DataField name="t" optype="categorical" dataType="string">
<Value value="no"/><Value value="yes"/></DataField>)";
  const std::string one =
      "<Segment><True/><TreeModel functionName=\"classification\">" + kSchema +
      R"(<Node><True/><Node score="no"><SimplePredicate field="x" operator="lessThan" value="1"/>
<ScoreDistribution value="no" recordCount="6"/><ScoreDistribution value="yes" recordCount="2"/>
</Node><Node score="yes"><SimplePredicate field="x" operator="greaterOrEqual" value="1"/>
<ScoreDistribution value="no" recordCount="3"/><ScoreDistribution value="yes" recordCount="9"/>
</Node></Node></TreeModel></Segment>)";
  const model::Model model = load("<MiningModel functionName=\"classification\">" + kSchema +
                                      "<Segmentation multipleModelMethod=\"average\">" + one + one +
                                      "</Segmentation></MiningModel>",
                                  "", target);
  // P(yes) is 1/4 for 8 records and 3/4 for 12.
  expect_near(explained(model, {0, 0, 0}, 1), {0.25 - 0.55, 0, 0, 0.55});
  expect_near(explained(model, {2, 0, 0}, 0), {0.25 - 0.45, 0, 0, 0.45});
}

TEST(PmmlContributions, of_a_regression_are_its_terms) {
  const model::Model model =
      load("<RegressionModel functionName=\"regression\" normalizationMethod=\"logit\">" + kSchema +
           R"(<RegressionTable intercept="0.5"><NumericPredictor name="x" coefficient="2"/>
<NumericPredictor name="y" exponent="2" coefficient="3"/>
<NumericPredictor name="y" coefficient="-1"/>
<CategoricalPredictor name="c" value="a" coefficient="7"/>
<CategoricalPredictor name="c" value="b" coefficient="-4"/></RegressionTable></RegressionModel>)");
  expect_near(explained(model, {10, 3, 0}), {20, 24, 7, 0.5});
  expect_near(explained(model, {10, 3, 1}), {20, 24, -4, 0.5});
  expect_near(explained(model, {10, 3, kMissing}), {20, 24, 0, 0.5});
  EXPECT_TRUE(are_missing(explained(model, {kMissing, 3, 0})));
}

TEST(PmmlContributions, of_a_row_with_an_invalid_value_there_are_none) {
  const model::Model model =
      load("<RegressionModel functionName=\"regression\">" + kSchema +
               R"(<RegressionTable><NumericPredictor name="x" coefficient="2"/>
<NumericPredictor name="y" coefficient="3"/></RegressionTable></RegressionModel>)",
           R"(<Interval closure="closedClosed" leftMargin="0" rightMargin="5"/>)");
  expect_near(explained(model, {5, 1, 0}), {10, 3, 0, 0});
  EXPECT_TRUE(are_missing(explained(model, {6, 1, 0})));
}

TEST(PmmlContributions, of_a_scorecard_are_its_points) {
  auto attribute = [](const char *points, const std::string &predicate) {
    return "<Attribute partialScore=\"" + std::string(points) + "\">" + predicate + "</Attribute>";
  };
  const model::Model model =
      load("<Scorecard functionName=\"regression\" initialScore=\"100\" useReasonCodes=\"false\">" +
           kSchema + R"(<Characteristics><Characteristic name="of_x">)" +
           attribute("10", R"(<SimplePredicate field="x" operator="lessThan" value="1"/>)") +
           attribute("25", "<True/>") + R"(</Characteristic><Characteristic name="of_c">)" +
           attribute("-3", R"(<SimplePredicate field="c" operator="equal" value="a"/>)") +
           attribute("4", R"(<SimplePredicate field="c" operator="equal" value="b"/>)") +
           "</Characteristic></Characteristics></Scorecard>");
  expect_near(explained(model, {0, 0, 0}), {10, 0, -3, 100});
  expect_near(explained(model, {2, 0, 1}), {25, 0, 4, 100});
  // No attribute of c is true: the scorecard has no value.
  EXPECT_TRUE(are_missing(explained(model, {2, 0, kMissing})));
}

TEST(PmmlContributions, of_a_general_regression_are_its_parameters) {
  const std::string cells = R"(<PPMatrix>
<PPCell value="1" predictorName="x" parameterName="p1"/>
<PPCell value="a" predictorName="c" parameterName="p2"/>
<PPCell value="b" predictorName="c" parameterName="p3"/></PPMatrix>
<ParamMatrix><PCell parameterName="p0" beta="1.5"/><PCell parameterName="p1" beta="2"/>
<PCell parameterName="p2" beta="5"/><PCell parameterName="p3" beta="-6"/></ParamMatrix>)";
  for (const char *type : {R"(modelType="generalizedLinear" linkFunction="log")",
                           R"(modelType="generalLinear")", R"(modelType="regression")"}) {
    SCOPED_TRACE(type);
    const model::Model model =
        load("<GeneralRegressionModel functionName=\"regression\" " + std::string(type) + ">" +
             kSchema + R"(<ParameterList><Parameter name="p0"/><Parameter name="p1"/>
<Parameter name="p2"/><Parameter name="p3"/></ParameterList>
<FactorList><Predictor name="c"/></FactorList><CovariateList><Predictor name="x"/></CovariateList>)" +
             cells + "</GeneralRegressionModel>");
    expect_near(explained(model, {10, 0, 0}), {20, 0, 5, 1.5});
    expect_near(explained(model, {10, 0, 1}), {20, 0, -6, 1.5});
  }
}

}  // namespace
}  // namespace pgscore::explain
