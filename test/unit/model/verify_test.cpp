// Breaks a sound model by hand in one place at a time: verify() must refuse it in the words of the
// rule that was broken.
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "model/builder.hpp"

namespace pgscore::model {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Nodes of sound(), by place.
enum NodeOf : std::size_t {
  kApplyNode,
  kCategoryTable,
  kNumberTable,
  kBins,
  kLinearNode,
  kTreesNode,
  kLinkNode,
  kArgMaxNode
};

/// A classifier in which every kind of node stands once. Inputs: 0 number, 1 category of three.
Model sound() {
  Builder builder;
  builder.add_input({"x", ColumnType::kNumber, {}});
  builder.add_input({"c", ColumnType::kCategory, {"p", "q", ""}});
  builder.apply(Op::kAdd, {Operand::of(0), Operand::value(1)});           // column 2
  builder.look_up({.input = 1, .keys = {}, .values = {1, 2, 3}});         // 3
  builder.look_up({.input = 0, .keys = {1, 2}, .values = {1, 2}});        // 4
  builder.discretize({.input = 0, .cuts = {0, 1}, .values = {1, 2, 3}});  // 5
  builder.linear({.precision = Precision::kFloat32,                       // 6, 7
                  .num_outputs = 2,
                  .intercept = {0.5, 0.25},
                  .terms = {{0, false, {1, 2}}, {1, true, {1, 2, 3, 4, 5, 6}}}});
  EnsembleBuilder trees = builder.ensemble();
  trees.settings().features = {0, 1};
  trees.settings().num_groups = 2;
  trees.settings().base = {0.5, 0};
  for (std::uint32_t group : {0, 1}) {
    trees.begin_tree(group);
    trees.split(0, 0, Split::kLess, 0.1, true, 1, 2);
    trees.split_in_set(1, 1, std::vector<std::uint32_t>{0, 2}, false, 3, 4);
    for (std::uint32_t id : {2, 3, 4}) trees.leaf(id, id);
    trees.end_tree();
  }
  const ColumnId margin = builder.trees(trees.finish());                               // 8, 9
  builder.link({.function = LinkFunction::kSoftmax, .inputs = {margin, margin + 1}});  // 10, 11
  const ColumnId best = builder.arg_max({10, 11});                                     // 12
  Output &output = builder.output();
  output.task = Task::kClassification;
  output.labels = {"no", "yes"};
  output.raw = {8, 9};
  output.probabilities = {10, 11};
  output.values = {{"p", 11}};
  output.class_code = best;
  return builder.finish();
}

Model linear_leaves() {
  Builder builder;
  builder.add_input({"x", ColumnType::kNumber, {}});
  EnsembleBuilder trees = builder.ensemble();
  trees.settings().features = {0};
  trees.settings().base = {0};
  trees.settings().linear_leaves = true;
  trees.begin_tree();
  trees.split(0, 0, Split::kLess, 0, true, 1, 2);
  trees.linear_leaf(1, 1, std::vector<LeafTerm>{{0, 2}}, 3);
  trees.linear_leaf(2, 1, std::vector<LeafTerm>{{0, 2}}, 3);
  trees.end_tree();
  builder.output().values = {{"v", builder.trees(trees.finish())}};
  return builder.finish();
}

template <class Body>
Body &body(Model &model, std::size_t node) {
  return std::get<Body>(model.nodes[node].body);
}
TreeEnsemble &trees_of(Model &model) {
  return body<TreeEnsemble>(model,
                            model.nodes.size() == 1 ? std::size_t{0} : std::size_t{kTreesNode});
}

using Breaks = std::function<void(Model &)>;

std::string verdict(Model model, const Breaks &breaks, const Limits &limits = {},
                    ErrorCode code = ErrorCode::kInvalidModel) {
  breaks(model);
  try {
    verify(model, limits);
  } catch (const Error &e) {
    EXPECT_EQ(e.code(), code) << e.message();
    return e.message();
  }
  return "sound";
}
std::string verdict(const Breaks &breaks) { return verdict(sound(), breaks); }

TEST(Verify, every_text_is_utf8_without_zero_bytes) {
  const std::string bad = "a\xFFz", zero("a\0z", 3);
  EXPECT_EQ(verdict([&](Model &m) { m.objective = bad; }), "objective \"a?z\" is not valid UTF-8");
  EXPECT_EQ(verdict([&](Model &m) { m.objective = zero; }), "objective contains a zero byte");
  EXPECT_EQ(verdict([&](Model &m) { m.inputs[0].name = bad; }),
            "feature name \"a?z\" is not valid UTF-8");
  EXPECT_EQ(verdict([&](Model &m) { m.inputs[1].categories[1] = bad; }),
            "category \"a?z\" is not valid UTF-8");
  EXPECT_EQ(verdict([&](Model &m) { m.output.labels[0] = bad; }),
            "class label \"a?z\" is not valid UTF-8");
  EXPECT_EQ(verdict([&](Model &m) { m.output.values[0].name = bad; }),
            "output name \"a?z\" is not valid UTF-8");
  EXPECT_EQ(verdict([&](Model &m) { m.output.more = {{"further", 11, {"x", bad}}}; }),
            "output text \"a?z\" is not valid UTF-8");
  EXPECT_EQ(verdict([&](Model &m) { m.output.more = {{bad, 11}}; }),
            "output name \"a?z\" is not valid UTF-8");
  EXPECT_EQ(verdict([&](Model &m) { m.output.more = {{zero, 11}}; }),
            "output name contains a zero byte");
  // An overlong form, half a pair of UTF-16, and beyond the last character.
  for (const char *text : {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"})
    EXPECT_NE(verdict([&](Model &m) { m.inputs[0].name = text; }).find("is not valid UTF-8"),
              std::string::npos);
}

TEST(Verify, facts_are_made_text) {
  Builder builder;
  builder.add_input({"x", ColumnType::kNumber, {}});
  builder.output().values = {{"v", 0}};
  builder.add_fact("a\xFF", std::string("b\0c", 3));
  builder.add_fact("writer", "K\xC3\xB6ln");
  const Model model = builder.finish();
  EXPECT_EQ(model.facts[0].name, "a?");
  EXPECT_EQ(model.facts[0].value, "b?c");
  EXPECT_EQ(model.facts[1].value, "Köln");
}

TEST(ModelVerify, accepts_sound_models) {
  EXPECT_EQ(verdict([](Model &) {}), "sound");
  EXPECT_EQ(verdict(linear_leaves(), [](Model &) {}), "sound");
}

TEST(ModelVerify, inputs) {
  EXPECT_EQ(verdict([](Model &m) { m.inputs[0].name.clear(); }), "feature 0 has an empty name");
  EXPECT_EQ(verdict([](Model &m) { m.inputs[1].name = "x"; }), "feature name \"x\" appears twice");
  EXPECT_EQ(verdict([](Model &m) { m.inputs[0].name = std::string("a\0b", 3); }),
            "feature name contains a zero byte");
  EXPECT_EQ(verdict([](Model &m) { m.inputs[0].categories = {"a"}; }),
            "feature \"x\" is a number and has categories");
  EXPECT_EQ(verdict([](Model &m) { m.inputs[1].range = NumberRange::kFinite; }),
            "feature \"c\" is a category and has a range");
  EXPECT_EQ(verdict([](Model &m) { m.inputs[0].text_operations = {{}}; }),
            "feature \"x\" is no category and has text operations");
  EXPECT_EQ(verdict(
                sound(), [](Model &m) { m.inputs[1].text_operations.resize(17); }, {},
                ErrorCode::kLimitExceeded),
            "feature \"c\" has too many text operations");
  EXPECT_EQ(
      verdict([](Model &m) { m.inputs[1].text_operations = {{TextFunction::kSubstring, 0, 1}}; }),
      "feature \"c\": the part that a text operation takes is out of range");
  EXPECT_EQ(verdict([](Model &m) { m.inputs[1].text_operations = {{TextFunction::kTrim, 0, 1}}; }),
            "feature \"c\": the part that a text operation takes is out of range");
  EXPECT_EQ(verdict([](Model &m) { m.inputs[0].range = NumberRange::kFloat32; }), "sound");
  EXPECT_EQ(verdict([](Model &m) { m.inputs[1].categories[1] = "p"; }),
            "feature \"c\": category \"p\" appears twice");
  EXPECT_EQ(verdict([](Model &m) { m.inputs[1].categories[1] = std::string(1, '\0'); }),
            "category contains a zero byte");
}

TEST(ModelVerify, limits) {
  auto over = [](auto set) {
    Limits limits;
    set(limits);
    return verdict(sound(), [](Model &) {}, limits, ErrorCode::kLimitExceeded);
  };
  EXPECT_EQ(over([](Limits &l) { l.max_features = 1; }), "model has too many features");
  EXPECT_EQ(over([](Limits &l) { l.max_categories = 2; }), "model has too many categories");
  EXPECT_EQ(over([](Limits &l) { l.max_string_bytes = 0; }), "feature name is too long");
  EXPECT_EQ(over([](Limits &l) { l.max_string_bytes = 1; }), "class label is too long");
  EXPECT_EQ(over([](Limits &l) { l.max_trees = 1; }), "model has too many trees");
  EXPECT_EQ(over([](Limits &l) { l.max_nodes = 9; }), "model has too many tree nodes");
  EXPECT_EQ(over([](Limits &l) { l.max_depth = 1; }),
            "tree 0: model has too many levels in a tree");
  EXPECT_EQ(over([](Limits &l) { l.max_columns = 12; }), "model has too many columns");
  EXPECT_EQ(over([](Limits &l) { l.max_outputs = 1; }), "model has too many outputs");
  Limits exact;
  exact.max_features = 2, exact.max_categories = 3, exact.max_string_bytes = 3, exact.max_trees = 2,
  exact.max_nodes = 10;
  exact.max_depth = 2, exact.max_columns = 13, exact.max_outputs = 2;
  EXPECT_EQ(verdict(sound(), [](Model &) {}, exact), "sound");
}

TEST(ModelVerify, columns) {
  // Each kind of node: a column that it writes itself, so one that does not exist yet.
  auto late = [](std::size_t node, std::uint32_t column) {
    return "graph node " + std::to_string(node) + ": column " + std::to_string(column) +
           " is used before it exists";
  };
  EXPECT_EQ(verdict([](Model &m) { body<Apply>(m, kApplyNode).args[0] = Operand::of(2); }),
            late(0, 2));
  EXPECT_EQ(verdict([](Model &m) { body<LookUp>(m, kNumberTable).input = 4; }), late(2, 4));
  EXPECT_EQ(verdict([](Model &m) { body<Discretize>(m, kBins).input = 5; }), late(3, 5));
  EXPECT_EQ(verdict([](Model &m) { body<Linear>(m, kLinearNode).terms[0].column = 6; }),
            late(4, 6));
  EXPECT_EQ(verdict([](Model &m) { trees_of(m).features[1] = 9; }),
            "column 9 is used before it exists");
  EXPECT_EQ(verdict([](Model &m) { body<Link>(m, kLinkNode).inputs[1] = 10; }), late(6, 10));
  EXPECT_EQ(verdict([](Model &m) { body<ArgMax>(m, kArgMaxNode).inputs[1] = 12; }), late(7, 12));
  for (std::size_t node :
       {kApplyNode, kCategoryTable, kNumberTable, kBins, kLinearNode, kLinkNode, kArgMaxNode})
    EXPECT_EQ(verdict([&](Model &m) { ++m.nodes[node].num_outputs; }),
              "graph node " + std::to_string(node) + ": the number of columns of a node is wrong");
  EXPECT_EQ(verdict([](Model &m) { ++m.nodes[kTreesNode].num_outputs; }),
            "the number of columns of a node is wrong");
  EXPECT_EQ(verdict([](Model &m) { ++m.nodes[kBins].first_output; }),
            "graph node 3: the columns of a node are out of order");
  EXPECT_EQ(verdict([](Model &m) { ++m.num_columns; }), "the number of columns is wrong");
}

TEST(ModelVerify, transforms) {
  EXPECT_EQ(verdict([](Model &m) { body<Apply>(m, kApplyNode).op = Op::kIf; }),
            "graph node 0: operation \"if\" takes 3 arguments, not 2");
  EXPECT_EQ(verdict([](Model &m) { body<LookUp>(m, kCategoryTable).keys = {1, 2, 3}; }),
            "graph node 1: a table over a category input has keys");
  EXPECT_EQ(verdict([](Model &m) { body<LookUp>(m, kCategoryTable).values.pop_back(); }),
            "graph node 1: a table has not one value per category");
  EXPECT_EQ(verdict([](Model &m) { body<LookUp>(m, kNumberTable).keys.clear(); }),
            "graph node 2: a table over a number has no keys");
  EXPECT_EQ(verdict([](Model &m) { body<LookUp>(m, kNumberTable).values.pop_back(); }),
            "graph node 2: a table has not one value per key");
  for (double second : {1.0, 0.5, kNan})
    EXPECT_EQ(verdict([&](Model &m) { body<LookUp>(m, kNumberTable).keys[1] = second; }),
              "graph node 2: the keys of a table are not ascending");
  EXPECT_EQ(verdict([](Model &m) { body<LookUp>(m, kNumberTable).keys[0] = kNan; }),
            "graph node 2: the keys of a table are not ascending");
  EXPECT_EQ(verdict([](Model &m) { body<Discretize>(m, kBins).cuts[1] = 0; }),
            "graph node 3: cuts are not ascending");
  EXPECT_EQ(verdict([](Model &m) { body<Discretize>(m, kBins).values.pop_back(); }),
            "graph node 3: there is not one value per bin");
  EXPECT_EQ(verdict([](Model &m) { body<Link>(m, kLinkNode).inputs.clear(); }),
            "graph node 6: a link function has no input");
  EXPECT_EQ(verdict([](Model &m) { body<ArgMax>(m, kArgMaxNode).inputs.clear(); }),
            "graph node 7: an argmax has no input");
}

TEST(ModelVerify, hash_tables) {
  auto broken = [](auto change, const Limits &limits = {},
                   ErrorCode code = ErrorCode::kInvalidModel) {
    Builder builder;
    builder.add_input({"h", ColumnType::kHash, {}});
    builder.hash_look_up(
        {.inputs = {0, 0}, .keys = {1, 2}, .values = {1, 2, 3, 4}, .unknown = {5, 6}});
    builder.output().values = {{"v", 2}};
    const std::string place = "graph node 0: ";
    const std::string said =
        verdict(builder.finish(), [&](Model &m) { change(body<HashLookUp>(m, 0)); }, limits, code);
    return said.starts_with(place) ? said.substr(place.size()) : said;
  };
  EXPECT_EQ(broken([](HashLookUp &) {}), "sound");
  EXPECT_EQ(broken([](HashLookUp &t) { t.inputs.clear(); }), "a hash table has no input");
  EXPECT_EQ(broken([](HashLookUp &t) { t.inputs[1] = 1; }), "column 1 is used before it exists");
  EXPECT_EQ(broken([](HashLookUp &t) { t.unknown.clear(); }), "a hash table has no values");
  EXPECT_EQ(broken([](HashLookUp &t) { t.values.pop_back(); }),
            "a hash table has not its values for each key");
  EXPECT_EQ(broken([](HashLookUp &t) { t.keys[1] = 1; }),
            "the keys of a hash table are not ascending");
  EXPECT_EQ(broken([](HashLookUp &t) { t.unknown.push_back(7), t.values = {1, 2, 3, 4, 5, 6}; }),
            "the number of columns of a node is wrong");
  Limits limits;
  limits.max_nodes = 3;
  EXPECT_EQ(broken([](HashLookUp &) {}, limits, ErrorCode::kLimitExceeded),
            "model has too many values of hash tables");
  EXPECT_EQ(verdict([](Model &m) { m.inputs[1].type = ColumnType::kHash; }),
            "feature \"c\" takes any category and has categories");
}

TEST(ModelVerify, linear_predictors) {
  auto broken = [](auto change) {
    const std::string place = "graph node 4: ",
                      said = verdict([&](Model &m) { change(body<Linear>(m, kLinearNode)); });
    return said.starts_with(place) ? said.substr(place.size()) : said;
  };
  EXPECT_EQ(broken([](Linear &l) { l.num_outputs = 0; }), "a linear predictor has no output");
  EXPECT_EQ(broken([](Linear &l) { l.intercept.pop_back(); }),
            "a linear predictor has not one intercept per output");
  EXPECT_EQ(broken([](Linear &l) { l.intercept[1] = 0.1; }), "an intercept is not a float32");
  EXPECT_EQ(broken([](Linear &l) { l.terms[0].coefficients[0] = 0.1; }),
            "a coefficient is not a float32");
  EXPECT_EQ(broken([](Linear &l) {
              l.precision = Precision::kFloat64, l.terms[0].coefficients[0] = 0.1;
            }),
            "sound");
  EXPECT_EQ(broken([](Linear &l) { l.terms[0].coefficients.pop_back(); }),
            "a linear term has not one coefficient per output");
  EXPECT_EQ(broken([](Linear &l) { l.terms[1].coefficients.pop_back(); }),
            "a linear term has not one coefficient per category and output");
  EXPECT_EQ(broken([](Linear &l) { l.terms[1].column = 0; }),
            "a linear term by level is over a number");
}

TEST(ModelVerify, ensembles) {
  auto broken = [](auto change) { return verdict([&](Model &m) { change(trees_of(m)); }); };
  EXPECT_EQ(broken([](auto &e) { e.num_groups = 0; }), "a tree ensemble has no output");
  EXPECT_EQ(broken([](auto &e) { e.base.pop_back(); }),
            "a tree ensemble has not one base score per output");
  EXPECT_EQ(broken([](auto &e) { e.leaf_width = 3; }), "a leaf has not one value per output");
  for (double divisor : {0.0, kNan, kInfinity})
    EXPECT_EQ(broken([&](auto &e) { e.divisor = divisor; }), "a tree ensemble divides by zero");
  EXPECT_EQ(broken([](auto &e) { e.base[0] = 0.1; }), "a base score is not a float32");
  EXPECT_EQ(broken([](auto &e) { e.divisor = 0.1; }), "a divisor is not a float32");
  EXPECT_EQ(broken([](auto &e) { e.leaf_vectors = {0.1}; }), "a leaf value is not a float32");
  EXPECT_EQ(broken([](auto &e) { e.sets[1].num_words = 2; }), "a category set is out of range");
  EXPECT_EQ(broken([](auto &e) { e.sets[1].first_word = UINT32_MAX; }),
            "a category set is out of range");
  EXPECT_EQ(broken([](auto &e) { e.trees[1].first_node = 4; }),
            "tree 1: its nodes are out of range");
  EXPECT_EQ(broken([](auto &e) { e.trees[1].num_nodes = 6; }),
            "tree 1: its nodes are out of range");
  EXPECT_EQ(broken([](auto &e) { e.trees[1].num_nodes = 0; }),
            "tree 1: its nodes are out of range");
  EXPECT_EQ(broken([](auto &e) { e.trees[1].group = 2; }),
            "tree 1: its output group is out of range");
  EXPECT_EQ(broken([](auto &e) { e.trees.pop_back(); }), "a tree node belongs to no tree");
}

TEST(ModelVerify, trees) {
  // Nodes of tree 1: 5 root, 6 set, 7 and 8 its leaves (ids 3, 4), 9 the other leaf (id 2).
  auto broken = [](auto change) { return verdict([&](Model &m) { change(trees_of(m).nodes); }); };
  EXPECT_EQ(broken([](auto &n) { n[6].right = 7; }),
            "tree 1: node 1: a child has more than one parent");
  EXPECT_EQ(broken([](auto &n) { n[5].right = 7; }),
            "tree 1: node 1: a child has more than one parent");
  EXPECT_EQ(broken([](auto &n) { n[6].right = 9; }),
            "tree 1: node 1: a child has more than one parent");
  // A cycle.
  EXPECT_EQ(broken([](auto &n) { n[6].left = 5; }), "tree 1: node 1: a child is out of range");
  // Its own child.
  EXPECT_EQ(broken([](auto &n) { n[6].left = 6; }), "tree 1: node 1: a child is out of range");
  // A node of another tree.
  EXPECT_EQ(broken([](auto &n) { n[6].left = 4; }), "tree 1: node 1: a child is out of range");
  EXPECT_EQ(broken([](auto &n) { n[1].left = 7; }), "tree 0: node 1: a child is out of range");
  EXPECT_EQ(broken([](auto &n) { n[6].left = UINT32_MAX; }),
            "tree 1: node 1: a child is out of range");
  EXPECT_EQ(broken([](auto &n) { n[6].split = Split::kLeaf; }),
            "tree 1: node 3: it cannot be reached from the root");
  EXPECT_EQ(broken([](auto &n) { n[5].feature = 2; }),
            "tree 1: node 0: its feature is out of range");
  EXPECT_EQ(broken([](auto &n) { n[5].value = kNan; }),
            "tree 1: node 0: the threshold is not a number");
  EXPECT_EQ(broken([](auto &n) { n[5].value = kInfinity; }), "sound");
  EXPECT_EQ(broken([](auto &n) { n[5].value = 0.1; }), "sound");  // thresholds are doubles
  for (Split split : {Split::kInSet, Split::kInSetTruncated})
    EXPECT_EQ(broken([&](auto &n) { n[6].split = split, n[6].index = 2; }),
              "tree 1: node 1: its category set is out of range");
  EXPECT_EQ(broken([](auto &n) { n[7].value = 0.1; }), "tree 1: a leaf value is not a float32");
  EXPECT_EQ(broken([](auto &n) { n[7].value = kNan; }), "sound");
  EXPECT_EQ(verdict([](Model &m) {
              trees_of(m).leaf_width = 2;
              trees_of(m).leaf_vectors = {1, 2};
              trees_of(m).nodes[7].index = 1;
            }),
            "tree 1: node 3: its leaf vector is out of range");
}

TEST(ModelVerify, linear_leaves) {
  auto broken = [](auto change) {
    return verdict(linear_leaves(), [&](Model &m) { change(trees_of(m)); });
  };
  EXPECT_EQ(broken([](auto &e) { e.linear_leaves = false; }), "leaf functions belong to no leaf");
  EXPECT_EQ(broken([](auto &e) { e.linear_leaves = false, e.leaf_functions.clear(); }),
            "leaf functions belong to no leaf");
  EXPECT_EQ(broken([](auto &e) { e.num_groups = e.leaf_width = 2, e.base = {0, 0}; }),
            "a leaf cannot be a function and a vector");
  EXPECT_EQ(broken([](auto &e) { e.leaf_functions[1].constant = 0.1; }),
            "the constant of a leaf function is not a float32");
  EXPECT_EQ(broken([](auto &e) { e.leaf_functions[1].first_term = 0; }),
            "the terms of a leaf function are out of place");
  EXPECT_EQ(broken([](auto &e) { e.leaf_functions[1].num_terms = 2; }),
            "the terms of a leaf function are out of place");
  EXPECT_EQ(broken([](auto &e) {
              e.leaf_functions[1].num_terms = 0, e.leaf_functions[1].first_term = 1;
            }),
            "a leaf term belongs to no leaf function");
  EXPECT_EQ(broken([](auto &e) { e.leaf_terms[1].feature = 1; }),
            "the feature of a leaf function is out of range");
  EXPECT_EQ(broken([](auto &e) { e.leaf_terms[1].coefficient = 0.1; }),
            "a coefficient of a leaf function is not a float32");
  EXPECT_EQ(broken([](auto &e) { e.nodes[2].index = 2; }),
            "tree 0: node 2: its leaf function is out of range");
}

TEST(ModelVerify, outputs) {
  auto broken = [](auto change) { return verdict([&](Model &m) { change(m.output); }); };
  EXPECT_EQ(broken([](auto &o) { o.values[0].column = 13; }), "an output column does not exist");
  EXPECT_EQ(broken([](auto &o) { o.raw[0] = 13; }), "an output column does not exist");
  EXPECT_EQ(broken([](auto &o) { o.probabilities[0] = 13; }), "an output column does not exist");
  EXPECT_EQ(broken([](auto &o) { o.class_code = 13; }), "an output column does not exist");
  EXPECT_EQ(broken([](auto &o) { o.values[0].name = std::string(1, '\0'); }),
            "output name contains a zero byte");
  EXPECT_EQ(broken([](auto &o) { o.labels.pop_back(); }),
            "a classification model has fewer than two classes");
  EXPECT_EQ(broken([](auto &o) { o.labels[1] = "no"; }), "class label \"no\" appears twice");
  EXPECT_EQ(broken([](auto &o) { o.probabilities.pop_back(); }),
            "there is not one probability per class");
  EXPECT_EQ(broken([](auto &o) { o.values.push_back({"q", 10}); }),
            "a classification model has more than one value");
  // Labels that do not exclude each other
  EXPECT_EQ(broken([](auto &o) { o.class_code = Operand::kNoColumn; }), "sound");
  EXPECT_EQ(broken([](auto &o) { o.class_code = Operand::kNoColumn, o.probabilities.clear(); }),
            "a classification model predicts neither a class nor probabilities");
  EXPECT_EQ(broken([](auto &o) { o.positive = 2; }), "the positive class does not exist");
  auto regression = [&](auto change) {
    return broken([&](Output &o) {
      o = {};
      o.values = {{"a", 8}, {"b", 9}};
      change(o);
    });
  };
  EXPECT_EQ(regression([](Output &) {}), "sound");
  EXPECT_EQ(regression([](Output &o) { o.values[1].name = "a"; }),
            "output name \"a\" appears twice");
  EXPECT_EQ(regression([](Output &o) { o.values.clear(); }), "a regression model has no value");
  EXPECT_EQ(regression([](Output &o) { o.labels = {"a", "b"}; }), "a regression model has classes");
  EXPECT_EQ(regression([](Output &o) { o.probabilities = {8}; }), "a regression model has classes");
}

}  // namespace
}  // namespace pgscore::model
