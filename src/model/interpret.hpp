// The slow obvious scorer: the specification that every kernel must equal, bit for bit.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "base/pace.hpp"
#include "model/model.hpp"

namespace pgscore::model {

/// Computes all columns of one row. `inputs` has one value per input, encoded as model.hpp says
/// (categories are codes already).
std::vector<double> interpret(const Model &model, std::span<const double> inputs);

/// Gives the id (TreeNode::id) of the leaf that each tree reaches, ensemble by ensemble.
std::vector<std::uint32_t> interpret_leaves(const Model &model, std::span<const double> inputs);

// The rest is the arithmetic of single nodes, which the kernels share, so that both agree by
// construction.

/// Gives the result of a scalar operation. `args` holds as many values as the operation takes.
double apply_op(Op op, Precision precision, std::span<const double> args);
/// Replaces each of `values` by its link function; kSoftmax and kNormalize need all of them.
void apply_link(LinkFunction function, Precision precision, std::span<double> values);
/// Gives what Reduce gives for these inputs, for any function but kWeightedMedian.
double apply_reduction(Reduction function, Precision precision, bool skip_missing,
                       std::span<const double> values);

/// Gives a kernel function of KernelMachine, from the product (for kRadial the distance) of two
/// vectors.
float apply_kernel(KernelMachine::Kernel function, float value, float gamma, float offset,
                   float degree);
double apply_kernel(KernelMachine::Kernel function, double value, double gamma, double offset,
                    double degree);

/// Computes a PairwiseCoupling: from `pairs`, num_classes * (num_classes - 1) / 2 probabilities, to
/// num_classes numbers `out`. `work` has room for as many. Takes up to max(100, num_classes) rounds
/// of num_classes^2 steps, which it spends of `pace`.
void couple_pairs(Precision precision, std::uint32_t num_classes, const double *pairs, double *work,
                  double *out, Pace &pace);

/// Compute parts of Distances: Compare::kGauss; the distance from the sum or the greatest of the
/// fields; Measure::kBinary of the counts a_11, a_10, a_01, a_00.
double gauss_similarity(double x, double y, double scale);
double finish_distance(Distances::Measure measure, double exponent, double sum, double greatest,
                       double adjustment);
double binary_similarity(const double *parameters, const double *counts);

}  // namespace pgscore::model
