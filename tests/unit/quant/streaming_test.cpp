#include "mote/quant/streaming.h"

#include <gtest/gtest.h>

#include "error_text.h"
#include "mote/graph/text.h"

namespace mote::quant {
namespace {

using graph::Graph;
using graph::parse;
using test::error_text;

// Two convolutions over seven frames, the first of stride 2: three and two frames.
const char* const kTwoLayers = R"(graph "g" {
  input %0 "x" i8[1,7,1,1] q(1,3)
  const %1 "w1" i8[1,3,1,1] q(1,0) = 0x010203
  %2 "a" i8[1,3,1,1] q(1,4) = conv2d(%0, %1) stride_h=2
  const %3 "w2" i8[1,2,1,1] q(1,0) = 0x0102
  %4 "b" i8[1,2,1,1] q(1,5) = conv2d(%2, %3)
  %5 "mean" i8[1,1,1,1] q(1,5) = pool2d(%4) kernel_h=2 kernel_w=1
  output %5
})";

std::string with(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  return at == std::string::npos ? "no " + what : text.replace(at, what.size(), by);
}

std::string error_of(const std::string& text) {
  return error_text([&] { streaming_graph(parse(text)); });
}

TEST(Streaming, EachLayerReadsWhatItKeptAndWhatIsNew) {
  const StreamingGraph streaming = streaming_graph(parse(kTwoLayers));
  EXPECT_EQ(graph::print(streaming.step), R"(graph "g" {
  input %0 "x" i8[1,2,1,1] q(1,3)
  input %6 "x/last1" i8[1,1,1,1] q(1,3)
  input %8 "a/last1" i8[1,1,1,1] q(1,4)
  input %10 "b/last1" i8[1,1,1,1] q(1,5)
  const %1 "w1" i8[1,3,1,1] q(1,0) = 0x010203
  const %3 "w2" i8[1,2,1,1] q(1,0) = 0x0102
  %7 "x/last1+2" i8[1,3,1,1] q(1,3) = concat(%6, %0) axis=1
  %2 "a" i8[1,1,1,1] q(1,4) = conv2d(%7, %1) stride_h=2
  %9 "a/last1+1" i8[1,2,1,1] q(1,4) = concat(%8, %2) axis=1
  %4 "b" i8[1,1,1,1] q(1,5) = conv2d(%9, %3)
  %11 "b/last1+1" i8[1,2,1,1] q(1,5) = concat(%10, %4) axis=1
  %5 "mean" i8[1,1,1,1] q(1,5) = pool2d(%11) kernel_h=2
  output %5
  output %7
  output %9
  output %11
}
)");
}

TEST(Streaming, AHopIsTheProductOfTheStrides) {
  const StreamingGraph streaming = streaming_graph(parse(kTwoLayers));
  EXPECT_EQ(streaming.hop_frames, 2);
  EXPECT_EQ(streaming.window_frames, 7);
  EXPECT_EQ(streaming.warmup_hops(), 4);
}

TEST(Streaming, StatesSayWhatIsKept) {
  const StreamingGraph streaming = streaming_graph(parse(kTwoLayers));
  ASSERT_EQ(streaming.states.size(), 3U);
  EXPECT_EQ(streaming.state_bytes(), 1 + 1 + 1);
  const StreamState& first = streaming.states[0];
  EXPECT_EQ(first.kept, streaming.step.inputs[1]);
  EXPECT_EQ(first.window, streaming.step.outputs[1]);
  EXPECT_EQ(first.frames_kept, 1);
  EXPECT_EQ(first.frames_new, 2);
  EXPECT_EQ(first.frame_bytes, 1);
  EXPECT_EQ(first.zero_point, 3);
}

// Eight frames: the last is not used by the first layer in this hop, but it is in the next.
TEST(Streaming, FramesThatAreNotUsedYetAreKept) {
  const StreamingGraph streaming = streaming_graph(parse(with(kTwoLayers, "[1,7,1,1]", "[1,8,1,1]")));
  EXPECT_EQ(streaming.states[0].frames_kept, 2);
}

TEST(Streaming, PaddingInTimeIsRefused) {
  EXPECT_EQ(error_of(with(with(with(kTwoLayers, "conv2d(%2, %3)", "conv2d(%2, %3) padding=same"), "i8[1,2,1,1] q(1,5)",
                               "i8[1,3,1,1] q(1,5)"),
                          "kernel_h=2", "kernel_h=3")),
            "unsupported: layer 'b': [conv2d] wanted no padding in time, got some: train the network with "
            "model.time_padding = \"valid\"");
}

TEST(Streaming, PadNodesInTimeAreRefused) {
  EXPECT_EQ(error_of(R"(graph "g" {
  input %0 "x" i8[1,7,1,1] q(1,3)
  %1 "padded" i8[1,8,1,1] q(1,3) = pad(%0) before=0,1,0,0 after=0,0,0,0
  %2 "mean" i8[1,1,1,1] q(1,3) = pool2d(%1) kernel_h=8 kernel_w=1
  output %2
})"),
            "unsupported: layer 'padded': [pad] wanted no padding in time, got some: train the network with "
            "model.time_padding = \"valid\"");
}

TEST(Streaming, ASumOfPaddedPathsIsRefusedWithTheReason) {
  EXPECT_EQ(error_of(R"(graph "g" {
  input %0 "x" i8[1,7,1,1] q(1,3)
  const %1 "w" i8[1,3,1,1] q(1,0) = 0x010203
  %2 "path" i8[1,7,1,1] q(1,3) = conv2d(%0, %1) padding=same
  %3 "sum" i8[1,7,1,1] q(1,3) = binary(%0, %2)
  %4 "mean" i8[1,1,1,1] q(1,3) = pool2d(%3) kernel_h=7 kernel_w=1
  output %4
})"),
            "unsupported: layer 'path': [conv2d] wanted no padding in time, got some: without it the two paths that "
            "'sum' adds would not have equally many frames, so that this architecture cannot stream: train ds-cnn with "
            "model.time_padding = \"valid\"");
}

TEST(Streaming, AStrideThatSkipsFramesIsRefused) {
  EXPECT_EQ(error_of(with(with(kTwoLayers, "[1,3,1,1] q(1,0) = 0x010203", "[1,1,1,1] q(1,0) = 0x01"), "stride_h=2",
                          "stride_h=3")),
            "unsupported: [streaming] wanted a stride in time of at most the kernel of layer 'a', got stride 3 over 1 "
            "frames");
}

TEST(Streaming, AnOutputWithFramesIsRefused) {
  EXPECT_EQ(error_of(with(kTwoLayers, "output %5", "output %5\n  output %4")),
            "unsupported: [streaming] wanted one answer for the whole window, got frames in output 'b': end the "
            "network in a global pool or a dense layer");
}

TEST(Streaming, ANetworkThatJoinsAllFramesAtOnceIsRefused) {
  EXPECT_EQ(error_of(R"(graph "g" {
  input %0 "x" i8[1,7,1,1] q(1,3)
  const %1 "w" i8[2,7] q(1,0) = 0x0102030405060708090a0b0c0d0e
  %2 "y" i8[1,2] q(1,3) = dense(%0, %1)
  output %2
})"),
            "unsupported: [streaming] wanted convolutions over time, got a network that looks at all frames at once");
}

TEST(Streaming, MoreThanOneInputIsRefused) {
  EXPECT_EQ(error_of(R"(graph "g" {
  input %0 "x" i8[1,7,1,1] q(1,3)
  input %1 "z" i8[1,7,1,1] q(1,3)
  %2 "y" i8[1,7,1,1] q(2,3) = binary(%0, %1)
  output %2
})"),
            "unsupported: [streaming] wanted one input, got 2");
}

TEST(Streaming, AnInputWithoutFramesIsRefused) {
  EXPECT_EQ(error_of(R"(graph "g" {
  input %0 "x" i8[1,7] q(1,3)
  %1 "y" i8[1,7] q(1,3) = unary(%0)
  output %1
})"),
            "unsupported: [streaming] wanted an input [1,frames,features,1], got [1,7]");
}

TEST(Streaming, AGraphThatIsNotInt8IsRefused) {
  EXPECT_EQ(error_of(R"(graph "g" {
  input %0 "x" f32[1,7,1]
  %1 "y" f32[1,7,1] = unary(%0)
  output %1
})"),
            "invalid: graph 'g', stage int8: tensor 0 'x': type f32 is not legal in a graph of stage int8");
}

}  // namespace
}  // namespace mote::quant
