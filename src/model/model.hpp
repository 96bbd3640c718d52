// What a model means, independent of the file it came from and of how fast it is computed.
//
// A Model is a small acyclic graph over columns. A column holds one double per row:
//   - a number column holds the number; NaN is "missing" (SQL NULL).
//   - a hash column holds hashed_category() of a category's text, an integer, for models that know
//     categories by that only; NaN is "missing". To the graph it is a number.
//   - a category column holds the index of a category in the column's own list; NaN is "missing",
//     kUnknownCategory is a value that is present but not in the list.
// Columns 0 .. inputs-1 are the inputs. Each node reads earlier columns and writes `num_outputs`
// new ones, so the order of `nodes` is an evaluation order and no cycle can be expressed. The usual
// boosted model is inputs -> TreeEnsemble -> Link.
//
// interpret.cpp evaluates this, slowly and obviously: it is the specification. Comments here say
// what it must do where a reader would otherwise have to guess. Only Builder makes models, and it
// refuses nonsense.
#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "model/link_nodes.hpp"
#include "model/machine_nodes.hpp"
#include "model/model_input.hpp"
#include "model/model_output.hpp"
#include "model/test_rows.hpp"
#include "model/transform_nodes.hpp"
#include "model/tree_ensemble.hpp"
#include "model/warning.hpp"

namespace pgscore::model {

struct Node {
  std::variant<Apply, LookUp, Discretize, HashLookUp, TreeEnsemble, Linear, Link, ArgMax, Reduce,
               Rank, PredicateTree, Dense, KernelMachine, PairwiseCoupling, Distances>
      body;
  ColumnId first_output = 0;
  std::uint32_t num_outputs = 1;
};

/// A fact about the file for people; nothing computes with it. Facts keep their order.
struct Fact {
  std::string name, value;
};

struct Model {
  std::string format;     // "xgboost-json", ...
  std::string objective;  // in the library's own words; empty when the file names none
  std::vector<Fact> facts;
  std::vector<Input> inputs;
  std::vector<Node> nodes;
  std::uint32_t num_columns = 0;  // inputs and outputs of all nodes
  Output output;
  // For the import; no score depends on these either.
  std::vector<Warning> warnings;
  TestRows test_rows;

  /// Count the trees of all ensembles, and their nodes, leaves included. Predicate trees do not
  /// count.
  std::uint64_t num_trees() const;
  std::uint64_t num_tree_nodes() const;
};

}  // namespace pgscore::model
