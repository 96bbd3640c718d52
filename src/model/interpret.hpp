// The slow obvious scorer: the specification that every kernel must equal, bit for bit.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "model/model.hpp"

namespace pgscore::model {

/// All columns of one row. `inputs`: one value per input, encoded as model.hpp says (category codes already looked up).
std::vector<double> interpret(const Model &model, std::span<const double> inputs);

/// The id (TreeNode::id) of the leaf that each tree reaches, over all ensembles of the model in order.
std::vector<std::uint32_t> interpret_leaves(const Model &model, std::span<const double> inputs);

/// One scalar operation, one link function, one walk: shared by the kernels that evaluate transforms, so that both agree by
/// construction. `args` holds as many values as the operation takes.
double apply_op(Op op, Precision precision, std::span<const double> args);
void apply_link(LinkFunction function, Precision precision, std::span<double> values);

}  // namespace pgscore::model
