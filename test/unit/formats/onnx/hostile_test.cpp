// models/hostile/onnx: every malformed file is refused with a message that names the fault and
// its place, in bounded time and memory.
#include <chrono>

#include "plan/compile.hpp"
#include "support/hostile_files.hpp"

namespace pgscore {
namespace {

namespace fs = std::filesystem;

constexpr test::HostileFile kCases[] = {
    {"attribute_axis", ErrorCode::kUnsupportedModel,
     "node 0, Add: attribute \"axis\" is not supported"},
    {"attribute_later", ErrorCode::kUnsupportedModel,
     "node 0, TopK: attribute \"largest\" is not one of this operator in operator set 10 of "
     "ai.onnx"},
    {"attribute_mistyped", ErrorCode::kInvalidModel,
     "graph.node[0].attribute[0]: attribute \"alpha\" has a value of another type than it says"},
    {"attribute_twice", ErrorCode::kInvalidModel,
     "node 0, Softmax: attribute \"axis\" appears twice"},
    {"attribute_two_values", ErrorCode::kInvalidModel,
     "graph.node[0].attribute[0]: attribute \"alpha\" has a value of another type than it says"},
    {"attribute_type", ErrorCode::kInvalidModel,
     "node 0, LeakyRelu: attribute \"alpha\" has another type"},
    {"attribute_unknown", ErrorCode::kUnsupportedModel,
     "node 0, Softmax: attribute \"temperature\" is not one of this operator in operator set 17 of "
     "ai.onnx"},
    {"axis", ErrorCode::kInvalidModel,
     "node 0, Softmax: axis 5 is out of range, the tensor has 2 dimensions"},
    {"batch_spatial", ErrorCode::kUnsupportedModel, "node 0, BatchNormalization: spatial is 0"},
    {"broadcast", ErrorCode::kInvalidModel,
     "node 0, Add: shapes do not go together: dimensions of 3 and 2"},
    {"cast_float16", ErrorCode::kUnsupportedModel,
     "node 0, Cast: a cast to float16 is not supported"},
    {"cast_map", ErrorCode::kInvalidModel, "node 0, CastMap: its input is no map"},
    {"classes_large", ErrorCode::kUnsupportedModel,
     "node 0, TreeEnsembleClassifier: the integer 9007199254740993 is beyond 2^53"},
    {"classes_none", ErrorCode::kUnsupportedModel,
     "node 0, TreeEnsembleClassifier: the classifier has no class labels"},
    {"classes_one_text", ErrorCode::kUnsupportedModel,
     "node 0, TreeEnsembleClassifier: the classifier has one class label, which is a text"},
    {"classes_range", ErrorCode::kInvalidModel,
     "node 0, TreeEnsembleClassifier: tree 0: node 2: class 2 is out of range, there are 2"},
    {"columns_many", ErrorCode::kLimitExceeded, "node 83, Exp: model has too many columns"},
    {"concat", ErrorCode::kInvalidModel, "node 0, Concat: its inputs differ in dimension 0"},
    {"constant_of_shape", ErrorCode::kLimitExceeded,
     "node 0, ConstantOfShape: model has too many elements of a tensor"},
    {"cycle", ErrorCode::kInvalidModel,
     "node 1, Add: the nodes form a circle: its input \"A\" is made of its own output"},
    {"defined_twice", ErrorCode::kInvalidModel, "node 1, Neg: value \"Y\" is defined twice"},
    {"dims_few", ErrorCode::kInvalidModel,
     "graph.initializer[0]: its dimensions say 2 elements, there are 3"},
    {"dims_huge", ErrorCode::kInvalidModel,
     "graph.initializer[0]: its dimensions say 1099511627776 elements, there are 3"},
    {"dims_negative", ErrorCode::kInvalidModel, "graph.initializer[0]: a dimension is negative"},
    {"dims_overflow", ErrorCode::kInvalidModel,
     "graph.initializer[0]: its dimensions are too large"},
    {"doubling", ErrorCode::kLimitExceeded,
     "node 18, Concat: model has too many elements of a tensor"},
    {"dropout_training", ErrorCode::kUnsupportedModel, "node 0, Dropout: training_mode is set"},
    {"empty_product", ErrorCode::kUnsupportedModel,
     "node 0, MatMul: a product of matrices without elements"},
    {"expand", ErrorCode::kLimitExceeded,
     "node 0, Expand: model has too many elements of a tensor"},
    {"external", ErrorCode::kUnsupportedModel, "tensor \"C\" lies outside of the model file"},
    {"feature_vectorizer", ErrorCode::kLimitExceeded,
     "node 0, FeatureVectorizer: model has too many elements of a tensor"},
    {"function_attribute", ErrorCode::kInvalidModel,
     "node 0, Double: the function has no attribute \"alpha\""},
    {"function_inputs", ErrorCode::kInvalidModel,
     "node 0, Double: the function has 1 inputs and 1 outputs"},
    {"function_itself", ErrorCode::kLimitExceeded,
     "node 0, Double: model has too many levels of functions"},
    {"function_many", ErrorCode::kLimitExceeded, "node 0, Double: model has too many nodes"},
    {"function_operator", ErrorCode::kUnsupportedModel,
     "function \"Abs\" has the name of an operator"},
    {"function_operator_set", ErrorCode::kInvalidModel,
     "node 0, Double: the function imports no operator set \"ai.onnx.ml\""},
    {"function_twice", ErrorCode::kInvalidModel, "function \"Double\" is defined twice"},
    {"gather", ErrorCode::kInvalidModel, "node 0, Gather: index 7 is out of range, there are 3"},
    {"gemm", ErrorCode::kInvalidModel,
     "node 0, Gemm: a matrix of 3 columns is multiplied with one of 2 rows"},
    {"imputer", ErrorCode::kInvalidModel,
     "node 0, Imputer: there are no imputed values of the input's type"},
    {"initializer_twice", ErrorCode::kInvalidModel, "value \"C\" is defined twice"},
    {"input_dynamic", ErrorCode::kUnsupportedModel,
     "input \"X\" has a dimension of no fixed size besides the batch"},
    {"input_empty", ErrorCode::kInvalidModel, "node 0, Add: input 1 is missing"},
    {"input_features", ErrorCode::kLimitExceeded, "model has too many features"},
    {"input_missing", ErrorCode::kInvalidModel, "node 0, Gemm: input 1 is missing"},
    {"input_names", ErrorCode::kInvalidModel, "feature name \"X_1\" appears twice"},
    {"input_overflow", ErrorCode::kInvalidModel, "a tensor is too large"},
    {"input_twice", ErrorCode::kInvalidModel, "value \"X\" is defined twice"},
    {"input_type", ErrorCode::kUnsupportedModel, "input \"X\" has elements of type 14"},
    {"input_unknown", ErrorCode::kUnsupportedModel,
     "input \"X\" does not say how many features it has"},
    {"inputs_many", ErrorCode::kInvalidModel,
     "node 0, Relu: it has 2 inputs, in operator set 17 of ai.onnx it takes 1"},
    {"integers_large", ErrorCode::kUnsupportedModel,
     "node 0, Add: input \"C\" holds integers beyond 2^53"},
    {"integers_output", ErrorCode::kUnsupportedModel, "output \"Y\" holds integers beyond 2^53"},
    {"itself", ErrorCode::kInvalidModel,
     "node 0, Add: the nodes form a circle: its input \"Y\" is made of its own output"},
    {"label_large", ErrorCode::kUnsupportedModel,
     "node 0, LabelEncoder: the integer 9007199254740992 is beyond 2^53"},
    {"label_large_default", ErrorCode::kUnsupportedModel,
     "node 0, LabelEncoder: the integer -9007199254740992 is beyond 2^53"},
    {"label_large_tensor", ErrorCode::kUnsupportedModel,
     "node 0, LabelEncoder: tensor \"keys\" holds integers beyond 2^53"},
    {"label_lengths", ErrorCode::kInvalidModel,
     "node 0, LabelEncoder: there are 2 keys and 1 values"},
    {"label_two_keys", ErrorCode::kInvalidModel,
     "node 0, LabelEncoder: there are two lists of keys"},
    {"label_type", ErrorCode::kInvalidModel,
     "node 0, LabelEncoder: its input is of float, its keys are texts"},
    {"large_cast", ErrorCode::kLimitExceeded,
     "node 1, Cast: model has too many elements of a tensor"},
    {"large_categories", ErrorCode::kLimitExceeded,
     "node 0, LabelEncoder: model has too many categories"},
    {"large_constant", ErrorCode::kLimitExceeded,
     "node 0, ConstantOfShape: the graph takes too much memory"},
    {"large_copies", ErrorCode::kLimitExceeded, "node 9, Mul: the graph takes too much memory"},
    {"large_nothing", ErrorCode::kLimitExceeded, "node 1, Concat: the graph takes too much work"},
    {"large_tables", ErrorCode::kLimitExceeded,
     "node 0, LabelEncoder: the graph takes too much memory"},
    {"large_work", ErrorCode::kLimitExceeded, "node 1, MatMul: the graph takes too much work"},
    {"length", ErrorCode::kInvalidModel, "graph: node: it ends beyond the message that holds it"},
    {"linear", ErrorCode::kInvalidModel,
     "node 0, LinearRegressor: there are 2 coefficients for 3 features and 1 outputs"},
    {"linear_classes", ErrorCode::kInvalidModel,
     "node 0, LinearClassifier: there are 2 intercepts for 3 classes"},
    {"long_number", ErrorCode::kInvalidModel,
     "model: ir_version: a number has more than ten bytes"},
    {"map_number", ErrorCode::kUnsupportedModel,
     "input \"X\" is a map that is read by Add; only DictVectorizer says which keys there are"},
    {"map_reader", ErrorCode::kUnsupportedModel,
     "input \"X\" is a map that is read by Identity; only DictVectorizer says which keys there "
     "are"},
    {"nested", ErrorCode::kLimitExceeded, "the file is nested too deeply"},
    {"no_graph", ErrorCode::kInvalidModel, "model: there is no graph"},
    {"no_outputs", ErrorCode::kInvalidModel, "the graph has no outputs"},
    {"one_hot", ErrorCode::kLimitExceeded,
     "node 1, OneHot: model has too many elements of a tensor"},
    {"one_hot_large", ErrorCode::kUnsupportedModel,
     "node 0, OneHotEncoder: the integer 18014398509481984 is beyond 2^53"},
    {"one_hot_none", ErrorCode::kInvalidModel,
     "node 0, OneHotEncoder: there are no categories of the input's type"},
    {"operator", ErrorCode::kUnsupportedModel, "node 1, LSTM: the operator is not supported"},
    {"operator_domain", ErrorCode::kUnsupportedModel, "node 0, Abs: the operator is not supported"},
    {"operator_later", ErrorCode::kInvalidModel,
     "node 0, Round: operator set 10 of ai.onnx has no such operator: it is there since set 11"},
    {"output_missing", ErrorCode::kInvalidModel, "output \"Y\" is computed by no node"},
    {"overload", ErrorCode::kUnsupportedModel, "node 0, Relu: overload \"other\" of an operator"},
    {"packed_length", ErrorCode::kInvalidModel,
     "graph.initializer[0]: float_data: its length is no multiple of an element's"},
    {"range", ErrorCode::kLimitExceeded, "node 0, Range: model has too many elements of a tensor"},
    {"raw_size", ErrorCode::kInvalidModel,
     "graph.initializer[0]: raw_data has 11 bytes, 3 elements of type float need another number"},
    {"raw_texts", ErrorCode::kInvalidModel, "graph.initializer[0]: texts cannot be raw data"},
    {"reshape", ErrorCode::kInvalidModel,
     "node 0, Reshape: the new shape does not fit 3 elements, those of one row"},
    {"reshape_dynamic", ErrorCode::kUnsupportedModel,
     "node 1, Reshape: the shape is computed from the row: it must be constant"},
    {"reshape_two", ErrorCode::kInvalidModel,
     "node 0, Reshape: two dimensions of the new shape are -1"},
    {"scaler", ErrorCode::kInvalidModel,
     "node 0, Scaler: attribute \"scale\" has 2 elements for 3 features"},
    {"scan_circle", ErrorCode::kInvalidModel,
     "node 0, Scan: the nodes form a circle: its input \"S\" is made of its own output"},
    {"scan_inputs", ErrorCode::kInvalidModel,
     "node 0, Scan: num_scan_inputs is 3, there are 2 inputs"},
    {"scan_long", ErrorCode::kLimitExceeded,
     "node 1, Scan: node 1, Sub: model has too many columns"},
    {"scan_operator", ErrorCode::kUnsupportedModel, "node 2, Loop: the operator is not supported"},
    {"scan_output", ErrorCode::kInvalidModel,
     "node 0, Scan: an output of its body is computed by no node"},
    {"scan_outputs", ErrorCode::kInvalidModel,
     "node 0, Scan: its body has other numbers of inputs and outputs"},
    {"scan_undefined", ErrorCode::kInvalidModel,
     "node 0, Scan: node 2, Add: input \"Q\" is defined nowhere"},
    {"segment", ErrorCode::kInvalidModel,
     "graph.initializer[0]: segments of tensors are not supported"},
    {"sequence", ErrorCode::kUnsupportedModel, "input \"X\" is neither a tensor nor a map"},
    {"set_missing", ErrorCode::kInvalidModel,
     "node 0, Relu: the file does not say which operator set of ai.onnx it means"},
    {"set_newer", ErrorCode::kUnsupportedModel,
     "operator set 26 of ai.onnx is newer than those that are known"},
    {"set_newer_ml", ErrorCode::kUnsupportedModel,
     "operator set 6 of ai.onnx.ml is newer than those that are known"},
    {"set_twice", ErrorCode::kInvalidModel, "two operator sets of ai.onnx are imported: 17 and 13"},
    {"slice", ErrorCode::kInvalidModel, "node 0, Slice: a step is 0"},
    {"sparse", ErrorCode::kUnsupportedModel, "sparse initializers are not supported"},
    {"svm_classes", ErrorCode::kInvalidModel,
     "node 0, SVMClassifier: vectors_per_class is out of range"},
    {"svm_huge", ErrorCode::kInvalidModel,
     "node 0, SVMRegressor: there are 6 numbers in support_vectors, 1073741824 vectors of 3 "
     "features need another number"},
    {"svm_kernel", ErrorCode::kInvalidModel, "node 0, SVMRegressor: unknown kernel_type \"MAGIC\""},
    {"svm_vectors", ErrorCode::kInvalidModel,
     "node 0, SVMRegressor: there are 5 numbers in support_vectors, 2 vectors of 3 features need "
     "another number"},
    {"tensor_float16", ErrorCode::kUnsupportedModel, "tensor \"C\" has elements of type float16"},
    {"tensor_type", ErrorCode::kUnsupportedModel,
     "tensor \"C\" has elements of a type that is not supported (23)"},
    {"text_cast", ErrorCode::kUnsupportedModel,
     "node 0, Cast: a text of the row is taken for a number"},
    {"text_number", ErrorCode::kUnsupportedModel, "node 0, Abs: a text is used as a number"},
    {"text_output", ErrorCode::kUnsupportedModel,
     "output \"Y\" is a text of the row that nothing is compared with"},
    {"texts_compared", ErrorCode::kUnsupportedModel,
     "node 0, Equal: two texts of the row are compared"},
    {"texts_condition", ErrorCode::kUnsupportedModel, "node 0, Where: a text is used as a number"},
    {"texts_gemm", ErrorCode::kInvalidModel, "node 0, Gemm: its inputs are texts"},
    {"texts_indices", ErrorCode::kUnsupportedModel, "node 0, Gather: a text is used as a number"},
    {"texts_product", ErrorCode::kInvalidModel, "node 0, MatMul: its inputs are texts"},
    {"tile", ErrorCode::kLimitExceeded, "node 0, Tile: model has too many elements of a tensor"},
    {"tile_nothing", ErrorCode::kUnsupportedModel, "node 0, Tile: the result has no elements"},
    {"top_k", ErrorCode::kInvalidModel, "node 0, TopK: k is 4, there are 3 elements"},
    {"transpose", ErrorCode::kInvalidModel, "node 0, Transpose: perm has a dimension twice"},
    {"tree5_cycle", ErrorCode::kUnsupportedModel,
     "node 0, TreeEnsemble: node 0 has more than one parent"},
    {"tree5_leaf", ErrorCode::kInvalidModel, "node 0, TreeEnsemble: leaf 5 is out of range"},
    {"tree5_mode", ErrorCode::kInvalidModel, "node 0, TreeEnsemble: node 0: unknown mode"},
    {"tree5_no_members", ErrorCode::kInvalidModel,
     "node 0, TreeEnsemble: membership_values has fewer lists than there are nodes BRANCH_MEMBER"},
    {"tree5_no_members_text", ErrorCode::kInvalidModel,
     "node 0, TreeEnsemble: membership_values has fewer lists than there are nodes BRANCH_MEMBER"},
    {"tree5_no_splits", ErrorCode::kInvalidModel,
     "node 0, TreeEnsemble: attribute \"nodes_splits\" is missing"},
    {"tree5_root", ErrorCode::kInvalidModel, "node 0, TreeEnsemble: node 3 is out of range"},
    {"tree5_shared", ErrorCode::kUnsupportedModel,
     "node 0, TreeEnsemble: node 0 has more than one parent"},
    {"tree_aggregate", ErrorCode::kInvalidModel,
     "node 0, TreeEnsembleRegressor: unknown aggregate_function \"MEDIAN\""},
    {"tree_apart", ErrorCode::kInvalidModel,
     "node 0, TreeEnsembleRegressor: the nodes of tree 0 do not stand together"},
    {"tree_child", ErrorCode::kInvalidModel,
     "node 0, TreeEnsembleRegressor: tree 0: node 0: right child 9 does not exist"},
    {"tree_child_negative", ErrorCode::kInvalidModel,
     "node 0, TreeEnsembleRegressor: tree 0: node 0: false node -1 is out of range"},
    {"tree_cycle", ErrorCode::kInvalidModel,
     "node 0, TreeEnsembleRegressor: tree 0: node 0 has more than one parent"},
    {"tree_equal_cycle", ErrorCode::kInvalidModel,
     "node 0, TreeEnsembleRegressor: tree 0: node 0 has more than one parent"},
    {"tree_equal_ring", ErrorCode::kInvalidModel,
     "node 0, TreeEnsembleRegressor: tree 0: node 1 has more than one parent"},
    {"tree_feature", ErrorCode::kInvalidModel,
     "node 0, TreeEnsembleRegressor: node 0: feature 7 is out of range, the row has 3 features"},
    {"tree_itself", ErrorCode::kInvalidModel,
     "node 0, TreeEnsembleRegressor: tree 0: node 0 has more than one parent"},
    {"tree_lengths", ErrorCode::kInvalidModel,
     "node 0, TreeEnsembleRegressor: attribute \"nodes_values\" has 1 elements, there must be 3"},
    {"tree_mode", ErrorCode::kInvalidModel,
     "node 0, TreeEnsembleRegressor: unknown node mode \"BRANCH_MAGIC\""},
    {"tree_nan", ErrorCode::kInvalidModel,
     "node 0, TreeEnsembleRegressor: tree 0: node 0: the threshold is not a number"},
    {"tree_no_modes", ErrorCode::kInvalidModel,
     "node 0, TreeEnsembleRegressor: attribute \"nodes_modes\" has 0 elements, there must be 3"},
    {"tree_no_weight", ErrorCode::kInvalidModel,
     "node 0, TreeEnsembleRegressor: leaf 2 has no weight"},
    {"tree_post_transform", ErrorCode::kInvalidModel,
     "node 0, TreeEnsembleRegressor: unknown post_transform \"MAGIC\""},
    {"tree_rank", ErrorCode::kInvalidModel,
     "node 0, TreeEnsembleRegressor: its input has 3 dimensions, there must be one or two"},
    {"tree_targets", ErrorCode::kInvalidModel, "node 0, TreeEnsembleRegressor: n_targets is 0"},
    {"tree_targets_huge", ErrorCode::kLimitExceeded,
     "node 0, TreeEnsembleRegressor: model has too many outputs"},
    {"tree_twice", ErrorCode::kInvalidModel,
     "node 0, TreeEnsembleRegressor: tree 0: node 1 is defined twice"},
    {"tree_two_parents", ErrorCode::kInvalidModel,
     "node 0, TreeEnsembleRegressor: tree 0: node 2 has more than one parent"},
    {"tree_two_weights", ErrorCode::kUnsupportedModel,
     "node 0, TreeEnsembleRegressor: leaf 2 has two weights for one output"},
    {"tree_weight_node", ErrorCode::kInvalidModel,
     "node 0, TreeEnsembleRegressor: tree 0: node 9 has weights and does not exist"},
    {"tree_weight_target", ErrorCode::kInvalidModel,
     "node 0, TreeEnsembleRegressor: tree 0: node 2: target 5 is out of range, there are 1"},
    {"truncated", ErrorCode::kInvalidModel,
     "model: graph: it ends beyond the message that holds it"},
    {"two_graphs", ErrorCode::kInvalidModel, "model: there are two graphs"},
    {"types", ErrorCode::kInvalidModel,
     "node 0, Add: its inputs are of types float and int64, which differ"},
    {"undefined", ErrorCode::kInvalidModel, "node 0, Add: input \"Z\" is defined nowhere"},
    {"unsqueeze", ErrorCode::kLimitExceeded,
     "node 0, Unsqueeze: model has too many dimensions of a tensor"},
    {"wire_type", ErrorCode::kInvalidModel, "graph: node: the field has another type"},
    {"zip_map", ErrorCode::kInvalidModel, "node 0, ZipMap: there are 2 class labels for 3 values"},
};

TEST(OnnxHostile, every_file_is_refused_with_its_message) {
  test::expect_refusals("onnx", ".onnx", kCases, [](const fs::path &) { return "onnx"; });
}

/// The operator sets come last in a file: what is cut there may still say a model, then the same.
TEST(OnnxHostile, a_cut_file_is_refused_or_whole) {
  constexpr std::size_t kLast = 32;
  const std::string bytes =
      test::read_file(fs::path(PGSCORE_SOURCE_DIR) / "models" / "edge" / "onnx" / "pipeline.onnx");
  const formats::Source all{.bytes = as_bytes(bytes)};
  const std::vector<std::byte> whole = plan::compile(formats::load("onnx", all));
  std::size_t refused = 0;
  for (std::size_t size = 0; size < bytes.size(); size += size + kLast < bytes.size() ? 7 : 1) {
    const formats::Source source{.bytes = as_bytes(std::string_view(bytes).substr(0, size))};
    try {
      EXPECT_EQ(plan::compile(formats::load("onnx", source)), whole) << size;
      EXPECT_GE(size + kLast, bytes.size()) << size;
    } catch (const Error &) {
      ++refused;
    }
  }
  EXPECT_GT(refused, bytes.size() / 8);
}

/// Two bytes of the file are a node.
TEST(OnnxHostile, parts_count_against_a_quota) {
  std::string nodes;
  for (int i = 0; i < 1000; ++i) nodes += std::string("\x0a\x00", 2);
  std::string file = "\x08\x08\x3a";
  file += static_cast<char>(0x80 | (nodes.size() & 127));
  file += static_cast<char>(nodes.size() >> 7);
  file += nodes;
  Limits limits;
  limits.max_columns = 500;
  try {
    formats::load("onnx", {.bytes = as_bytes(file)}, limits);
    ADD_FAILURE() << "it was loaded";
  } catch (const Error &e) {
    EXPECT_EQ(e.message(), "model has too many parts");
  }
}

/// Everything whose length a file decides asks whether it should go on: the time between two
/// questions is bounded by their number.
TEST(OnnxHostile, large_files_are_interrupted) {
  static std::uint64_t checks = 0;
  for (const char *name :
       {"large_cast", "large_copies", "large_work", "large_tables", "large_nothing"}) {
    SCOPED_TRACE(name);
    checks = 0;
    const std::string bytes = test::read_file(fs::path(PGSCORE_SOURCE_DIR) / "models" / "hostile" /
                                              "onnx" / (std::string(name) + ".onnx"));
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_THROW(formats::load("onnx", {.bytes = as_bytes(bytes)}, {}, Interrupt([] { ++checks; })),
                 Error);
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    EXPECT_GE(static_cast<double>(checks), seconds * 10) << seconds << " s";
  }
}

}  // namespace
}  // namespace pgscore
