// CatBoost's JSON: model_export/json_model_helpers.cpp of releases 0.12 to 1.2.10. Members come in
// any order.
//
// A split names its condition twice, by feature and border and by "split_index"; CatBoost reads the
// latter alone, and so does this. ctr_data is keyed by a text that is JSON itself: the type and the
// projection of the table.
#include <charconv>
#include <utility>

#include "base/shown_text.hpp"
#include "formats/catboost/model.hpp"
#include "formats/unused_keys.hpp"

namespace pgscore::formats::catboost {
namespace {

using Kind = DocumentReader::Kind;

std::int32_t int32(JsonReader &reader) {
  const std::int64_t value = reader.integer();
  if (value < INT32_MIN || value > INT32_MAX)
    reader.refuse("integer " + std::to_string(value) + " is out of range");
  return static_cast<std::int32_t>(value);
}

class JsonFile {
 public:
  JsonFile(Bytes bytes, const Limits &limits, Interrupt interrupt)
      : limits_(limits), interrupt_(interrupt), reader_(bytes, limits, interrupt) {}

  Model read() {
    bool has_trees = false, has_features = false;
    reader_.begin_object();
    for (std::string_view key; reader_.next_key(key);) {
      if (key == "oblivious_trees" || key == "trees") {
        if (std::exchange(has_trees, true)) reader_.refuse("there are trees twice");
        model_.oblivious = key == "oblivious_trees";
        model_.oblivious ? read_oblivious_trees() : read_trees();
      } else if (key == "features_info") {
        has_features = true;
        read_features();
      } else if (key == "model_info") {
        read_info_map();
      } else if (key == "scale_and_bias") {
        read_scale_and_bias();
      } else if (key == "ctr_data") {
        read_ctr_data();
      } else {
        pass_over(key, {}, "the model");
      }
    }
    reader_.end_document();
    if (!has_trees)
      throw Error(ErrorCode::kInvalidModel, "the model has neither oblivious_trees nor trees");
    if (!has_features) throw Error(ErrorCode::kInvalidModel, "the model has no features_info");
    return std::move(model_);
  }

 private:
  /// Calls f() for each element of an array; null is an empty one (CatBoost writes that where a
  /// list has no elements).
  template <class F>
  void for_each_element(F f) {
    if (reader_.peek() == Kind::kNull) return reader_.skip();
    for (reader_.begin_array(); reader_.next_element();) f();
  }
  /// Calls f(key) for each member of an object; f reads the value.
  template <class F>
  void for_each_member(F f) {
    reader_.begin_object();
    for (std::string_view key; reader_.next_key(key);) f(key);
  }
  /// The value of a key that has no part in prediction; refuses one that may have.
  void pass_over(std::string_view key, std::initializer_list<std::string_view> unused,
                 std::string_view place) {
    require_unused(key, unused, place);
    reader_.skip();
  }
  std::vector<float> floats() {
    std::vector<float> values;
    if (reader_.peek() == Kind::kNull)
      reader_.skip();
    else
      reader_.floats(values);
    return values;
  }

  // ---- features ---------------------------------------------------------------------------------

  bool read_position(std::string_view key, Position &position) {
    if (key == "feature_index")
      position.index = int32(reader_);
    else if (key == "flat_feature_index")
      position.flat_index = int32(reader_);
    else if (key == "feature_id" || (key == "feature_name" && position.id.empty()))
      read_id(position);
    else
      return false;
    return true;
  }
  /// feature_id is the model's own, "" when it has none; feature_name was added by the exporter
  /// from a pool's names.
  void read_id(Position &position) {
    if (std::string id = reader_.text(); !id.empty()) position.id = std::move(id);
  }

  void read_features() {
    for_each_member([&](std::string_view key) {
      if (key == "float_features")
        for_each_element([&] { read_float_feature(); });
      else if (key == "categorical_features")
        for_each_element([&] { read_cat_feature(); });
      else if (key == "ctrs")
        for_each_element([&] { read_ctr_feature(); });
      else  // A split on what is made of them is refused (check_split_type).
        pass_over(key, {"text_features", "embedding_features", "estimated_features"},
                  "features_info");
    });
  }

  void read_float_feature() {
    check_limit(model_.float_features.size() + 1, limits_.max_features, "features");
    FloatFeature feature;
    for_each_member([&](std::string_view key) {
      if (key == "borders") {
        feature.borders = floats();
      } else if (key == "has_nans") {
        feature.has_nans = reader_.integer() != 0;
      } else if (key == "nan_value_treatment") {
        const std::string name = reader_.text();
        if (name == "AsIs")
          feature.nan = NanMode::kAsIs;
        else if (name == "AsFalse")
          feature.nan = NanMode::kAsFalse;
        else if (name == "AsTrue")
          feature.nan = NanMode::kAsTrue;
        else
          reader_.refuse("unknown nan_value_treatment " + shown(name));
      } else if (!read_position(key, feature.position)) {
        pass_over(key, {}, "a float feature");
      }
    });
    model_.float_features.push_back(std::move(feature));
  }

  void read_cat_feature() {
    check_limit(model_.cat_features.size() + 1, limits_.max_features, "features");
    Position position;
    OneHotFeature one_hot;
    for_each_member([&](std::string_view key) {
      if (key == "values")
        reader_.integers(one_hot.values);
      else if (!read_position(key, position))
        pass_over(key, {}, "a categorical feature");
    });
    if (!one_hot.values.empty()) {
      one_hot.cat_feature = position.index;
      model_.one_hot_features.push_back(std::move(one_hot));
    }
    model_.cat_features.push_back(std::move(position));
  }

  /// [{"cat_feature_index": 0, "combination_element": "cat_feature_value"}, ...]
  static Projection read_projection(JsonReader &reader) {
    Projection projection;
    if (reader.peek() == Kind::kNull) {
      reader.skip();
      return projection;
    }
    for (reader.begin_array(); reader.next_element();) {
      std::string element;
      std::int32_t cat_feature = -1, float_feature = -1, value = 0;
      float border = 0;
      reader.begin_object();
      for (std::string_view key; reader.next_key(key);) {
        if (key == "combination_element")
          element = reader.text();
        else if (key == "cat_feature_index")
          cat_feature = int32(reader);
        else if (key == "float_feature_index")
          float_feature = int32(reader);
        else if (key == "border")
          border = reader.float32();
        else if (key == "value")
          value = int32(reader);
        else
          require_unused(key, {}, "a combination of features");
      }
      if (element == "cat_feature_value")
        projection.cat_features.push_back(cat_feature);
      else if (element == "float_feature")
        projection.float_splits.push_back({float_feature, border});
      else if (element == "cat_feature_exact_value")
        projection.one_hot_splits.push_back({cat_feature, value});
      else
        reader.refuse("unknown combination_element " + shown(element));
    }
    return projection;
  }
  static CtrType read_ctr_type(JsonReader &reader) {
    const std::string name = reader.text();
    const auto type = find_ctr_type(name);
    if (!type) reader.refuse("unknown CTR type " + shown(name));
    return *type;
  }

  void read_ctr_feature() {
    check_limit(model_.ctr_features.size() + 1, limits_.max_columns, "CTR features");
    CtrFeature feature;
    for_each_member([&](std::string_view key) {
      if (key == "elements")
        feature.base.projection = read_projection(reader_);
      else if (key == "ctr_type")
        feature.base.type = read_ctr_type(reader_);
      else if (key == "borders")
        feature.borders = floats();
      else if (key == "target_border_idx")
        feature.target_border = int32(reader_);
      else if (key == "prior_numerator")
        feature.prior_numerator = reader_.float32();
      else if (key == "prior_denomerator" || key == "prior_denominator")  // sic
        feature.prior_denominator = reader_.float32();
      else if (key == "shift")
        feature.shift = reader_.float32();
      else if (key == "scale")
        feature.scale = reader_.float32();
      else
        pass_over(key, {"identifier"}, "a CTR");
    });
    model_.ctr_features.push_back(std::move(feature));
  }

  // ---- trees ------------------------------------------------------------------------------------

  std::uint32_t read_split_index() {
    std::int64_t index = -1;
    for_each_member([&](std::string_view key) {
      if (key == "split_index")
        index = reader_.integer();
      else if (key == "split_type" && reader_.peek() == Kind::kString)
        check_split_type(reader_.text());
      else  // the condition once more
        pass_over(key,
                  {"border", "cat_feature_index", "ctr_target_border_idx", "float_feature_index",
                   "split_type", "value"},
                  "a split");
    });
    if (index < 0 || index > INT32_MAX)
      reader_.refuse("a split has no split_index, or one out of range");
    return static_cast<std::uint32_t>(index);
  }
  static void check_split_type(const std::string &type) {
    if (type == "EstimatedFeature")
      throw Error(ErrorCode::kUnsupportedModel,
                  "text and embedding features of CatBoost are not supported",
                  "A tree has a split on a feature that is computed from a text or an embedding.");
  }

  void set_dimension(std::uint64_t dimension) {
    if (dimension == 0) reader_.refuse("a leaf has no value");
    check_limit(dimension, limits_.max_outputs, "outputs");
    if (has_dimension_ && dimension != model_.dimension)
      reader_.refuse("its leaves have " + std::to_string(dimension) +
                     " values, those before have " + std::to_string(model_.dimension));
    has_dimension_ = true;
    model_.dimension = static_cast<std::uint32_t>(dimension);
  }

  /// Errors name the tree.
  template <class F>
  void for_each_tree(F read_tree) {
    for_each_element([&] {
      const std::size_t tree = model_.tree_sizes.size();
      check_limit(tree + 1, limits_.max_trees, "trees");
      try {
        read_tree();
      } catch (const Error &e) {
        throw e.within("tree " + std::to_string(tree));
      }
    });
  }

  void read_oblivious_trees() {
    for_each_tree([&] {
      const std::size_t first_split = model_.tree_splits.size(),
                        first_value = model_.leaf_values.size();
      for_each_member([&](std::string_view key) {
        if (key == "splits")
          for_each_element([&] { model_.tree_splits.push_back(read_split_index()); });
        else if (key == "leaf_values")
          reader_.append_doubles(model_.leaf_values);
        else if (key == "leaf_weights")
          reader_.append_doubles(model_.leaf_weights);
        else
          pass_over(key, {}, "a tree");
      });
      const std::size_t depth = model_.tree_splits.size() - first_split,
                        values = model_.leaf_values.size() - first_value;
      if (depth > 31 || values == 0 || values % (std::size_t{1} << depth) != 0)
        reader_.refuse(std::to_string(values) + " leaf values do not fit " + std::to_string(depth) +
                       " splits");
      set_dimension(values >> depth);
      check_limit(model_.leaf_values.size(), limits_.max_nodes, "leaf values");
      model_.tree_sizes.push_back(static_cast<std::uint32_t>(depth));
    });
  }

  /// Nodes stand within each other: {"left": {...}, "right": {...}, "split": {...}} or {"value": 1,
  /// "weight": 2}.
  void read_trees() {
    for_each_tree([&] {
      const std::size_t first = model_.nodes.size();
      std::vector<std::uint32_t> open{0};  // the nodes that the reader is inside of
      auto &nodes = model_.nodes;
      nodes.emplace_back();
      reader_.begin_object();
      std::vector<bool> has_split{false};  // of each open node
      while (!open.empty()) {
        std::string_view key;
        Node &node = nodes[first + open.back()];
        if (!reader_.next_key(key)) {
          const bool has_value = node.leaf != Node::kNone;
          const bool is_split =
              has_split.back() && node.left != Node::kNone && node.right != Node::kNone;
          if (is_split ? has_value : has_split.back() || !node.is_leaf() || !has_value)
            reader_.refuse("a node is neither a split with two children nor a leaf");
          open.pop_back();
          has_split.pop_back();
        } else if (key == "left" || key == "right") {
          std::uint32_t &child = key == "left" ? node.left : node.right;
          if (child != Node::kNone) reader_.refuse("a node has the same child twice");
          check_limit(nodes.size() + 1, limits_.max_nodes, "tree nodes");
          child = static_cast<std::uint32_t>(nodes.size() - first);
          open.push_back(child);
          has_split.push_back(false);
          nodes.emplace_back();
          reader_.begin_object();
        } else if (key == "split") {
          node.split = read_split_index();
          has_split.back() = true;
        } else if (key == "value") {
          node.leaf = static_cast<std::uint32_t>(model_.leaf_values.size());
          if (reader_.peek() == Kind::kArray)
            reader_.append_doubles(model_.leaf_values);
          else
            model_.leaf_values.push_back(reader_.float64());
          set_dimension(model_.leaf_values.size() - node.leaf);
          check_limit(model_.leaf_values.size(), limits_.max_nodes, "leaf values");
        } else if (key == "weight") {
          model_.leaf_weights.push_back(reader_.float64());
        } else {
          pass_over(key, {}, "a node");
        }
      }
      model_.tree_sizes.push_back(static_cast<std::uint32_t>(nodes.size() - first));
    });
  }

  // ---- the rest ---------------------------------------------------------------------------------

  void read_info_map() {
    for_each_member([&](std::string_view key) { read_info(key, reader_, limits_, model_.info); });
  }

  /// [scale, [bias, ...]]; releases before 0.25 wrote [scale, bias].
  void read_scale_and_bias() {
    std::size_t i = 0;
    for (reader_.begin_array(); reader_.next_element(); ++i) {
      if (i == 0)
        model_.scale = reader_.float64();
      else if (i > 1)
        reader_.refuse("scale_and_bias has more than two elements");
      else if (reader_.peek() == Kind::kArray)
        reader_.append_doubles(model_.bias);
      else if (reader_.peek() == Kind::kNull)
        reader_.skip();
      else
        model_.bias.push_back(reader_.float64());
    }
    if (i < 1) reader_.refuse("scale_and_bias is empty");
  }

  /// {"{\"identifier\":[...],\"type\":\"Borders\"}": {"hash_map": ["123", 4, 5, ...],
  /// "hash_stride": 3}, ...}
  void read_ctr_data() {
    if (reader_.peek() == Kind::kNull) return reader_.skip();
    for_each_member([&](std::string_view key) {
      const std::size_t table = model_.ctr_tables.size();
      check_limit(table + 1, limits_.max_columns, "CTR tables");
      try {
        CtrTable read;
        read.base = read_base(key);
        read_table(read);
        model_.ctr_tables.push_back(std::move(read));
      } catch (const Error &e) {
        throw e.within("ctr_data: table " + std::to_string(table));
      }
    });
  }

  CtrBase read_base(std::string_view text) const {
    CtrBase base;
    JsonReader reader(as_bytes(text), limits_, interrupt_);
    reader.begin_object();
    for (std::string_view key; reader.next_key(key);) {
      if (key == "identifier")
        base.projection = read_projection(reader);
      else if (key == "type")
        base.type = read_ctr_type(reader);
      else
        require_unused(key, {}, "the name of a table of CTRs");
    }
    reader.end_document();
    return base;
  }

  void read_table(CtrTable &table) {
    const bool is_mean = table.base.type == CtrType::kBinarizedTargetMeanValue ||
                         table.base.type == CtrType::kFloatTargetMeanValue;
    std::vector<std::uint64_t> hashes;
    std::vector<double> numbers;  // everything between the hashes
    std::size_t width = 0;
    std::int64_t stride = 0;
    for_each_member([&](std::string_view key) {
      if (key == "hash_stride") {
        stride = reader_.integer();
      } else if (key == "counter_denominator") {
        table.counter_denominator = int32(reader_);
      } else if (key == "hash_map") {
        for_each_element([&] {
          if (reader_.peek() != Kind::kString) return numbers.push_back(reader_.float64());
          // Every hash is followed by as many numbers as the first.
          if (hashes.size() == 1) width = numbers.size();
          if (numbers.size() != hashes.size() * width)
            reader_.refuse("a hash has more or less numbers than those before");
          hashes.push_back(read_hash());
        });
        check_limit(hashes.size() + numbers.size(), limits_.max_nodes, "CTR counts");
      } else {
        pass_over(key, {}, "a table of CTRs");
      }
    });
    if (hashes.empty()) return;
    if (stride < 2 || numbers.size() != hashes.size() * static_cast<std::uint64_t>(stride - 1))
      reader_.refuse("hash_map has " + std::to_string(hashes.size()) + " hashes and " +
                     std::to_string(numbers.size()) + " numbers, which does not fit hash_stride " +
                     std::to_string(stride));
    table.num_counts = static_cast<std::uint32_t>(stride - 1);
    if (is_mean && table.num_counts != 2)
      reader_.refuse("a table of means must have hash_stride 3");
    for (std::size_t i = 0; i < hashes.size(); ++i) {
      // The mark of an empty bucket, which the exporter writes as if it were one.
      if (hashes[i] == UINT64_MAX) continue;
      table.hashes.push_back(hashes[i]);
      const double *row = numbers.data() + i * table.num_counts;
      if (is_mean) table.sums.push_back(static_cast<float>(row[0]));
      for (std::uint32_t k = is_mean ? 1 : 0; k < table.num_counts; ++k) {
        if (!(row[k] >= INT32_MIN && row[k] <= INT32_MAX) ||
            row[k] != static_cast<std::int32_t>(row[k]))
          reader_.refuse("a count is not an integer");
        table.counts.push_back(static_cast<std::int32_t>(row[k]));
      }
    }
    if (is_mean) table.num_counts = 1;
  }

  std::uint64_t read_hash() {
    const std::string text = reader_.text();
    std::uint64_t hash = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), hash);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
      reader_.refuse("malformed hash " + shown(text));
    return hash;
  }

  const Limits &limits_;
  Interrupt interrupt_;
  JsonReader reader_;
  Model model_;
  bool has_dimension_ = false;
};

}  // namespace

std::optional<CtrType> find_ctr_type(std::string_view name) {
  constexpr std::string_view kNames[] = {
      "Borders", "Buckets",    "BinarizedTargetMeanValue", "FloatTargetMeanValue",
      "Counter", "FeatureFreq"};
  for (std::size_t i = 0; i < std::size(kNames); ++i)
    if (name == kNames[i]) return static_cast<CtrType>(i);
  return std::nullopt;
}

Model read_json(Bytes bytes, const Limits &limits, Interrupt interrupt) {
  return JsonFile(bytes, limits, interrupt).read();
}

}  // namespace pgscore::formats::catboost
