// What an import stores about a version, made from the model alone.
#pragma once
#include <cstdint>
#include <string>

#include "base/interrupt.hpp"
#include "model/model.hpp"
#include "plan/plan.hpp"
#include "plan/plan_memory.hpp"

namespace pgscore::registry {

/// Compiles a model and verifies the plan. The catalog holds no plan that has not passed the check
/// that guards shared memory: our own compiler is not trusted either. The model loses its nodes,
/// because they need several times the memory of the plan, and the plan replaces them. Throws what
/// plan::compile throws, and what the interrupt throws.
plan::PlanMemory make_plan(model::Model &model, Interrupt interrupt = {});

/// Compiles and verifies the explanation of a model, which has its nodes. Throws kUnsupportedModel
/// for a model that has none, kLimitExceeded for one that is too large, and what the interrupt
/// throws.
plan::PlanMemory make_explanation(const model::Model &model, Interrupt interrupt = {});

/// A model, its plan, and its descriptions. All texts are UTF-8.
struct PreparedVersion {
  model::Model model;  // without its nodes
  std::uint64_t num_trees = 0, num_nodes = 0;
  std::string features_json;     // array, as model::describe_features
  std::string facts_json;        // object
  plan::PlanMemory plan_bytes;   // verified
  plan::PlanMemory explanation;  // verified; empty: the model has none

  /// Views plan_bytes, and is good as long as they are there.
  plan::Plan plan() const { return plan::Plan(plan_bytes.data()); }
};

/// Describes and compiles a model. Throws what make_plan throws.
PreparedVersion prepare_version(model::Model model, Interrupt interrupt = {});

}  // namespace pgscore::registry
