// Names of models, versions and aliases as SQL writes them. 'credit' is the deployed version,
// 'credit@3' is version 3, 'credit@champion' is the version that the alias stands for.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace pgscore::registry {

inline constexpr std::size_t kMaxNameBytes = 63;  // as PostgreSQL's own identifiers

struct ModelReference {
  std::string model;
  std::optional<int> version;  // 'credit@3'
  std::string alias;           // 'credit@champion'; empty: none
};

/// Throws kInvalidArgument when `name` cannot be the name of a model.
void check_model_name(std::string_view name);
/// Throws kInvalidArgument when `alias` cannot be an alias: it follows the rules of models' names,
/// and is not made of digits only, which would be a version.
void check_alias(std::string_view alias);

/// Takes 'name', 'name@version' or 'name@alias' apart; throws kInvalidArgument when it is none of
/// them.
ModelReference parse_model_reference(std::string_view text);

}  // namespace pgscore::registry
