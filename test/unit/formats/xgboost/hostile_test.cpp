// models/hostile/xgboost: every malformed file is refused with a message that names the fault and
// its place, in bounded time and memory.
#include "support/hostile_files.hpp"

namespace pgscore {
namespace {

namespace fs = std::filesystem;

constexpr test::HostileFile kCases[] = {
    {"array_lengths.json", ErrorCode::kInvalidModel,
     "tree 0: default_left has 2 elements, left_children has 3"},
    {"attribute_length.bin", ErrorCode::kInvalidModel, "unexpected end of data"},
    {"attributes.bin", ErrorCode::kLimitExceeded, "model has too many attributes"},
    {"bad_escape.json", ErrorCode::kInvalidModel, "unpaired surrogate in a string"},
    {"base64.bin", ErrorCode::kInvalidModel,
     "the learner parameters, an objective and a booster are not where XGBoost writes them"},
    {"base_score_count.json", ErrorCode::kInvalidModel,
     "base_score has 3 values, the model has 1 outputs"},
    {"base_score_nan.json", ErrorCode::kInvalidModel, "base_score nan is not a finite number"},
    {"base_score_range.json", ErrorCode::kInvalidModel, "base_score 2 is out of range"},
    {"base_score_text.json", ErrorCode::kInvalidModel, "base_score \"half\" is not a number"},
    {"categories_offsets.json", ErrorCode::kInvalidModel,
     "the offsets of the categories of feature 0 are out of range"},
    {"categories_twice.json", ErrorCode::kInvalidModel,
     "feature \"f0\": category \"a\" appears twice"},
    {"category_huge.json", ErrorCode::kLimitExceeded,
     "tree 0: node 0: category 16777215 is too large"},
    {"category_negative.json", ErrorCode::kInvalidModel,
     "tree 0: node 0: category -1 is out of range"},
    {"category_none.json", ErrorCode::kInvalidModel,
     "tree 0: node 0: a categorical split without categories"},
    {"category_order.json", ErrorCode::kInvalidModel, "tree 0: categories_nodes is not ascending"},
    {"category_segment.json", ErrorCode::kInvalidModel,
     "tree 0: the categories of node 0 are out of range"},
    {"child_negative.json", ErrorCode::kInvalidModel,
     "tree 0: node 0: right child -5 is out of range, the tree has 3 nodes"},
    {"child_out_of_range.json", ErrorCode::kInvalidModel,
     "tree 0: node 0: left child 7 is out of range, the tree has 3 nodes"},
    {"classes_and_targets.json", ErrorCode::kUnsupportedModel,
     "a model has both classes and targets"},
    {"control_character.json", ErrorCode::kInvalidModel, "control character in a string"},
    {"count.ubj", ErrorCode::kInvalidModel, "unexpected end of data"},
    {"cycle.bin", ErrorCode::kInvalidModel, "tree 0: node 0 has more than one parent"},
    {"cycle.json", ErrorCode::kInvalidModel, "tree 0: node 0 has more than one parent"},
    {"duplicate_names.json", ErrorCode::kInvalidModel, "feature name \"age\" appears twice"},
    {"empty_name.json", ErrorCode::kInvalidModel, "feature 0 has an empty name"},
    {"empty_tree.json", ErrorCode::kInvalidModel, "tree 0: the tree has no nodes"},
    {"feature_negative.json", ErrorCode::kInvalidModel,
     "tree 0: node 0: feature -1 is out of range"},
    {"feature_out_of_range.json", ErrorCode::kInvalidModel,
     "tree 0: node 0: feature 2 is out of range, the model has 2 features"},
    {"features.bin", ErrorCode::kInvalidModel, "the number of features is negative"},
    {"fraction_child.json", ErrorCode::kInvalidModel, "tree 0: expected an integer"},
    {"group_negative.json", ErrorCode::kInvalidModel, "tree 0: output group -1 is out of range"},
    {"group_out_of_range.json", ErrorCode::kInvalidModel,
     "tree 0: output group 1 is out of range, there are 1"},
    {"integer_overflow.json", ErrorCode::kInvalidModel,
     "tree 0: integer 99999999999 is out of range"},
    {"iteration_indptr.json", ErrorCode::kInvalidModel,
     "iteration_indptr does not lead from 0 to the number of trees"},
    {"key_length.ubj", ErrorCode::kInvalidModel, "unexpected end of data"},
    {"leaf_vector_short.json", ErrorCode::kInvalidModel,
     "tree 0: node 1: the vector of the leaf is out of range"},
    {"leaf_vector_width.json", ErrorCode::kInvalidModel,
     "tree 0: its leaves have 7 values, the model has 1 outputs"},
    {"learner_text.json", ErrorCode::kInvalidModel, "expected an object"},
    {"learner_twice.json", ErrorCode::kInvalidModel, "learner is defined twice"},
    {"linear_weights.json", ErrorCode::kInvalidModel,
     "there are 2 weights, 3 are needed for 2 features and a bias"},
    {"marker.ubj", ErrorCode::kInvalidModel, "expected an object"},
    {"missing_comma.json", ErrorCode::kInvalidModel, "tree 0: expected \",\" or \"}\""},
    {"name_count.json", ErrorCode::kInvalidModel, "there are 1 feature names for 2 features"},
    {"nan_threshold.bin", ErrorCode::kInvalidModel,
     "tree 0: node 0: the threshold is not a number"},
    {"nan_threshold.json", ErrorCode::kInvalidModel,
     "tree 0: node 0: the threshold is not a number"},
    {"negative_count.ubj", ErrorCode::kInvalidModel, "tree 0: a length is negative"},
    {"negative_nodes.bin", ErrorCode::kInvalidModel,
     "tree 0: the number of tree nodes is negative"},
    {"negative_trees.bin", ErrorCode::kInvalidModel, "the number of trees is negative"},
    {"nested_types.ubj", ErrorCode::kInvalidModel, "tree 0: unsupported type of a typed container"},
    {"nesting.json", ErrorCode::kLimitExceeded, "model has too many levels of nesting"},
    {"nesting.ubj", ErrorCode::kLimitExceeded, "model has too many levels of nesting"},
    {"nesting_mixed.json", ErrorCode::kLimitExceeded, "model has too many levels of nesting"},
    {"no_learner.json", ErrorCode::kInvalidModel, "the document has no learner"},
    {"no_objective.bin", ErrorCode::kInvalidModel,
     "the learner parameters, an objective and a booster are not where XGBoost writes them"},
    {"no_trees_key.json", ErrorCode::kInvalidModel, "tree_info has 1 elements for 0 trees"},
    {"null_elements.ubj", ErrorCode::kInvalidModel,
     "tree 0: unsupported type of a typed container"},
    {"num_class.json", ErrorCode::kLimitExceeded, "model has too many classes"},
    {"num_class_text.json", ErrorCode::kInvalidModel, "num_class \"three\" is not an integer"},
    {"num_feature.json", ErrorCode::kLimitExceeded, "model has too many features"},
    {"num_nodes.bin", ErrorCode::kLimitExceeded, "tree 0: model has too many tree nodes"},
    {"num_nodes.json", ErrorCode::kLimitExceeded, "tree 0: model has too many tree nodes"},
    {"num_nodes_wrong.json", ErrorCode::kInvalidModel,
     "tree 0: num_nodes is 5, but there are 3 nodes"},
    {"num_trees.bin", ErrorCode::kLimitExceeded, "model has too many trees"},
    {"num_trees.json", ErrorCode::kLimitExceeded, "model has too many trees"},
    {"one_class.json", ErrorCode::kInvalidModel,
     "a classification model has fewer than two classes"},
    {"quantiles.json", ErrorCode::kLimitExceeded, "model has too many quantiles"},
    {"roots.bin", ErrorCode::kUnsupportedModel, "tree 0: the tree has 2 roots"},
    {"self_child.json", ErrorCode::kInvalidModel, "tree 0: node 0 has more than one parent"},
    {"split_type.json", ErrorCode::kInvalidModel, "tree 0: node 0: unknown type of split 9"},
    {"text_length.ubj", ErrorCode::kInvalidModel, "unexpected end of data"},
    {"trailing.json", ErrorCode::kInvalidModel, "unexpected data after the document"},
    {"tree_id.json", ErrorCode::kInvalidModel, "tree 0: the tree has id 3"},
    {"tree_info_short.json", ErrorCode::kInvalidModel, "tree_info has 0 elements for 1 trees"},
    {"truncated.bin", ErrorCode::kInvalidModel, "tree 0: unexpected end of data"},
    {"truncated.json", ErrorCode::kInvalidModel, "tree 0: unexpected end of data"},
    {"truncated.ubj", ErrorCode::kInvalidModel, "unexpected end of data"},
    {"truncated_number.json", ErrorCode::kInvalidModel, "tree 0: unexpected end of data"},
    {"two_parents.json", ErrorCode::kInvalidModel, "tree 0: node 1 has more than one parent"},
    {"typed_count.ubj", ErrorCode::kInvalidModel, "tree 0: unexpected end of data"},
    {"typed_overflow.ubj", ErrorCode::kInvalidModel, "tree 0: unexpected end of data"},
    {"unknown_booster.json", ErrorCode::kUnsupportedModel, "unknown booster \"gbforest\""},
    {"unknown_objective.json", ErrorCode::kUnsupportedModel,
     "unknown XGBoost objective \"reg:magic?"
     "?"
     "?\""},
    {"version.json", ErrorCode::kInvalidModel, "version is not three numbers"},
    {"weight_drop.json", ErrorCode::kInvalidModel, "weight_drop has 2 elements for 1 trees"},
    {"weights.bin", ErrorCode::kInvalidModel, "unexpected end of data"},
    {"wrong_bracket.json", ErrorCode::kInvalidModel, "tree 0: expected \",\" or \"]\""},
};

std::string format_of(const fs::path &path) {
  return path.extension() == ".json"  ? "xgboost-json"
         : path.extension() == ".ubj" ? "xgboost-ubj"
                                      : "xgboost-binary";
}

TEST(XgboostHostile, every_file_is_refused_with_its_message) {
  test::expect_refusals("xgboost", "", kCases, format_of);
}

// The data may end anywhere.
TEST(XgboostHostile, every_prefix_of_a_good_file_is_refused) {
  const fs::path folder = fs::path(PGSCORE_SOURCE_DIR) / "models" / "edge" / "xgboost";
  for (const char *file :
       {"category_texts.json", "category_texts_ubj.ubj", "dart_bin.bin", "linear_bin.bin"}) {
    SCOPED_TRACE(file);
    const std::string bytes = test::read_file(folder / file);
    test::expect_prefixes_refused(bytes, format_of(file), bytes.size());
  }
}

}  // namespace
}  // namespace pgscore
