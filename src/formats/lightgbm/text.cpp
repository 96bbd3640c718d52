// LightGBM's text model, what Booster.save_model writes and model_to_string gives. Sources:
// SaveModelToString and LoadModelFromString (src/boosting/gbdt.cpp until 2.0, gbdt_model_text.cpp
// since), Tree::ToString and its constructor from text (src/io/tree.cpp), of 1.0 (April 2017) to
// 4.6.
//
//   tree                          the first line
//   version=v4                    since 2.1; then num_class, num_tree_per_iteration,
//   ...                           max_feature_idx, objective, feature_names, ...
//   tree_sizes=734 755            since 2.1: bytes of each tree. Not relied on: a change of line
//                                 ends makes them wrong
//   (empty line)
//   Tree=0                        each tree: lines key=value up to an empty one
//   ...
//   end of trees                  since 2.2
//   feature_importances:          ("feature importances:" before 2.2.3)
//   parameters:                   since 2.2: lines [key: value], "end of parameters"
//   pandas_categorical:[["a"]]    what the Python package adds
//
// Numbers are read to the last bit, by std::from_chars, as LightGBM does since 3.1 (utils/common.h,
// AtofPrecise).
#include <algorithm>
#include <charconv>

#include "base/float_text.hpp"
#include "base/refuse.hpp"
#include "base/shown_text.hpp"
#include "formats/lightgbm/build.hpp"
#include "formats/lightgbm/lightgbm.hpp"
#include "formats/unused_keys.hpp"

namespace pgscore::formats::lightgbm {
namespace {

/// Lines end with \n or \r\n.
class Lines {
 public:
  Lines(std::string_view text, Interrupt interrupt) : rest_(text), interrupt_(interrupt) {}

  bool next(std::string_view &line) {
    if (rest_.empty()) return false;
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    line = rest_.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    since_check_ += end + 1;
    if (since_check_ >= kCheckEvery) {
      interrupt_.check();
      since_check_ = 0;
    }
    return true;
  }

 private:
  static constexpr std::size_t kCheckEvery = std::size_t{1} << 20;
  std::string_view rest_;
  std::size_t since_check_ = 0;
  Interrupt interrupt_;
};

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// The parts of a line between blanks, of which there may be several.
template <class Take>
void for_each_word(std::string_view text, Take take) {
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ' ') {
      ++at;
      continue;
    }
    const std::size_t end = std::min(text.find(' ', at), text.size());
    take(text.substr(at, end - at));
    at = end;
  }
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  if constexpr (std::is_same_v<Number, double>) return parse_float64(text);
  Number value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::uint32_t read_count(std::string_view key, std::string_view text, Quota limit,
                         const char *plural) {
  const std::optional<std::int64_t> value = parse_integer(without_blanks(text));
  if (!value) refuse(std::string(key) + " " + shown(text) + " is not an integer");
  if (*value < 0 || *value > INT32_MAX)
    refuse(std::string(key) + " " + std::to_string(*value) + " is out of range");
  check_limit(static_cast<std::uint64_t>(*value), limit, plural);
  return static_cast<std::uint32_t>(*value);
}

/// The lines of one tree that have a part in prediction.
class TreeLines {
 public:
  explicit TreeLines(const Limits &limits) : limits_(limits) {}

  void take(std::string_view line) {
    const std::size_t equals = line.find('=');
    if (equals == line.npos) refuse("line " + shown(line) + " is not of the form key=value");
    const std::string_view key = line.substr(0, equals);
    for (Field &field : fields_)
      if (field.key == key) {
        field.text = line.substr(equals + 1);
        field.found = true;
        return;
      }
    // shrinkage has been multiplied into the leaves.
    require_unused(key,
                   {"internal_value", "internal_weight", "leaf_parent", "leaf_weight", "shrinkage"},
                   "a tree");
  }

  Tree read(bool &is_of_2017) const {
    const std::uint32_t num_leaves =
        read_count("num_leaves", required("num_leaves"), limits_.max_nodes, "leaves");
    if (num_leaves == 0) refuse("num_leaves is 0");
    const std::uint32_t num_splits = num_leaves - 1;
    Tree tree;
    tree.leaf_value = numbers<double>("leaf_value", num_leaves);
    tree.is_linear = field("is_linear").found && without_blanks(field("is_linear").text) != "0";
    if (tree.is_linear) read_linear(tree, num_leaves);
    tree.leaf_count = statistics("leaf_count", num_leaves);
    if (num_leaves == 1) return tree;
    tree.internal_count = statistics("internal_count", num_splits);
    tree.split_gain = statistics("split_gain", num_splits);
    tree.split_feature = numbers<std::int32_t>("split_feature", num_splits);
    tree.threshold = numbers<double>("threshold", num_splits);
    tree.left_child = numbers<std::int32_t>("left_child", num_splits);
    tree.right_child = numbers<std::int32_t>("right_child", num_splits);
    tree.decision_type = decision_types(num_splits);
    if (!field("num_cat").found) {
      is_of_2017 = true;
      read_categories_of_2017(tree);
      return tree;
    }
    const std::uint32_t num_cat =
        read_count("num_cat", field("num_cat").text, limits_.max_nodes, "category sets");
    if (num_cat == 0) {
      // tree.h, GetLeaf: without category sets every split is taken for a numeric one.
      for (std::uint8_t &type : tree.decision_type)
        type &= static_cast<std::uint8_t>(~Tree::kCategorical);
      return tree;
    }
    tree.categories.bounds = numbers<std::uint32_t>("cat_boundaries", num_cat + 1);
    tree.categories.values = numbers<std::uint32_t>("cat_threshold", tree.categories.bounds.back());
    if (tree.categories.bounds.front() != 0 ||
        !std::is_sorted(tree.categories.bounds.begin(), tree.categories.bounds.end()))
      refuse("cat_boundaries does not ascend from 0");
    return tree;
  }

 private:
  struct Field {
    std::string_view key;
    std::string_view text;
    bool found = false;
  };

  const Field &field(std::string_view key) const {
    return *std::find_if(std::begin(fields_), std::end(fields_),
                         [&](const Field &field) { return field.key == key; });
  }
  std::string_view required(std::string_view key) const {
    if (!field(key).found) refuse(std::string(key) + " is missing");
    return field(key).text;
  }

  template <class Number>
  std::vector<Number> numbers(std::string_view key, std::uint64_t count) const {
    const std::string_view text = required(key);
    std::vector<Number> out;
    out.reserve(std::min<std::uint64_t>(count, text.size() / 2 + 1));
    std::uint64_t found = 0;
    for_each_word(text, [&](std::string_view word) {
      if (++found > count) return;
      const std::optional<Number> value = parse_number<Number>(word);
      if (!value)
        refuse(std::string(key) + " " + std::to_string(found - 1) + " is " + shown(word) +
               ", no number that fits");
      out.push_back(*value);
    });
    if (found != count)
      refuse(std::string(key) + " has " + std::to_string(found) + " elements, there must be " +
             std::to_string(count));
    return out;
  }

  /// For explanations; empty when the file has not `count` of them.
  std::vector<double> statistics(std::string_view key, std::uint64_t count) const {
    std::uint64_t found = 0;
    for_each_word(field(key).text, [&](std::string_view) { ++found; });
    return found == count ? numbers<double>(key, count) : std::vector<double>();
  }

  std::vector<std::uint8_t> decision_types(std::uint32_t count) const {
    std::vector<std::uint8_t> out(count, 0);
    if (!field("decision_type").found) return out;
    const std::vector<std::int32_t> types = numbers<std::int32_t>("decision_type", count);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (types[i] < 0 || types[i] > 15)
        refuse("split " + std::to_string(i) + ": unknown decision_type " +
               std::to_string(types[i]));
      out[i] = static_cast<std::uint8_t>(types[i]);
    }
    return out;
  }

  /// tree.h of 2.0, CategoricalDecision: the integer parts of the value and of the threshold are
  /// equal.
  static void read_categories_of_2017(Tree &tree) {
    tree.categories_are_bits = false;
    for (std::size_t i = 0; i < tree.decision_type.size(); ++i) {
      if (tree.decision_type[i] > 1)
        refuse("split " + std::to_string(i) + ": decision_type needs num_cat");
      if (tree.decision_type[i] == 0) continue;
      if (!(tree.threshold[i] >= 0 && tree.threshold[i] <= INT32_MAX))
        refuse("split " + std::to_string(i) + ": category " + float64_text(tree.threshold[i]) +
               " is out of range");
      tree.categories.values.push_back(static_cast<std::uint32_t>(tree.threshold[i]));
      tree.threshold[i] = static_cast<double>(tree.categories.size());
      tree.categories.end_list();
    }
  }

  void read_linear(Tree &tree, std::uint32_t num_leaves) const {
    tree.leaf_const = numbers<double>("leaf_const", num_leaves);
    std::uint64_t total = 0;
    for (const std::uint32_t count : numbers<std::uint32_t>("num_features", num_leaves)) {
      check_limit(total += count, limits_.max_nodes, "leaf terms");
      tree.leaf_features.bounds.push_back(static_cast<std::uint32_t>(total));
    }
    tree.leaf_features.values = numbers<std::int32_t>("leaf_features", total);
    tree.leaf_coeff = numbers<double>("leaf_coeff", total);
  }

  Limits limits_;
  Field fields_[18] = {{"num_leaves", {}},    {"num_cat", {}},        {"split_feature", {}},
                       {"threshold", {}},     {"decision_type", {}},  {"left_child", {}},
                       {"right_child", {}},   {"leaf_value", {}},     {"cat_boundaries", {}},
                       {"cat_threshold", {}}, {"is_linear", {}},      {"leaf_const", {}},
                       {"num_features", {}},  {"leaf_features", {}},  {"leaf_coeff", {}},
                       {"leaf_count", {}},    {"internal_count", {}}, {"split_gain", {}}};
};

class TextFile {
 public:
  TextFile(Bytes bytes, const Source &source, const Limits &limits, Interrupt interrupt)
      : lines_(as_text(bytes), interrupt),
        source_(source),
        limits_(limits),
        interrupt_(interrupt) {}

  Model read() {
    std::string_view line;
    if (!lines_.next(line) || line != "tree") refuse("the first line is not \"tree\"");
    bool more = false;
    while ((more = lines_.next(line)) && !line.starts_with("Tree=") && !is_trailer(line))
      read_header_line(line);
    finish_header();
    while (more && line.starts_with("Tree=")) more = read_tree(line);
    if (tree_count_ && *tree_count_ != model_.trees.size())
      refuse("tree_sizes has " + std::to_string(*tree_count_) + " elements, but there are " +
             std::to_string(model_.trees.size()) + " trees");
    while (more) {
      read_trailer_line(line);
      more = lines_.next(line);
    }
    return std::move(model_);
  }

 private:
  static bool is_trailer(std::string_view line) {
    return line == "end of trees" || line.starts_with("feature importances:");
  }

  void read_header_line(std::string_view line) {
    const std::size_t equals = line.find('=');
    const std::string_view key = line.substr(0, equals);
    const std::string_view value =
        equals == line.npos ? std::string_view() : line.substr(equals + 1);
    if (key == "version") {
      model_.version = value;
      if (value != "v2" && value != "v3" && value != "v4")
        throw Error(ErrorCode::kUnsupportedModel,
                    "unsupported version of the LightGBM model format: " + shown(value));
    } else if (key == "num_class") {
      model_.num_class = read_count(key, value, limits_.max_outputs, "classes");
      has_num_class_ = true;
    } else if (key == "num_tree_per_iteration") {
      num_tree_per_iteration_ = read_count(key, value, limits_.max_outputs, "trees per iteration");
    } else if (key == "max_feature_idx") {
      model_.num_features = read_count(key, value, limits_.max_features, "features") + 1;
      check_limit(model_.num_features, limits_.max_features, "features");
    } else if (key == "objective") {
      model_.objective = value;
    } else if (key == "sigmoid") {
      model_.sigmoid = parse_float64(without_blanks(value));
      if (!model_.sigmoid) refuse("sigmoid " + shown(value) + " is not a number");
    } else if (key == "average_output") {
      model_.average_output = true;
    } else if (key == "boost_from_average") {
      model_.boost_from_average = true;
    } else if (key == "feature_names") {
      model_.feature_names = words(value, "feature names");
    } else if (key == "feature_infos") {
      model_.feature_infos = words(value, "feature infos");
    } else if (key == "tree_sizes") {
      tree_count_ = 0;
      for_each_word(value, [&](std::string_view) { ++*tree_count_; });
    } else if (!line.empty()) {
      require_unused(key, {"label_index", "monotone_constraints"}, "the header");
    }
  }

  std::vector<std::string> words(std::string_view text, const char *what) const {
    std::vector<std::string> out;
    for_each_word(text, [&](std::string_view word) {
      check_limit(out.size() + 1, limits_.max_features, what);
      out.emplace_back(word);
    });
    return out;
  }

  void finish_header() {
    if (!has_num_class_) refuse("num_class is missing");
    if (model_.num_features == 0) refuse("max_feature_idx is missing");
    model_.num_tree_per_iteration = num_tree_per_iteration_.value_or(model_.num_class);
    if (model_.num_tree_per_iteration == 0) refuse("num_tree_per_iteration is 0");
    auto check_count = [&](std::size_t count, const char *what) {
      if (count != model_.num_features)
        refuse("there are " + std::to_string(count) + " " + what + " for " +
               std::to_string(model_.num_features) + " features");
    };
    // Names may be given in place of those of the file, which a blank within a name would have
    // split.
    if (!source_.features.empty() && model_.feature_names.size() != model_.num_features) {
      model_.feature_names.clear();
      for (std::uint32_t i = 0; i < model_.num_features; ++i)
        model_.feature_names.push_back(model::default_feature_name(i));
    }
    check_count(model_.feature_names.size(), "feature names");
    if (!model_.feature_infos.empty()) check_count(model_.feature_infos.size(), "feature infos");
  }

  /// Reads the tree whose first line is `line`, and leaves the first line behind it there. Returns
  /// whether there is one.
  bool read_tree(std::string_view &line) {
    check_limit(model_.trees.size() + 1, limits_.max_trees, "trees");
    try {
      TreeLines tree(limits_);
      bool more = false;
      while ((more = lines_.next(line)) && !line.empty() && !line.starts_with("Tree=") &&
             !is_trailer(line))
        tree.take(line);
      // Every tree ends with an empty line. What stands before it may be cut off with the rest
      // unnoticed: is_linear, for one.
      if (!more) refuse("the file ends within the tree");
      model_.trees.push_back(tree.read(model_.is_of_2017));
      num_nodes_ += 2 * model_.trees.back().leaf_value.size() - 1;
      check_limit(num_nodes_, limits_.max_nodes, "tree nodes");
      while (more && line.empty()) more = lines_.next(line);
      return more;
    } catch (const Error &e) {
      throw e.within("tree " + std::to_string(model_.trees.size()));
    }
  }

  void read_trailer_line(std::string_view line) {
    constexpr std::string_view kPandas = "pandas_categorical:";
    if (line == "end of trees") {
      model_.has_end_of_trees = true;
    } else if (line == "parameters:") {
      in_parameters_ = true;
    } else if (line == "end of parameters") {
      in_parameters_ = false;
    } else if (in_parameters_) {
      const std::size_t colon = line.find(": ");
      if (!line.starts_with('[') || !line.ends_with(']') || colon == line.npos) return;
      check_limit(model_.parameters.size() + 1, limits_.max_features, "parameters");
      model_.parameters.emplace_back(line.substr(1, colon - 1),
                                     line.substr(colon + 2, line.size() - colon - 3));
    } else if (line.starts_with("Tree=")) {
      refuse("a tree stands behind the end of the trees");
    } else if (line.starts_with(kPandas)) {
      try {
        const JsonDocument lists =
            JsonDocument::parse(as_bytes(line.substr(kPandas.size())), limits_, interrupt_);
        model_.pandas_categorical = read_pandas_categorical(lists.root(), limits_);
      } catch (const Error &e) {
        throw e.within("pandas_categorical");
      }
    }
  }

  Lines lines_;
  const Source &source_;
  const Limits limits_;
  Interrupt interrupt_;
  Model model_;
  bool has_num_class_ = false, in_parameters_ = false;
  std::optional<std::uint32_t> num_tree_per_iteration_;
  std::optional<std::uint64_t> tree_count_;
  std::uint64_t num_nodes_ = 0;
};

}  // namespace

bool sniff_text(Bytes bytes) {
  const std::string_view text = as_text(bytes).substr(0, 4096);
  return (text.starts_with("tree\n") || text.starts_with("tree\r\n")) &&
         text.find("num_class=") != text.npos;
}

void load_text(const Source &source, model::Builder &builder) {
  build(TextFile(source.bytes, source, builder.limits(), builder.interrupt()).read(), source,
        builder);
}

}  // namespace pgscore::formats::lightgbm
