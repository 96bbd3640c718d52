#include "pg/planner/batch_scan.hpp"

#include <algorithm>
#include <string>

#include "pg/boundary/context_memory.hpp"
#include "pg/boundary/guard.hpp"
#include "pg/compat/planner_compat.hpp"
#include "pg/planner/batch_node.hpp"
#include "pg/scoring/executor_run.hpp"
#include "pg/settings.hpp"

#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "executor/executor.h"
#include "executor/instrument.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/datum.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {
namespace {

// The first block has so many; each further one has four times as many, up to the batch size
constexpr std::size_t kFirstRows = 16;

/// Gives the arguments of a call. A call with more columns than a call may have arguments has them
/// in an anonymous row, which is taken apart here.
List *arguments_of(const FuncExpr *call, const ScoringFunction &function) {
  const int first = function.first_input();
  auto *row = static_cast<RowExpr *>(list_nth(call->args, first));
  if (!function.columns || list_length(call->args) != first + 1 || !IsA(row, RowExpr))
    return call->args;
  return list_concat(list_copy_head(call->args, first), row->args);
}

FunctionCallInfo make_call_info(const FuncExpr *call, List *arguments) {
  auto *expression = static_cast<FuncExpr *>(copyObjectImpl(call));
  expression->args = arguments;
  auto *function = static_cast<FmgrInfo *>(palloc0(sizeof(FmgrInfo)));
  function->fn_mcxt = CurrentMemoryContext;
  function->fn_expr = reinterpret_cast<Node *>(expression);
  auto *fcinfo =
      static_cast<FunctionCallInfo>(palloc0(SizeForFunctionCallInfo(list_length(arguments))));
  InitFunctionCallInfoData(*fcinfo, function, static_cast<short>(list_length(arguments)),
                           call->inputcollid, nullptr, nullptr);
  const auto *model = static_cast<const Const *>(linitial(arguments));
  fcinfo->args[0] = {model->constvalue, false};
  return fcinfo;
}

}  // namespace

BatchScan::BatchScan(CustomScanState &state, EState *estate)
    : state_(state), last_column_(0), memory_(estate->es_query_cxt) {
  const auto *plan = reinterpret_cast<const CustomScan *>(state.ss.ps.plan);
  num_columns_ = batch_num_columns(plan);
  needs_full_run_ = batch_needs_full_run(plan);
  max_rows_ = static_cast<std::size_t>(setting::batch_size);
  target_ = std::min(kFirstRows, max_rows_);
  batch_memory_ = call([=, this] {
    return AllocSetContextCreate(memory_, "pgscore batch", ALLOCSET_DEFAULT_SIZES);
  });

  TupleDesc columns = state.ss.ss_ScanTupleSlot->tts_tupleDescriptor;
  for (int i = 0; i < list_length(batch_copied_columns(plan)); ++i) {
    const int column = list_nth_int(batch_copied_columns(plan), i) - 1;
    const FormData_pg_attribute *attribute = TupleDescAttr(columns, column);
    copied_.push_back({column, attribute->attlen, attribute->attbyval});
    last_column_ = std::max(last_column_, column + 1);
  }
  for (int i = num_columns_; i < list_length(plan->custom_scan_tlist); ++i)
    add_call(reinterpret_cast<const FuncExpr *>(
                 static_cast<const TargetEntry *>(list_nth(plan->custom_scan_tlist, i))->expr),
             estate);
  // Columns that are not copied stay NULL.
  TupleTableSlot *slot = state.ss.ss_ScanTupleSlot;
  std::fill_n(slot->tts_values, columns->natts, Datum{0});
  std::fill_n(slot->tts_isnull, columns->natts, true);
}

void BatchScan::add_call(const FuncExpr *expression, EState *) {
  const ScoringFunction function = find_scoring_function(expression->funcid);
  if (!function)
    throw Error(ErrorCode::kInternal, "a batch node has a call that is none of pgscore's");
  call([=] { require_execute(expression->funcid); });
  List *arguments = call([&] { return arguments_of(expression, function); });

  BatchCall made{};
  made.kind = function.kind;
  made.make_result = result_of(*function.kind);
  made.more = function.kind->more ? function.more_argument() : -1;
  MemoryContext memory = memory_;
  made.fcinfo = call([=] {
    MemoryContext outer = MemoryContextSwitchTo(memory);
    FunctionCallInfo fcinfo = make_call_info(expression, arguments);
    MemoryContextSwitchTo(outer);
    return fcinfo;
  });
  const Datum model = made.fcinfo->args[0].value;
  const std::string reference =
      call([model] { return static_cast<const char *>(TextDatumGetCString(model)); });
  made.site = make_in_context<CallSite>(memory_, reference, function, memory_);

  for (int i = 1; i < list_length(arguments); ++i) {
    auto *argument = static_cast<Expr *>(list_nth(arguments, i));
    BatchCall::Argument reader{i, -1, nullptr};
    if (IsA(argument, Var) && reinterpret_cast<Var *>(argument)->varattno > 0) {
      reader.column = reinterpret_cast<Var *>(argument)->varattno - 1;
      last_column_ = std::max(last_column_, reader.column + 1);
    } else if (IsA(argument, Const)) {
      made.fcinfo->args[i] = {reinterpret_cast<Const *>(argument)->constvalue,
                              reinterpret_cast<Const *>(argument)->constisnull};
      if (i != made.more) continue;
      reader.expression = call([=, this] { return ExecInitExpr(argument, &state_.ss.ps); });
    } else {
      reader.expression = call([=, this] { return ExecInitExpr(argument, &state_.ss.ps); });
    }
    if (i == made.more) {
      const Oid type = call([=] { return exprType(reinterpret_cast<Node *>(argument)); });
      std::int16_t length;
      bool by_value;
      call([=, &length, &by_value] { get_typlenbyval(type, &length, &by_value); });
      made.more_length = length;
      made.more_by_value = by_value;
    }
    made.arguments.push_back(reader);
  }
  calls_.push_back(std::move(made));
}

void BatchScan::rescan() {
  count_ = position_ = 0;
  finished_ = child_holds_ = false;
  error_.reset();
  target_ = std::min(kFirstRows, max_rows_);
}

/// Looks the models up, which also checks the privilege to score them, and makes room for as many
/// rows as are wanted and fit the memory.
void BatchScan::begin_block() {
  row_bytes_ = sizeof(NullableDatum) * copied_.size();
  for (BatchCall &each : calls_)
    row_bytes_ += each.site->begin_block(each.fcinfo->nargs) +
                  (each.more >= 0 ? sizeof(NullableDatum) : 0) + 1;
  capacity_ = std::clamp<std::size_t>(batch_memory_bytes() / row_bytes_, 1, target_);
  for (BatchCall &each : calls_) {
    each.site->make_room(capacity_);
    each.scorable.resize(capacity_);
    if (each.more >= 0) each.mores.resize(capacity_);
  }
  values_.resize(copied_.size() * capacity_);
}

/// Says whether the block has as many rows as it should have, or as many as fit the memory.
bool BatchScan::is_full(std::size_t target) const {
  if (count_ == 0) return false;
  return count_ >= std::min(target, capacity_) ||
         count_ * row_bytes_ + MemoryContextMemAllocated(batch_memory_, false) >=
             batch_memory_bytes();
}

// ---- per row: PostgreSQL's functions may ereport, so frames hold nothing with a destructor ------

namespace {

NullableDatum copy_value(NullableDatum value, bool by_value, std::int16_t length,
                         MemoryContext memory) {
  if (by_value || value.isnull) return value;
  MemoryContext outer = MemoryContextSwitchTo(memory);
  value.value = datumCopy(value.value, false, length);
  MemoryContextSwitchTo(outer);
  return value;
}

}  // namespace

/// Reads row count_ of the block. Throws Error for a row that cannot be scored.
void BatchScan::read_row(TupleTableSlot *row) {
  ExprContext *context = state_.ss.ps.ps_ExprContext;
  ResetExprContext(context);
  context->ecxt_outertuple = row;
  slot_getsomeattrs(row, last_column_);
  const Datum *values = row->tts_values;
  const bool *nulls = row->tts_isnull;
  MemoryContext outer = MemoryContextSwitchTo(context->ecxt_per_tuple_memory);
  for (BatchCall &each : calls_) {
    NullableDatum *arguments = each.fcinfo->args;
    for (const BatchCall::Argument &reader : each.arguments) {
      NullableDatum &argument = arguments[reader.argument];
      if (likely(reader.column >= 0))
        argument = {values[reader.column], nulls[reader.column]};
      else
        argument.value = ExecEvalExpr(reader.expression, context, &argument.isnull);
    }
    if (unlikely(each.more >= 0)) {
      const NullableDatum more =
          copy_value(arguments[each.more], each.more_by_value, each.more_length, batch_memory_);
      each.mores[count_] = more;
      if (is_null_at_once(*each.kind, more)) {
        each.scorable[count_] = false;
        continue;
      }
    }
    each.scorable[count_] = each.site->read(each.fcinfo, count_);
  }
  MemoryContextSwitchTo(outer);
  NullableDatum *copies = values_.data() + count_ * copied_.size();
  for (const CopiedColumn &column : copied_)
    *copies++ = copy_value({values[column.column], nulls[column.column]}, column.by_value,
                           column.length, batch_memory_);
}

/// Reads and scores a block. Raises the error of its first row, unless errors are held. -> are
/// there rows?
bool BatchScan::fill() {
  if (error_) {
    if (hold_errors_) return false;
    throw *error_;
  }
  count_ = position_ = 0;
  child_holds_ = false;
  if (finished_) return false;
  MemoryContextReset(batch_memory_);
  PlanState *child = outerPlanState(&state_.ss.ps);
  BatchScan *batch = nullptr;
  if (is_batch_node(child->plan)) batch = reinterpret_cast<BatchScanState *>(child)->scan;
  const bool one_by_one = needs_full_run_ && !runs_to_the_end(state_.ss.ps.state);
  const std::size_t target = one_by_one ? 1 : target_;
  for (; !is_full(target); ++count_) {
    if (batch != nullptr) batch->hold_errors(count_ > 0 || hold_errors_);
    TupleTableSlot *row = ExecProcNode(child);
    if (TupIsNull(row)) {
      child_holds_ = batch != nullptr && batch->held_error();
      finished_ = !child_holds_;
      break;
    }
    MemoryContext outer = CurrentMemoryContext;
    try {
      if (count_ == 0) begin_block();
      read_row(row);
    } catch (const Error &error) {
      MemoryContextSwitchTo(outer);
      if (count_ == 0 && !hold_errors_) throw;
      error_ = error;
      break;
    }
  }
  if (count_ == 0) return false;
  for (BatchCall &each : calls_) each.outputs = each.site->score_block(count_);
  ++num_batches_;
  if (!one_by_one) target_ = std::min(target_ * 4, max_rows_);
  return true;
}

/// Fills `slot`, the scan tuple, with row position_ of the block.
void BatchScan::store_row(TupleTableSlot *slot) {
  const NullableDatum *copies = values_.data() + position_ * copied_.size();
  for (const CopiedColumn &column : copied_) {
    slot->tts_values[column.column] = copies->value;
    slot->tts_isnull[column.column] = copies->isnull;
    ++copies;
  }
  int number = num_columns_;
  for (const BatchCall &each : calls_) {
    const double *outputs =
        each.scorable[position_] ? each.outputs + position_ * each.site->output_width() : nullptr;
    constexpr NullableDatum kNone{0, true};
    const NullableDatum result = each.make_result(each.site->scored(), outputs,
                                                  each.more >= 0 ? each.mores[position_] : kNone);
    slot->tts_values[number] = result.value;
    slot->tts_isnull[number] = result.isnull;
    ++number;
  }
}

bool BatchScan::next(TupleTableSlot *slot) {
  if (position_ == count_ && !fill()) return false;
  ExecClearTuple(slot);
  MemoryContext outer = MemoryContextSwitchTo(state_.ss.ps.ps_ExprContext->ecxt_per_tuple_memory);
  try {
    store_row(slot);
  } catch (const Error &error) {
    if (!hold_errors_) throw;
    MemoryContextSwitchTo(outer);
    error_ = error;
    count_ = position_;
    return false;
  }
  MemoryContextSwitchTo(outer);
  ++position_;
  ExecStoreVirtualTuple(slot);
  return true;
}

// ---- what the executor calls --------------------------------------------------------------------

namespace {

BatchScanState &state_of(CustomScanState *node) {
  return *reinterpret_cast<BatchScanState *>(node);
}

void begin_batch_scan(CustomScanState *node, EState *estate, int flags) {
  // Plans that go backwards or return to a mark have no batch nodes (batch_planner.cpp).
  outerPlanState(node) = ExecInitNode(outerPlan(node->ss.ps.plan), estate,
                                      flags & ~(EXEC_FLAG_BACKWARD | EXEC_FLAG_MARK));
  if ((flags & EXEC_FLAG_EXPLAIN_ONLY) != 0) return;
  guarded([&] {
    state_of(node).scan = make_in_context<BatchScan>(estate->es_query_cxt, *node, estate);
  });
}

TupleTableSlot *next_row(CustomScanState *node) {
  BatchScan &scan = *state_of(node).scan;
  ExprContext *context = node->ss.ps.ps_ExprContext;
  ProjectionInfo *projection = node->ss.ps.ps_ProjInfo;
  TupleTableSlot *slot = node->ss.ss_ScanTupleSlot;
  for (;;) {
    CHECK_FOR_INTERRUPTS();
    ResetExprContext(context);
    if (!scan.next(slot))
      return ExecClearTuple(projection != nullptr ? projection->pi_state.resultslot : slot);
    context->ecxt_scantuple = slot;
    if (node->ss.ps.qual != nullptr && !ExecQual(node->ss.ps.qual, context)) {
      InstrCountFiltered1(node, 1);
      continue;
    }
    return projection != nullptr ? ExecProject(projection) : slot;
  }
}

TupleTableSlot *exec_batch_scan(CustomScanState *node) {
  return guarded([node] { return next_row(node); });
}

void end_batch_scan(CustomScanState *node) { ExecEndNode(outerPlanState(node)); }

void rescan_batch_scan(CustomScanState *node) {
  if (state_of(node).scan != nullptr) state_of(node).scan->rescan();
  PlanState *child = outerPlanState(node);
  // A child whose parameters have changed rescans itself when it is asked for a row.
  if (child->chgParam == nullptr) ExecReScan(child);
}

void explain_node(CustomScanState *node, List *, ExplainState *explain) {
  guarded([&] { explain_batch_scan(state_of(node), explain); });
}

constexpr CustomExecMethods kExecMethods = [] {
  CustomExecMethods methods{};
  methods.CustomName = "PgscoreBatch";
  methods.BeginCustomScan = begin_batch_scan;
  methods.ExecCustomScan = exec_batch_scan;
  methods.EndCustomScan = end_batch_scan;
  methods.ReScanCustomScan = rescan_batch_scan;
  methods.ExplainCustomScan = explain_node;
  return methods;
}();

Node *create_state(CustomScan *) {
  auto *state =
      reinterpret_cast<BatchScanState *>(newNode(sizeof(BatchScanState), T_CustomScanState));
  state->custom.methods = &kExecMethods;
  return reinterpret_cast<Node *>(state);
}

}  // namespace

const CustomScanMethods kBatchScanMethods = {"PgscoreBatch", create_state};

}  // namespace pgscore::pg
