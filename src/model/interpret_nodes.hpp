// What interpret() does for nodes that are more than a few lines: reads `columns`, writes the
// node's columns to `out`.
#pragma once
#include <vector>

#include "model/model.hpp"

namespace pgscore::model {

inline double operand(const Operand &arg, const std::vector<double> &columns) {
  return arg.is_constant() ? arg.constant : columns[arg.column];
}

void interpret_node(const Reduce &node, const std::vector<double> &columns, double *out);
void interpret_node(const Rank &node, const std::vector<double> &columns, double *out);
void interpret_node(const PredicateTree &tree, const std::vector<double> &columns, double *out);
void interpret_node(const Dense &layer, const std::vector<double> &columns, double *out);
void interpret_node(const KernelMachine &machine, const std::vector<double> &columns, double *out);
void interpret_node(const PairwiseCoupling &coupling, const std::vector<double> &columns,
                    double *out);
void interpret_node(const Distances &distances, const std::vector<double> &columns, double *out);

}  // namespace pgscore::model
