// What interpret() does for nodes that take more than a few lines.
#pragma once
#include <vector>

#include "model/model.hpp"

namespace pgscore::model {

/// Gives the value of an argument in one row. `columns` has one number for each column of the
/// model.
inline double operand(const Operand &arg, const std::vector<double> &columns) {
  return arg.is_constant() ? arg.constant : columns[arg.column];
}

/// Evaluate a verified node for one row, as the comment at its struct says. `columns` holds one
/// number for each column of the model, of which those before the node are known; `out` has room
/// for num_outputs numbers.
void interpret_node(const Reduce &node, const std::vector<double> &columns, double *out);
void interpret_node(const Rank &node, const std::vector<double> &columns, double *out);
void interpret_node(const PredicateTree &tree, const std::vector<double> &columns, double *out);
void interpret_node(const Dense &layer, const std::vector<double> &columns, double *out);
void interpret_node(const KernelMachine &machine, const std::vector<double> &columns, double *out);
void interpret_node(const PairwiseCoupling &coupling, const std::vector<double> &columns,
                    double *out);
void interpret_node(const Distances &distances, const std::vector<double> &columns, double *out);

}  // namespace pgscore::model
