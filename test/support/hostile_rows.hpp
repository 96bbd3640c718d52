// Hostile rows for a model: values around its decisions.
#pragma once
#include <cmath>
#include <limits>
#include <variant>
#include <vector>

#include "model/model.hpp"
#include "support/choices.hpp"

namespace pgscore::test {

/// Values around every decision of a model.
class HostileRows {
 public:
  explicit HostileRows(const model::Model &model) : model_(model) {
    for (const model::Node &node : model.nodes) {
      if (const auto *ensemble = std::get_if<model::TreeEnsemble>(&node.body)) {
        for (const model::TreeNode &split : ensemble->nodes)
          if ((split.split == model::Split::kLess || split.split == model::Split::kLessEqual) &&
              numbers_.size() < 5000)
            numbers_.push_back(split.value);
      } else if (const auto *bins = std::get_if<model::Discretize>(&node.body)) {
        numbers_.insert(numbers_.end(), bins->cuts.begin(), bins->cuts.end());
      } else if (const auto *table = std::get_if<model::LookUp>(&node.body)) {
        numbers_.insert(numbers_.end(), table->keys.begin(), table->keys.end());
      }
    }
  }

  std::vector<double> row(Choices &choices) const {
    std::vector<double> row(model_.inputs.size(), model::kMissing);
    if (choices.one_in(20)) return row;
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = value(choices, model_.inputs[i]);
    return row;
  }

 private:
  double value(Choices &choices, const model::Input &input) const {
    if (choices.one_in(8)) return model::kMissing;
    if (input.type == model::ColumnType::kCategory) {
      if (choices.one_in(8)) return model::kUnknownCategory;
      return input.categories.empty()
                 ? model::kUnknownCategory
                 : choices.below(static_cast<std::uint32_t>(input.categories.size()));
    }
    if (input.type == model::ColumnType::kHash) return hash_value(choices);
    if (numbers_.empty() || choices.one_in(4)) return any_number(choices);
    if (choices.one_in(8)) return choices.below(210);  // a member of a set, perhaps
    if (choices.one_in(12)) return choices.below(12) - 0.75;
    // The last zero, and its neighbours
    if (choices.one_in(24)) return std::nextafter(double{1e-35f}, choices.below(3) - 1.0);
    const double at = numbers_[choices.below(static_cast<std::uint32_t>(numbers_.size()))];
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const float narrow = static_cast<float>(at);
    switch (choices.below(8)) {
      case 0:
        return std::nextafter(at, -kInfinity);
      case 1:
        return std::nextafter(at, kInfinity);
      case 2:
        return narrow;
      case 3:
        return std::nextafter(narrow, -std::numeric_limits<float>::infinity());
      case 4:
        return std::nextafter(narrow, std::numeric_limits<float>::infinity());
      // Half way between two float32: where rounding to float32 decides.
      case 5:
        return (static_cast<double>(narrow) +
                std::nextafter(narrow, std::numeric_limits<float>::infinity())) /
               2;
      default:
        return at;
    }
  }

  const model::Model &model_;
  std::vector<double> numbers_;
};

}  // namespace pgscore::test
