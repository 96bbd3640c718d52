// The execution of a batch node (batch_node.hpp).
//
// The node reads a block of rows from its child. It takes the inputs of each model from the row as
// a call would take them (CallSite), and copies the columns that are passed on. Then each model
// scores the block, and the rows are returned. The first block has few rows, for queries that want
// only few; the next ones have more, as long as they fit pgscore.batch_memory.
//
// The error of a row is raised when the row is asked for: a LIMIT may end the query before. A
// parent that is a batch node too and reads ahead asks to hold errors: then this node ends at such
// a row, and raises the error when it is asked again.
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "pg/scoring/call_site.hpp"
#include "pg/scoring/scoring_result.hpp"

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "nodes/execnodes.h"
#include "nodes/extensible.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

/// A column of the child's rows that is passed on.
struct CopiedColumn {
  int column;  // of the child and of the scan tuple, counted from 0
  std::int16_t length;
  bool by_value;
};

/// One call: where its arguments come from, and its scores of the block.
struct BatchCall {
  struct Argument {
    int argument;
    int column;             // of the child, counted from 0; -1: an expression
    ExprState *expression;  // over the child's row as OUTER_VAR
  };

  const ScoringKind *kind;
  MakeResult make_result;
  CallSite *site;
  FunctionCallInfo fcinfo;  // never called: it holds the arguments and, in flinfo, their types
  std::vector<Argument> arguments;
  int more;  // number of the argument `more` (scoring_function.hpp), or -1
  std::int16_t more_length;
  bool more_by_value;

  std::vector<char> scorable;  // for each row of the block: has it a score?
  std::vector<NullableDatum> mores;
  const double *outputs;  // of the block
};

class BatchScan {
 public:
  /// Reads the plan of `state`, whose child must be initialised. Throws Error and PgError.
  BatchScan(CustomScanState &state, EState *estate);

  /// Puts the next row into `slot` as the scan tuple. -> false: there is none, or held_error()
  bool next(TupleTableSlot *slot);
  void rescan();
  void hold_errors(bool hold) { hold_errors_ = hold; }
  bool held_error() const { return position_ == count_ && (error_.has_value() || child_holds_); }

  /// EXPLAIN shows these: the blocks that were scored since the beginning, rescans included, and
  /// the most rows that a block may have.
  std::uint64_t num_batches() const { return num_batches_; }
  std::size_t batch_size() const { return max_rows_; }
  /// Gives the plan that call number `call` has scored with; none before its first block.
  plan::Plan plan_of_call(int call) const {
    return num_batches_ > 0 ? calls_[call].site->scored().plan : plan::Plan();
  }

 private:
  void add_call(const FuncExpr *call, EState *estate);
  bool fill();
  void begin_block();
  bool is_full(std::size_t target) const;
  void read_row(TupleTableSlot *row);
  void store_row(TupleTableSlot *slot);

  CustomScanState &state_;
  int num_columns_;  // of the child
  bool needs_full_run_;
  int last_column_;  // the last one that is read
  MemoryContext memory_, batch_memory_;
  std::vector<CopiedColumn> copied_;
  std::vector<BatchCall> calls_;
  std::size_t max_rows_, target_;
  std::size_t capacity_ = 0;           // rows of this block that there is room for
  std::size_t row_bytes_ = 0;          // of this block, without what copied values refer to
  std::vector<NullableDatum> values_;  // of the copied columns, row after row
  std::size_t count_ = 0, position_ = 0;
  bool finished_ = false, hold_errors_ = false;
  bool child_holds_ = false;    // the child, a batch node too, has an error instead of its next row
  std::optional<Error> error_;  // of row count_
  std::uint64_t num_batches_ = 0;
};

/// The state of a batch node as the executor knows it.
struct BatchScanState {
  CustomScanState custom;
  BatchScan *scan;  // null when the plan is only explained
};

/// Adds to EXPLAIN's output what it shows of the node: its models and blocks. Throws PgError.
void explain_batch_scan(const BatchScanState &state, ExplainState *explain);

}  // namespace pgscore::pg
