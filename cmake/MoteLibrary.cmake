# mote_library(NAME SOURCES a.cpp … [DEPENDS base graph …] [LINK_PRIVATE Eigen3::Eigen …] [LINK_PUBLIC …])
# One library, one include root (libs/NAME/include). DEPENDS lists mote libraries and are public; what is not listed does not
# compile. Third-party libraries go to LINK_PRIVATE unless a public header names them.
function(mote_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LINK_PRIVATE;LINK_PUBLIC" ${ARGN})
  add_library(mote_${name} STATIC ${ARG_SOURCES})
  add_library(mote::${name} ALIAS mote_${name})
  target_include_directories(mote_${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/include PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src)
  list(TRANSFORM ARG_DEPENDS PREPEND mote::)
  target_link_libraries(mote_${name} PUBLIC ${ARG_DEPENDS} ${ARG_LINK_PUBLIC}
    PRIVATE $<BUILD_INTERFACE:mote_flags> ${ARG_LINK_PRIVATE})
endfunction()

# mote_test(NAME SOURCES a_test.cpp … LINK base graph … [LABEL fast|slow|embedded] [LINK_PRIVATE …])
# One GoogleTest program, one test of ctest.
function(mote_test name)
  cmake_parse_arguments(ARG "" "LABEL" "SOURCES;LINK;LINK_PRIVATE" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL fast)
  endif()
  set(timeout_s 900)
  if(ARG_LABEL STREQUAL fast)
    set(timeout_s 300)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  list(TRANSFORM ARG_LINK PREPEND mote::)
  target_link_libraries(${name} PRIVATE mote_flags ${ARG_LINK} ${ARG_LINK_PRIVATE} GTest::gtest GTest::gmock GTest::gtest_main)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/support)
  # What the tests call is compiled as users run it; the tests themselves run once and compile in two thirds of the time.
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  # MOTE_SHARED_DIR: where real data and TFLM's answers lie; tests that need them skip when it is absent.
  target_compile_definitions(${name} PRIVATE MOTE_SOURCE_DIR="${CMAKE_SOURCE_DIR}" MOTE_TEST_DATA_DIR="${CMAKE_CURRENT_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${timeout_s}
    ENVIRONMENT "UBSAN_OPTIONS=print_stacktrace=1")
endfunction()
