#include "pg/scoring/call_site.hpp"

#include <ctime>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "kernels/interruptible.hpp"
#include "pg/boundary/context_memory.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/boundary/interrupts.hpp"
#include "pg/scoring/scored_functions.hpp"
#include "pg/scoring/task_check.hpp"
#include "pg/settings.hpp"
#include "registry/model_name.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "nodes/primnodes.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

constexpr std::uint64_t kTimedRow = 64;  // one row in so many is timed
// Counts reach shared memory after so many rows, and at the end of the statement
constexpr std::uint64_t kFlushRows = 4096;
// After so many rows it is worth looking for the scan that returns them
constexpr std::uint64_t kRowsToLookAhead = 64;
constexpr std::size_t kMaxSites = 256;

std::uint64_t nanoseconds_now() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec);
}

std::string_view name_of_argument(FunctionCallInfo fcinfo) {
  const text *name = PG_GETARG_TEXT_PP(0);
  return {VARDATA_ANY(name), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(name))};
}

/// Says whether the model is a constant of the expression itself. A variable of PL/pgSQL is none:
/// it is a parameter that changes from call to call.
bool is_constant(FmgrInfo *function) {
  const Node *expression = function->fn_expr;
  if (expression == nullptr || !IsA(expression, FuncExpr)) return false;
  return IsA(linitial(reinterpret_cast<const FuncExpr *>(expression)->args), Const);
}

/// Throws unless the current user may execute the function that people write: the planner's forms
/// must be no way around a privilege that was revoked from it.
void require_written_form(const ScoringKind *kind, bool fixed_version) {
  const Oid function = written_form({kind, true, fixed_version});
  if (!OidIsValid(function))
    throw Error(ErrorCode::kInternal, "function \"" + std::string(kind->name) + "\" does not exist",
                {}, "The functions of the extension pgscore must keep their names.");
  note_scored(function);
  call([function] { require_execute(function); });
}

/// Throws if the version that the call was planned for has other content here: the planned call may
/// be executed on another server. Another number is a deploy since then, and no fault.
void require_planned_content(const ResolvedVersion &found, const registry::PlannedModel &planned) {
  if (found.version != planned.version || found.identity == planned.identity) return;
  throw Error(ErrorCode::kUndefinedModel,
              "version " + std::to_string(found.version) + " of model " +
                  in_quotes(registry::parse_model_reference(planned.reference).model) +
                  " is not the version that the call was planned for",
              "The call was planned on a server where that version has other content.",
              "Import the same file with the same options on both servers, or score a version that "
              "both have.");
}

}  // namespace

CallSite::CallSite(std::string model, const ScoringFunction &function, MemoryContext memory)
    : model_(std::move(model)), function_(function), memory_(memory) {
  if (function.columns)
    planned_ = registry::parse_planned_model(model_);
  else
    planned_.reference = model_;
}

CallSite::~CallSite() { flush(); }

void CallSite::flush() noexcept {
  if (statistics_ != nullptr && (counts_.rows > 0 || counts_.errors > 0 || counts_.calls > 0)) {
    if (target_) {
      const ValueCounts values = target_->binding.take_counts();
      counts_.missing = values.missing;
      counts_.unknown = values.unknown;
      add_counts(statistics_, target_->version.model_id, counts_);
    }
  }
  counts_ = {};
}

CallSite::Target CallSite::make_target(const ResolvedVersion &version, int num_arguments) const {
  PlanRef ref = plan_of(version);
  const plan::Plan plan = ref.plan();
  check_task(plan, function_.kind->want, planned_.reference);
  // In the form that people write, the arguments behind the input do not belong to it.
  const bool takes_one_input = function_.kind->more_is_last && !function_.columns;
  const int last_input = takes_one_input ? function_.first_input() + 1 : num_arguments;
  std::optional<Contributions> contributions;
  if (function_.kind->contributions != ContributionsOf::kNothing)
    contributions.emplace(version, plan, *function_.kind, planned_.reference);
  const std::size_t width =
      contributions ? contributions->width() : kernels::output_width(plan, function_.kind->want);
  return {version,
          std::move(ref),
          Binding(plan, planned_.reference, function_.first_input(), last_input, memory_,
                  function_.columns ? &planned_ : nullptr),
          kernels::Scratch(plan, 1, kernel_name()),
          width,
          1,
          std::vector<double>(plan.num_inputs(), model::kMissing),
          std::vector<double>(width),
          std::move(contributions),
          std::vector<WantedMargin>(1)};
}

void CallSite::resolve(int num_arguments) {
  if (!ActiveSnapshotSet())
    throw Error(ErrorCode::kInternal,
                "a model cannot be scored here: there is no snapshot to look it up with");
  const SnapshotIdentity identity = SnapshotIdentity::current();
  if (likely(identity_ == identity)) return;
  if (function_.columns) require_written_form(function_.kind, function_.fixed_version);
  const ResolvedVersion version = resolve_for_scoring(planned_.reference, function_.fixed_version);
  if (function_.columns) require_planned_content(version, planned_);
  if (!target_ || !(version.plan == target_->version.plan) ||
      version.version_id != target_->version.version_id) {
    // A throw on the way leaves the site as it was.
    Target made = make_target(version, num_arguments);
    flush();
    target_.emplace(std::move(made));
    statistics_ = setting::track ? claim_statistics(version.model_id) : nullptr;
    ++counts_.calls;
  }
  identity_ = identity;
}

const double *CallSite::score(FunctionCallInfo fcinfo) {
  resolve(PG_NARGS());
  try {
    const bool timed = counts_.rows % kTimedRow == 0 && statistics_ != nullptr;
    const std::uint64_t start = timed ? nanoseconds_now() : 0;
    const double *result = nullptr;
    if (unlikely(counts_.rows == kRowsToLookAhead)) next_row_.find(fcinfo->flinfo);
    next_row_.prefetch();
    Target &target = *target_;
    if (read_into(fcinfo, 0) == RowStatus::kScorable) {
      score_rows(1);
      result = target.outputs.data();
    } else {
      ++counts_.null_rows;
    }
    if (timed) counts_.nanoseconds += (nanoseconds_now() - start) * kTimedRow;
    if (++counts_.rows >= kFlushRows) flush();
    return result;
  } catch (const Error &error) {
    if (!forgive(error)) throw;
    return nullptr;
  }
}

/// Reads the arguments as row `row` of the block.
RowStatus CallSite::read_into(FunctionCallInfo fcinfo, std::size_t row) {
  Target &target = *target_;
  double *inputs = target.inputs.data() + row * target.plan.plan().num_inputs();
  const RowStatus status = target.binding.read(fcinfo, inputs);
  if (target.contributions) {
    target.margins[row] = {};
    if (function_.kind->more)
      target.margins[row] =
          target.contributions->margin_of(fcinfo->args[function_.more_argument()]);
  }
  return status;
}

/// Computes the outputs of the first `count` rows of the block.
void CallSite::score_rows(std::size_t count) {
  Target &target = *target_;
  if (target.contributions)
    return target.contributions->compute(target.inputs.data(), target.margins.data(), count,
                                         target.outputs.data());
  const std::size_t num_inputs = target.plan.plan().num_inputs();
  kernels::score(target.plan.plan(), {target.inputs.data(), 1, count, num_inputs},
                 function_.kind->want, target.scratch, target.outputs.data(), kServerInterrupt);
}

/// Says whether an error becomes NULL. pgscore.on_error = null forgives the faults of a row, never
/// those of a call that fits no row at all. A call of a fixed version forgives nothing: an index or
/// a generated column may hold its score, so it must not depend on a setting.
bool CallSite::forgive(const Error &error) {
  ++counts_.errors;
  ++counts_.rows;
  const bool fault_of_row = error.code() == ErrorCode::kUnknownCategory ||
                            error.code() == ErrorCode::kMissingValue ||
                            error.code() == ErrorCode::kOutOfRange;
  return fault_of_row && !function_.fixed_version && setting::on_error == setting::kOnErrorNull;
}

std::size_t CallSite::begin_block(int num_arguments) {
  resolve(num_arguments);
  return sizeof(double) * target_->output_width + kernels::block_row_bytes(target_->plan.plan()) +
         (target_->contributions ? target_->contributions->row_bytes() : 0);
}

void CallSite::make_room(std::size_t rows) {
  Target &target = *target_;
  if (rows <= target.max_rows) return;
  const plan::Plan plan = target.plan.plan();
  target.max_rows = 0;  // should one of these throw
  if (target.contributions)
    target.margins.resize(rows);
  else
    target.scratch = kernels::Scratch(plan, rows, kernel_name());
  target.inputs.resize(plan.num_inputs() * rows, model::kMissing);
  target.outputs.resize(target.output_width * rows);
  target.max_rows = rows;
}

bool CallSite::read(FunctionCallInfo fcinfo, std::size_t row) {
  try {
    const bool timed = row % kTimedRow == 0 && statistics_ != nullptr;
    const std::uint64_t start = timed ? nanoseconds_now() : 0;
    const bool scorable = read_into(fcinfo, row) == RowStatus::kScorable;
    if (timed) counts_.nanoseconds += (nanoseconds_now() - start) * kTimedRow;
    ++counts_.rows;
    counts_.null_rows += scorable ? 0 : 1;
    return scorable;
  } catch (const Error &error) {
    if (!forgive(error)) throw;
    return false;
  }
}

const double *CallSite::score_block(std::size_t count) {
  const std::uint64_t start = statistics_ != nullptr ? nanoseconds_now() : 0;
  score_rows(count);
  if (statistics_ != nullptr) counts_.nanoseconds += nanoseconds_now() - start;
  if (counts_.rows >= kFlushRows) flush();
  return target_->outputs.data();
}

CallSite &CallSites::find(FunctionCallInfo fcinfo, const ScoringFunction &function) {
  if (likely(last_ != nullptr && constant_)) return *last_;
  note_scored(fcinfo->flinfo->fn_oid);
  constant_ = is_constant(fcinfo->flinfo);
  const std::string_view name = name_of_argument(fcinfo);
  if (last_ != nullptr && last_->model() == name) return *last_;
  for (const auto &site : sites_)
    if (site->model() == name) return *(last_ = site.get());
  if (sites_.size() >= kMaxSites) {
    last_ = nullptr;
    sites_.clear();
  }
  sites_.push_back(
      std::make_unique<CallSite>(std::string(name), function, fcinfo->flinfo->fn_mcxt));
  return *(last_ = sites_.back().get());
}

}  // namespace pgscore::pg
