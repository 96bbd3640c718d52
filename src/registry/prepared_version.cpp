#include "registry/prepared_version.hpp"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "explain/compile.hpp"
#include "explain/verify.hpp"
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

/// Gives no bytes for a model that cannot be explained: it can be scored all the same.
plan::PlanMemory explanation_or_none(const model::Model &model, Interrupt interrupt) {
  try {
    return make_explanation(model, interrupt);
  } catch (const Error &error) {
    if (error.code() != ErrorCode::kUnsupportedModel && error.code() != ErrorCode::kLimitExceeded)
      throw;
    return {};
  }
}

}  // namespace

plan::PlanMemory make_explanation(const model::Model &model, Interrupt interrupt) {
  plan::PlanMemory explanation(explain::compile(model, interrupt), interrupt);
  explain::verify(explanation.bytes(), interrupt);
  return explanation;
}

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
  version.explanation = explanation_or_none(version.model, interrupt);
  version.plan_bytes = make_plan(version.model, interrupt);
  return version;
}

}  // namespace pgscore::registry
