// Projects by their documented layouts; each test names the document. What can be run is run in tests/embedded.
#include "mote/exporter/project.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "error_text.h"
#include "int8_graphs.h"
#include "mote/base/text.h"
#include "mote/dsp/bake.h"
#include "mote/dsp/bake_fixed.h"
#include "mote/exporter/bundle_folder.h"
#include "mote/tflite/writer.h"

namespace mote::exporter {
namespace {

constexpr std::int32_t kClasses = 3;

class ProjectTest : public testing::Test {
 protected:
  ProjectTest() {
    test::Int8GraphBuilder b("net", 2);
    const auto maps = b.conv(b.input({1, 49, 10, 1}), 4, 3, 3, {2, 2, 1, 1, graph::Padding::kSame});
    graph_ = b.build(b.softmax(b.dense(maps, kClasses)));
    file_ = tflite::write_model(graph_);
  }

  // A microphone at 16 kHz; the words of a compiler stand for those that the pipeline gives.
  ProjectOptions options(const std::string& ecosystem, const std::string& board = "") const {
    ProjectOptions options;
    options.ecosystem = ecosystem;
    options.board = board;
    options.bundle.name = "kws";
    options.bundle.labels = {"yes", "no", "_unknown_"};
    options.bundle.frontend = {&frontend_.frontend(), 16000};
    options.bundle.postprocess = {&postprocess_, 5};
    options.detector = {MOTE_SAMPLE_S16, 16000};
    options.tflite = file_;
    options.values = {{"compiler_prefix", "arm-none-eabi-"},
                      {"core_flags", "-mcpu=cortex-m4 -mthumb"},
                      {"link_flags", "--specs=nosys.specs"},
                      {"emulator", "qemu-system-arm -kernel"},
                      {"start_file", "start_arm.c"},
                      {"core", "cortex-m4"},
                      {"flash_kb", "512"},
                      {"ram_kb", "128"}};
    return options;
  }

  ProjectOptions fixed_options(const std::string& ecosystem) const {
    ProjectOptions made = options(ecosystem);
    const graph::Quant& input = graph_.tensor(graph_.inputs.front()).quant;
    made.bundle.frontend = {nullptr, 16000, &fixed_.frontend(),
                            dsp::quantize_thresholds(fixed_.feature_unit(), input.scales[0], input.zero_points[0])};
    return made;
  }

  std::map<std::string, std::string> files(const ProjectOptions& options) const {
    std::map<std::string, std::string> files;
    for (const BundleFile& file : make_project(plan::make_plan(graph_), options).files) files[file.path] = file.text;
    return files;
  }
  std::map<std::string, std::string> files(const std::string& ecosystem, const std::string& board = "",
                                           ProjectRuntime runtime = ProjectRuntime::kBundle) const {
    ProjectOptions made = options(ecosystem, board);
    made.runtime = runtime;
    return files(made);
  }

  std::string error(const ProjectOptions& options) const {
    return test::error_text([&] { make_project(plan::make_plan(graph_), options); });
  }

  graph::Graph graph_;
  std::vector<std::uint8_t> file_;
  dsp::BakedFrontend frontend_{dsp::FeatureSettings{}};
  dsp::BakedFixedFrontend fixed_{[] {
    dsp::FeatureSettings settings;
    settings.arithmetic = dsp::Arithmetic::kFixed;
    return settings;
  }()};
  std::array<std::int32_t, kClasses> thresholds_{0, 0, MOTE_NEVER_FIRES};
  mote_postprocess_settings postprocess_{kClasses, 2, 7, thresholds_.data()};
};

// "key=value" lines, of library.properties, platformio.ini and prj.conf.
std::map<std::string, std::string> keys_of(const std::string& text) {
  std::map<std::string, std::string> keys;
  for (const std::string& line : split(text, '\n')) {
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos || line.starts_with('#') || line.starts_with(';')) continue;
    keys[std::string(trim(line.substr(0, equals)))] = trim(line.substr(equals + 1));
  }
  return keys;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// In this order, each behind the one before.
bool has_in_order(const std::string& text, const std::vector<std::string>& parts) {
  std::size_t at = 0;
  for (const std::string& part : parts) {
    at = text.find(part, at);
    if (at == std::string::npos) return false;
    at += part.size();
  }
  return true;
}

// Every C and C++ source below `folder`, as a build file names it, and each of those in `text`.
void expect_all_sources(const std::map<std::string, std::string>& files, const std::string& folder,
                        const std::string& text, const std::string& before = "") {
  int sources = 0;
  for (const auto& [path, unused] : files) {
    if (!path.starts_with(folder) || (!path.ends_with(".c") && !path.ends_with(".cc"))) continue;
    EXPECT_TRUE(has(text, "  " + before + path.substr(folder.size()))) << path;
    ++sources;
  }
  EXPECT_GE(sources, 10);
}

TEST_F(ProjectTest, EightEcosystemsAreKnown) {
  std::vector<std::string> names;
  for (const Ecosystem& one : ecosystems()) names.push_back(one.name);
  EXPECT_EQ(names, (std::vector<std::string>{"arduino", "cmake-arm", "esp-idf", "makefile", "pico-sdk", "platformio",
                                             "stm32cube", "zephyr"}));
}

// Every board of each ecosystem, both runtimes, sensor or none: no key is left, no text of a condition.
TEST_F(ProjectTest, EveryProjectIsFilledIn) {
  for (const Ecosystem& ecosystem : ecosystems()) {
    for (const auto& [board, keys] : ecosystem.boards) {
      for (const ProjectRuntime runtime : {ProjectRuntime::kBundle, ProjectRuntime::kTflm}) {
        for (const auto& [path, text] : files(ecosystem.name, board, runtime)) {
          EXPECT_FALSE(has(path, "@")) << path;
          EXPECT_FALSE(has(text, "@name@") || has(text, "@NAME@") || has(text, "@if") || has(text, "@end@")) << path;
        }
      }
    }
  }
}

// Listening and post-processing are the bundle's own, byte for byte.
TEST_F(ProjectTest, DetectorRunsTheFilesOfTheBundle) {
  ProjectOptions made = options("makefile");
  const auto project = files(made);
  std::map<std::string, std::string> bundle;
  for (const BundleFile& file : make_bundle(plan::make_plan(graph_), made.bundle).files) bundle[file.path] = file.text;
  for (const char* file : {"frontend.c", "listen.h", "listen.c", "postprocess.h", "postprocess.c", "model.c"})
    EXPECT_EQ(project.at(std::string("kws/") + file), bundle.at(file)) << file;
  const std::string& detector = project.at("kws/kws_detector.c");
  EXPECT_TRUE(
      has_in_order(detector, {"kws_detect(", "kws_listen_init_s16(", "kws_detect_init(", "kws_listen_push_s16("}));
}

TEST_F(ProjectTest, EveryProjectTakesAFixedPointFrontEnd) {
  for (const Ecosystem& ecosystem : ecosystems()) {
    for (const ProjectRuntime runtime : {ProjectRuntime::kBundle, ProjectRuntime::kTflm}) {
      ProjectOptions made = fixed_options(ecosystem.name);
      made.runtime = runtime;
      bool detects = false;
      for (const auto& [path, text] : files(made)) {
        EXPECT_FALSE(has(text, "@name@") || has(text, "@if") || has(text, "@end@")) << path;
        EXPECT_FALSE(path.ends_with("mote_stream.c")) << path;
        detects = detects || path.ends_with("mote_fixed_stream.c");
      }
      EXPECT_TRUE(detects) << ecosystem.name;
    }
  }
}

TEST_F(ProjectTest, FloatsForAFixedPointFrontEndAreRefused) {
  ProjectOptions made = fixed_options("zephyr");
  made.detector.sample_type = MOTE_SAMPLE_F32;
  EXPECT_EQ(error(made), "invalid: [project] wanted samples of 16 bits for a fixed-point front end, got floats");
}

TEST_F(ProjectTest, ProjectWithoutPostProcessingIsRefused) {
  ProjectOptions made = options("zephyr");
  made.bundle.postprocess = {};
  EXPECT_EQ(error(made), "invalid: [project] wanted post-processing, got none");
}

TEST_F(ProjectTest, ProjectsWithoutAFrontEndHaveAHook) {
  for (const Ecosystem& ecosystem : ecosystems()) {
    if (ecosystem.settings.contains("bare_metal")) continue;
    ProjectOptions made = options(ecosystem.name);
    made.bundle.frontend = {};
    made.bundle.labels = {};
    bool has_hook = false;
    for (const auto& [path, text] : files(made)) {
      EXPECT_FALSE(has(text, "@name@") || has(text, "@if") || has(text, "@end@")) << path;
      has_hook = has_hook || has(text, "YOURS");
    }
    EXPECT_TRUE(has_hook) << ecosystem.name;
  }
}

TEST_F(ProjectTest, NameOfAFileOfTheProjectIsRefused) {
  ProjectOptions made = options("pico-sdk");
  made.bundle.name = "sensor";
  EXPECT_EQ(error(made),
            "invalid: [project] the name 'sensor' is taken by a file of the project: choose another with --name");
}

TEST_F(ProjectTest, TheSameArgumentsGiveTheSameFiles) {
  EXPECT_EQ(files("zephyr"), files("zephyr"));
}

// https://docs.arduino.cc/arduino-cli/library-specification: "library.properties file format", "Layout of folders and
// files", "Library examples".
TEST_F(ProjectTest, ArduinoLibraryHasItsPropertiesAndFolders) {
  const auto made = files("arduino", "nano33ble");
  const auto keys = keys_of(made.at("library.properties"));
  for (const char* key : {"name", "version", "author", "maintainer", "sentence", "paragraph", "category", "url",
                          "architectures", "includes"})
    EXPECT_TRUE(keys.contains(key)) << key;
  EXPECT_EQ(keys.at("architectures"), "mbed_nano");
  EXPECT_EQ(keys.at("category"), "Data Processing");
  EXPECT_TRUE(made.contains("src/" + keys.at("includes")));
  EXPECT_TRUE(made.contains("src/model.c"));
  EXPECT_TRUE(made.contains("examples/kws/kws.ino"));
  for (const auto& [path, text] : made) {
    EXPECT_EQ(path.ends_with(".c"), has(text, "#pragma GCC optimize(\"-ffp-contract=off\")")) << path;
    EXPECT_FALSE(path.ends_with(".cc"));
  }
}

// https://docs.arduino.cc/learn/built-in-libraries/pdm/: onReceive, begin(channels, rate), available, read.
TEST_F(ProjectTest, ArduinoSketchReadsTheBoardsMicrophone) {
  const std::string sketch = files("arduino", "nano33ble").at("examples/kws/kws.ino");
  EXPECT_TRUE(has_in_order(
      sketch, {"#include <PDM.h>", "PDM.read(", "PDM.available()", "PDM.onReceive(",
               "PDM.begin(KWS_CHANNELS, KWS_SAMPLE_RATE_HZ)", "void setup()", "void loop()", "kws_detector_push("}));
  EXPECT_FALSE(has(sketch, "YOURS"));
  const std::string other = files("arduino", "rp2040").at("examples/kws/kws.ino");
  EXPECT_TRUE(has(other, "YOURS"));
  EXPECT_FALSE(has(other, "PDM"));
}

TEST_F(ProjectTest, MotionReadsTheImu) {
  dsp::FeatureSettings settings = dsp::feature_preset("motion");
  const dsp::BakedFrontend frontend(settings);
  const auto shape = dsp::feature_shape(settings, 2 * settings.sample_rate_hz);
  test::Int8GraphBuilder b("net", 2);
  const auto x =
      b.input({1, static_cast<std::int32_t>(shape.frames), static_cast<std::int32_t>(shape.coefficients), 1});
  const graph::Graph graph = b.build(b.softmax(b.dense(x, kClasses)));
  ProjectOptions made = options("arduino", "nano33ble");
  made.bundle.frontend = {&frontend.frontend(), static_cast<std::int32_t>(2 * settings.sample_rate_hz)};
  made.bundle.postprocess.step_frames = 1;
  made.detector = {MOTE_SAMPLE_F32, settings.sample_rate_hz};
  std::string sketch, header;
  for (const BundleFile& file : make_project(plan::make_plan(graph), made).files) {
    if (file.path.ends_with(".ino")) sketch = file.text;
    if (file.path.ends_with("_detector.h")) header = file.text;
  }
  EXPECT_TRUE(has_in_order(
      sketch, {"#include <Arduino_LSM9DS1.h>", "IMU.begin()", "IMU.accelerationAvailable()", "IMU.readAcceleration("}));
  EXPECT_TRUE(has(header, "typedef float kws_sample;"));
}

// https://docs.platformio.org/en/latest/projectconf/ (sections, platform, board, framework) and
// https://docs.platformio.org/en/latest/manifests/library-json/ (name, version, build).
TEST_F(ProjectTest, PlatformioProjectHasItsSectionsAndAPrivateLibrary) {
  const auto made = files("platformio", "nano33ble");
  const std::string& ini = made.at("platformio.ini");
  EXPECT_TRUE(has_in_order(ini, {"[platformio]", "default_envs = nano33ble", "[env:nano33ble]"}));
  const auto keys = keys_of(ini);
  EXPECT_EQ(keys.at("platform"), "nordicnrf52");
  EXPECT_EQ(keys.at("board"), "nano33ble");
  EXPECT_EQ(keys.at("framework"), "arduino");
  EXPECT_TRUE(made.contains("src/main.cpp"));
  const auto library = nlohmann::json::parse(made.at("lib/kws/library.json"));
  EXPECT_EQ(library.at("name"), "kws");
  EXPECT_TRUE(library.contains("version"));
  EXPECT_EQ(library.at("build").at("flags").at(0), "-ffp-contract=off");
  EXPECT_TRUE(made.contains("lib/kws/kws_detector.h"));
}

// https://docs.espressif.com/projects/esp-idf/en/latest/esp32/api-guides/build-system.html: "Example Project", "Project
// CMakeLists File", "Component CMakeLists Files", "Custom Sdkconfig Defaults".
TEST_F(ProjectTest, EspIdfProjectRegistersItsComponents) {
  const auto made = files("esp-idf", "esp32c3");
  EXPECT_TRUE(
      has_in_order(made.at("CMakeLists.txt"),
                   {"cmake_minimum_required(", "include($ENV{IDF_PATH}/tools/cmake/project.cmake)", "project("}));
  EXPECT_TRUE(has_in_order(made.at("main/CMakeLists.txt"),
                           {"idf_component_register(SRCS", "main.c", "INCLUDE_DIRS", "REQUIRES kws driver"}));
  EXPECT_EQ(keys_of(made.at("sdkconfig.defaults")).at("CONFIG_IDF_TARGET"), "\"esp32c3\"");
  EXPECT_TRUE(has(made.at("main/main.c"), "void app_main(void)"));
  const std::string& component = made.at("components/kws/CMakeLists.txt");
  EXPECT_TRUE(has_in_order(component, {"idf_component_register(SRCS", "INCLUDE_DIRS \".\"",
                                       "target_compile_options(${COMPONENT_LIB} PRIVATE -ffp-contract=off)"}));
  expect_all_sources(made, "components/kws/", component);
  EXPECT_FALSE(made.contains("components/kws/idf_component.yml"));
}

// https://docs.espressif.com/projects/esp-idf/en/latest/esp32/api-reference/peripherals/i2s.html: "STD RX Mode".
TEST_F(ProjectTest, EspIdfReadsAMicrophoneOfI2s) {
  EXPECT_TRUE(has_in_order(files("esp-idf").at("main/sensor.c"),
                           {"driver/i2s_std.h", "i2s_new_channel(", "i2s_channel_init_std_mode(", "i2s_channel_enable(",
                            "i2s_channel_read("}));
}

// https://docs.zephyrproject.org/latest/develop/application/index.html: "Creating an Application by Hand";
// https://docs.zephyrproject.org/latest/develop/test/twister.html: sample.yaml.
TEST_F(ProjectTest, ZephyrApplicationHasItsFiles) {
  const auto made = files("zephyr", "nano33ble");
  const std::string& build = made.at("CMakeLists.txt");
  EXPECT_TRUE(has_in_order(build, {"cmake_minimum_required(", "find_package(Zephyr REQUIRED HINTS $ENV{ZEPHYR_BASE})",
                                   "project(", "target_sources(app PRIVATE src/main.c"}));
  expect_all_sources(made, "kws/", build, "kws/");
  const auto keys = keys_of(made.at("prj.conf"));
  EXPECT_EQ(keys.at("CONFIG_AUDIO_DMIC"), "y");
  EXPECT_FALSE(keys.contains("CONFIG_SENSOR"));
  EXPECT_TRUE(has_in_order(made.at("sample.yaml"), {"sample:\n  name: kws", "tests:\n  mote.kws:", "build_only: true",
                                                    "- arduino_nano_33_ble/nrf52840/sense"}));
}

// https://docs.zephyrproject.org/latest/doxygen/html/group__audio__dmic__interface.html
TEST_F(ProjectTest, ZephyrReadsTheDigitalMicrophone) {
  EXPECT_TRUE(has_in_order(files("zephyr").at("src/sensor.c"),
                           {"DT_NODELABEL(dmic_dev)", "zephyr/audio/dmic.h", "dmic_configure(", "dmic_trigger(",
                            "dmic_read(", "k_mem_slab_free("}));
}

// "Raspberry Pi Pico C/C++ SDK", appendix "Create your own project": the import goes before project(), pico_sdk_init()
// behind it.
TEST_F(ProjectTest, PicoProjectImportsTheSdkBeforeItsName) {
  const auto made = files("pico-sdk");
  const std::string& build = made.at("CMakeLists.txt");
  EXPECT_TRUE(has_in_order(
      build, {"cmake_minimum_required(", "set(PICO_BOARD pico", "pico_sdk_import.cmake", "project(", "pico_sdk_init()",
              "add_executable(kws_firmware", "pico_stdlib", "pico_add_extra_outputs(kws_firmware)"}));
  expect_all_sources(made, "kws/", build, "kws/");
  EXPECT_TRUE(has(made.at("src/main.c"), "stdio_init_all()"));
  EXPECT_TRUE(has(made.at("src/sensor.c"), "YOURS"));
}

// UM1718, STM32CubeMX, "CMake": Core/Src, Core/Inc, cmake/gcc-arm-none-eabi.cmake, CMakePresets.json.
TEST_F(ProjectTest, Stm32CubeProjectHasTheFoldersOfCubeMx) {
  const auto made = files("stm32cube", "stm32h7");
  for (const char* path : {"Core/Src/main.c", "Core/Src/stm32h7xx_it.c", "Core/Inc/main.h",
                           "Core/Inc/stm32h7xx_hal_conf.h", "cmake/gcc-arm-none-eabi.cmake", "STM32H7A3xxQ_FLASH.ld"})
    EXPECT_TRUE(made.contains(path)) << path;
  EXPECT_FALSE(made.contains(".mxproject"));
  const std::string& build = made.at("CMakeLists.txt");
  EXPECT_TRUE(
      has_in_order(build, {"Drivers/STM32H7xx_HAL_Driver", "startup_stm32h7a3xxq.s", "USE_HAL_DRIVER STM32H7A3xxQ"}));
  expect_all_sources(made, "kws/", build, "kws/");
  const auto presets = nlohmann::json::parse(made.at("CMakePresets.json"));
  EXPECT_EQ(presets.at("configurePresets").at(0).at("toolchainFile"), "${sourceDir}/cmake/gcc-arm-none-eabi.cmake");
  EXPECT_TRUE(has(made.at("STM32H7A3xxQ_FLASH.ld"), "ORIGIN = 0x24000000, LENGTH = 128K"));
}

TEST_F(ProjectTest, BareMetalProjectsListEverySource) {
  const auto cmake = files("cmake-arm");
  expect_all_sources(cmake, "kws/", cmake.at("CMakeLists.txt"), "kws/");
  const auto make = files("makefile");
  expect_all_sources(make, "kws/", make.at("Makefile"), "kws/");
  EXPECT_TRUE(has(make.at("Makefile"), "-o $@ $(OBJECTS)"));
}

// The names of tensorflow/lite/micro/micro_mutable_op_resolver.h and the calls of TFLM's hello_world example.
TEST_F(ProjectTest, TflmAddsExactlyTheOperatorsOfTheModel) {
  const auto made = files("cmake-arm", "", ProjectRuntime::kTflm);
  const std::string& model = made.at("kws/kws.cc");
  EXPECT_TRUE(has(model, "tflite::MicroMutableOpResolver<3>"));
  for (const char* method : {"AddConv2D()", "AddFullyConnected()", "AddSoftmax()"}) EXPECT_TRUE(has(model, method));
  EXPECT_FALSE(has(model, "AddReshape()"));
  EXPECT_TRUE(
      has(made.at("kws/kws.h"), "#define KWS_ARENA_BYTES " + std::to_string(plan::tflm_arena_bytes(graph_)) + "\n"));
  EXPECT_TRUE(has(made.at("kws/model_data.cc"), "alignas(16) const unsigned char g_model[]"));
  EXPECT_FALSE(made.contains("kws/model.c"));
  EXPECT_TRUE(made.contains("kws/frontend.c"));
  EXPECT_TRUE(made.contains("kws/mote/src/dsp/mote_stream.c"));
}

TEST_F(ProjectTest, TflmIsAskedForAsEachEcosystemWants) {
  const auto of = [&](const char* ecosystem) { return files(ecosystem, "", ProjectRuntime::kTflm); };
  EXPECT_TRUE(has(of("arduino").at("library.properties"), "depends=Arduino_TensorFlowLite"));
  EXPECT_TRUE(has(of("arduino").at("src/kws.cpp"), "#include <TensorFlowLite.h>"));
  EXPECT_TRUE(has(of("esp-idf").at("components/kws/idf_component.yml"), "espressif/esp-tflite-micro"));
  EXPECT_TRUE(has(of("esp-idf").at("components/kws/CMakeLists.txt"), "REQUIRES esp-tflite-micro"));
  EXPECT_TRUE(has(of("zephyr").at("prj.conf"), "CONFIG_TENSORFLOW_LITE_MICRO=y"));
  EXPECT_TRUE(has(of("pico-sdk").at("CMakeLists.txt"), "target_link_libraries(kws_firmware pico-tflmicro)"));
  EXPECT_TRUE(has(of("stm32cube").at("CMakeLists.txt"), "TFLM_LIBRARY"));
}

TEST_F(ProjectTest, OperatorThatTflmLacksIsRefused) {
  EXPECT_EQ(tflm_method("CONV_2D"), "AddConv2D");
  EXPECT_EQ(test::error_text([] { tflm_method("HASHTABLE"); }),
            "unsupported: [project] wanted operators of TensorFlow Lite Micro, got HASHTABLE: take --runtime bundle");
}

TEST_F(ProjectTest, UnknownProjectNamesTheNearest) {
  EXPECT_TRUE(has(error(options("zepyr")), "(did you mean 'zephyr'?)")) << error(options("zepyr"));
}

TEST_F(ProjectTest, BoardOfAnotherEcosystemSaysWhichHaveIt) {
  EXPECT_EQ(error(options("pico-sdk", "esp32")),
            "invalid: [project] pico-sdk wanted a board of rp2040, got 'esp32': choose one of those, or the project "
            "arduino, esp-idf, platformio, zephyr");
}

TEST_F(ProjectTest, WhatDoesNotFitTheBoardIsNamedByPart) {
  ProjectOptions made = options("cmake-arm");
  made.board_name = "a board";
  made.bundle.ram_limit_bytes = 4000;
  EXPECT_TRUE(has(error(made), "a board has 4000 bytes of RAM for the model, needed are ")) << error(made);
  EXPECT_TRUE(has(error(made), "samples and features ")) << error(made);
  made.bundle.ram_limit_bytes = 0;
  made.bundle.flash_limit_bytes = 100;
  EXPECT_TRUE(has(error(made), "a board has 100 bytes of flash")) << error(made);
  made.runtime = ProjectRuntime::kTflm;
  EXPECT_TRUE(has(error(made), "needed are " + std::to_string(file_.size()))) << error(made);
}

TEST_F(ProjectTest, FrontEndOfAnotherModelIsRefused) {
  ProjectOptions made = options("zephyr");
  made.bundle.frontend.clip_samples = 8000;
  EXPECT_EQ(error(made), "invalid: [project] wanted as many features as the model takes, 490, got 240");
}

TEST_F(ProjectTest, PostProcessingOfAnotherModelIsRefused) {
  ProjectOptions made = options("zephyr");
  const mote_postprocess_settings other{2, 1, 0, thresholds_.data()};
  made.bundle.postprocess.settings = &other;
  EXPECT_EQ(error(made), "invalid: [project] wanted post-processing of 3 outputs, got 2");
}

TEST_F(ProjectTest, ModelOfTwoInputsIsRefused) {
  test::Int8GraphBuilder b("two", 1);
  const auto x = b.input({1, 6});
  const auto y = b.input({1, 6});
  const graph::Graph graph = b.build(b.softmax(b.dense(b.add(x, y), kClasses)));
  ProjectOptions made = options("zephyr");
  made.bundle.frontend = {};
  const std::string text = test::error_text([&] { make_project(plan::make_plan(graph), made); });
  EXPECT_TRUE(has(text, "wanted a model of one input and one output, got 2 and 1")) << text;
}

}  // namespace
}  // namespace mote::exporter
