// CTRs: numbers for categories, from how often they came and what the target was then.
// catboost/libs/model of release 1.2.10: static_ctr_provider.cpp (CalcCtrs) and online_ctr.h
// (TModelCtr::Calc). All arithmetic is float32. What a table gives for each of its hashes is worked
// out here, so that scoring is one look-up.
#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

#include "base/refuse.hpp"
#include "formats/catboost/build.hpp"

namespace pgscore::formats::catboost {
namespace {

using model::Builder;
using model::ColumnId;
using model::Op;
using model::Operand;

/// TModelCtr::Calc.
float ctr_value(const CtrFeature &ctr, float count_in_class, float total) {
  const float mean = (count_in_class + ctr.prior_numerator) / (total + ctr.prior_denominator);
  return (mean + ctr.shift) * ctr.scale;
}

/// Of the hash in row `row` of the table.
float value_of_row(const CtrFeature &ctr, const CtrTable &table, std::size_t row) {
  const std::int32_t *counts = table.counts.data() + row * table.num_counts;
  // Totals are ints in CatBoost: sums beyond their range are no model.
  auto sum = [&](std::uint32_t from) {
    const std::int64_t total =
        std::accumulate(counts + from, counts + table.num_counts, std::int64_t{0});
    if (total < INT32_MIN || total > INT32_MAX) refuse("the counts of a CTR table are too large");
    return static_cast<float>(total);
  };
  switch (table.base.type) {
    case CtrType::kBinarizedTargetMeanValue:
    case CtrType::kFloatTargetMeanValue:
      return ctr_value(ctr, table.sums[row], static_cast<float>(counts[0]));
    case CtrType::kCounter:
    case CtrType::kFeatureFreq:
      return ctr_value(ctr, static_cast<float>(counts[0]),
                       static_cast<float>(table.counter_denominator));
    case CtrType::kBuckets:
      return ctr_value(ctr, static_cast<float>(counts[ctr.target_border]), sum(0));
    case CtrType::kBorders:
      // Classes above the border are good. Two classes have one border, whatever its number.
      if (table.num_counts <= 2) return ctr_value(ctr, static_cast<float>(counts[1]), sum(0));
      return ctr_value(ctr, sum(static_cast<std::uint32_t>(ctr.target_border) + 1), sum(0));
  }
  return 0;
}

/// Of a category, or a combination, that did not occur.
float unknown_value(const CtrFeature &ctr, const CtrTable &table) {
  const bool is_counter =
      table.base.type == CtrType::kCounter || table.base.type == CtrType::kFeatureFreq;
  return ctr_value(ctr, 0, is_counter ? static_cast<float>(table.counter_denominator) : 0.0f);
}

void check(const CtrFeature &ctr, const CtrTable &table) {
  const bool by_class =
      table.base.type == CtrType::kBuckets || table.base.type == CtrType::kBorders;
  if (by_class &&
      (ctr.target_border < 0 || static_cast<std::uint32_t>(ctr.target_border) >= table.num_counts))
    refuse("target border " + std::to_string(ctr.target_border) + " is out of range");
  if (table.base.type == CtrType::kBorders && table.num_counts < 2 && !table.hashes.empty())
    refuse("a table by classes of the target has only one class");
}

class CtrBuilder {
 public:
  CtrBuilder(const Model &model, const Columns &columns, Builder &builder)
      : model_(model), columns_(columns), builder_(builder) {}

  /// CTRs with one table share its look-up.
  std::vector<ColumnId> run() {
    std::map<CtrBase, const CtrTable *> tables;
    for (const CtrTable &table : model_.ctr_tables) tables[table.base] = &table;
    std::map<CtrBase, std::vector<std::size_t>> features;
    for (std::size_t i = 0; i < model_.ctr_features.size(); ++i)
      features[model_.ctr_features[i].base].push_back(i);
    std::vector<ColumnId> out(model_.ctr_features.size());
    std::uint64_t num_values = 0;
    for (const auto &[base, indices] : features) {
      builder_.interrupt().check();
      const auto table = tables.find(base);
      if (table == tables.end())
        refuse("the model has no table for CTR feature " + std::to_string(indices[0]));
      // The same table for many features: more than the file's own size, so it is counted.
      num_values += (table->second->hashes.size() + 1) * indices.size();
      check_limit(num_values, builder_.limits().max_nodes, "CTR values");
      const ColumnId first = add_table(*table->second, indices);
      for (std::size_t k = 0; k < indices.size(); ++k)
        out[indices[k]] = first + static_cast<ColumnId>(k);
    }
    return out;
  }

 private:
  ColumnId add_table(const CtrTable &table, const std::vector<std::size_t> &features) {
    model::HashLookUp out;
    out.inputs = inputs_of(table.base.projection);
    for (const std::size_t i : features) {
      check(model_.ctr_features[i], table);
      out.unknown.push_back(unknown_value(model_.ctr_features[i], table));
    }
    std::vector<std::uint32_t> order(table.hashes.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return table.hashes[a] < table.hashes[b]; });
    out.keys.reserve(order.size());
    out.values.reserve(order.size() * features.size());
    for (const std::uint32_t row : order) {
      if (!out.keys.empty() && out.keys.back() == table.hashes[row])
        refuse("hash " + std::to_string(table.hashes[row]) + " appears twice in a CTR table");
      out.keys.push_back(table.hashes[row]);
      for (const std::size_t i : features)
        out.values.push_back(value_of_row(model_.ctr_features[i], table, row));
    }
    return builder_.hash_look_up(std::move(out));
  }

  /// The categories, then the outcomes of splits as 0 or 1 (ctr_provider.h, CalcHashes: float
  /// splits before one-hot splits).
  std::vector<ColumnId> inputs_of(const Projection &projection) {
    std::vector<ColumnId> inputs;
    for (const std::int32_t feature : projection.cat_features)
      inputs.push_back(columns_.category(feature));
    for (const FloatSplit &split : projection.float_splits) inputs.push_back(float_split(split));
    for (const OneHotSplit &split : projection.one_hot_splits)
      inputs.push_back(one_hot_split(split));
    if (inputs.empty()) refuse("a CTR counts by nothing");
    return inputs;
  }

  ColumnId float_split(const FloatSplit &split) {
    const auto [known, is_new] = float_splits_.try_emplace(split);
    if (!is_new) return known->second;
    const auto [column, nan_is_infinity] = columns_.number(split.feature);
    const auto [rounded, is_new_feature] = rounded_.try_emplace(split.feature);
    if (is_new_feature) rounded->second = builder_.apply(Op::kToFloat32, {Operand::of(column)});
    if (split.border != split.border) refuse("a border is not a number");
    const bool nan_is_true =
        nan_is_infinity && std::numeric_limits<float>::infinity() > split.border;
    model::Discretize above{.input = rounded->second,
                            .cuts = {static_cast<double>(split.border)},
                            .upper_open = false,
                            .values = {0, 1},
                            .missing = nan_is_true ? 1.0 : 0.0};
    return known->second = builder_.discretize(std::move(above));
  }

  ColumnId one_hot_split(const OneHotSplit &split) {
    const auto [known, is_new] = one_hot_splits_.try_emplace(split);
    if (is_new)
      known->second =
          builder_.apply(Op::kIndicator, {Operand::of(columns_.category(split.cat_feature)),
                                          Operand::value(static_cast<double>(split.value))});
    return known->second;
  }

  const Model &model_;
  const Columns &columns_;
  Builder &builder_;
  std::map<std::int32_t, ColumnId> rounded_;  // float features as float32
  std::map<FloatSplit, ColumnId> float_splits_;
  std::map<OneHotSplit, ColumnId> one_hot_splits_;
};

}  // namespace

std::vector<ColumnId> add_ctrs(const Model &model, const Columns &columns, Builder &builder) {
  return CtrBuilder(model, columns, builder).run();
}

}  // namespace pgscore::formats::catboost
