// How SQL names a model: 'credit', 'credit@3', 'credit@champion'.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "registry/model_name.hpp"

namespace pgscore::registry {
namespace {

TEST(ModelName, a_reference_names_a_model_a_version_or_an_alias) {
  const ModelReference deployed = parse_model_reference("credit");
  EXPECT_EQ(deployed.model, "credit");
  EXPECT_FALSE(deployed.version);
  EXPECT_EQ(deployed.alias, "");
  const ModelReference version = parse_model_reference("credit@3");
  EXPECT_EQ(version.model, "credit");
  EXPECT_EQ(version.version, 3);
  const ModelReference alias = parse_model_reference("Größe 1@3rd champion");
  EXPECT_EQ(alias.model, "Größe 1");
  EXPECT_FALSE(alias.version);
  EXPECT_EQ(alias.alias, "3rd champion");
}

std::string refusal(const std::string &text) {
  try {
    parse_model_reference(text);
    return "no error";
  } catch (const Error &error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidArgument);
    return error.message() + ": " + error.detail();
  }
}

TEST(ModelName, what_names_nothing_is_refused) {
  EXPECT_EQ(refusal(""), "invalid model name \"\": The name is empty.");
  EXPECT_EQ(refusal("@1"), "invalid model name \"\": The name is empty.");
  EXPECT_EQ(refusal(" a"), "invalid model name \" a\": The name begins or ends with a blank.");
  EXPECT_EQ(refusal("a\nb"), "invalid model name \"a\nb\": The name has a control character.");
  EXPECT_EQ(refusal(std::string(64, 'a')), "invalid model name \"" + std::string(64, 'a') +
                                               "\": The name is longer than 63 bytes.");
  EXPECT_EQ(refusal("a@0"), "invalid model version \"0\": Versions are numbered from 1.");
  EXPECT_EQ(refusal("a@99999999999"),
            "invalid model version \"99999999999\": Versions are numbered from 1.");
  EXPECT_EQ(refusal("a@"), "invalid alias \"\": The name is empty.");
  EXPECT_EQ(refusal("a@b@c"),
            "invalid alias \"b@c\": \"@\" separates a model from its version or alias.");
}

TEST(ModelName, an_alias_is_no_version) {
  EXPECT_NO_THROW(check_alias("v2"));
  EXPECT_THROW(check_alias("2"), Error);
  EXPECT_NO_THROW(check_model_name("2"));
}

}  // namespace
}  // namespace pgscore::registry
