// models/hostile/catboost_*: every malformed file is refused with a message that names the fault and its place, in bounded time
// and memory.
#include <map>

#include "formats/format.hpp"
#include "support/files.hpp"

namespace pgscore {
namespace {

namespace fs = std::filesystem;

struct Case {
  const char *file;  // without "catboost_"
  ErrorCode code;
  const char *message;  // without "invalid catboost-... model: "
};

constexpr Case kCases[] = {
    {"bias_count.json", ErrorCode::kInvalidModel, "the bias has 2 values, the leaves have 1"},
    {"bias_infinite.json", ErrorCode::kInvalidModel, "the bias is not finite"},
    {"border_nan.json", ErrorCode::kInvalidModel, "a border is not a number"},
    {"borders_descend.json", ErrorCode::kInvalidModel, "the borders of a feature are not ascending"},
    {"core_size.cbm", ErrorCode::kInvalidModel, "unexpected end of data"},
    {"core_size_64.cbm", ErrorCode::kInvalidModel, "unexpected end of data"},
    {"ctr_count.json", ErrorCode::kInvalidModel, "ctr_data: table 0: a count is not an integer"},
    {"ctr_element.json", ErrorCode::kInvalidModel, "unknown combination_element \"magic\""},
    {"ctr_feature.json", ErrorCode::kInvalidModel, "categorical feature 0 does not exist"},
    {"ctr_hash.json", ErrorCode::kInvalidModel, "ctr_data: table 0: malformed hash \"1e5\""},
    {"ctr_hash_twice.json", ErrorCode::kInvalidModel, "hash 8992259113937139461 appears twice in a CTR table"},
    {"ctr_key.json", ErrorCode::kInvalidModel, "ctr_data: table 0: unexpected end of data"},
    {"ctr_missing.cbm", ErrorCode::kInvalidModel, "unexpected end of data"},
    {"ctr_no_table.json", ErrorCode::kInvalidModel, "the model has no table for CTR feature 0"},
    {"ctr_ragged.json", ErrorCode::kInvalidModel, "ctr_data: table 0: a hash has more or less numbers than those before"},
    {"ctr_row.cbm", ErrorCode::kInvalidModel, "CTR table 0: row 1 of the counts does not exist"},
    {"ctr_stride.json", ErrorCode::kInvalidModel,
     "ctr_data: table 0: hash_map has 3 hashes and 6 numbers, which does not fit hash_stride 2"},
    {"ctr_tables.cbm", ErrorCode::kLimitExceeded, "model has too many CTR tables"},
    {"ctr_target.json", ErrorCode::kInvalidModel, "target border 2 is out of range"},
    {"ctr_total.json", ErrorCode::kInvalidModel, "the counts of a CTR table are too large"},
    {"ctr_truncated.cbm", ErrorCode::kInvalidModel, "CTR table 0: unexpected end of data"},
    {"ctr_type.json", ErrorCode::kInvalidModel, "unknown CTR type \"Magic\""},
    {"depth.cbm", ErrorCode::kInvalidModel, "a tree has 40 splits"},
    {"depth.json", ErrorCode::kInvalidModel, "tree 0: 4 leaf values do not fit 40 splits"},
    {"dimension.cbm", ErrorCode::kInvalidModel, "the trees need 2 splits and 8 leaf values, there are 2 and 4"},
    {"dimension_zero.cbm", ErrorCode::kInvalidModel, "leaves have 0 values"},
    {"empty.cbm", ErrorCode::kInvalidModel, "unexpected end of data"},
    {"features_empty.json", ErrorCode::kInvalidModel, "the model has no features"},
    {"field_outside.cbm", ErrorCode::kInvalidModel, "a field lies outside of its table"},
    {"flat_index_twice.json", ErrorCode::kInvalidModel, "two features have the flat index 0"},
    {"index_missing.json", ErrorCode::kInvalidModel, "a feature has no index"},
    {"index_twice.json", ErrorCode::kInvalidModel, "two features have the index 0"},
    {"labels_count.json", ErrorCode::kInvalidModel, "a model of two classes has 3 class labels"},
    {"labels_twice.json", ErrorCode::kInvalidModel, "class label \"a\" appears twice"},
    {"leaf_count.cbm", ErrorCode::kInvalidModel, "the trees need 2 splits and 4 leaf values, there are 2 and 3"},
    {"leaf_count.json", ErrorCode::kInvalidModel, "tree 0: 3 leaf values do not fit 2 splits"},
    {"leaf_none.json", ErrorCode::kInvalidModel, "tree 0: 0 leaf values do not fit 2 splits"},
    {"leaf_text.json", ErrorCode::kInvalidModel, "tree 0: expected a number"},
    {"leaf_widths.json", ErrorCode::kInvalidModel, "tree 1: its leaves have 3 values, those before have 1"},
    {"loss_dimension.json", ErrorCode::kInvalidModel, "leaves have 1 values, which does not fit the loss \"MultiClass\""},
    {"nan_treatment.json", ErrorCode::kInvalidModel, "unknown nan_value_treatment \"AsZero\""},
    {"nesting.json", ErrorCode::kLimitExceeded, "tree 0: model has too many levels of nesting"},
    {"no_features.json", ErrorCode::kInvalidModel, "the model has no features_info"},
    {"no_trees.json", ErrorCode::kInvalidModel, "the model has neither oblivious_trees nor trees"},
    {"node_both.json", ErrorCode::kInvalidModel, "tree 0: a node is neither a split with two children nor a leaf"},
    {"node_cycle.cbm", ErrorCode::kInvalidModel, "tree 0: node 0 has more than one parent"},
    {"node_empty.json", ErrorCode::kInvalidModel, "tree 0: a node is neither a split with two children nor a leaf"},
    {"node_leaf.cbm", ErrorCode::kInvalidModel, "tree 0: a leaf value is out of range"},
    {"node_no_split.json", ErrorCode::kInvalidModel, "tree 0: a node is neither a split with two children nor a leaf"},
    {"node_one_child.json", ErrorCode::kInvalidModel, "tree 0: a node is neither a split with two children nor a leaf"},
    {"node_outside.cbm", ErrorCode::kInvalidModel, "tree 0: a child is out of range"},
    {"node_width.json", ErrorCode::kInvalidModel, "tree 0: its leaves have 1 values, those before have 2"},
    {"one_hot_range.json", ErrorCode::kInvalidModel, "integer 4294967296 is out of range"},
    {"one_hot_twice.json", ErrorCode::kInvalidModel, "a one-hot feature has the same value twice"},
    {"params_text.json", ErrorCode::kInvalidModel, "model_info: params: unexpected end of data"},
    {"root.cbm", ErrorCode::kInvalidModel, "an offset leads out of the data"},
    {"root_at_end.cbm", ErrorCode::kInvalidModel, "an offset leads out of the data"},
    {"same_data.cbm", ErrorCode::kInvalidModel, "the same data is used too often"},
    {"scale_nan.json", ErrorCode::kInvalidModel, "the scale is not finite"},
    {"split_estimated.json", ErrorCode::kUnsupportedModel, "tree 0: text and embedding features of CatBoost are not supported"},
    {"split_missing.json", ErrorCode::kInvalidModel, "tree 0: a split has no split_index, or one out of range"},
    {"split_negative.cbm", ErrorCode::kInvalidModel, "split -1 does not exist"},
    {"split_negative.json", ErrorCode::kInvalidModel, "tree 0: a split has no split_index, or one out of range"},
    {"split_out_of_range.cbm", ErrorCode::kInvalidModel, "tree 0: split 9 does not exist, the model has 2"},
    {"split_out_of_range.json", ErrorCode::kInvalidModel, "tree 0: split 2 does not exist, the model has 2"},
    {"string_length.cbm", ErrorCode::kInvalidModel, "an offset leads out of the data"},
    {"text_feature.cbm", ErrorCode::kUnsupportedModel, "text and embedding features of CatBoost are not supported"},
    {"threshold.json", ErrorCode::kInvalidModel, "binclass_probability_threshold is not between 0 and 1"},
    {"trees_twice.json", ErrorCode::kInvalidModel, "there are trees twice"},
    {"truncated.cbm", ErrorCode::kInvalidModel, "unexpected end of data"},
    {"version.cbm", ErrorCode::kUnsupportedModel, "unknown format version \"FlabuffersModel_v2\" of a CatBoost model"},
    {"vtable.cbm", ErrorCode::kInvalidModel, "an offset leads out of the data"},
    {"vtable_long.cbm", ErrorCode::kInvalidModel, "an offset leads out of the data"},
    {"vtable_negative.cbm", ErrorCode::kInvalidModel, "an offset leads out of the data"},
    {"vtable_size.cbm", ErrorCode::kInvalidModel, "the layout of a table is malformed"},
};

TEST(CatboostHostile, every_file_is_refused_with_its_message) {
  std::map<std::string, const Case *> cases;
  for (const Case &c : kCases) cases[std::string("catboost_") + c.file] = &c;
  std::size_t files = 0;
  for (const auto &entry : fs::directory_iterator(fs::path(PGSCORE_SOURCE_DIR) / "models" / "hostile")) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with("catboost_")) continue;
    ++files;
    SCOPED_TRACE(name);
    const std::string bytes = test::read_file(entry.path());
    const char *format = name.ends_with(".cbm") ? "catboost-cbm" : "catboost-json";
    try {
      formats::load(format, {.bytes = as_bytes(bytes), .options = {}, .features = {}, .labels = {}});
      ADD_FAILURE() << "it was read";
    } catch (const Error &e) {
      const auto known = cases.find(name);
      std::string message = e.message();
      const std::string prefix = std::string("invalid ") + format + " model: ";
      if (message.starts_with(prefix)) message = message.substr(prefix.size());
      if (known == cases.end()) {
        ADD_FAILURE() << "no case: " << message;
        continue;
      }
      EXPECT_EQ(message, known->second->message);
      EXPECT_EQ(static_cast<int>(e.code()), static_cast<int>(known->second->code));
    }
  }
  EXPECT_EQ(files, std::size(kCases)) << "files and cases differ";
}

}  // namespace
}  // namespace pgscore
