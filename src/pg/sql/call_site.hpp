// What one call of a scoring function in a query remembers from row to row: the model it resolved to, the binding of its
// arguments, memory for the kernel.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/kernel.hpp"
#include "pg/catalog/resolve.hpp"
#include "pg/row/binding.hpp"
#include "pg/store/statistics.hpp"
#include "pg/store/store.hpp"

#include "pg/postgres.hpp"

namespace pgscore::pg {

/// What the function wants of a model.
struct ScoreRequest {
  kernels::Want want;
  bool fixed_version;  // the first argument is a model_version
  int first_input;     // number of the first argument that belongs to the input
  bool one_input;      // only that argument does, else all that follow too
};

/// A model at a call site. Looked up again whenever the active snapshot or the user changes.
class CallSite {
 public:
  CallSite(std::string reference, const ScoreRequest &request, MemoryContext memory);
  ~CallSite();  // only adds counts to shared memory: safe while an error travels
  CallSite(const CallSite &) = delete;
  CallSite &operator=(const CallSite &) = delete;

  std::string_view reference() const { return reference_; }
  plan::Plan plan() const { return plan_.plan(); }

  /// The outputs of the row in the arguments, or null when the result is NULL. They stay until the next call.
  const double *score(FunctionCallInfo fcinfo);

 private:
  void resolve(int num_arguments);
  void flush() noexcept;

  std::string reference_;
  ScoreRequest request_;
  MemoryContext memory_;
  std::optional<SnapshotIdentity> identity_;
  ResolvedVersion version_;
  PlanRef plan_;
  std::optional<Binding> binding_;
  std::optional<kernels::Scratch> scratch_;
  std::vector<double> inputs_, outputs_;
  ModelStatistics *statistics_ = nullptr;
  RowCounts counts_;
};

/// The call sites of one FmgrInfo: one, unless the name of the model is not a constant.
class CallSites {
 public:
  /// The site of the model that argument 0 (text or model_version, not null) names.
  CallSite &find(FunctionCallInfo fcinfo, const ScoreRequest &request);

 private:
  CallSite *last_ = nullptr;
  std::vector<std::unique_ptr<CallSite>> sites_;
};

}  // namespace pgscore::pg
