// models/hostile/lightgbm: every malformed file is refused with a message that names the fault
// and its place, in bounded time and memory.
#include "support/hostile_files.hpp"

namespace pgscore {
namespace {

namespace fs = std::filesystem;

constexpr test::HostileFile kCases[] = {
    {"boundaries.txt", ErrorCode::kInvalidModel,
     "tree 0: cat_threshold has 1 elements, there must be 0"},
    {"boundaries_huge.txt", ErrorCode::kInvalidModel,
     "tree 0: cat_threshold has 1 elements, there must be 4294967295"},
    {"categories.json", ErrorCode::kInvalidModel,
     "tree_info[0].tree_structure.threshold: must be categories between \"||\""},
    {"categories_few.txt", ErrorCode::kUnsupportedModel,
     "could not tell which features the pandas categories of the model belong to"},
    {"categories_json.txt", ErrorCode::kInvalidModel, "pandas_categorical: not valid JSON"},
    {"categories_lists.txt", ErrorCode::kUnsupportedModel,
     "could not tell which features the pandas categories of the model belong to"},
    {"categories_null.txt", ErrorCode::kInvalidModel,
     "pandas_categorical: [0][1]: a category must be a string, a number or a boolean"},
    {"categories_object.txt", ErrorCode::kInvalidModel, "pandas_categorical: must be an array"},
    {"categories_twice.txt", ErrorCode::kInvalidModel,
     "feature \"job\": category \"a\" appears twice"},
    {"category_huge.json", ErrorCode::kLimitExceeded,
     "tree 0: split 0: category 4294967295 is too large"},
    {"child_range.txt", ErrorCode::kInvalidModel,
     "tree 0: split 1: child -4 is out of range, the tree has 2 splits and 3 leaves"},
    {"child_split_range.txt", ErrorCode::kInvalidModel,
     "tree 0: split 0: child 2 is out of range, the tree has 2 splits and 3 leaves"},
    {"decision_type.json", ErrorCode::kInvalidModel,
     "tree_info[0].tree_structure.decision_type: unknown decision_type \"<\""},
    {"decision_type.txt", ErrorCode::kInvalidModel, "tree 0: split 1: unknown decision_type 99"},
    {"depth.txt", ErrorCode::kLimitExceeded, "tree 0: model has too many levels in a tree"},
    {"feature_infos.txt", ErrorCode::kInvalidModel, "there are 1 feature infos for 2 features"},
    {"feature_names.json", ErrorCode::kInvalidModel, "there are 1 feature names for 2 features"},
    {"feature_names.txt", ErrorCode::kInvalidModel, "there are 1 feature names for 2 features"},
    {"feature_negative.txt", ErrorCode::kInvalidModel,
     "tree 0: split 0: feature -1 is out of range, the model has 2 features"},
    {"feature_range.json", ErrorCode::kInvalidModel,
     "tree 0: split 0: feature 2 is out of range, the model has 2 features"},
    {"feature_range.txt", ErrorCode::kInvalidModel,
     "tree 0: split 1: feature 2 is out of range, the model has 2 features"},
    {"feature_twice.txt", ErrorCode::kInvalidModel, "feature name \"x\" appears twice"},
    {"features_huge.txt", ErrorCode::kLimitExceeded, "model has too many features"},
    {"leaf_count.txt", ErrorCode::kInvalidModel,
     "tree 0: leaf_value has 2 elements, there must be 3"},
    {"leaf_index.json", ErrorCode::kInvalidModel,
     "tree 0: leaf_index 2 is out of range, the tree has 2 leaves"},
    {"leaf_text.txt", ErrorCode::kInvalidModel,
     "tree 0: leaf_value 2 is \"zero\", no number that fits"},
    {"leaf_twice.json", ErrorCode::kInvalidModel, "tree 0: leaf_index 0 appears twice"},
    {"leaves_huge.txt", ErrorCode::kLimitExceeded, "tree 0: model has too many leaves"},
    {"leaves_many.txt", ErrorCode::kInvalidModel,
     "tree 0: leaf_value has 3 elements, there must be 4000000"},
    {"leaves_zero.txt", ErrorCode::kInvalidModel, "tree 0: num_leaves is 0"},
    {"linear_coeff.txt", ErrorCode::kInvalidModel,
     "tree 0: leaf_coeff has 1 elements, there must be 2"},
    {"linear_const.txt", ErrorCode::kInvalidModel,
     "tree 0: leaf_const has 2 elements, there must be 3"},
    {"linear_counts.txt", ErrorCode::kLimitExceeded, "tree 0: model has too many leaf terms"},
    {"linear_feature_range.txt", ErrorCode::kInvalidModel,
     "tree 0: leaf 2: feature 7 is out of range, the model has 2 features"},
    {"linear_features.txt", ErrorCode::kInvalidModel,
     "tree 0: leaf_features has 1 elements, there must be 2"},
    {"linear_lengths.json", ErrorCode::kInvalidModel,
     "tree_info[0].tree_structure: it has 2 leaf_features and 1 leaf_coeff"},
    {"missing_type.json", ErrorCode::kInvalidModel,
     "tree_info[0].tree_structure.missing_type: unknown missing_type \"Null\""},
    {"multiple.txt", ErrorCode::kInvalidModel,
     "objective \"regression\" has one output, the model has 2 trees per iteration"},
    {"nan_threshold.txt", ErrorCode::kInvalidModel,
     "tree 0: split 0: the threshold is not a number"},
    {"nesting.json", ErrorCode::kLimitExceeded, "the document is nested too deeply"},
    {"no_equals.txt", ErrorCode::kInvalidModel,
     "tree 0: line \"shrinkage\" is not of the form key=value"},
    {"no_leaf_value.json", ErrorCode::kInvalidModel,
     "tree_info[0].tree_structure.right_child: it has no leaf_value"},
    {"no_leaf_value.txt", ErrorCode::kInvalidModel, "tree 0: leaf_value is missing"},
    {"no_max_feature.txt", ErrorCode::kInvalidModel, "max_feature_idx is missing"},
    {"no_missing_type.json", ErrorCode::kUnsupportedModel,
     "tree 0: the dump does not say how missing values are treated"},
    {"no_num_class.txt", ErrorCode::kInvalidModel, "num_class is missing"},
    {"no_num_leaves.txt", ErrorCode::kInvalidModel, "tree 0: num_leaves is missing"},
    {"no_objective.json", ErrorCode::kUnsupportedModel,
     "the dump does not say the objective of the model"},
    {"no_right_child.json", ErrorCode::kInvalidModel,
     "tree_info[0].tree_structure: it has no right_child"},
    {"no_structure.json", ErrorCode::kInvalidModel, "tree_info[0]: it has no tree_structure"},
    {"no_trees.json", ErrorCode::kInvalidModel, "tree_info is missing"},
    {"num_cat_huge.txt", ErrorCode::kLimitExceeded, "tree 0: model has too many category sets"},
    {"num_class_huge.txt", ErrorCode::kLimitExceeded, "model has too many classes"},
    {"num_class_text.txt", ErrorCode::kInvalidModel, "num_class \"one\" is not an integer"},
    {"objective.txt", ErrorCode::kUnsupportedModel, "unknown LightGBM objective \"magic\""},
    {"objective_classes.txt", ErrorCode::kInvalidModel,
     "the objective has num_class \"3\", the model has 1 trees per iteration"},
    {"objective_outputs.txt", ErrorCode::kInvalidModel,
     "objective \"multiclass\" needs two classes or more"},
    {"per_iteration.txt", ErrorCode::kInvalidModel, "num_tree_per_iteration is 0"},
    {"root_child.txt", ErrorCode::kInvalidModel,
     "tree 0: split 1: the root of the tree is a child"},
    {"self_child.txt", ErrorCode::kInvalidModel, "tree 0: split 1 has more than one parent"},
    {"set_negative.txt", ErrorCode::kInvalidModel,
     "tree 0: split 1: category set -1 is out of range, the tree has 1"},
    {"set_range.txt", ErrorCode::kInvalidModel,
     "tree 0: split 1: category set 1 is out of range, the tree has 1"},
    {"set_word_range.txt", ErrorCode::kInvalidModel,
     "tree 0: cat_threshold 0 is \"4294967296\", no number that fits"},
    {"set_words.txt", ErrorCode::kInvalidModel,
     "tree 0: cat_threshold has 2 elements, there must be 1"},
    {"sigmoid.txt", ErrorCode::kInvalidModel, "sigmoid \"-1\" is not a positive number"},
    {"threshold_text.json", ErrorCode::kInvalidModel,
     "tree_info[0].tree_structure.threshold: must be a number"},
    {"trailing_tree.txt", ErrorCode::kInvalidModel, "a tree stands behind the end of the trees"},
    {"tree_sizes.txt", ErrorCode::kInvalidModel,
     "tree_sizes has 2 elements, but there are 1 trees"},
    {"trees_object.json", ErrorCode::kInvalidModel, "tree_info: must be an array"},
    {"truncated.txt", ErrorCode::kInvalidModel, "tree 0: the file ends within the tree"},
    {"two_parents.txt", ErrorCode::kInvalidModel, "tree 0: leaf 1 has more than one parent"},
    {"version.txt", ErrorCode::kUnsupportedModel,
     "unsupported version of the LightGBM model format: \"v9\""},
};

std::string format_of(const fs::path &path) {
  return path.extension() == ".json" ? "lightgbm-json" : "lightgbm-text";
}

TEST(LightgbmHostile, every_file_is_refused_with_its_message) {
  test::expect_refusals("lightgbm", "", kCases, format_of);
}

// The data may end anywhere before the end of the trees.
TEST(LightgbmHostile, every_prefix_of_a_good_file_is_refused) {
  const fs::path folder = fs::path(PGSCORE_SOURCE_DIR) / "models" / "edge" / "lightgbm";
  for (const char *file : {"categorical.txt", "linear_tree.txt", "pandas_dump.json"}) {
    SCOPED_TRACE(file);
    const std::string bytes = test::read_file(folder / file), format = format_of(file);
    // What stands behind the trees has no part in prediction, but for the categories of pandas.
    const std::size_t end =
        format == "lightgbm-json" ? bytes.size() : bytes.find("end of trees") - 2;
    test::expect_prefixes_refused(bytes, format, end);
  }
}

}  // namespace
}  // namespace pgscore
