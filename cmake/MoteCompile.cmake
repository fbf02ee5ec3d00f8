# Flags that every target of mote is compiled with.
add_library(mote_flags INTERFACE)
target_compile_options(mote_flags INTERFACE -Wall -Wextra -Wconversion -fvisibility=hidden
  # Contraction would give other bits on CPUs with fused multiply-add: the numeric contract forbids it.
  -ffp-contract=off
  # GCC 12 reports impossible overlaps inside std::string at -O3 (GCC bug 105651).
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-Wno-restrict>)
if(MOTE_WERROR)
  target_compile_options(mote_flags INTERFACE -Werror)
endif()
if(MOTE_SANITIZE)
  target_compile_options(mote_flags INTERFACE -fsanitize=${MOTE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
    # GCC 12 with sanitizers takes std::regex for uninitialized (GCC bug 105562).
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(mote_flags INTERFACE -fsanitize=${MOTE_SANITIZE})
endif()
