#include "registry/prepared_version.hpp"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "model/describe.hpp"
#include "plan/compile.hpp"
#include "plan/verify_plan.hpp"

namespace pgscore::registry {
namespace {

std::string facts_as_json(const std::vector<model::Fact> &facts) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const model::Fact &fact : facts) json[fact.name] = fact.value;
  return json.dump();
}

}  // namespace

plan::PlanMemory make_plan(model::Model &model, Interrupt interrupt) {
  const std::vector<std::byte> compiled = plan::compile(model, interrupt);
  model.nodes = {};
  plan::PlanMemory plan(compiled, interrupt);
  plan::verify_plan(plan.bytes(), interrupt);
  return plan;
}

PreparedVersion prepare_version(model::Model model, Interrupt interrupt) {
  PreparedVersion version;
  version.model = std::move(model);
  version.num_trees = version.model.num_trees();
  version.num_nodes = version.model.num_tree_nodes();
  version.features_json = model::describe_features(version.model);
  version.facts_json = facts_as_json(version.model.facts);
  version.plan_bytes = make_plan(version.model, interrupt);
  return version;
}

}  // namespace pgscore::registry
