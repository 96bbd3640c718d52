// The slow obvious scorer: the specification that every kernel must equal, bit for bit.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "base/pace.hpp"
#include "model/model.hpp"

namespace pgscore::model {

/// All columns of one row. `inputs`: one value per input, encoded as model.hpp says (category codes
/// already looked up).
std::vector<double> interpret(const Model &model, std::span<const double> inputs);

/// The id (TreeNode::id) of the leaf that each tree reaches, over all ensembles of the model in
/// order.
std::vector<std::uint32_t> interpret_leaves(const Model &model, std::span<const double> inputs);

/// One scalar operation, one link function, one walk: shared by the kernels that evaluate
/// transforms, so that both agree by construction. `args` holds as many values as the operation
/// takes.
double apply_op(Op op, Precision precision, std::span<const double> args);
void apply_link(LinkFunction function, Precision precision, std::span<double> values);
/// What Reduce gives for these inputs; of any function but kWeightedMedian.
double apply_reduction(Reduction function, Precision precision, bool skip_missing,
                       std::span<const double> values);

/// A kernel function of KernelMachine, of the product (of the distance, for kRadial) of two
/// vectors.
float apply_kernel(KernelMachine::Kernel function, float value, float gamma, float offset,
                   float degree);
double apply_kernel(KernelMachine::Kernel function, double value, double gamma, double offset,
                    double degree);

/// PairwiseCoupling: `pairs`, num_classes * (num_classes - 1) / 2 probabilities; num_classes
/// numbers of `work` and of `out`. Takes up to num_classes rounds of num_classes^2 steps, which it
/// spends of `pace`.
void couple_pairs(Precision precision, std::uint32_t num_classes, const double *pairs, double *work,
                  double *out, Pace &pace);

/// Of Distances: Compare::kGauss; the distance once the sum or the greatest is there;
/// Measure::kBinary of the counts a_11, a_10, a_01, a_00.
double gauss_similarity(double x, double y, double scale);
double finish_distance(Distances::Measure measure, double exponent, double sum, double greatest,
                       double adjustment);
double binary_similarity(const double *parameters, const double *counts);

}  // namespace pgscore::model
