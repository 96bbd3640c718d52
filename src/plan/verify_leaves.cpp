// The part of verify_trees that proves what a leaf is worth, and the copies for one row.
#include <array>
#include <bit>
#include <cstring>

#include "plan/row_copies.hpp"
#include "plan/verify_trees_parts.hpp"

namespace pgscore::plan {
namespace {

/// Checks leaf ids, which predict_leaf returns as integers of SQL.
template <class Id>
void check_ids_of(const TreesCheck &check) {
  const auto ids = check.cursor.take<Id>(check.record.leaf_ids, "leaf_ids");
  expect(ids.size() == check.record.num_exits, "The number of leaf ids is wrong.");
  if constexpr (sizeof(Id) == 4)
    for (Id id : ids) expect(id <= INT32_MAX, "A leaf id is out of range.");
}

void check_leaf_ids(const TreesCheck &check) {
  switch (check.record.leaf_id_size) {
    case 1:
      return check_ids_of<std::uint8_t>(check);
    case 2:
      return check_ids_of<std::uint16_t>(check);
    case 4:
      return check_ids_of<std::uint32_t>(check);
    default:
      corrupted("The size of leaf ids is unknown.");
  }
}

void check_leaf_functions(TreesCheck &check, std::span<const std::uint32_t> function_of_exit) {
  const EnsembleRecord &record = check.record;
  const auto functions = check.cursor.take<LeafFunctionRecord>(record.functions, "functions");
  const auto terms = check.cursor.take<LeafTermRecord>(record.terms, "terms");
  if (record.linear_leaves == 0) {
    expect(functions.empty() && terms.empty(), "There are leaf functions of no leaf.");
    return;
  }
  Pace &pace = check.cursor.pace();
  for (std::uint32_t function : function_of_exit) {
    pace.spend(1);
    expect(function < functions.size(), "A leaf function is out of range.");
  }
  std::uint64_t next = 0;
  for (const LeafFunctionRecord &function : functions) {
    pace.spend(2);
    expect(function.first_term == next && function.num_terms <= terms.size() - next,
           "The terms of a leaf function are out of place.");
    next += function.num_terms;
  }
  expect(next == terms.size(), "There are terms of no leaf function.");
  for (const LeafTermRecord &term : terms) {
    pace.spend(2);
    check.read_column(term.column);
    expect(term.reserved == 0, "A term of a leaf function is malformed.");
  }
}

}  // namespace

void check_leaves(TreesCheck &check) {
  const EnsembleRecord &record = check.record;
  const auto vectors = check.cursor.take<std::uint32_t>(record.exit_vectors, "exit_vectors");
  const std::uint64_t num_values = check.sums_float32()
                                       ? check.cursor.take<float>(record.values, "values").size()
                                       : check.cursor.take<double>(record.values, "values").size();
  if (record.leaf_width > 1) {
    expect(vectors.size() == record.num_exits && num_values % record.leaf_width == 0,
           "The number of leaf vectors is wrong.");
    for (std::uint32_t vector : vectors) {
      check.cursor.pace().spend(1);
      expect(vector < num_values / record.leaf_width, "A leaf vector is out of range.");
    }
  } else {
    expect(vectors.size() == (record.linear_leaves != 0 ? record.num_exits : 0) &&
               num_values == (has_subtrees(record) ? 0 : record.num_exits),
           "The number of leaf values is wrong.");
  }
  check_leaf_ids(check);
  check_leaf_functions(check, vectors);
}

void check_row_copies(TreesCheck &check, const NarrowCodes &codes) {
  const EnsembleRecord &record = check.record;
  const auto top_slots = check.cursor.take<std::uint8_t>(record.top_slots, "top_slots");
  const auto top_thresholds =
      check.cursor.take<std::uint8_t>(record.top_thresholds, "top_thresholds");
  const auto subtrees = check.cursor.take<Subtree>(record.subtrees, "subtrees");
  expect(top_slots.size() == num_top_nodes(record) &&
             top_thresholds.size() == num_top_nodes(record) &&
             subtrees.size() == num_subtrees(record),
         "The size of the copies of trees is wrong.");
  if (!has_subtrees(record)) return;
  constexpr const char *kDiffers = "A copy of a tree differs from it.";
  const std::span slots = codes.slots.first(std::uint64_t{record.num_positions} << 6);
  const std::span thresholds = codes.thresholds.first(slots.size());
  for (std::size_t i = 0; i < top_slots.size(); ++i) {
    check.cursor.pace().spend(4);
    expect(top_slots[i] == top_code(slots, i) && top_thresholds[i] == top_code(thresholds, i),
           kDiffers);
  }
  using Bytes = std::array<std::uint8_t, sizeof(Subtree)>;
  for (std::size_t i = 0; i < subtrees.size(); ++i) {
    check.cursor.pace().spend(16);
    Subtree expected = subtree_nodes(slots, thresholds, i);
    if (i / 8 < record.num_positions)
      std::memcpy(expected.leaf, subtrees[i].leaf, sizeof expected.leaf);
    expect(std::bit_cast<Bytes>(expected) == std::bit_cast<Bytes>(subtrees[i]), kDiffers);
  }
}

}  // namespace pgscore::plan
