// Tree ensembles. A tree is a set of parallel arrays, one entry per node, so that a file of a
// million nodes stays small; node 0 is the root.
#include <cmath>
#include <utility>

#include "formats/pgscore_json/nodes.hpp"
#include "model/names.hpp"

namespace pgscore::formats::pgscore_json {
namespace {

using model::EnsembleBuilder;
using model::TreeEnsemble;

std::optional<model::Split> numeric_split_named(std::string_view name) {
  const auto split = model::split_named(name);
  return split == model::Split::kLess || split == model::Split::kLessEqual ? split : std::nullopt;
}

std::optional<model::Split> set_split_named(std::string_view name) {
  const auto split = model::split_named(name);
  return split && model::is_set_split(*split) ? split : std::nullopt;
}

std::optional<model::Aggregate> aggregate_named(std::string_view name) {
  if (name == "sum") return model::Aggregate::kSum;
  if (name == "average") return model::Aggregate::kAverage;
  return std::nullopt;
}

bool read_flag(JsonValue value) {
  if (value.is_null()) return false;
  if (value.kind() == JsonValue::Kind::kBoolean) return value.boolean();
  if (value.kind() != JsonValue::Kind::kNumber || (value.number() != 0 && value.number() != 1))
    value.refuse("must be true or false, 1 or 0");
  return value.number() != 0;
}

/// Defaults that hold for all nodes of an ensemble.
struct Defaults {
  model::Split split = model::Split::kLessEqual, set_split = model::Split::kInSet;
  model::MissingKind missing = model::MissingKind::kNan;
};

/// One array of a tree, read in step with the others. Absent arrays give nothing at every node.
class NodeArray {
 public:
  NodeArray(JsonFields &fields, std::string_view key, std::uint64_t num_nodes) {
    const std::optional<JsonValue> array = fields.optional(key);
    if (!array) return;
    if (array->size() != num_nodes)
      array->refuse("must have one entry for each node", "It has " + std::to_string(array->size()) +
                                                             ", \"feature\" has " +
                                                             std::to_string(num_nodes) + ".");
    at_.emplace(array->elements().begin());
  }
  std::optional<JsonValue> take() {
    if (!at_) return std::nullopt;
    const JsonValue value = **at_;
    ++*at_;
    return value;
  }

 private:
  std::optional<JsonValue::Elements::Iterator> at_;
};

class TreeReader {
 public:
  TreeReader(JsonValue tree, const Defaults &defaults, EnsembleBuilder &out)
      : tree_(tree), fields_(tree), defaults_(defaults), out_(out) {}

  void read() {
    const JsonValue features = fields_.required("feature");
    const std::uint64_t num_nodes = features.size();
    if (num_nodes == 0) features.refuse("a tree has at least one node");
    if (const auto ids = fields_.optional("id")) {
      ids_ = ids->unsigned_integers();
      if (ids_.size() != num_nodes) ids->refuse("must have one entry for each node");
    }
    NodeArray thresholds(fields_, "threshold", num_nodes), lefts(fields_, "left", num_nodes),
        rights(fields_, "right", num_nodes), values(fields_, "value", num_nodes),
        default_lefts(fields_, "default_left", num_nodes),
        categories(fields_, "categories", num_nodes), splits(fields_, "split", num_nodes),
        missings(fields_, "missing", num_nodes), functions(fields_, "function", num_nodes),
        covers(fields_, "cover", num_nodes), gains(fields_, "gain", num_nodes);
    const auto group = fields_.optional("group");
    out_.begin_tree(group ? group->unsigned_integer() : 0, id_of(0));

    std::uint32_t node = 0;
    for (const JsonValue feature : features.elements()) {
      const auto threshold = thresholds.take(), left = lefts.take(), right = rights.take(),
                 value = values.take();
      const auto default_left = default_lefts.take(), set = categories.take(),
                 split = splits.take(), missing = missings.take();
      const auto function = functions.take();
      if (is_leaf(feature)) {
        leaf(node, value, function);
      } else {
        const std::uint32_t left_id = child(left, "left"), right_id = child(right, "right");
        const std::uint32_t column = feature.unsigned_integer();
        const bool goes_left = default_left && read_flag(*default_left);
        const model::MissingKind kind =
            missing && !missing->is_null()
                ? read_name(*missing, model::missing_kind_named, "kind of missing value")
                : defaults_.missing;
        if (set && !set->is_null()) {
          const model::Split test = split && !split->is_null()
                                        ? read_name(*split, set_split_named, "split by categories")
                                        : defaults_.set_split;
          out_.split_in_set(id_of(node), column, set->unsigned_integers(), goes_left, left_id,
                            right_id, kind, test);
        } else {
          if (!threshold) fields_.required("threshold");
          const model::Split comparison =
              split && !split->is_null() ? read_name(*split, numeric_split_named, "numeric split")
                                         : defaults_.split;
          out_.split(id_of(node), column, comparison, threshold->number(), goes_left, left_id,
                     right_id, kind);
        }
      }
      statistics(covers.take(), gains.take());
      ++node;
    }
    out_.end_tree();
    fields_.finish();
  }

 private:
  /// null, or -1 as libraries write it.
  static bool is_leaf(JsonValue feature) {
    return feature.is_null() ||
           (feature.kind() == JsonValue::Kind::kNumber && feature.number() == -1);
  }
  /// Nodes are numbered by their place in the arrays, or as "id" says.
  std::uint32_t id_of(std::uint32_t node) const { return ids_.empty() ? node : ids_[node]; }

  std::uint32_t child(const std::optional<JsonValue> &value, const char *key) {
    if (!value) fields_.required(key);
    const std::uint32_t node = value->unsigned_integer();
    if (!ids_.empty() && node >= ids_.size())
      value->refuse("node " + std::to_string(node) + " does not exist");
    return id_of(node);
  }
  void statistics(const std::optional<JsonValue> &cover, const std::optional<JsonValue> &gain) {
    if (cover && !cover->is_null()) out_.cover(cover->number());
    if (gain && !gain->is_null()) out_.gain(gain->number());
  }

  void leaf(std::uint32_t node, const std::optional<JsonValue> &value,
            const std::optional<JsonValue> &function) {
    if (!value) fields_.required("value");
    if (function && !function->is_null())
      linear_leaf(node, value->number_or_missing(), *function);
    else if (value->kind() == JsonValue::Kind::kArray)
      out_.leaf_vector(id_of(node), value->numbers_or_missing());
    else
      out_.leaf(id_of(node), value->number_or_missing());
  }
  void linear_leaf(std::uint32_t node, double when_missing, JsonValue function) {
    if (!std::as_const(out_).settings().linear_leaves)
      function.refuse("needs \"linear_leaves\" of the trees to be true");
    JsonFields fields(function);
    const double constant = fields.required("constant").number();
    terms_.clear();
    for (const JsonValue element : fields.required("terms").elements()) {
      JsonFields term(element);
      const std::uint32_t feature = term.required("feature").unsigned_integer();
      terms_.push_back({feature, term.required("coefficient").number()});
      term.finish();
    }
    fields.finish();
    out_.linear_leaf(id_of(node), constant, terms_, when_missing);
  }

  JsonValue tree_;
  JsonFields fields_;
  const Defaults &defaults_;
  EnsembleBuilder &out_;
  std::vector<std::uint32_t> ids_;
  std::vector<model::LeafTerm> terms_;
};

}  // namespace

TreeEnsemble read_trees(JsonFields &fields, const ColumnReferences &columns,
                        const model::Builder &builder) {
  EnsembleBuilder out = builder.ensemble();
  TreeEnsemble &settings = out.settings();
  settings.features = columns.read_all(fields.required("features"));
  settings.compare = read_name(fields.required("compare"), model::precision_named, "precision");
  settings.sum = read_name(fields.required("sum"), model::precision_named, "precision");
  const JsonValue base = fields.required("base");
  if (base.size() == 0) base.refuse("must have one number for each output");
  check_limit(base.size(), builder.limits().max_outputs, "outputs");
  settings.base = base.numbers();
  settings.num_groups = static_cast<std::uint32_t>(settings.base.size());
  if (const auto width = fields.optional("leaf_width")) {
    settings.leaf_width = width->unsigned_integer();
    if (settings.leaf_width != 1 && settings.leaf_width != settings.num_groups)
      width->refuse("must be 1 or the number of outputs");
  }
  if (const auto value = fields.optional("aggregate"))
    settings.aggregate = read_name(*value, aggregate_named, "aggregate");
  if (const auto divisor = fields.optional("divisor")) settings.divisor = divisor->number();
  Defaults defaults;
  if (const auto split = fields.optional("split"))
    defaults.split = read_name(*split, numeric_split_named, "numeric split");
  if (const auto split = fields.optional("set_split"))
    defaults.set_split = read_name(*split, set_split_named, "split by categories");
  if (const auto linear = fields.optional("linear_leaves"))
    settings.linear_leaves = read_flag(*linear);
  if (const auto kind = fields.optional("missing"))
    defaults.missing = read_name(*kind, model::missing_kind_named, "kind of missing value");

  for (const JsonValue tree : fields.required("trees").elements()) {
    try {
      TreeReader(tree, defaults, out).read();
    } catch (const Error &e) {
      // Errors of JsonValue name their place; the builder's know only the node.
      const std::string place = tree.place();
      if (e.message().starts_with(place)) throw;
      throw e.within(place);
    }
  }
  return out.finish();
}

}  // namespace pgscore::formats::pgscore_json
