// EXPLAIN of batch nodes.
#include <optional>
#include <string>

#include "base/error.hpp"
#include "kernels/tree_kernel.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/catalog/resolve.hpp"
#include "pg/compat/explain_compat.hpp"
#include "pg/planner/batch_node.hpp"
#include "pg/planner/batch_scan.hpp"
#include "pg/settings.hpp"
#include "registry/planned_model.hpp"
#include "pg/postgres.hpp"

namespace pgscore::pg {
namespace {

struct ShownCall {
  std::string function, model;
  int version = 0;  // 0: not known before it is executed
  int num_columns = 0;
  std::string kernel;
};

/// Gives the name of the kernel that scores blocks of this model's trees; empty when it has none.
std::string kernel_of(plan::Plan plan, std::size_t rows) {
  const auto ensembles = plan.elements<plan::EnsembleRecord>(plan.header().ensembles);
  if (ensembles.empty()) return {};
  for (const kernels::TreeKernel *kernel : kernels::kernel_table())
    if (kernel->runs_on_this_cpu() && kernel->block(ensembles[0], rows).sum != nullptr)
      return std::string(kernel->name);
  return std::string(kernels::scalar_kernel().name);
}

/// Describes a call. `scored`: the plan that it has scored with, if it has.
ShownCall show(const FuncExpr *expression, plan::Plan scored) {
  ShownCall shown;
  const ScoringFunction function = find_scoring_function(expression->funcid);
  const auto *model = static_cast<const Const *>(linitial(expression->args));
  const Datum name = model->constvalue;
  const std::string named =
      call([name] { return static_cast<const char *>(TextDatumGetCString(name)); });
  shown.function = function.kind->name;
  shown.model = named;
  if (function.columns) {
    const registry::PlannedModel planned = registry::parse_planned_model(named);
    shown.model = planned.reference.substr(0, planned.reference.find('@'));
    shown.version = planned.version;
    shown.num_columns = static_cast<int>(planned.columns.size());
  }
  if (shown.num_columns == 0)
    shown.num_columns = list_length(expression->args) - function.first_input();
  const auto rows = static_cast<std::size_t>(setting::batch_size);
  if (scored) {
    shown.kernel = kernel_of(scored, rows);
    return shown;
  }
  // auto_explain runs when the query's snapshot is gone already.
  if (!ActiveSnapshotSet()) return shown;
  try {
    const std::optional<ResolvedVersion> version = resolve_for_planning(
        function.columns ? registry::parse_planned_model(named).reference : named,
        function.fixed_version, GetUserId());
    if (version) shown.kernel = kernel_of(plan_of(*version).plan(), rows);
  } catch (const Error &) {
    // The model was dropped meanwhile. Execution will say so.
  }
  return shown;
}

std::string in_one_line(const ShownCall &shown) {
  std::string line = shown.model;
  if (shown.version != 0) line += " version " + std::to_string(shown.version);
  line += " (" + shown.function + ", " + std::to_string(shown.num_columns) +
          (shown.num_columns == 1 ? " column" : " columns");
  if (!shown.kernel.empty()) line += ", kernel " + shown.kernel;
  return line + ")";
}

}  // namespace

void explain_batch_scan(const BatchScanState &state, ExplainState *explain) {
  const auto *plan = reinterpret_cast<const CustomScan *>(state.custom.ss.ps.plan);
  const bool as_text = explain->format == EXPLAIN_FORMAT_TEXT;
  if (!as_text) call([=] { ExplainOpenGroup("Models", "Models", false, explain); });
  const int first_call = batch_num_columns(plan);
  for (int i = first_call; i < list_length(plan->custom_scan_tlist); ++i) {
    const auto *target = static_cast<const TargetEntry *>(list_nth(plan->custom_scan_tlist, i));
    const plan::Plan scored =
        state.scan != nullptr ? state.scan->plan_of_call(i - first_call) : plan::Plan();
    const ShownCall shown = show(reinterpret_cast<const FuncExpr *>(target->expr), scored);
    const std::string line = in_one_line(shown);
    const char *text = line.c_str(), *model = shown.model.c_str(),
               *function = shown.function.c_str(),
               *kernel = shown.kernel.empty() ? nullptr : shown.kernel.c_str();
    const int version = shown.version, num_columns = shown.num_columns;
    call([=] {
      if (as_text) {
        ExplainPropertyText("Model", text, explain);
        return;
      }
      ExplainOpenGroup("Model", nullptr, true, explain);
      ExplainPropertyText("Model", model, explain);
      if (version != 0) ExplainPropertyInteger("Version", nullptr, version, explain);
      ExplainPropertyText("Function", function, explain);
      ExplainPropertyInteger("Columns", nullptr, num_columns, explain);
      if (kernel != nullptr) ExplainPropertyText("Kernel", kernel, explain);
      ExplainCloseGroup("Model", nullptr, true, explain);
    });
  }
  const auto size = static_cast<std::int64_t>(state.scan != nullptr ? state.scan->batch_size()
                                                                    : setting::batch_size);
  const auto batches =
      static_cast<std::int64_t>(state.scan != nullptr ? state.scan->num_batches() : 0);
  call([=] {
    if (!as_text) ExplainCloseGroup("Models", "Models", false, explain);
    ExplainPropertyInteger("Batch Size", nullptr, size, explain);
    if (explain->analyze) ExplainPropertyInteger("Batches", nullptr, batches, explain);
  });
}

}  // namespace pgscore::pg
