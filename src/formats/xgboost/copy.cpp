#include "formats/xgboost/copy.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "formats/recognize.hpp"
#include "formats/wire/json_reader.hpp"
#include "formats/wire/ubjson_reader.hpp"
#include "formats/xgboost/model.hpp"
#include "formats/xgboost/objective.hpp"

namespace pgscore::formats::xgboost {
namespace {

// As XGBoost writes it (tree_model.h, kInvalidNodeId of 31 bits)
constexpr std::int32_t kNoParent = INT32_MAX;
constexpr std::size_t kTreesPerCheck = 64;  // between two checks of the interrupt

[[noreturn]] void cannot_copy(const std::string &detail) {
  throw Error(ErrorCode::kUnsupportedModel, "the XGBoost library cannot be asked about this model",
              detail, "Without a query, verify_model checks the stored test rows of any model.");
}

Model read_model(std::string_view format, Bytes bytes, const Limits &limits, Interrupt interrupt) {
  if (format == "xgboost-json") {
    JsonReader reader(bytes, limits, interrupt);
    return read_document(reader, limits);
  }
  if (format == "xgboost-ubj") {
    UbjsonReader reader(bytes, limits, interrupt);
    return read_document(reader, limits);
  }
  if (format == "xgboost-binary") return read_binary(bytes, limits, interrupt);
  cannot_copy("Its format is \"" + std::string(format) + "\", which XGBoost itself does not read.");
}

std::string number(std::int64_t value) { return std::to_string(value); }
std::string number(std::int32_t value) { return std::to_string(value); }
/// In the scientific form, as XGBoost writes it itself: it takes "1" for an integer, and reads no
/// float32 of more than 9 digits.
std::string number(float value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr};
}

template <class Values>
std::string list(const Values &values) {
  std::string out = "[";
  for (const auto &value : values) out += (out.size() > 1 ? "," : "") + number(value);
  return out + "]";
}

/// Parameters are texts.
std::string parameter(const char *name, std::int64_t value) {
  return "\"" + std::string(name) + "\":\"" + number(value) + "\"";
}

/// One tree, level by level, so that the right child of a node follows the left one: the library
/// takes it from there, whatever the file says (predictor/predict_fn.h, GetNextNode). load() has
/// proven that it is a tree: every index of a node that is reached is in range, and none is reached
/// twice.
class TreeCopy {
 public:
  explicit TreeCopy(const Tree &tree) : tree_(tree) {
    std::vector<std::int32_t> nodes{0};  // of the file, by their numbers in the copy
    parents_.push_back(kNoParent);
    for (std::size_t at = 0; at < nodes.size(); ++at) {
      const auto node = static_cast<std::size_t>(nodes[at]);
      const bool is_leaf = tree.left_children[node] == -1;
      feature_.push_back(is_leaf ? 0 : tree.split_indices[node]);
      condition_.push_back(tree.split_conditions[node]);
      default_left_.push_back(!is_leaf && tree.default_left[node] != 0 ? 1 : 0);
      type_.push_back(is_leaf || tree.split_type.empty() ? 0 : tree.split_type[node]);
      left_.push_back(is_leaf ? -1 : static_cast<std::int32_t>(nodes.size()));
      right_.push_back(is_leaf ? -1 : left_.back() + 1);
      if (is_leaf) continue;
      if (type_.back() != 0) add_categories(node, static_cast<std::int32_t>(at));
      nodes.push_back(tree.left_children[node]);
      nodes.push_back(tree.right_children[node]);
      parents_.insert(parents_.end(), 2, static_cast<std::int32_t>(at));
    }
  }

  std::string json(std::size_t number_of_tree, std::uint32_t num_features) const {
    const std::string zeros = list(std::vector<float>(parents_.size(), 0.0f));
    return "{\"base_weights\":" + zeros + ",\"categories\":" + list(categories_) +
           ",\"categories_nodes\":" + list(categories_nodes_) +
           ",\"categories_segments\":" + list(segments_) + ",\"categories_sizes\":" + list(sizes_) +
           ",\"default_left\":" + list(default_left_) +
           ",\"id\":" + number(static_cast<std::int64_t>(number_of_tree)) +
           ",\"left_children\":" + list(left_) + ",\"loss_changes\":" + zeros +
           ",\"parents\":" + list(parents_) + ",\"right_children\":" + list(right_) +
           ",\"split_conditions\":" + list(condition_) + ",\"split_indices\":" + list(feature_) +
           ",\"split_type\":" + list(type_) + ",\"sum_hessian\":" + zeros + ",\"tree_param\":{" +
           parameter("num_deleted", 0) + "," + parameter("num_feature", num_features) + "," +
           parameter("num_nodes", static_cast<std::int64_t>(parents_.size())) + "," +
           parameter("size_leaf_vector", 0) + "}}";
  }

 private:
  /// Those that a float32 holds: XGBoost takes others for unknown, and would make room for them.
  void add_categories(std::size_t node, std::int32_t at) {
    const auto &nodes = tree_.categories_nodes;
    const auto found =
        std::lower_bound(nodes.begin(), nodes.end(), static_cast<std::int32_t>(node)) -
        nodes.begin();
    const auto first =
        tree_.categories.begin() + tree_.categories_segments[static_cast<std::size_t>(found)];
    const auto end = first + tree_.categories_sizes[static_cast<std::size_t>(found)];
    categories_nodes_.push_back(at);
    segments_.push_back(static_cast<std::int64_t>(categories_.size()));
    std::copy_if(first, end, std::back_inserter(categories_),
                 [](std::int32_t category) { return category < 1 << 24; });
    sizes_.push_back(static_cast<std::int64_t>(categories_.size()) - segments_.back());
  }

  const Tree &tree_;
  std::vector<std::int32_t> parents_, left_, right_, feature_, default_left_, type_, categories_,
      categories_nodes_;
  std::vector<std::int64_t> segments_, sizes_;
  std::vector<float> condition_;
};

/// The names of the objectives that the library knows by other ones now, and the parameters without
/// which it reads none (those of 1.7 and of 2.0; they matter to training only).
struct ObjectiveText {
  std::string_view name, copied;
  const char *parameters;
};
constexpr char kRegression[] = "\"reg_loss_param\":{\"scale_pos_weight\":\"1\"}";
constexpr char kRanking[] =
    "\"lambda_rank_param\":{\"fix_list_weight\":\"0\",\"num_pairsample\":\"1\"},\"lambdarank_"
    "param\":{}";
constexpr ObjectiveText kObjectiveTexts[] = {
    {"reg:squarederror", "reg:squarederror", kRegression},
    {"reg:linear", "reg:squarederror", kRegression},
    {"gpu:reg:linear", "reg:squarederror", kRegression},
    {"reg:squaredlogerror", "reg:squaredlogerror", kRegression},
    {"reg:logistic", "reg:logistic", kRegression},
    {"gpu:reg:logistic", "reg:logistic", kRegression},
    {"binary:logistic", "binary:logistic", kRegression},
    {"gpu:binary:logistic", "binary:logistic", kRegression},
    {"binary:logitraw", "binary:logitraw", kRegression},
    {"gpu:binary:logitraw", "binary:logitraw", kRegression},
    {"reg:pseudohubererror", "reg:pseudohubererror",
     "\"pseudo_huber_param\":{\"huber_slope\":\"1\"}"},
    {"count:poisson", "count:poisson", "\"poisson_regression_param\":{\"max_delta_step\":\"0.7\"}"},
    {"reg:tweedie", "reg:tweedie",
     "\"tweedie_regression_param\":{\"tweedie_variance_power\":\"1.5\"}"},
    {"survival:aft", "survival:aft",
     "\"aft_loss_param\":{\"aft_loss_distribution\":\"normal\",\"aft_loss_distribution_scale\":"
     "\"1\"}"},
    {"rank:pairwise", "rank:pairwise", kRanking},
    {"rank:ndcg", "rank:ndcg", kRanking},
    {"rank:map", "rank:map", kRanking},
    {"reg:gamma", "reg:gamma", ""},
    {"reg:absoluteerror", "reg:absoluteerror", ""},
    {"binary:hinge", "binary:hinge", ""},
    {"survival:cox", "survival:cox", ""},
};

/// Margins alone are compared, so that an objective whose parameters belong to a later release
/// stands for its start value only.
ObjectiveText objective_text(std::string_view name) {
  for (const ObjectiveText &text : kObjectiveTexts)
    if (text.name == name) return text;
  return kObjectiveTexts[0];
}

class ModelCopy {
 public:
  ModelCopy(const Model &model, std::size_t num_trees, Interrupt interrupt)
      : model_(model),
        num_trees_(num_trees),
        num_groups_(std::max({model.num_class, model.num_target, 1u})),
        interrupt_(interrupt) {}

  Copy write() {
    choose_objective();
    std::string json =
        "{\"learner\":{\"attributes\":{},\"feature_names\":[],\"feature_types\":[],\"gradient_"
        "booster\":";
    json += booster();
    json += ",\"learner_model_param\":{\"base_score\":\"" + base_score() +
            "\",\"boost_from_average\":\"1\"," + parameter("num_class", model_.num_class) + "," +
            parameter("num_feature", model_.num_feature) + "," +
            parameter("num_target", model_.num_target) + "},\"objective\":{" + objective_ +
            "}},\"version\":[1,7,4]}";
    const bool several = base_.size() > 1;
    return {std::move(json), several ? 3 : 1, several ? 1 : 0};
  }

 private:
  /// The library makes margins of the base score by its own rules for the objective. Where those of
  /// the file's release were others, it gets the margin itself, with an objective that leaves it as
  /// it is.
  void choose_objective() {
    const Objective &objective = find_objective(model_.objective);
    const bool is_softmax = objective.transform == Transform::kSoftmax;
    const bool as_margin =
        (model_.base_score_is_margin && !is_softmax) ||
        objective.transform == Transform::kExpectile ||
        (objective.transform == Transform::kLogitRaw && model_.version < Version{1, 3, 0});
    base_ = as_margin ? base_margins(objective, model_, num_groups_) : model_.base_score;
    if (std::all_of(base_.begin(), base_.end(), [&](float b) { return b == base_.front(); }))
      base_.resize(1);
    if (is_softmax) {
      objective_ = "\"name\":\"multi:softprob\",\"softmax_multiclass_param\":{" +
                   parameter("num_class", model_.num_class) + "}";
      return;
    }
    const ObjectiveText text = as_margin ? kObjectiveTexts[0] : objective_text(objective.name);
    objective_ = "\"name\":\"" + std::string(text.copied) + "\"";
    if (*text.parameters != '\0') objective_ += "," + std::string(text.parameters);
  }

  std::string base_score() const {
    if (base_.size() == 1) return number(base_.front());
    return list(base_);
  }

  std::string booster() {
    if (model_.booster == "gblinear")
      return "{\"model\":{\"boosted_rounds\":1,\"weights\":" + list(model_.weights) +
             "},\"name\":\"gblinear\"}";
    if (model_.weight_drop.empty()) return trees();
    return "{\"gbtree\":" + trees() +
           ",\"name\":\"dart\",\"weight_drop\":" + list(padded(model_.weight_drop, 1.0f)) + "}";
  }

  /// Of each tree that counts, and of those that make the last round whole: the library leaves out
  /// the trees of one that is not.
  template <class T>
  std::vector<T> padded(const std::vector<T> &of_trees, T padding) const {
    std::vector<T> out(of_trees.begin(),
                       of_trees.begin() + static_cast<std::ptrdiff_t>(num_trees_));
    while (out.size() % num_groups_ != 0) out.push_back(padding);
    return out;
  }

  /// All trees count: the number of those that do is ours, not the library's.
  std::string trees() {
    const std::vector<std::int32_t> groups = padded(model_.tree_info, 0);
    std::string out = "{\"model\":{\"gbtree_model_param\":{" + parameter("num_parallel_tree", 1) +
                      "," + parameter("num_trees", static_cast<std::int64_t>(groups.size())) + "," +
                      parameter("size_leaf_vector", 0) + "},\"tree_info\":" + list(groups) +
                      ",\"trees\":[";
    Tree nothing;  // adding -0 changes no sum
    nothing.left_children = nothing.right_children = {-1};
    nothing.split_indices = {0};
    nothing.split_conditions = {-0.0f};
    nothing.default_left = {0};
    for (std::size_t t = 0; t < groups.size(); ++t) {
      if (t % kTreesPerCheck == 0) interrupt_.check();
      const Tree &tree = t < num_trees_ ? model_.trees[t] : nothing;
      if (tree.size_leaf_vector > 1) cannot_copy("The leaves of its trees are vectors.");
      out += (t > 0 ? "," : "") + TreeCopy(tree).json(t, model_.num_feature);
    }
    return out + "]},\"name\":\"gbtree\"}";
  }

  const Model &model_;
  std::size_t num_trees_;
  std::uint32_t num_groups_;
  Interrupt interrupt_;
  std::vector<float> base_;
  std::string objective_;
};

}  // namespace

Copy copy(std::string_view format, const Source &source, const Limits &limits,
          Interrupt interrupt) {
  const auto num_trees =
      static_cast<std::size_t>(load(format, source, limits, interrupt).num_trees());
  const Recognized file = recognize(format, source.bytes, interrupt);
  Model model = read_model(format, file.bytes, limits, interrupt);
  // As build takes these two.
  if (source.options.objective) model.objective = *source.options.objective;
  if (!source.options.base_score.empty()) {
    model.base_score.assign(source.options.base_score.begin(), source.options.base_score.end());
    model.base_score_is_margin = false;
  }
  if (source.options.start_iteration.value_or(0) > 0)
    cannot_copy("Its first rounds are left out (start_iteration).");
  if (model.adds_base_last)
    cannot_copy("Only the release 0.4 of XGBoost computes what its file says.");
  return ModelCopy(model, num_trees, interrupt).write();
}

}  // namespace pgscore::formats::xgboost
