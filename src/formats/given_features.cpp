#include "formats/given_features.hpp"

#include <bit>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <variant>

namespace pgscore::formats {
namespace {

using model::Builder;

[[noreturn]] void refuse_features(const std::string &message, const std::string &detail = {},
                                  const std::string &hint = {}) {
  throw Error(ErrorCode::kInvalidArgument, message, detail, hint);
}

/// How names are compared that a library or a database may have spelled in another way: LightGBM
/// writes "_" for blanks, R ".".
std::string spelling(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool is_upper = c >= 'A' && c <= 'Z', is_digit = c >= '0' && c <= '9';
    const bool is_other = (c & 0x80) == 0 && !is_upper && !is_digit && !(c >= 'a' && c <= 'z');
    out += is_upper ? static_cast<char>(c - 'A' + 'a') : is_other ? '_' : c;
  }
  return out;
}

/// Where each name stands; a name that is there twice nowhere.
class Places {
 public:
  template <class Spell>
  Places(const std::vector<std::string> &names, Spell spell) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto [at, is_new] = places_.emplace(spell(names[i]), i);
      if (!is_new) at->second = kNowhere;
    }
  }
  std::optional<std::size_t> find(const std::string &name) const {
    const auto at = places_.find(name);
    return at == places_.end() || at->second == kNowhere ? std::nullopt : std::optional(at->second);
  }

 private:
  static constexpr std::size_t kNowhere = SIZE_MAX;
  std::unordered_map<std::string, std::size_t> places_;
};

std::string same(const std::string &text) { return text; }

std::vector<std::string> names_of(const std::vector<model::Input> &inputs) {
  std::vector<std::string> names;
  for (const model::Input &input : inputs) names.push_back(input.name);
  return names;
}

/// Names that a library made up: f0, f1, ... and LightGBM's Column_0, Column_1, ...
bool are_numbers_only(const std::vector<std::string> &names) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] != model::default_feature_name(static_cast<std::uint32_t>(i)) &&
        names[i] != "Column_" + std::to_string(i))
      return false;
  return true;
}

/// Each name of the caller's that the file knows must stand where it stands in the file: otherwise
/// the list has another order, and the features would be taken for each other. Made-up names may be
/// given again with another first number (f1 for f0), but not in another order.
void check_order(const std::vector<FeatureOverride> &features,
                 const std::vector<std::string> &own) {
  const Places exact(own, same), spelled(own, spelling);
  if (are_numbers_only(own)) {
    for (const FeatureOverride &feature : features)
      if (!exact.find(feature.name)) return;
  }
  for (std::size_t i = 0; i < features.size(); ++i) {
    const std::string &name = features[i].name;
    std::optional<std::size_t> place = exact.find(name);
    if (!place && spelling(name) != spelling(own[i])) place = spelled.find(spelling(name));
    if (!place || *place == i) continue;
    refuse_features(
        "features names \"" + name + "\" as number " + std::to_string(i + 1) + ", in the file \"" +
            own[*place] + "\" is number " + std::to_string(*place + 1),
        "The features of the file are, in this order: " + listed_names(own) + ".",
        "Give the features in the order of the file, each with its name there or a new one. "
        "Columns of a row are found by "
        "name, whatever their order.");
  }
}

/// A list in place of the file's own: other texts for the same categories, in the same order.
void check_categories(const model::Input &input, const std::string &name,
                      const std::vector<std::string> &given) {
  if (input.categories.size() != given.size())
    refuse_features("feature \"" + name + "\" has " + std::to_string(input.categories.size()) +
                    " categories in the model, " + std::to_string(given.size()) + " are given");
  const Places own(input.categories, same);
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::optional<std::size_t> place = own.find(given[i]);
    if (place && *place != i)
      refuse_features(
          "the categories of feature \"" + name +
              "\" are given in another order than the file has them",
          "The categories of the file are, in this order: " + listed_names(input.categories) + ".");
  }
}

void apply_categories(const FeatureOverride &feature, model::Input &input) {
  if (input.type == model::ColumnType::kHash)
    refuse_features("feature \"" + feature.name +
                    "\" takes any category, a list of them cannot be given");
  if (input.type == model::ColumnType::kNumber)
    refuse_features(
        "feature \"" + feature.name + "\" is a number in the file, categories cannot be given",
        "A list of categories is for features whose values the file knows as codes of categories.",
        "If the model was trained on numbers that stood for texts, give the numbers: CASE, or a "
        "table of them.");
  check_categories(input, feature.name, *feature.categories);
  input.categories = *feature.categories;
}

/// One more than the largest category of a set; 0 when it is empty.
std::uint64_t end_of(const model::TreeEnsemble &ensemble, const model::CategorySet &set) {
  for (std::uint32_t word = set.num_words; word > 0; --word)
    if (const auto bits = ensemble.set_words[set.first_word + word - 1]; bits != 0)
      return std::uint64_t{word - 1} * (8 * sizeof bits) +
             static_cast<std::uint64_t>(std::bit_width(bits));
  return 0;
}

}  // namespace

std::string listed_names(const std::vector<std::string> &names) {
  constexpr std::size_t kMaxNames = 20;
  std::string list;
  for (std::size_t i = 0; i < names.size() && i < kMaxNames; ++i)
    list += (i > 0 ? ", \"" : "\"") + names[i] + "\"";
  return list + (names.size() > kMaxNames ? ", ..." : "");
}

const std::vector<std::string> *given_categories(const Source &source, std::size_t index,
                                                 std::size_t num_features) {
  if (source.features.size() != num_features) return nullptr;
  const std::optional<std::vector<std::string>> &categories = source.features[index].categories;
  return categories ? &*categories : nullptr;
}

void apply_features(const std::vector<FeatureOverride> &features, Builder &builder) {
  if (features.empty()) return;
  const std::vector<std::string> own = names_of(builder.inputs());
  if (features.size() != own.size())
    refuse_features("features has " + std::to_string(features.size()) + " entries, the model has " +
                        std::to_string(own.size()) + " features",
                    "The model's features are " + listed_names(own) + ".");
  std::unordered_set<std::string_view> seen;
  for (const FeatureOverride &feature : features)
    if (!seen.insert(feature.name).second)
      refuse_features("features has the name \"" + feature.name + "\" twice");
  check_order(features, own);
  for (std::size_t i = 0; i < features.size(); ++i) {
    model::Input &input = builder.inputs()[i];
    if (features[i].categories) apply_categories(features[i], input);
    input.name = features[i].name;
  }
}

void check_category_codes(const model::Model &model, const std::vector<FeatureOverride> &features) {
  for (const model::Node &node : model.nodes) {
    const auto *ensemble = std::get_if<model::TreeEnsemble>(&node.body);
    if (ensemble == nullptr) continue;
    for (const model::TreeNode &split : ensemble->nodes) {
      if (!model::is_set_split(split.split)) continue;
      const model::ColumnId column = ensemble->features[split.feature];
      if (column >= model.inputs.size() ||
          model.inputs[column].type != model::ColumnType::kCategory)
        continue;
      const model::Input &input = model.inputs[column];
      const std::uint64_t needed = end_of(*ensemble, ensemble->sets[split.index]);
      if (needed <= input.categories.size()) continue;
      const bool is_given = column < features.size() && features[column].categories.has_value();
      throw Error(
          is_given ? ErrorCode::kInvalidArgument : ErrorCode::kInvalidModel,
          "feature \"" + input.name + "\" has " + std::to_string(input.categories.size()) +
              " categories, but the splits of the model use category number " +
              std::to_string(needed),
          {},
          is_given ? "Give all categories of the training data, in the order of their codes." : "");
    }
  }
}

}  // namespace pgscore::formats
