#include "formats/catboost/catboost.hpp"

#include <array>

#include "base/text.hpp"
#include "formats/catboost/build.hpp"

namespace pgscore::formats::catboost {
namespace {

constexpr std::size_t kHead = 256;

}  // namespace

bool sniff_json(Bytes bytes) {
  // Any of its members may be the first: releases before 0.24 kept no order.
  constexpr std::array<std::string_view, 6> kKeys = {
      "ctr_data", "features_info", "model_info", "oblivious_trees", "trees", "scale_and_bias"};
  std::string_view text = without_leading_blanks(as_text(bytes).substr(0, kHead));
  if (!text.starts_with('{')) return false;
  text = without_leading_blanks(text.substr(1));
  for (const std::string_view key : kKeys) {
    if (text.size() < key.size() + 2 || text[0] != '"' || text.substr(1, key.size()) != key ||
        text[key.size() + 1] != '"')
      continue;
    text = without_leading_blanks(text.substr(key.size() + 2));
    if (!text.starts_with(':')) return false;
    text = without_leading_blanks(text.substr(1));
    // Other formats have "trees" too: a tree here is an object whose members are these.
    if (key != "trees") return true;
    for (const std::string_view member :
         {"\"left\"", "\"right\"", "\"split\"", "\"value\"", "\"weight\""})
      if (text.starts_with('[') && without_leading_blanks(text.substr(1)).starts_with('{') &&
          without_leading_blanks(without_leading_blanks(text.substr(1)).substr(1))
              .starts_with(member))
        return true;
    return false;
  }
  return false;
}

bool sniff_cbm(Bytes bytes) { return as_text(bytes).starts_with("CBM1"); }

void load_json(const Source &source, model::Builder &builder) {
  build(read_json(source.bytes, builder.limits(), builder.interrupt()), source.options, builder);
}

void load_cbm(const Source &source, model::Builder &builder) {
  build(read_cbm(source.bytes, builder.limits(), builder.interrupt()), source.options, builder);
}

}  // namespace pgscore::formats::catboost
