// Everything that an import stores about a version, made from the artifact alone: no table is read
// or written here.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "formats/format.hpp"
#include "model/model.hpp"
#include "plan/plan.hpp"
#include "plan/plan_memory.hpp"

namespace pgscore::pg {

struct PreparedVersion {
  // Without its nodes: they take several times the memory of the plan, which stands for them
  model::Model model;
  std::uint64_t num_trees = 0, num_nodes = 0;
  // In the encoding of the database:
  std::vector<std::string> labels;
  std::optional<std::string> positive_class;
  std::string features_json;    // array, as model::describe_features
  std::string facts_json;       // object
  plan::PlanMemory plan_bytes;  // verified
  std::string plan_key;         // sha256 of the plan

  /// Views plan_bytes: lives as long as they do.
  plan::Plan plan() const { return plan::Plan(plan_bytes.data()); }
};

/// Reads, verifies and compiles an artifact under the current quotas; a cancel stops it.
PreparedVersion prepare_version(std::string_view format, const formats::Source &source);

/// Only reads and verifies: what inspect_model needs.
model::Model read_model(std::string_view format, const formats::Source &source);

/// Of `bytes` and what follows them.
std::string sha256(Bytes bytes, Bytes more = {});

}  // namespace pgscore::pg
