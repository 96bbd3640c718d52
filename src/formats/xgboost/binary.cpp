// XGBoost's legacy binary format: dumps of C structs, little-endian. Sources: learner-inl.hpp,
// gbtree-inl.hpp and model.h of 0.40; learner.cc, gbtree.cc, gblinear.cc and tree_model.h of 0.60
// to 0.90; learner.cc, gbtree_model.h, gblinear_model.h and tree_model.h of 1.0 to 1.7. (3.1
// removed the format.)
//
//   learner parameters   136 bytes; before 1.0 the version is 0 there
//   objective, booster   each a 64-bit length and a text
//   booster              trees: parameters (160 bytes), trees, the group of each tree; dart adds
//                        its weights
//                        gblinear: parameters (136 bytes), weights
//   attributes           when the learner parameters say so: pairs of texts
//
// What may stand before it: nothing, "binf" (0.4, and again from 1.1), "bs64\t" and the whole in
// base64 (0.4 with save_base64), a header of xgboost4j-spark that holds column names or the number
// of classes, or the length of R's raw vectors. So the start is found by the objective: the one
// place where a 64-bit length, the name of an objective, another length and the name of a booster
// follow each other.
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/pace.hpp"
#include "base/refuse.hpp"
#include "formats/xgboost/model.hpp"
#include "formats/xgboost/xgboost.hpp"

namespace pgscore::formats::xgboost {
namespace {

constexpr std::size_t kLearnerParamBytes = 136;
constexpr std::size_t kTreeModelParamBytes = 160;
constexpr std::size_t kTreeParamBytes = 148;
constexpr std::size_t kLinearParamBytes = 136;
constexpr std::size_t kNodeBytes = 20;
constexpr std::size_t kNodeStatBytes = 16;
constexpr std::size_t kMaxHeaderBytes = 4096;  // before the learner parameters
constexpr std::size_t kMaxObjectiveBytes = 64;

std::optional<std::string_view> text_at(Bytes bytes, std::size_t at, std::size_t max_length) {
  if (at > bytes.size() || bytes.size() - at < 8) return std::nullopt;
  const auto length = ByteReader(bytes.subspan(at)).little_endian<std::uint64_t>();
  if (length == 0 || length > max_length || length > bytes.size() - at - 8) return std::nullopt;
  return as_text(bytes.subspan(at + 8, length));
}

/// Where the learner parameters begin.
std::optional<std::size_t> find_learner(Bytes bytes) {
  constexpr std::string_view kFamilies[] = {
      "reg:", "binary:", "multi:", "count:", "survival:", "rank:", "gpu:"};
  for (std::size_t at = 0; at <= kMaxHeaderBytes && at + kLearnerParamBytes < bytes.size(); ++at) {
    const auto objective = text_at(bytes, at + kLearnerParamBytes, kMaxObjectiveBytes);
    if (!objective) continue;
    const auto booster = text_at(bytes, at + kLearnerParamBytes + 8 + objective->size(), 8);
    if (!booster || (*booster != "gbtree" && *booster != "dart" && *booster != "gblinear"))
      continue;
    if (std::any_of(std::begin(kFamilies), std::end(kFamilies),
                    [&](auto family) { return objective->starts_with(family); }))
      return at;
  }
  return std::nullopt;
}

constexpr std::string_view kBase64Prefix = "bs64";

/// The bytes behind "bs64"; blanks are allowed anywhere, the end is "=" or the first other
/// character.
std::string decode_base64(std::string_view text, std::size_t max_bytes, Interrupt interrupt) {
  Pace pace(interrupt);
  std::string out;
  std::uint32_t bits = 0;
  int num_bits = 0;
  for (char c : text) {
    pace.spend(2);
    std::uint32_t value = 0;
    if (c >= 'A' && c <= 'Z')
      value = static_cast<std::uint32_t>(c - 'A');
    else if (c >= 'a' && c <= 'z')
      value = static_cast<std::uint32_t>(c - 'a') + 26;
    else if (c >= '0' && c <= '9')
      value = static_cast<std::uint32_t>(c - '0') + 52;
    else if (c == '+')
      value = 62;
    else if (c == '/')
      value = 63;
    else if (c == ' ' || c == '\n' || c == '\r' || c == '\t')
      continue;
    else
      break;
    bits = bits << 6 | value;
    num_bits += 6;
    if (num_bits < 8) continue;
    num_bits -= 8;
    out += static_cast<char>(bits >> num_bits & 0xFF);
    if (out.size() == max_bytes) break;
  }
  return out;
}

class BinaryFile {
 public:
  BinaryFile(Bytes bytes, const Limits &limits, Interrupt interrupt)
      : reader_(bytes), limits_(limits), interrupt_(interrupt) {}

  Model read() {
    const bool has_attributes = read_learner_param();
    model_.objective = text();
    model_.booster = text();
    if (model_.booster == "gblinear") {
      reader_.skip(kLinearParamBytes);
      model_.weights = floats();
    } else {
      read_trees();
      if (model_.booster == "dart" && !model_.trees.empty()) model_.weight_drop = floats();
    }
    // In 0.4 the same field says that a prediction buffer follows: there are no attributes in those
    // files.
    if (has_attributes && num_prediction_buffer_ == 0) read_attributes();
    return std::move(model_);
  }

 private:
  /// Returns whether attributes follow the booster.
  bool read_learner_param() {
    ByteReader param(reader_.take(kLearnerParamBytes));
    model_.base_score = {param.little_endian<float>()};
    model_.num_feature = count(param, "features", limits_.max_features);
    model_.num_class = count(param, "classes", limits_.max_outputs);
    const bool has_attributes = param.little_endian<std::int32_t>() != 0;
    param.skip(4);  // contain_eval_metrics
    // Before 1.0 what follows is reserved and zero.
    model_.version.major = param.little_endian<std::int32_t>();
    model_.version.minor = param.little_endian<std::int32_t>();
    model_.num_target = std::max(count(param, "targets", limits_.max_outputs), std::uint32_t{1});
    if (model_.version.major < 0 || model_.version.major > 3) model_.version = {};
    model_.base_score_is_margin = model_.version.major < 1;
    model_.version_text = model_.base_score_is_margin ? "before 1.0"
                                                      : std::to_string(model_.version.major) + "." +
                                                            std::to_string(model_.version.minor);
    return has_attributes;
  }

  std::uint32_t count(ByteReader &from, const char *what, Quota limit) {
    const auto value = from.little_endian<std::int32_t>();
    if (value < 0) refuse("the number of " + std::string(what) + " is negative");
    check_limit(static_cast<std::uint64_t>(value), limit, what);
    return static_cast<std::uint32_t>(value);
  }

  /// A 64-bit count of elements; refuses it when the rest of the file cannot hold them.
  std::size_t length(std::size_t element_bytes) {
    const auto length = reader_.little_endian<std::uint64_t>();
    if (length > reader_.remaining() / element_bytes)
      throw Error(ErrorCode::kInvalidModel, "unexpected end of data",
                  "At byte " + std::to_string(reader_.position()) + ": " + std::to_string(length) +
                      " elements are announced, " + std::to_string(reader_.remaining()) +
                      " bytes are left.",
                  kCutOff);
    return length;
  }
  std::string text() { return std::string(reader_.text(length(1))); }
  std::vector<float> floats() {
    std::vector<float> out(length(sizeof(float)));
    for (float &value : out) value = reader_.little_endian<float>();
    return out;
  }

  void read_trees() {
    ByteReader param(reader_.take(kTreeModelParamBytes));
    const std::uint32_t num_trees = count(param, "trees", limits_.max_trees);
    // num_roots before 1.0. The 0.4 line wrote 0 there, which XGBoost since 1.0 refuses (gbtree.h:
    // num_parallel_tree != 0).
    const auto num_parallel_tree = param.little_endian<std::int32_t>();
    model_.adds_base_last = num_parallel_tree == 0;
    model_.num_parallel_tree =
        model_.base_score_is_margin
            ? 1
            : static_cast<std::uint32_t>(std::clamp(num_parallel_tree, 1, 1'000'000));
    param.skip(8);  // num_feature, and what aligns the next
    num_prediction_buffer_ = param.little_endian<std::int64_t>();
    for (std::uint32_t t = 0; t < num_trees; ++t) {
      interrupt_.check();
      try {
        model_.trees.push_back(read_tree());
      } catch (const Error &e) {
        throw e.within("tree " + std::to_string(t));
      }
    }
    for (std::uint32_t t = 0; t < num_trees; ++t)
      model_.tree_info.push_back(reader_.little_endian<std::int32_t>());
  }

  Tree read_tree() {
    ByteReader param(reader_.take(kTreeParamBytes));
    const auto num_roots = param.little_endian<std::int32_t>();
    const std::uint32_t num_nodes = count(param, "tree nodes", limits_.max_nodes);
    param.skip(12);  // num_deleted, max_depth, num_feature
    const auto size_leaf_vector = param.little_endian<std::int32_t>();
    if (num_roots > 1)
      throw Error(ErrorCode::kUnsupportedModel,
                  "the tree has " + std::to_string(num_roots) + " roots",
                  "XGBoost chose among them by the root_index of a row until 0.90.");
    num_nodes_ += num_nodes;
    check_limit(num_nodes_, limits_.max_nodes, "tree nodes");

    ByteReader nodes(reader_.take(std::size_t{num_nodes} * kNodeBytes));
    Tree tree;
    for (auto *column : {&tree.left_children, &tree.right_children, &tree.split_indices})
      column->resize(num_nodes);
    tree.split_conditions.resize(num_nodes);
    tree.default_left.resize(num_nodes);
    for (std::uint32_t i = 0; i < num_nodes; ++i) {
      nodes.skip(4);  // parent
      tree.left_children[i] = nodes.little_endian<std::int32_t>();
      tree.right_children[i] = nodes.little_endian<std::int32_t>();
      // The highest bit is the default direction
      const auto sindex = nodes.little_endian<std::uint32_t>();
      tree.split_indices[i] = static_cast<std::int32_t>(sindex & 0x7FFF'FFFF);
      tree.default_left[i] = sindex >> 31 != 0;
      tree.split_conditions[i] = nodes.little_endian<float>();
    }
    ByteReader statistics(reader_.take(std::size_t{num_nodes} * kNodeStatBytes));
    for (std::uint32_t i = 0; i < num_nodes; ++i) {
      tree.loss_changes.push_back(statistics.little_endian<float>());
      tree.sum_hessian.push_back(statistics.little_endian<float>());
      statistics.skip(kNodeStatBytes - 2 * sizeof(float));
    }
    // A leaf vector was planned before 1.0 and never used; where it is announced it must be passed
    // over.
    if (model_.base_score_is_margin && size_leaf_vector > 0)
      reader_.skip(length(sizeof(float)) * sizeof(float));
    return tree;
  }

  void read_attributes() {
    const auto num_attributes = reader_.little_endian<std::uint64_t>();
    check_limit(num_attributes, limits_.max_features, "attributes");
    for (std::uint64_t i = 0; i < num_attributes; ++i) {
      std::string name = text();
      model_.attributes.emplace_back(std::move(name), text());
    }
  }

  ByteReader reader_;
  const Limits &limits_;
  Interrupt interrupt_;
  Model model_;
  std::int64_t num_prediction_buffer_ = 0;
  std::uint64_t num_nodes_ = 0;
};

}  // namespace

bool sniff_binary(Bytes bytes) {
  std::string decoded;
  if (as_text(bytes).starts_with(kBase64Prefix)) {
    decoded = decode_base64(as_text(bytes).substr(kBase64Prefix.size(), 65'536), 1024, {});
    bytes = as_bytes(decoded);
  }
  return find_learner(bytes).has_value();
}

Model read_binary(Bytes bytes, const Limits &limits, Interrupt interrupt) {
  std::string decoded;
  if (as_text(bytes).starts_with(kBase64Prefix)) {
    decoded = decode_base64(as_text(bytes).substr(kBase64Prefix.size()), bytes.size(), interrupt);
    bytes = as_bytes(decoded);
  }
  const std::optional<std::size_t> learner = find_learner(bytes);
  if (!learner)
    refuse("the learner parameters, an objective and a booster are not where XGBoost writes them");
  return BinaryFile(bytes.subspan(*learner), limits, interrupt).read();
}

}  // namespace pgscore::formats::xgboost
