// What one call of a scoring function in a query remembers from row to row: the version of the
// model, the binding of its arguments, memory for the kernel.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "kernels/kernel.hpp"
#include "pg/catalog/resolve.hpp"
#include "pg/row/binding.hpp"
#include "pg/scoring/contributions.hpp"
#include "pg/scoring/next_row.hpp"
#include "pg/scoring/scoring_function.hpp"
#include "pg/scoring/scoring_result.hpp"
#include "pg/store/statistics.hpp"
#include "pg/store/store.hpp"
#include "registry/planned_model.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {

/// A model at a call site. It is looked up again when the active snapshot or the user changes.
class CallSite {
 public:
  /// `model`: the text of the first argument.
  CallSite(std::string model, const ScoringFunction &function, MemoryContext memory);
  ~CallSite();  // only adds counts to shared memory: safe while an error is on its way
  CallSite(const CallSite &) = delete;
  CallSite &operator=(const CallSite &) = delete;

  /// Gives the text that the constructor was given; it lives as long as the call site.
  std::string_view model() const { return model_; }
  /// Gives the model that was looked up last; there has to be one.
  ScoredModel scored() const { return {target_->plan.plan(), planned_.reference}; }

  /// Looks the model up, as every call does, also one whose row is NULL. Throws when the current
  /// user may not score it, or when it has no such output.
  void look_up(int num_arguments) { resolve(num_arguments); }
  /// Gives the outputs of the row in the arguments, or null when the result is NULL. They stay
  /// until the next call.
  const double *score(FunctionCallInfo fcinfo);

  // A caller that has many rows scores them in blocks: begin_block, make_room, read for row 0, 1,
  // .., score_block.
  /// Looks the model up, as score() does. -> bytes that a row of a block takes: inputs, outputs,
  /// the kernel's memory
  std::size_t begin_block(int num_arguments);
  /// Makes room for `rows` rows.
  void make_room(std::size_t rows);
  /// Reads the arguments as row `row` of the block, the rows before it being read. -> false: its
  /// result is NULL. Throws what score() would; the rows before may be scored nevertheless.
  bool read(FunctionCallInfo fcinfo, std::size_t row);
  /// Gives the outputs of the first `count` rows, output_width() each. Those of rows whose result
  /// is NULL mean nothing. They stay until the next call.
  const double *score_block(std::size_t count);
  std::size_t output_width() const { return target_->output_width; }

 private:
  /// What belongs to one version of the model. It is made as a whole or not at all.
  struct Target {
    ResolvedVersion version;
    PlanRef plan;
    Binding binding;
    kernels::Scratch scratch;
    std::size_t output_width;
    std::size_t max_rows;  // that there is room for
    std::vector<double> inputs, outputs;
    std::optional<Contributions> contributions;  // of a call that wants them and no scores
    std::vector<WantedMargin> margins;           // one for each row then
  };

  void resolve(int num_arguments);
  Target make_target(const ResolvedVersion &version, int num_arguments) const;
  RowStatus read_into(FunctionCallInfo fcinfo, std::size_t row);
  void score_rows(std::size_t count);
  bool forgive(const Error &error);
  void flush() noexcept;

  std::string model_;
  ScoringFunction function_;
  registry::PlannedModel planned_;  // of a call that the planner made; of others only the reference
  MemoryContext memory_;
  std::optional<SnapshotIdentity> identity_;
  std::optional<Target> target_;
  ModelStatistics *statistics_ = nullptr;
  RowCounts counts_;
  NextRow next_row_;
};

/// The call sites of one FmgrInfo: a single one, unless the name of the model is not a constant.
class CallSites {
 public:
  /// Gives the site of the model that argument 0 (text or model_version, not null) names.
  CallSite &find(FunctionCallInfo fcinfo, const ScoringFunction &function);

 private:
  CallSite *last_ = nullptr;
  bool constant_ = false;  // the first argument is the same at every call
  std::vector<std::unique_ptr<CallSite>> sites_;
};

}  // namespace pgscore::pg
