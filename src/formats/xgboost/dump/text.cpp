// booster[0]:
// 0:[age<30.5] yes=1,no=2,missing=1,gain=7.5,cover=20
//   1:leaf=0.25,cover=12            (indented by tabs)
//   2:[job:{0,3}] yes=3,no=4,missing=4
//   4:[is_new] yes=5,no=6           (an indicator)
//
// R leaves out the colon after the number of the tree. Names of features hold no "<" and no
// bracket, but anything else: the last "<" or ":{" before "] yes=" ends them.
#include <algorithm>
#include <charconv>

#include "base/float_text.hpp"
#include "base/shown_text.hpp"
#include "formats/xgboost/dump/dump.hpp"
#include "formats/xgboost/dump/features.hpp"

namespace pgscore::formats::xgboost {
namespace {

using Kind = DumpNode::Kind;

[[noreturn]] void refuse_line(std::string_view line, const char *what) {
  throw Error(ErrorCode::kInvalidModel, "line " + shown(line) + ": " + what);
}

/// The unsigned number that `text` begins with, which is taken off it.
std::optional<std::uint32_t> take_number(std::string_view &text) {
  std::uint32_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
  return value;
}

/// The number behind `key` ("yes=") in "yes=1,no=2,missing=1,gain=...".
std::optional<std::uint32_t> find_number(std::string_view text, std::string_view key) {
  for (std::size_t at = text.find(key); at != text.npos; at = text.find(key, at + 1)) {
    if (at > 0 && text[at - 1] != ',' && text[at - 1] != ' ') continue;
    std::string_view rest = text.substr(at + key.size());
    return take_number(rest);
  }
  return std::nullopt;
}

/// The statistic behind `key`, negative when the dump was made without statistics.
float find_statistic(std::string_view text, std::string_view key) {
  const std::size_t at = text.rfind(key);
  if (at == text.npos) return -1;
  std::string_view number = text.substr(at + key.size());
  return parse_float32(number.substr(0, number.find(','))).value_or(-1);
}

void read_split(std::string_view line, std::string_view text, DumpFeatures &features,
                DumpTree &tree, DumpNode &node) {
  const std::size_t end = text.rfind("] yes=");
  if (end == text.npos) refuse_line(line, "it is neither a leaf nor a split");
  const std::string_view links = text.substr(end + 2);
  const auto yes = find_number(links, "yes="), no = find_number(links, "no="),
             missing = find_number(links, "missing=");
  if (!yes || !no) refuse_line(line, "it does not name its children");
  node.yes = *yes;
  node.no = *no;
  node.missing = missing.value_or(*no);
  node.gain = find_statistic(links, ",gain=");
  const std::string_view test = text.substr(1, end - 1);
  const std::size_t set = test.rfind(":{");
  const std::size_t less = test.rfind('<');
  if (set != test.npos && test.ends_with('}')) {
    node.kind = Kind::kCategories;
    node.feature = features.number_of(test.substr(0, set));
    node.first_category = static_cast<std::uint32_t>(tree.categories.size());
    for (std::string_view rest = test.substr(set + 2); rest != "}";) {
      const std::optional<std::uint32_t> category = take_number(rest);
      if (!category || (!rest.starts_with(',') && rest != "}"))
        refuse_line(line, "its categories are not numbers");
      tree.categories.push_back(*category);
      if (rest.starts_with(',')) rest.remove_prefix(1);
    }
    node.num_categories = static_cast<std::uint32_t>(tree.categories.size()) - node.first_category;
  } else if (less != test.npos) {
    const std::optional<float> threshold = parse_float32(test.substr(less + 1));
    if (!threshold) refuse_line(line, "its threshold is not a number");
    node.kind = Kind::kLess;
    node.value = *threshold;
    node.feature = features.number_of(test.substr(0, less));
  } else {
    node.kind = Kind::kIndicator;
    node.feature = features.number_of(test);
  }
}

}  // namespace

Dump read_dump_text(Bytes bytes, const Limits &limits, Interrupt interrupt) {
  Dump dump;
  DumpFeatures features(limits);
  std::uint64_t num_nodes = 0;
  for (std::string_view rest = as_text(bytes); !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (line.empty()) continue;
    if (line.starts_with("booster[")) {
      check_limit(dump.trees.size() + 1, limits.max_trees, "trees");
      dump.trees.emplace_back();
      continue;
    }
    if (line == "bias:")
      throw Error(ErrorCode::kUnsupportedModel, "dumps of gblinear are not supported", {},
                  "Save the model with save_model instead.");
    if (dump.trees.empty()) refuse_line(line, "it stands before the first tree");
    check_limit(++num_nodes, limits.max_nodes, "tree nodes");
    if ((num_nodes & 0x3FFF) == 0) interrupt.check();
    DumpNode node;
    std::string_view text = line;
    const std::optional<std::uint32_t> id = take_number(text);
    if (!id || !text.starts_with(':')) refuse_line(line, "it has no number of a node");
    node.id = *id;
    text.remove_prefix(1);
    DumpTree &tree = dump.trees.back();
    if (text.starts_with("leaf=")) {
      const std::string_view value =
          text.substr(5, text.find(',') == text.npos ? text.npos : text.find(',') - 5);
      if (value.starts_with('['))
        throw Error(ErrorCode::kUnsupportedModel,
                    "dumps of trees with vectors in their leaves are not supported", {},
                    "Save the model with save_model instead.");
      const std::optional<float> number = parse_float32(value);
      if (!number) refuse_line(line, "its leaf is not a number");
      node.value = *number;
    } else if (text.starts_with('[')) {
      read_split(line, text, features, tree, node);
    } else {
      refuse_line(line, "it is neither a leaf nor a split");
    }
    node.cover = find_statistic(text, ",cover=");
    tree.nodes.push_back(node);
  }
  dump.features = features.take();
  return dump;
}

}  // namespace pgscore::formats::xgboost
