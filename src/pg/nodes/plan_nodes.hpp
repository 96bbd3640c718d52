// What pgscore knows of each kind of node in PostgreSQL's plans, in one table.
//
// All code that walks over plans asks this table. A kind that is not in it, of a later release or
// of another extension, is opaque: its rows are not read ahead, and nothing is changed below it. To
// support a new kind, add its row to plan_nodes.cpp.
//
// Plain data. Nothing here raises an error.
#pragma once
#include <array>
#include <cstdint>

#include "pg/nodes/member.hpp"
#include "pg/postgres.hpp"
PGSCORE_SERVER_HEADERS_BEGIN
#include "nodes/plannodes.h"
PGSCORE_SERVER_HEADERS_END

namespace pgscore::pg {

/// Whether rows may be read before they are asked for.
enum class ReadAhead : std::uint8_t {
  kNever,        // something volatile, a lock, or a node that is not known
  kWhenAllRead,  // a row may raise an error: only where all rows are read in any case
  kAlways,
};

/// How many rows of its child a node reads.
enum class ChildDemand : std::uint8_t {
  kNone,          // there is no such child, or what it returns is none of the query's rows
  kUnknown,       // it may stop at any row
  kBackAndForth,  // the same, and it may return to a row that it has marked
  kAsParent,      // all, if all rows of the node itself are read
  kAll,
};

/// One kind of node: a row of the table. What a row does not say is not so.
struct PlanNode {
  enum Fact : unsigned {
    kHoldsBatch = 1,  // a batch node may be put upon it; see also may_hold_batch()
    kAggregates = 2,  // it computes aggregates or window functions
    kStoredRows = 4,  // a scan that can return rows as the table stores them
    kReadsPages = 8,  // a scan that reads a table page by page
    kStreams = 16,    // it evaluates its expressions when a row of its first child arrives
    // What holds for its children if it holds for the node itself:
    kPassesMark = 32,     // the parent returns to a row that it has marked
    kPassesCurrent = 64,  // WHERE CURRENT OF may ask for the row
    kPassesLimit = 128,   // only so many rows are read; not where the node has a filter
  };

  NodeTag tag = T_Invalid;
  /// What the node allows by itself. Its expressions and its children may allow less.
  ReadAhead read_ahead = ReadAhead::kNever;
  ChildDemand outer = ChildDemand::kNone, inner = ChildDemand::kNone, others = ChildDemand::kNone;
  /// A List of children, or a single one, beside the outer and the inner one.
  Member other_children = 0;
  /// What is evaluated for the node's rows beside its target list and filter.
  std::array<Member, 2> expressions{};
  unsigned facts = 0;

  /// Says whether the fact is one of those of the kind.
  bool has(Fact fact) const { return (facts & fact) != 0; }
};

/// Gives the row of the table for `plan`. A foreign scan that changes rows counts as not known.
const PlanNode &plan_node(const Plan *plan);

/// Returns whether a batch node may be put upon `plan`. Batch nodes themselves are not known here.
bool may_hold_batch(const Plan *plan);

/// Gives how many rows of its outer child `plan` reads, which for some kinds depends on more than
/// the kind.
ChildDemand demand_on_outer(const Plan *plan);

/// Calls `visit(Plan *&child, ChildDemand)` for each child of `plan` that is there, also where the
/// demand is kNone. `visit` may put another plan in the place of the child.
template <class Visit>
void for_each_child(Plan *plan, Visit visit) {
  const PlanNode &node = plan_node(plan);
  if (plan->lefttree != nullptr) visit(plan->lefttree, demand_on_outer(plan));
  if (plan->righttree != nullptr) visit(plan->righttree, node.inner);
  if (node.other_children == 0) return;
  auto *others = member_of<Node>(plan, node.other_children);
  if (others == nullptr) return;
  if (!IsA(others, List)) return visit(member_of<Plan>(plan, node.other_children), node.others);
  ListCell *cell;
  foreach (cell, reinterpret_cast<List *>(others)) {
    auto *child = static_cast<Plan *>(lfirst(cell));
    visit(child, node.others);
    lfirst(cell) = child;
  }
}

}  // namespace pgscore::pg
