// XGBoost's JSON and UBJSON models, all layouts from 1.0 to 3.4 (learner.cc, gbtree.cc,
// gbtree_model.cc, tree_model.cc, multi_target_tree_model.cc, gblinear_model.cc, cat_container.cc).
// Keys that have no part in prediction are passed over; what the lists behind require_unused do not
// name is refused.
//
// Both writers sort the keys of an object, but nothing here depends on an order: what needs two
// parts of the file is done after the whole was read.
#include <algorithm>
#include <optional>
#include <string>

#include "base/float_text.hpp"
#include "base/refuse.hpp"
#include "base/shown_text.hpp"
#include "formats/unused_keys.hpp"
#include "formats/xgboost/model.hpp"

namespace pgscore::formats::xgboost {
namespace {

/// Parameters are strings: {"num_class": "3"}. A plain number is taken as well.
std::uint32_t read_count(DocumentReader &reader, std::string_view key, Quota limit,
                         const char *plural) {
  std::optional<std::int64_t> value;
  const std::string name(key);
  if (reader.peek() == DocumentReader::Kind::kString) {
    const std::string text = reader.text();
    value = parse_integer(text);
    if (!value) reader.refuse(name + " " + shown(text) + " is not an integer");
  } else {
    value = reader.integer();
  }
  if (*value < 0 || *value > INT32_MAX)
    reader.refuse(name + " " + std::to_string(*value) + " is out of range");
  check_limit(static_cast<std::uint64_t>(*value), limit, plural);
  return static_cast<std::uint32_t>(*value);
}

/// "5E-1", or since 3.1 "[5E-1]" and "[1E0,2E0]" (common/param_array.cc; it allows parentheses
/// too).
std::vector<float> parse_base_score(std::string_view text) {
  auto trim = [](std::string_view part) {
    while (!part.empty() && std::string_view(" \t\r\n").find(part.front()) != part.npos)
      part.remove_prefix(1);
    while (!part.empty() && std::string_view(" \t\r\n").find(part.back()) != part.npos)
      part.remove_suffix(1);
    return part;
  };
  const std::string_view whole = text;
  text = trim(text);
  if (text.size() >= 2 && (text.front() == '[' || text.front() == '(') &&
      (text.back() == ']' || text.back() == ')'))
    text = text.substr(1, text.size() - 2);
  std::vector<float> values;
  for (;;) {
    const std::size_t comma = text.find(',');
    const std::optional<float> value = parse_float32(trim(text.substr(0, comma)));
    if (!value) refuse("base_score " + shown(whole) + " is not a number");
    values.push_back(*value);
    if (comma == text.npos) return values;
    text.remove_prefix(comma + 1);
  }
}

/// Members of a tree that are lists, one element for each node or category.
constexpr std::pair<std::string_view, std::vector<std::int32_t> Tree::*> kTreeIntegers[] = {
    {"left_children", &Tree::left_children},
    {"right_children", &Tree::right_children},
    {"split_indices", &Tree::split_indices},
    {"categories", &Tree::categories},
    {"categories_nodes", &Tree::categories_nodes},
    {"categories_segments", &Tree::categories_segments},
    {"categories_sizes", &Tree::categories_sizes},
};
constexpr std::pair<std::string_view, std::vector<float> Tree::*> kTreeFloats[] = {
    {"split_conditions", &Tree::split_conditions},
    {"leaf_weights", &Tree::leaf_weights},
    {"loss_changes", &Tree::loss_changes},
    {"sum_hessian", &Tree::sum_hessian},
};

class Document {
 public:
  Document(DocumentReader &reader, const Limits &limits) : reader_(reader), limits_(limits) {}

  Model read() {
    read_root(true);
    reader_.end_document();
    if (!has_learner_) refuse("the document has no learner");
    return std::move(model_);
  }

 private:
  /// The members of an object: calls member(key), which reads the value, or returns false to have
  /// it passed over.
  template <class Member>
  void object(Member member) {
    reader_.begin_object();
    for (std::string_view key; reader_.next_key(key);)
      if (!member(key)) reader_.skip();
  }
  template <class Element>
  void array(Element element) {
    reader_.begin_array();
    while (reader_.next_element()) element();
  }
  std::vector<std::string> texts(Quota limit, const char *what) {
    std::vector<std::string> out;
    array([&] {
      check_limit(out.size() + 1, limit, what);
      out.push_back(reader_.text());
    });
    return out;
  }

  void read_root(bool may_be_snapshot) {
    object([&](std::string_view key) {
      if (key == "learner") {
        if (has_learner_) reader_.refuse("learner is defined twice");
        has_learner_ = true;
        read_learner();
      } else if (key == "version") {
        read_version();
      } else if (
          key == "Model" &&
          may_be_snapshot) {  // learner.cc, LearnerIO::Save: the state that Python and R pickle
        read_root(false);
      } else {
        require_unused(key, {"Config"}, "the document");
        return false;
      }
      return true;
    });
  }

  void read_version() {
    std::vector<std::int32_t> numbers;
    reader_.integers(numbers);
    if (numbers.size() != 3) reader_.refuse("version is not three numbers");
    model_.version = {numbers[0], numbers[1], numbers[2]};
    model_.version_text = std::to_string(numbers[0]) + "." + std::to_string(numbers[1]) + "." +
                          std::to_string(numbers[2]);
  }

  void read_learner() {
    object([&](std::string_view key) {
      if (key == "attributes") {
        object([&](std::string_view name) {
          std::string owned(name);
          check_limit(model_.attributes.size() + 1, limits_.max_features, "attributes");
          model_.attributes.emplace_back(std::move(owned), reader_.text());
          return true;
        });
      } else if (key == "feature_names") {
        model_.feature_names = texts(limits_.max_features, "feature names");
      } else if (key == "feature_types") {
        model_.feature_types = texts(limits_.max_features, "feature types");
      } else if (key == "gradient_booster") {
        read_booster();
      } else if (key == "learner_model_param") {
        read_learner_param();
      } else if (key == "objective") {
        object([&](std::string_view name) {
          if (name != "name") {
            // Parameters of training. Those that predict (quantiles, classes) show in base_score
            // and the trees.
            if (!name.ends_with("_param")) require_unused(name, {"ti+", "tj-"}, "the objective");
            return false;
          }
          model_.objective = reader_.text();
          return true;
        });
      } else {
        require_unused(key, {"generic_param", "learner_train_param", "metrics"}, "the learner");
        return false;
      }
      return true;
    });
  }

  void read_learner_param() {
    object([&](std::string_view key) {
      if (key == "base_score")
        model_.base_score = reader_.peek() == DocumentReader::Kind::kString
                                ? parse_base_score(reader_.text())
                                : std::vector<float>{reader_.float32()};
      else if (key == "num_feature")
        model_.num_feature = read_count(reader_, "num_feature", limits_.max_features, "features");
      else if (key == "num_class")
        model_.num_class = read_count(reader_, "num_class", limits_.max_outputs, "classes");
      else if (key == "num_target")
        model_.num_target = read_count(reader_, "num_target", limits_.max_outputs, "targets");
      else
        return require_unused(key, {"boost_from_average"}, "learner_model_param"), false;
      return true;
    });
  }

  /// gbtree and gblinear: {"model": ..., "name": ...}. dart up to 3.2: {"gbtree": {the same},
  /// "name": "dart", "weight_drop": ...}; 3.3: {"model": ..., "name": "gbtree", "weight_drop":
  /// ...}; from 3.4 weight_drop stands in "model". So the weights make a model a dart, not its
  /// name.
  void read_booster() {
    object([&](std::string_view key) {
      if (key == "name") {
        std::string name = reader_.text();
        if (name != "gbtree" && name != "dart" && name != "gblinear")
          throw Error(ErrorCode::kUnsupportedModel, "unknown booster " + shown(name));
        if (model_.booster.empty() || name != "gbtree") model_.booster = std::move(name);
      } else if (key == "gbtree") {
        object([&](std::string_view inner) {
          if (inner != "model") return require_unused(inner, {"name"}, "gradient_booster"), false;
          read_booster_model();
          return true;
        });
      } else if (key == "model") {
        read_booster_model();
      } else if (key == "weight_drop") {
        reader_.floats(model_.weight_drop);
      } else {
        require_unused(key,
                       {"gbtree_train_param", "tree_train_param", "dart_train_param",
                        "gblinear_train_param", "updater", "specified_updater"},
                       "gradient_booster");
        return false;
      }
      return true;
    });
    if (!model_.weight_drop.empty() && model_.booster == "gbtree") model_.booster = "dart";
  }

  void read_booster_model() {
    object([&](std::string_view key) {
      if (key == "trees") {
        if (!model_.trees.empty()) reader_.refuse("trees are defined twice");
        array([&] { read_tree(); });
      } else if (key == "tree_info") {
        reader_.integers(model_.tree_info);
      } else if (key == "iteration_indptr") {
        reader_.integers(model_.iteration_indptr);
      } else if (key == "weight_drop") {
        reader_.floats(model_.weight_drop);
      } else if (key == "weights") {
        reader_.floats(model_.weights);
      } else if (key == "cats") {
        object([&](std::string_view name) {
          if (name != "enc")
            return require_unused(name, {"feature_segments", "sorted_idx"}, "cats"), false;
          array([&] { read_categories(); });
          return true;
        });
      } else if (key == "gbtree_model_param") {
        object([&](std::string_view name) {
          if (name == "num_parallel_tree") {
            model_.num_parallel_tree =
                read_count(reader_, "num_parallel_tree", limits_.max_trees, "parallel trees");
          } else if (name == "num_trees") {
            num_trees_ = read_count(reader_, "num_trees", limits_.max_trees, "trees");
          } else {
            require_unused(name, {"size_leaf_vector"}, "gbtree_model_param");
            return false;
          }
          return true;
        });
      } else {
        require_unused(key, {"boosted_rounds", "name"}, "the model of the booster");
        return false;
      }
      return true;
    });
    if (num_trees_ && *num_trees_ != model_.trees.size())
      refuse("num_trees is " + std::to_string(*num_trees_) + ", but there are " +
             std::to_string(model_.trees.size()) + " trees");
  }

  void read_tree() {
    const std::size_t number = model_.trees.size();
    check_limit(number + 1, limits_.max_trees, "trees");
    try {
      model_.trees.push_back(tree());
    } catch (const Error &e) {
      throw e.within("tree " + std::to_string(number));
    }
    const Tree &tree = model_.trees.back();
    num_nodes_ += tree.left_children.size();
    check_limit(num_nodes_, limits_.max_nodes, "tree nodes");
  }

  Tree tree() {
    Tree tree;
    std::optional<std::uint32_t> num_nodes;
    base_weights_.clear();
    object([&](std::string_view key) {
      if (key != "tree_param") return tree_member(key, tree);
      object([&](std::string_view name) { return tree_parameter(name, tree, num_nodes); });
      return true;
    });
    if (tree.size_leaf_vector > 1) tree.base_weights = base_weights_;
    check_sizes(tree, num_nodes);
    return tree;
  }

  bool tree_member(std::string_view key, Tree &tree) {
    for (const auto &[name, list] : kTreeIntegers)
      if (key == name) return reader_.integers(tree.*list), true;
    for (const auto &[name, list] : kTreeFloats)
      if (key == name) return reader_.floats(tree.*list), true;
    if (key == "default_left") {
      reader_.integers(integers_);
      tree.default_left.assign(integers_.size(), 0);
      for (std::size_t i = 0; i < integers_.size(); ++i) tree.default_left[i] = integers_[i] != 0;
    } else if (key == "split_type") {
      reader_.integers(integers_);
      // Almost all trees have numeric splits only: they need no list.
      for (std::int32_t type : integers_)
        if (type != 0) tree.split_type = integers_;
    } else if (key == "base_weights") {
      reader_.floats(base_weights_);
    } else if (key == "id") {
      const std::int64_t id = reader_.integer();
      if (id != static_cast<std::int64_t>(model_.trees.size()))
        reader_.refuse("the tree has id " + std::to_string(id));
    } else {
      require_unused(key, {"leaf_child_counts", "parents"}, "a tree");
      return false;
    }
    return true;
  }

  bool tree_parameter(std::string_view name, Tree &tree, std::optional<std::uint32_t> &num_nodes) {
    if (name == "num_nodes") {
      num_nodes = read_count(reader_, "num_nodes", limits_.max_nodes, "tree nodes");
    } else if (name == "size_leaf_vector") {
      tree.size_leaf_vector =
          std::max(read_count(reader_, "size_leaf_vector", limits_.max_outputs, "values in a leaf"),
                   std::uint32_t{1});
    } else {
      require_unused(name, {"num_deleted", "num_feature"}, "tree_param");
      return false;
    }
    return true;
  }

  static void check_sizes(const Tree &tree, std::optional<std::uint32_t> num_nodes) {
    const std::size_t size = tree.left_children.size();
    auto require = [&](std::size_t found, const char *what) {
      if (found != size)
        refuse(std::string(what) + " has " + std::to_string(found) +
               " elements, left_children has " + std::to_string(size));
    };
    require(tree.right_children.size(), "right_children");
    require(tree.split_indices.size(), "split_indices");
    require(tree.split_conditions.size(), "split_conditions");
    require(tree.default_left.size(), "default_left");
    if (!tree.split_type.empty()) require(tree.split_type.size(), "split_type");
    if (num_nodes && *num_nodes != size)
      refuse("num_nodes is " + std::to_string(*num_nodes) + ", but there are " +
             std::to_string(size) + " nodes");
  }

  /// cat_container.cc, CatContainer::Load. Strings: one array of bytes and the offsets of its
  /// pieces. Integers: their type by the number that XGBoost's Value::ValueKind gives it, and the
  /// values.
  void read_categories() {
    check_limit(model_.categories.size() + 1, limits_.max_features, "features");
    std::vector<std::int32_t> offsets;
    std::string text;                  // the values as bytes
    std::vector<std::int64_t> values;  // and as integers, of which there may be fewer
    std::int64_t type = 0;
    bool is_text = false;
    object([&](std::string_view key) {
      if (key == "offsets") {
        is_text = true;
        reader_.integers(offsets);
      } else if (key == "values") {
        array([&] {
          const std::int64_t value = reader_.integer();
          text += static_cast<char>(value);  // int8, negative from 0x80 on
          if (values.size() <= limits_.max_categories) values.push_back(value);
        });
      } else if (key == "type") {
        type = reader_.integer();
      } else {
        require_unused(key, {}, "cats.enc");
        return false;
      }
      return true;
    });
    Categories categories = is_text ? texts_between(offsets, text) : texts_of(values, type);
    num_categories_ += categories.size();
    check_limit(num_categories_, limits_.max_categories, "categories");
    model_.categories.push_back(std::move(categories));
  }

  Categories texts_between(const std::vector<std::int32_t> &offsets,
                           const std::string &text) const {
    Categories categories;
    for (std::size_t i = 1; i < offsets.size(); ++i) {
      if (offsets[i - 1] < 0 || offsets[i] < offsets[i - 1] ||
          static_cast<std::size_t>(offsets[i]) > text.size())
        refuse("the offsets of the categories of feature " +
               std::to_string(model_.categories.size()) + " are out of range");
      categories.push_back(text.substr(static_cast<std::size_t>(offsets[i - 1]),
                                       static_cast<std::size_t>(offsets[i] - offsets[i - 1])));
    }
    return categories;
  }

  Categories texts_of(const std::vector<std::int64_t> &values, std::int64_t type) const {
    // UBJSON has no unsigned integers of 16 bits and more: they are stored as signed ones.
    constexpr std::int64_t kI8 = 9, kU16 = 12, kU32 = 14, kU64 = 16;
    if (!values.empty() && (type < kI8 || type > kU64))
      throw Error(ErrorCode::kUnsupportedModel, "the categories of feature " +
                                                    std::to_string(model_.categories.size()) +
                                                    " are of unknown type " + std::to_string(type));
    Categories categories;
    for (std::int64_t value : values) {
      if (type == kU16) value &= 0xFFFF;
      if (type == kU32) value &= 0xFFFF'FFFF;
      categories.push_back(type == kU64 ? std::to_string(static_cast<std::uint64_t>(value))
                                        : std::to_string(value));
    }
    return categories;
  }

  DocumentReader &reader_;
  const Limits &limits_;
  Model model_;
  bool has_learner_ = false;
  std::optional<std::uint32_t> num_trees_;
  std::uint64_t num_nodes_ = 0;
  std::uint64_t num_categories_ = 0;
  std::vector<std::int32_t> integers_;  // memory that all trees use
  std::vector<float> base_weights_;
};

}  // namespace

Model read_document(DocumentReader &reader, const Limits &limits) {
  Model model = Document(reader, limits).read();
  // Not written by XGBoost: the newest behaviour that is known here
  if (model.version_text.empty()) model.version = {3, 4, 0};
  return model;
}

}  // namespace pgscore::formats::xgboost
