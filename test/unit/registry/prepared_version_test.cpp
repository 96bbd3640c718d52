// What an import stores of a model.
#include "registry/prepared_version.hpp"

#include <gtest/gtest.h>

#include <string>

#include "plan/compile.hpp"
#include "support/registry_model.hpp"

namespace pgscore::registry {
namespace {

TEST(PreparedVersion, describes_the_model_and_keeps_its_plan) {
  formats::Source source;
  source.bytes = as_bytes(test::kRegistryModel);
  const auto compiled = plan::compile(formats::load("auto", source));
  const PreparedVersion version = test::registry_model();
  EXPECT_EQ(std::vector(version.plan_bytes.bytes().begin(), version.plan_bytes.bytes().end()),
            compiled);
  EXPECT_EQ(version.plan().num_inputs(), 2u);
  EXPECT_EQ(version.facts_json, R"({"writer":"Zoë"})");
  EXPECT_NE(version.features_json.find(R"("categories":["clerk","chief"])"), std::string::npos)
      << version.features_json;
  EXPECT_TRUE(version.model.nodes.empty());
  EXPECT_EQ(version.model.output.labels.size(), 2u);
}

TEST(PreparedVersion, counts_trees_before_the_nodes_are_gone) {
  const PreparedVersion version = test::registry_model(R"({
    "pgscore_model": 1, "inputs": [{"name": "x"}],
    "nodes": [{"type": "trees", "features": [0], "compare": "float64", "sum": "float64",
               "base": [0], "trees": [{"feature": [0, null, null], "threshold": [1, null, null],
               "left": [1, null, null], "right": [2, null, null],
               "value": [null, 1, 2]}]}],
    "output": {"task": "regression", "values": [{"name": "v", "column": 1}]}})");
  EXPECT_EQ(version.num_trees, 1u);
  EXPECT_EQ(version.num_nodes, 3u);
}

void stop() { throw 42; }

TEST(PreparedVersion, can_be_interrupted) {
  formats::Source source;
  source.bytes = as_bytes(test::kRegistryModel);
  EXPECT_THROW(prepare_version(formats::load("auto", source), Interrupt(stop)), int);
}

}  // namespace
}  // namespace pgscore::registry
