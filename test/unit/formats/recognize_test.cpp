// What format a file has: as it is, behind marks, and in base64.
#include "formats/recognize.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "formats/base64_artifact.hpp"
#include "support/files.hpp"
#include "support/model_folders.hpp"

namespace pgscore::formats {
namespace {

namespace fs = std::filesystem;

std::string message_of(const std::string &format, const std::string &text) {
  try {
    recognize(format, as_bytes(text));
    return "no error";
  } catch (const Error &e) {
    return e.message();
  }
}

std::string base64(std::string_view bytes, std::size_t line) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = bits << 8 | (i + k < bytes.size() ? static_cast<std::uint8_t>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k)
      out += i + k <= bytes.size() ? kLetters[bits >> (18 - 6 * k) & 63] : '=';
    if (line != 0 && (i / 3 + 1) % line == 0) out += '\n';
  }
  return out;
}

std::vector<fs::path> files() {
  const fs::path xgboost = test::edge_folder("xgboost"), lightgbm = test::edge_folder("lightgbm");
  return {xgboost / "category_texts_ubj.ubj",
          xgboost / "dart_bin.bin",
          xgboost / "bare_leaf.json",
          lightgbm / "regression.txt",
          lightgbm / "binary_sigmoid_dump.json",
          test::edge_folder("pgscore_json") / "r_aov.json"};
}

TEST(Recognize, a_model_in_base64_is_the_model) {
  for (const fs::path &path : files()) {
    SCOPED_TRACE(path);
    const std::string bytes = test::read_file(path);
    const Format *format = recognize("auto", as_bytes(bytes)).format;
    for (const std::size_t line : {0, 19}) {
      const std::string text = base64(bytes, line);
      for (const std::string_view name : {std::string_view("auto"), format->name}) {
        const Recognized found = recognize(name, as_bytes(text));
        EXPECT_EQ(found.format, format);
        EXPECT_EQ(as_text(found.bytes), bytes);
      }
    }
  }
}

TEST(Recognize, a_mark_is_taken_off_also_within_base64) {
  const std::string model = R"({"pgscore_model": 1})", marked = "\xEF\xBB\xBF\n" + model;
  for (const std::string &file : {model, marked, base64(model, 0), base64(marked, 0)}) {
    const Recognized found = recognize("auto", as_bytes(file));
    EXPECT_EQ(found.format->name, "pgscore-json");
    EXPECT_EQ(as_text(found.bytes), model);
  }
}

TEST(Recognize, what_is_no_model_of_a_named_format_stays_as_it_is) {
  for (const std::string text : {"", "no model", "TWFuTWFuTWFu"}) {
    const Recognized found = recognize("onnx", as_bytes(text));
    EXPECT_EQ(found.format->name, "onnx");
    EXPECT_EQ(found.bytes.data(), as_bytes(text).data());
  }
  EXPECT_EQ(message_of("onyx", "no model"), "unknown model format \"onyx\"");
}

TEST(Recognize, what_is_no_model_in_base64_is_refused) {
  EXPECT_EQ(message_of("auto", ""), "the artifact is empty");
  EXPECT_EQ(message_of("auto", "TWFuTWFuTWFu"), "could not recognize the format of the model");
  const std::string model = test::read_file(test::edge_folder("lightgbm") / "regression.txt");
  EXPECT_EQ(message_of("auto", base64(base64(model, 0), 0)),
            "could not recognize the format of the model");
}

TEST(Base64Artifact, decodes_base64_and_nothing_else) {
  EXPECT_EQ(decode_base64_artifact(as_bytes("TWFu")), "Man");
  EXPECT_EQ(decode_base64_artifact(as_bytes("TWE=\n")), "Ma");
  EXPECT_EQ(decode_base64_artifact(as_bytes("-_-_")), "\xfb\xff\xbf");
  for (const char *text : {"", "TWFu!", "T", "TW=Fu", "\x80\x80\x80\x80"})
    EXPECT_FALSE(decode_base64_artifact(as_bytes(text))) << text;
}

}  // namespace
}  // namespace pgscore::formats
