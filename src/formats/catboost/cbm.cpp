// CatBoost's binary model: "CBM1", the size of the core, the core (a FlatBuffer,
// catboost/libs/model/flatbuffers/*.fbs of release 1.2.10), then the parts that the core names. One
// part concerns us, the tables of the CTRs: their number, and for each its size and a FlatBuffer
// (model.cpp, TFullModel::Load; ctr_data.cpp; ctr_value_table.cpp).
#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "base/refuse.hpp"
#include "base/shown_text.hpp"
#include "formats/catboost/model.hpp"
#include "formats/wire/flatbuffer_reader.hpp"

namespace pgscore::formats::catboost {
namespace {

using Table = FlatBuffer::Table;

static_assert(std::endian::native == std::endian::little, "FlatBuffers are little-endian");

// Numbers of the fields, in the order of the schema files. Fields were only ever added at the end.
namespace core {
enum : unsigned { kFormatVersion, kModelTrees, kInfoMap, kModelPartIds };
}
namespace trees {
enum : unsigned {
  kApproxDimension,
  kTreeSplits,
  kTreeSizes,
  kTreeStartOffsets,
  kCatFeatures,
  kFloatFeatures,
  kOneHotFeatures,
  kCtrFeatures,
  kLeafValues,
  kLeafWeights,
  kNonSymmetricStepNodes,
  kNonSymmetricNodeIdToLeafId,
  kTextFeatures,
  kEstimatedFeatures,
  kScale,
  kBias,
  kMultiBias,
  kRepackedBins,
  kEmbeddingFeatures,
};
}
namespace float_feature {
enum : unsigned { kHasNans, kIndex, kFlatIndex, kBorders, kFeatureId, kNanValueTreatment };
}
namespace feature {  // categorical, text; embedding has a dimension before kUsedInModel
enum : unsigned { kIndex, kFlatIndex, kFeatureId, kUsedInModel, kEmbeddingUsedInModel };
}
namespace one_hot {
enum : unsigned { kIndex, kValues };
}
namespace combination {
enum : unsigned { kCatFeatures, kFloatSplits, kOneHotSplits };
}
namespace ctr_base {
enum : unsigned { kFeatureCombination, kCtrType, kTargetBorderClassifierIdx };
}
namespace ctr {
enum : unsigned { kBase, kTargetBorderIdx, kPriorNum, kPriorDenom, kShift, kScale };
}
namespace ctr_feature {
enum : unsigned { kCtr, kBorders };
}
namespace value_table {
enum : unsigned {
  kModelCtrBase,
  kIndexHashRaw,
  kCtrBlob,
  kCounterDenominator,
  kTargetClassesCount
};
}
namespace key_value {
enum : unsigned { kKey, kValue };
}

/// util/ysaveload.h, LoadSize: 32 bits, or that many ones and 64 bits.
std::uint64_t load_size(ByteReader &reader) {
  const auto size = reader.little_endian<std::uint32_t>();
  return size == UINT32_MAX ? reader.little_endian<std::uint64_t>() : size;
}

class CbmFile {
 public:
  CbmFile(Bytes bytes, const Limits &limits, Interrupt interrupt)
      : limits_(limits), interrupt_(interrupt), reader_(bytes) {}

  Model read() {
    if (reader_.text(4) != "CBM1") refuse("the file does not begin with \"CBM1\"");
    const std::uint64_t size = load_size(reader_);
    FlatBuffer buffer(reader_.take(size));
    const Table root = buffer.root();
    // This is how CatBoost spells it.
    if (const std::string_view version = root.string(core::kFormatVersion);
        version != "FlabuffersModel_v1")
      throw Error(ErrorCode::kUnsupportedModel,
                  "unknown format version " + shown(version) + " of a CatBoost model");
    read_info_map(root);
    const auto model_trees = root.table(core::kModelTrees);
    if (!model_trees) refuse("the model has no trees");
    read_features(*model_trees);
    read_trees(*model_trees);
    for (const std::string &part : root.strings(core::kModelPartIds)) {
      // A text or embedding processing collection; nothing behind it is needed
      if (part != "static_provider_v1") {
        if (model_.unsupported_features.empty())
          model_.unsupported_features.push_back("the part " + shown(part));
        break;
      }
      read_ctr_tables();
    }
    return std::move(model_);
  }

 private:
  void read_info_map(const Table &root) {
    for (const Table &entry : root.tables(core::kInfoMap))
      read_info(entry.string(key_value::kKey), entry.string(key_value::kValue), limits_,
                model_.info);
  }

  // ---- features ---------------------------------------------------------------------------------

  static Position position(const Table &table, unsigned index, unsigned flat_index, unsigned id) {
    return {table.scalar<std::int32_t>(index, -1), table.scalar<std::int32_t>(flat_index, -1),
            std::string(table.string(id))};
  }

  void read_features(const Table &table) {
    for (const Table &t : table.tables(trees::kFloatFeatures)) {
      check_limit(model_.float_features.size() + 1, limits_.max_features, "features");
      FloatFeature feature;
      feature.position =
          position(t, float_feature::kIndex, float_feature::kFlatIndex, float_feature::kFeatureId);
      feature.borders = t.vector<float>(float_feature::kBorders);
      feature.has_nans = t.scalar<std::uint8_t>(float_feature::kHasNans, 0) != 0;
      const auto nan = t.scalar<std::int8_t>(float_feature::kNanValueTreatment, 0);
      if (nan < 0 || nan > 2) refuse("unknown treatment " + std::to_string(nan) + " of NaN values");
      feature.nan = static_cast<NanMode>(nan);
      model_.float_features.push_back(std::move(feature));
    }
    for (const Table &t : table.tables(trees::kCatFeatures)) {
      check_limit(model_.cat_features.size() + 1, limits_.max_features, "features");
      model_.cat_features.push_back(
          position(t, feature::kIndex, feature::kFlatIndex, feature::kFeatureId));
    }
    for (const Table &t : table.tables(trees::kOneHotFeatures))
      model_.one_hot_features.push_back(
          {t.scalar<std::int32_t>(one_hot::kIndex, -1), t.vector<std::int32_t>(one_hot::kValues)});
    for (const Table &t : table.tables(trees::kCtrFeatures)) {
      check_limit(model_.ctr_features.size() + 1, limits_.max_columns, "CTR features");
      model_.ctr_features.push_back(read_ctr_feature(t));
    }
    refuse_later(table, trees::kTextFeatures, feature::kUsedInModel, "text feature ");
    refuse_later(table, trees::kEmbeddingFeatures, feature::kEmbeddingUsedInModel,
                 "embedding feature ");
    if (model_.unsupported_features.empty() && !table.tables(trees::kEstimatedFeatures).empty())
      model_.unsupported_features.push_back("features computed from text or embeddings");
  }
  void refuse_later(const Table &table, unsigned list, unsigned used, const char *what) {
    for (const Table &t : table.tables(list)) {
      if (t.scalar<std::uint8_t>(used, 1) == 0) continue;
      const Position p = position(t, feature::kIndex, feature::kFlatIndex, feature::kFeatureId);
      model_.unsupported_features.push_back(
          what + (p.id.empty() ? std::to_string(p.flat_index) : shown(p.id)));
    }
  }

  static CtrBase read_ctr_base(const std::optional<Table> &table) {
    CtrBase base;
    if (!table) return base;
    if (const auto c = table->table(ctr_base::kFeatureCombination)) {
      base.projection.cat_features = c->vector<std::int32_t>(combination::kCatFeatures);
      base.projection.float_splits = c->vector<FloatSplit>(combination::kFloatSplits);
      base.projection.one_hot_splits = c->vector<OneHotSplit>(combination::kOneHotSplits);
    }
    const auto type = table->scalar<std::int8_t>(ctr_base::kCtrType, 0);
    if (type < 0 || type > static_cast<std::int8_t>(CtrType::kFeatureFreq))
      refuse("unknown CTR type " + std::to_string(type));
    base.type = static_cast<CtrType>(type);
    base.target_border_classifier =
        table->scalar<std::int32_t>(ctr_base::kTargetBorderClassifierIdx, 0);
    return base;
  }

  static CtrFeature read_ctr_feature(const Table &table) {
    CtrFeature feature;
    feature.borders = table.vector<float>(ctr_feature::kBorders);
    const auto c = table.table(ctr_feature::kCtr);
    if (!c) refuse("a CTR feature has no CTR");
    feature.base = read_ctr_base(c->table(ctr::kBase));
    feature.target_border = c->scalar<std::int32_t>(ctr::kTargetBorderIdx, 0);
    feature.prior_numerator = c->scalar<float>(ctr::kPriorNum, 0);
    feature.prior_denominator = c->scalar<float>(ctr::kPriorDenom, 1);
    feature.shift = c->scalar<float>(ctr::kShift, 0);
    feature.scale = c->scalar<float>(ctr::kScale, 1);
    return feature;
  }

  // ---- trees ------------------------------------------------------------------------------------

  void read_trees(const Table &table) {
    const auto dimension = table.scalar<std::int32_t>(trees::kApproxDimension, 0);
    if (dimension < 1) refuse("leaves have " + std::to_string(dimension) + " values");
    check_limit(static_cast<std::uint64_t>(dimension), limits_.max_outputs, "outputs");
    model_.dimension = static_cast<std::uint32_t>(dimension);
    model_.scale = table.scalar<double>(trees::kScale, 1);
    model_.bias = table.vector<double>(trees::kMultiBias);
    if (model_.bias.empty()) model_.bias = {table.scalar<double>(trees::kBias, 0)};
    model_.leaf_values = table.vector<double>(trees::kLeafValues);
    model_.leaf_weights = table.vector<double>(trees::kLeafWeights);
    check_limit(model_.leaf_values.size(), limits_.max_nodes, "leaf values");
    interrupt_.check();

    struct StepNode {
      std::uint16_t left_diff, right_diff;
    };
    const auto sizes = table.vector<std::int32_t>(trees::kTreeSizes);
    const auto splits = table.vector<std::int32_t>(trees::kTreeSplits);
    const auto steps = table.vector<StepNode>(trees::kNonSymmetricStepNodes);
    check_limit(sizes.size(), limits_.max_trees, "trees");
    check_limit(splits.size(), limits_.max_nodes, "tree nodes");
    model_.oblivious = steps.empty();
    for (const std::int32_t size : sizes) {
      if (size < (model_.oblivious ? 0 : 1))
        refuse("a tree has " + std::to_string(size) + " splits");
      model_.tree_sizes.push_back(static_cast<std::uint32_t>(size));
    }
    for (const std::int32_t split : splits) {
      if (split < 0) refuse("split " + std::to_string(split) + " does not exist");
      model_.tree_splits.push_back(static_cast<std::uint32_t>(split));
    }
    if (model_.oblivious) return check_oblivious();

    const auto leaf_ids = table.vector<std::uint32_t>(trees::kNonSymmetricNodeIdToLeafId);
    if (steps.size() != splits.size() || leaf_ids.size() != splits.size())
      refuse("the lists of tree nodes have different lengths");
    std::uint64_t first = 0;
    for (const std::uint32_t size : model_.tree_sizes) {
      if (size > splits.size() - first) refuse("the trees have more nodes than there are");
      for (std::uint64_t i = first; i < first + size; ++i) {
        auto child = [&](std::uint16_t diff) {
          return diff == 0 ? Node::kNone : static_cast<std::uint32_t>(i - first + diff);
        };
        model_.nodes.push_back({model_.tree_splits[i], child(steps[i].left_diff),
                                child(steps[i].right_diff), leaf_ids[i]});
      }
      first += size;
    }
    model_.tree_splits = {};
  }

  void check_oblivious() const {
    std::uint64_t num_splits = 0, num_values = 0;
    for (const std::uint32_t size : model_.tree_sizes) {
      if (size > 31) refuse("a tree has " + std::to_string(size) + " splits");
      num_splits += size;
      num_values += std::uint64_t{model_.dimension} << size;
    }
    if (num_splits != model_.tree_splits.size() || num_values != model_.leaf_values.size())
      refuse("the trees need " + std::to_string(num_splits) + " splits and " +
             std::to_string(num_values) + " leaf values, there are " +
             std::to_string(model_.tree_splits.size()) + " and " +
             std::to_string(model_.leaf_values.size()));
  }

  // ---- CTR tables -------------------------------------------------------------------------------

  void read_ctr_tables() {
    const std::uint64_t count = load_size(reader_);
    check_limit(count, limits_.max_columns, "CTR tables");
    for (std::uint64_t i = 0; i < count; ++i) {
      interrupt_.check();
      try {
        const std::uint64_t size = load_size(reader_);
        FlatBuffer buffer(reader_.take(size));
        model_.ctr_tables.push_back(read_ctr_table(buffer.root()));
      } catch (const Error &e) {
        throw e.within("CTR table " + std::to_string(i));
      }
    }
  }

  /// helpers/dense_hash_view.h: buckets of a hash and a number; ctr_value_table.h: what that is the
  /// number of.
  CtrTable read_ctr_table(const Table &table) {
    CtrTable out;
    out.base = read_ctr_base(table.table(value_table::kModelCtrBase));
    out.counter_denominator = table.scalar<std::int32_t>(value_table::kCounterDenominator, 0);
    const Bytes buckets = table.bytes(value_table::kIndexHashRaw),
                counts = table.bytes(value_table::kCtrBlob);
    const bool is_mean = out.base.type == CtrType::kBinarizedTargetMeanValue ||
                         out.base.type == CtrType::kFloatTargetMeanValue;
    if (out.base.type == CtrType::kBorders || out.base.type == CtrType::kBuckets) {
      const auto classes = table.scalar<std::int32_t>(value_table::kTargetClassesCount, 0);
      if (classes < 1) refuse("the target has " + std::to_string(classes) + " classes");
      check_limit(static_cast<std::uint64_t>(classes), limits_.max_outputs, "classes");
      out.num_counts = static_cast<std::uint32_t>(classes);
    }
    constexpr std::size_t kBucket = sizeof(std::uint64_t) + sizeof(std::uint32_t);
    if (buckets.size() % kBucket != 0) refuse("the hash table ends in the middle of a bucket");
    const std::size_t row_size =
        is_mean ? sizeof(float) + sizeof(std::int32_t) : out.num_counts * sizeof(std::int32_t);
    const std::size_t num_rows = counts.size() / row_size;
    for (ByteReader reader(buckets); !reader.at_end();) {
      const auto hash = reader.little_endian<std::uint64_t>();
      const auto row = reader.little_endian<std::uint32_t>();
      if (hash == UINT64_MAX) continue;  // an empty bucket
      if (row >= num_rows) refuse("row " + std::to_string(row) + " of the counts does not exist");
      out.hashes.push_back(hash);
      // Buckets may share rows, so that a small file could say a large table.
      check_limit(out.counts.size() + out.num_counts, limits_.max_nodes, "CTR counts");
      ByteReader cells(counts.subspan(row * row_size, row_size));
      if (is_mean) out.sums.push_back(cells.little_endian<float>());
      while (!cells.at_end()) out.counts.push_back(cells.little_endian<std::int32_t>());
    }
    return out;
  }

  const Limits &limits_;
  Interrupt interrupt_;
  ByteReader reader_;
  Model model_;
};

}  // namespace

Model read_cbm(Bytes bytes, const Limits &limits, Interrupt interrupt) {
  return CbmFile(bytes, limits, interrupt).read();
}

}  // namespace pgscore::formats::catboost
