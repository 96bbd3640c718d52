// Estimates what a score costs, so that the planner evaluates cheap conditions first and starts
// parallel workers where they save time.
#include <array>
#include <bit>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/resolve.hpp"
#include "pg/planner/rewrite.hpp"
#include "pg/scoring/scoring_function.hpp"
#include "registry/planned_model.hpp"

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "optimizer/optimizer.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

/// Gives the cost of a row in units of cpu_operator_cost, which is 5 to 10 ns on common machines.
double operators_per_row(plan::Plan plan) {
  double cost = 5 + 0.5 * plan.num_inputs();
  for (const plan::EnsembleRecord &ensemble :
       plan.elements<plan::EnsembleRecord>(plan.header().ensembles)) {
    if (ensemble.num_trees == 0) continue;
    const auto leaves = static_cast<std::uint64_t>(ensemble.num_exits / ensemble.num_trees);
    const int depth = std::bit_width(leaves);
    cost += ensemble.num_trees * (0.2 + 0.1 * depth);
  }
  for (const plan::StepRecord &step : plan.elements<plan::StepRecord>(plan.header().steps)) {
    cost += 0.5 * (step.num_items + step.num_outputs);
    // Each row is computed with every number of these; tables are searched.
    if (step.kind == plan::StepKind::kDense) cost += 0.01 * step.num_numbers;
    if (step.kind == plan::StepKind::kKernelMachine || step.kind == plan::StepKind::kDistances)
      cost += 0.2 * step.num_numbers;
  }
  return cost;
}

constexpr double kNodesPerPath = 50;

/// A cost that was found. The planner asks for it many times while it plans one statement. It is
/// good for one snapshot and one user.
struct Remembered {
  std::size_t hash = 0;
  SnapshotIdentity identity;
  std::optional<double> cost;
};
constinit std::array<Remembered, 16> remembered{};

/// Gives the cost of a row if the current user may score the model; nothing otherwise. To know the
/// cost the model must be loaded, and in EXPLAIN it would tell the model's size.
std::optional<double> cost_of(const std::string &text, const ScoringFunction &function) {
  const bool explains = function.kind->contributions != ContributionsOf::kNothing;
  const std::size_t hash = std::hash<std::string_view>{}(text) + (explains ? 1 : 0);
  const SnapshotIdentity identity = SnapshotIdentity::current();
  Remembered &place = remembered[hash % remembered.size()];
  if (place.hash == hash && place.identity == identity) return place.cost;
  const std::string reference =
      function.columns ? registry::parse_planned_model(text).reference : text;
  std::optional<double> cost;
  if (const auto version = resolve_for_planning(reference, function.fixed_version, GetUserId()))
    cost = operators_per_row(plan_of(*version).plan());
  // Contributions visit every node of a tree where a score visits one path.
  if (cost && explains) *cost *= kNodesPerPath;
  place = {hash, identity, cost};
  return cost;
}

}  // namespace

bool estimate_cost(SupportRequestCost &request) {
  if (request.node == nullptr || !IsA(request.node, FuncExpr) || !ActiveSnapshotSet()) return false;
  const auto *expression = reinterpret_cast<const FuncExpr *>(request.node);
  const ScoringFunction function = find_scoring_function(expression->funcid);
  if (!function) return false;
  const auto *model = static_cast<const Node *>(linitial(expression->args));
  if (!IsA(model, Const) || reinterpret_cast<const Const *>(model)->constisnull) return false;
  const Datum name = reinterpret_cast<const Const *>(model)->constvalue;
  try {
    const std::string named =
        call([name] { return static_cast<const char *>(TextDatumGetCString(name)); });
    const std::optional<double> cost = cost_of(named, function);
    if (!cost) return false;
    request.startup = 0;
    request.per_tuple = *cost * cpu_operator_cost;
    return true;
  } catch (const Error &) {
    return false;  // execution raises the error
  }
}

}  // namespace pgscore::pg
