#include "report/charts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/html_text.h"

namespace mote::pipeline {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(RoundTicks, CoverTheRangeInSteps125) {
  EXPECT_THAT(round_ticks(0.31, 1.9, 5), testing::ElementsAre(0, 0.5, 1, 1.5, 2));
  EXPECT_THAT(round_ticks(1, 30, 5), testing::ElementsAre(0, 10, 20, 30));
  EXPECT_THAT(round_ticks(-3, 3, 5), testing::ElementsAre(-4, -2, 0, 2, 4));
}

TEST(RoundTicks, EndForALossThatExploded) {
  EXPECT_LE(round_ticks(1e20, 1e20 + 16384, 5).size(), 11U);
}

TEST(LineChart, PassesOverSeriesWithoutPoints) {
  const LineChart chart{"Loss", "epoch", {{"training", "s-b", {{1, 2}, {2, 1}}}, {"validation", "s-a", {}}}, {}, ""};
  const std::string svg = line_chart(chart);
  EXPECT_THAT(svg, HasSubstr("training"));
  EXPECT_THAT(svg, Not(HasSubstr("validation")));
}

TEST(LineChart, IsAbsentWithoutAnyPoint) {
  EXPECT_EQ(line_chart({"Loss", "epoch", {{"training", "s-b", {}}}, {}, ""}), "");
}

TEST(LineChart, DrawsAFlatLineAndALonePointWithFiniteCoordinates) {
  for (const auto& points : {std::vector<std::pair<double, double>>{{1, 0}}, {{1, 0.5}, {2, 0.5}}}) {
    const std::string svg = line_chart({"Loss", "epoch", {{"training", "s-b", points}}, 1.0, "kept"});
    EXPECT_THAT(svg, HasSubstr("s-b"));
    EXPECT_THAT(svg, Not(HasSubstr("nan")));
    EXPECT_THAT(svg, Not(HasSubstr("inf")));
  }
}

TEST(ConfusionChart, DrawsEachCountOnceAndNoZeros) {
  evaluate::Metrics metrics;
  metrics.classes.resize(2);
  metrics.classes[0] = {"yes", 8, 7, 7, {}, {}, {}, {}};
  metrics.classes[1] = {"no", 2, 3, 2, {}, {}, {}, {}};
  metrics.confusion = {{7, 1}, {0, 2}};
  const std::string svg = confusion_chart(metrics, "INT8");
  EXPECT_THAT(svg, HasSubstr("<title>yes taken for no: 1 of 8 (12.50\u202f%)</title>"));
  EXPECT_THAT(svg, HasSubstr(">7</text>"));
  EXPECT_THAT(svg, Not(HasSubstr("no taken for yes")));
}

TEST(ConfusionChart, ShortensLongNamesAtALetterNotInsideOne) {
  evaluate::Metrics metrics;
  metrics.classes.resize(1);
  metrics.classes[0].name = "aaaaaaaaaaaaéé";  // the first é is bytes 12 and 13
  metrics.confusion = {{0}};
  EXPECT_THAT(confusion_chart(metrics, ""), HasSubstr("aaaaaaaaaaaa…<"));
}

TEST(MemoryChart, IsAbsentWithoutSteps) {
  EXPECT_EQ(memory_chart({1024, {}, {}}), "");
}

// The parts of a PNG by ISO/IEC 15948; the checksum of an empty IEND is printed in many of them: AE 42 60 82.
TEST(LayerNoiseChart, HasABarOfEachKindForEveryMeasuredLayer) {
  DoctorLayer measured;
  measured.name = "conv0";
  measured.whole_sqnr_db = 20;
  measured.alone_sqnr_db = 90;
  DoctorFindings findings;
  findings.layers = {measured, DoctorLayer{}};
  const std::string chart = layer_noise_chart(findings);
  EXPECT_THAT(chart, testing::HasSubstr("conv0: 20.0 dB in the whole network, 90.0 dB alone"));
  EXPECT_EQ(chart.find("<g>"), chart.rfind("<g>"));
  findings.layers = {DoctorLayer{}};
  EXPECT_EQ(layer_noise_chart(findings), "");
}

TEST(LayerLossChart, ScalesItsBarsByTheGreatestDivergence) {
  DoctorLayer loud, quiet;
  loud.name = "conv0";
  loud.alone_divergence = 0.2;
  loud.as_float_divergence = 0.1;
  quiet.name = "conv1";
  quiet.alone_divergence = 0.0;
  quiet.as_float_divergence = 0.2;
  DoctorFindings findings;
  findings.layers = {loud, quiet};
  const std::string chart = layer_loss_chart(findings);
  EXPECT_THAT(chart, HasSubstr("conv0: 0.2000 nats when it alone is int8, 0.1000 when all but it are"));
  EXPECT_THAT(chart, HasSubstr("class=\"sr s-a\" x1=\"120.0\" y1=\"45.0\" x2=\"446.0\""));
  EXPECT_THAT(chart, HasSubstr("class=\"sr s-b\" x1=\"120.0\" y1=\"50.0\" x2=\"283.0\""));
}

TEST(LayerRangeChart, PutsValuesBesideTheGridThatHoldsThem) {
  DoctorLayer layer;
  layer.name = "conv0";
  layer.seen_low = 0;
  layer.seen_high = 2;
  layer.kept_low = 0;
  layer.kept_high = 4;
  DoctorFindings findings;
  findings.layers = {layer, DoctorLayer{}};
  const std::string chart = layer_range_chart(findings);
  EXPECT_THAT(chart, HasSubstr("conv0: values from 0 to 2, the grid from 0 to 4"));
  EXPECT_THAT(chart, HasSubstr("class=\"sr s-a\" x1=\"185.2\" y1=\"45.0\" x2=\"283.0\""));
  EXPECT_EQ(chart.find("<g>"), chart.rfind("<g>")) << "a layer without values has no row";
}

TEST(PalettePng, IsAWholeFileWithStoredPixels) {
  const std::vector<std::uint8_t> levels = {1, 2, 3, 4, 5, 6};
  const auto png = palette_png(levels, 3, 2);
  const std::string text(png.begin(), png.end());
  EXPECT_EQ(text.substr(0, 8), "\x89PNG\r\n\x1A\n");
  EXPECT_EQ(text.substr(12, 4), "IHDR");
  EXPECT_EQ(text.substr(16, 10), std::string("\0\0\0\3\0\0\0\2\x8\x3", 10));
  EXPECT_EQ(text.substr(text.size() - 8), "IEND\xAE\x42\x60\x82");
  // zlib header, last stored block of 8 bytes, a zero filter byte before each row; Adler-32 by RFC 1950.
  EXPECT_THAT(text, HasSubstr(std::string("IDAT\x78\x01\x01\x08\x00\xF7\xFF\x00\1\2\3\x00\4\5\6\x00\x46\x00\x16", 23)));
}

TEST(FeatureImage, PutsTimeToTheRightAndLowBinsAtTheBottom) {
  FeaturePicture picture;
  picture.frames = 2;
  picture.bins = 2;
  picture.levels = {10, 20, 30, 40};  // frame 0: bins 10, 20
  const std::vector<std::uint8_t> upright = {20, 40, 10, 30};
  const std::string expected = "base64," + base64(palette_png(upright, 2, 2)) + "\"";
  EXPECT_THAT(feature_image(picture), HasSubstr(expected));
}

}  // namespace
}  // namespace mote::pipeline
