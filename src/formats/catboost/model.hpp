// What a CatBoost model file says, whatever its syntax: .cbm and JSON are read into this, and
// build.cpp makes a model::Model of it. Names follow CatBoost's own
// (catboost/libs/model/flatbuffers/*.fbs, release 1.2.10).
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/interrupt.hpp"
#include "base/limits.hpp"
#include "formats/wire/json_reader.hpp"

namespace pgscore::formats::catboost {

/// Index within the features of one type, and among all features of the training data.
struct Position {
  std::int32_t index = -1, flat_index = -1;
  std::string id;  // the feature's name; empty when the training data had none
};

enum class NanMode : std::uint8_t { kAsIs, kAsFalse, kAsTrue };

struct FloatFeature {
  Position position;
  std::vector<float> borders;
  NanMode nan = NanMode::kAsIs;
  // The training data had NaN here. Without, `nan` means nothing (cpu/quantization.h,
  // BinarizeFeatures)
  bool has_nans = false;
};

struct OneHotFeature {
  std::int32_t cat_feature = -1;  // Position::index
  std::vector<std::int32_t> values;
};

struct FloatSplit {
  std::int32_t feature = 0;
  float border = 0;
  auto operator<=>(const FloatSplit &) const = default;
};
struct OneHotSplit {
  std::int32_t cat_feature = 0, value = 0;
  auto operator<=>(const OneHotSplit &) const = default;
};

/// What a CTR counts by: the values of categorical features and the outcomes of splits, together.
struct Projection {
  std::vector<std::int32_t> cat_features;
  std::vector<FloatSplit> float_splits;
  std::vector<OneHotSplit> one_hot_splits;
  auto operator<=>(const Projection &) const = default;
};

enum class CtrType : std::uint8_t {
  kBorders,
  kBuckets,
  kBinarizedTargetMeanValue,
  kFloatTargetMeanValue,
  kCounter,
  kFeatureFreq,
};
/// Finds a type by the name that CatBoost's JSON writes ("BinarizedTargetMeanValue"); nullopt for
/// any other text.
std::optional<CtrType> find_ctr_type(std::string_view name);

/// What names a table of counts.
struct CtrBase {
  Projection projection;
  CtrType type = CtrType::kBorders;
  std::int32_t target_border_classifier = 0;
  auto operator<=>(const CtrBase &) const = default;
};

struct CtrFeature {
  CtrBase base;
  std::int32_t target_border = 0;
  float prior_numerator = 0, prior_denominator = 1, shift = 0, scale = 1;
  std::vector<float> borders;
};

/// Counts by the hash of a projection's values. Rows are in any order.
struct CtrTable {
  CtrBase base;
  std::int32_t counter_denominator = 0;
  std::uint32_t num_counts = 1;       // per hash: classes of the target, or 1
  std::vector<std::uint64_t> hashes;  // distinct
  std::vector<std::int32_t> counts;   // num_counts for each hash
  std::vector<float> sums;            // of the target, for the two mean types: one for each hash;
                                      // else empty
};

/// A node of a tree that is not oblivious. A child may be a leaf without a node of its own (JSON
/// and .cbm differ here).
struct Node {
  static constexpr std::uint32_t kNone = UINT32_MAX;
  std::uint32_t split = 0;                    // of the split condition, when there is a child
  std::uint32_t left = kNone, right = kNone;  // node within the tree; kNone: this node's own leaf
  std::uint32_t leaf = kNone;                 // index of its first leaf value
  /// Whether no child is a node; then `split` means nothing.
  bool is_leaf() const { return left == kNone && right == kNone; }
};

/// class_params (multiclass_params before 0.24): what the numbers of classes mean.
struct ClassOptions {
  bool is_given = false;
  std::vector<std::string> class_names;     // strings, or the texts of integers, floats ("0.5") or
                                            // booleans ("True")
  std::uint32_t classes_count = 0;          // when there are no names: 0, 1, ...
  std::vector<std::string> class_to_label;  // when there is no count either
};

/// What is used of model_info.
struct Info {
  std::string loss, loss_parameters;                // of "loss_function": "Quantile", "alpha=0.1"
  std::string params_loss, params_loss_parameters;  // of "params", which wins
  ClassOptions class_params, multiclass_params;
  std::vector<std::string> params_class_names;
  std::optional<double> probability_threshold;
  std::string version;  // "1.2.10", or what else the writer says
  std::string trained_at;
};

struct Model {
  // features_info
  std::vector<FloatFeature> float_features;
  std::vector<Position> cat_features;
  std::vector<OneHotFeature> one_hot_features;
  std::vector<CtrFeature> ctr_features;
  std::vector<std::string> unsupported_features;  // that splits may use: "text feature \"review\""

  // Trees. Split conditions are numbered: borders of the float features, values of the one-hot
  // features, borders of the CTRs (model.cpp, CalcBinFeatures).
  bool oblivious = true;
  std::uint32_t dimension = 1;             // values of a leaf
  std::vector<std::uint32_t> tree_sizes;   // splits of each tree (oblivious), or nodes
  std::vector<std::uint32_t> tree_splits;  // oblivious: of all trees
  std::vector<Node> nodes;                 // otherwise: of all trees
  std::vector<double> leaf_weights;        // of each leaf, for explanations; may be empty
  std::vector<double> leaf_values;
  double scale = 1;
  std::vector<double> bias;  // empty, one, or one for each dimension

  std::vector<CtrTable> ctr_tables;

  Info info;
};

/// Both read a file without judging it as a model: build() does that. Sources are
/// model_export/json_model_helpers.cpp (releases 0.12 to 1.2.10, members in any order) and, for
/// .cbm, TFullModel::Load in model.cpp with flatbuffers/*.fbs (1.2.10). The result does not refer
/// to `bytes`. They throw kInvalidModel for a malformed file, kUnsupportedModel for a version of
/// .cbm, or splits, that a Model has no place for, kLimitExceeded.
Model read_json(Bytes bytes, const Limits &limits, Interrupt interrupt);
Model read_cbm(Bytes bytes, const Limits &limits, Interrupt interrupt);

/// One member of model_info. CatBoost keeps texts in it; JSON files hold what is JSON as such, or
/// as a text (before 0.25).
void read_info(std::string_view key, JsonReader &value, const Limits &limits, Info &info);
void read_info(std::string_view key, std::string_view text, const Limits &limits, Info &info);

}  // namespace pgscore::formats::catboost
