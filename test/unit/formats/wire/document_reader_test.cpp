// JsonReader and UbjsonReader give the same answers about the same document, and refuse every
// fault.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "formats/wire/json_reader.hpp"
#include "formats/wire/ubjson_reader.hpp"

namespace pgscore::formats {
namespace {

using namespace std::string_literals;
using Kind = DocumentReader::Kind;

/// A document in both syntaxes.
std::string describe(DocumentReader &reader) {
  switch (reader.peek()) {
    case Kind::kObject: {
      std::string out = "{";
      reader.begin_object();
      for (std::string_view key; reader.next_key(key);) {
        out += std::string(key) + ":";
        out += describe(reader) + " ";
      }
      return out + "}";
    }
    case Kind::kArray: {
      std::string out = "[";
      reader.begin_array();
      while (reader.next_element()) out += describe(reader) + " ";
      return out + "]";
    }
    case Kind::kString:
      return "'" + reader.text() + "'";
    case Kind::kNumber:
      return std::to_string(reader.float32());
    case Kind::kBoolean:
      return reader.integer() != 0 ? "true" : "false";
    case Kind::kNull:
      reader.skip();
      return "null";
  }
  return "";
}

std::string json(std::string_view text) {
  JsonReader reader(as_bytes(text));
  std::string out = describe(reader);
  reader.end_document();
  return out;
}
std::string ubjson(std::string_view bytes) {
  UbjsonReader reader(as_bytes(bytes));
  std::string out = describe(reader);
  reader.end_document();
  return out;
}
template <class Read>
std::string fault(Read read, std::string_view document) {
  try {
    read(document);
  } catch (const Error &e) {
    return e.message();
  }
  return "no fault";
}

TEST(DocumentReader, both_syntaxes_agree) {
  const std::string wanted = "{a:[1.000000 -2.500000 true null ] b:{} c:'x' d:[] }";
  EXPECT_EQ(json(" {\"a\" : [1, -2.5,true , null],\"b\":{ },\n\"c\":\"x\",\"d\":[]} "), wanted);
  // UBJSON plain, with counts, and with no-ops.
  EXPECT_EQ(ubjson("{i\1a[i\1d\xC0\x20\0\0TZ]i\1b{}U\1cSi\1xI\0\1d[]}"s), wanted);
  EXPECT_EQ(ubjson("{#i\4i\1a[#U\4i\1d\xC0\x20\0\0TZi\1b{#i\0i\1cSi\1xi\1d[#i\0"s), wanted);
  EXPECT_EQ(ubjson("N{Ni\1a[NNi\1Nd\xC0\x20\0\0NTNZN]i\1bN{}i\1cSi\1xi\1d[]N}NN"s), wanted);
}

TEST(DocumentReader, typed_arrays) {
  EXPECT_EQ(ubjson("[$d#i\2?\x80\0\0\xC0\x20\0\0"s), "[1.000000 -2.500000 ]");
  EXPECT_EQ(ubjson("[$D#i\1?\xF0\0\0\0\0\0\0"s), "[1.000000 ]");
  EXPECT_EQ(ubjson("[$I#i\2\xFF\xFE\1\0"s), "[-2.000000 256.000000 ]");
  std::vector<std::int32_t> integers;
  for (const std::string &bytes :
       {"[$U#i\3\0\2\xFF"s, "[$I#i\3\0\0\0\2\0\xFF"s, "[$l#i\3\0\0\0\0\0\0\0\2\0\0\0\xFF"s,
        "[$L#i\3\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\xFF"s, "[Fi\2U\xFF]"s}) {
    UbjsonReader reader(as_bytes(bytes));
    reader.integers(integers);
    reader.end_document();
    EXPECT_EQ(integers, (std::vector<std::int32_t>{0, 2, 255}));
  }
  std::vector<float> floats;
  for (const std::string &bytes : {"[$d#i\2?\x80\0\0@\0\0\0"s, "[$i#i\2\1\2"s, "[i\1d@\0\0\0]"s,
                                   "[i\1Hi\1"
                                   "2]"s}) {
    UbjsonReader reader(as_bytes(bytes));
    reader.floats(floats);
    reader.end_document();
    EXPECT_EQ(floats, (std::vector<float>{1, 2}));
  }
}

TEST(DocumentReader, json_numbers_and_arrays) {
  std::vector<float> floats;
  JsonReader reader(as_bytes("[1, 5E-1,-1e-45,NaN,-Infinity,+2.5,1e99 ]"));
  reader.floats(floats);
  ASSERT_EQ(floats.size(), 7u);
  EXPECT_EQ(floats[1], 0.5f);
  EXPECT_EQ(floats[2], -std::numeric_limits<float>::denorm_min());
  EXPECT_TRUE(std::isnan(floats[3]));
  EXPECT_EQ(floats[4], -std::numeric_limits<float>::infinity());
  EXPECT_EQ(floats[5], 2.5f);
  EXPECT_EQ(floats[6], std::numeric_limits<float>::infinity());
  std::vector<std::int32_t> integers;
  JsonReader booleans(as_bytes("[true,false , 7]"));
  booleans.integers(integers);
  EXPECT_EQ(integers, (std::vector<std::int32_t>{1, 0, 7}));
}

TEST(DocumentReader, json_strings) {
  EXPECT_EQ(json(R"("a\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83d\ude00z")"),
            "'a\"\\/\b\f\n\r\tA\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z'");
  for (const char *text :
       {R"("\x")", R"("\u12")", R"("\u12g4")", R"("\ud800")", R"("\ud800\u0041")", R"("\udc00")",
        "\"a\nb\"", "\"\\n\n\"", "\"a", "\"a\\", "\"\\u004"})
    EXPECT_NE(fault(json, text), "no fault") << text;
}

TEST(DocumentReader, json_faults) {
  for (const char *text : {"",           " ",         "[",       "]",
                           "{",          "[1",        "[1,",     "[1,]",
                           "[,1]",       "[1 2]",     "{\"a\"}", "{\"a\":}",
                           "{\"a\":1,}", "{\"a\" 1}", "{1:2}",   "{\"a\":1 \"b\":2}",
                           "1 2",        "[}",        "{]",      "[1}",
                           "nul",        "1.2.3",     "{,}",     "[[]",
                           "\"a\"x"})
    EXPECT_NE(fault(json, text), "no fault") << text;
}

TEST(DocumentReader, ubjson_faults) {
  for (const std::string &bytes : {""s,
                                   "N"s,
                                   "["s,
                                   "{"s,
                                   "[i"s,
                                   "[$"s,
                                   "[$d"s,
                                   "[$d#"s,
                                   "[$d#i"s,
                                   "[$d#i\1"s,
                                   "[$d#i\1\0\0\0"s,
                                   "[$di\1\0\0\0\0"s,
                                   "[#i\xFF"s,
                                   "[#i\2i\1"s,
                                   "[$T#i\1"s,
                                   "[$S#i\1i\1x"s,
                                   "{$d#i\1i\1x\0\0\0\0"s,
                                   "{i\1a"s,
                                   "{i\xFF"s,
                                   "{d\0\0\0\0"s,
                                   "Si\2x"s,
                                   "S?x"s,
                                   "?"s,
                                   "i"s,
                                   "d\0\0\0"s,
                                   "i\1i\1"s,
                                   "[#L\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s,
                                   "Hi\1x"s})
    EXPECT_NE(fault(ubjson, bytes), "no fault") << bytes;
}

TEST(DocumentReader, skip_passes_over_one_value) {
  for (const char *value : {"1", "\"a]}\\\"\"", "[[1,{\"x\":[]}],\"]\"]", "{\"a\":{\"b\":[1,2]}}",
                            "null", "true", "NaN"}) {
    const std::string text = std::string("[") + value + ",7]";
    JsonReader reader(as_bytes(text));
    reader.begin_array();
    ASSERT_TRUE(reader.next_element());
    reader.skip();
    ASSERT_TRUE(reader.next_element()) << text;
    EXPECT_EQ(reader.integer(), 7);
    EXPECT_FALSE(reader.next_element());
    reader.end_document();
  }
  for (const std::string &value : {"i\1"s, "Si\1]"s, "[[$d#i\1\0\0\0\0{i\1a[#i\1Z}]"s,
                                   "{#i\1i\1a{i\1b[$U#i\3]]]}"s, "Z"s, "T"s, "D\0\0\0\0\0\0\0\0"s,
                                   "Hi\3"
                                   "1e5"s,
                                   "C]"s}) {
    const std::string bytes = "[" + value + "i\7]";
    UbjsonReader reader(as_bytes(bytes));
    reader.begin_array();
    ASSERT_TRUE(reader.next_element());
    reader.skip();
    ASSERT_TRUE(reader.next_element()) << bytes;
    EXPECT_EQ(reader.integer(), 7);
    EXPECT_FALSE(reader.next_element());
    reader.end_document();
  }
  for (const char *text : {"[", "[1", "{\"a\":", "[}", ",", ":", "]", "\"x", "[\"x"}) {
    auto skip = [](std::string_view t) { JsonReader(as_bytes(t)).skip(); };
    EXPECT_NE(fault(skip, text), "no fault") << text;
  }
}

TEST(DocumentReader, nesting_is_limited) {
  Limits limits;
  limits.max_nesting = 10;
  auto read = [&](std::string_view t) { JsonReader(as_bytes(t), limits).skip(); };
  auto read_binary = [&](std::string_view t) { UbjsonReader(as_bytes(t), limits).skip(); };
  EXPECT_EQ(fault(read, std::string(10, '[') + std::string(10, ']')), "no fault");
  EXPECT_EQ(fault(read, std::string(11, '[')), "model has too many levels of nesting");
  EXPECT_EQ(fault(read_binary, std::string(10, '[') + std::string(10, ']')), "no fault");
  EXPECT_EQ(fault(read_binary, std::string(11, '[')), "model has too many levels of nesting");
}

int num_checks = 0;

TEST(DocumentReader, interrupts_are_looked_at_in_long_documents) {
  std::string text = "[";
  for (int i = 0; i < 2'000'000; ++i) text += "1,";
  text += "1]";
  const Interrupt interrupt([] { ++num_checks; });
  num_checks = 0;
  std::vector<float> floats;
  JsonReader(as_bytes(text), {}, interrupt).floats(floats);
  EXPECT_EQ(floats.size(), 2'000'001u);
  EXPECT_GE(num_checks, 3);
  num_checks = 0;
  JsonReader(as_bytes(text), {}, interrupt).skip();
  EXPECT_GE(num_checks, 3);
  const Interrupt cancel([] { throw Error(ErrorCode::kInternal, "cancelled"); });
  EXPECT_THROW(JsonReader(as_bytes(text), {}, cancel).skip(), Error);
}

}  // namespace
}  // namespace pgscore::formats
