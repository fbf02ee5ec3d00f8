# Flags by file for the kernels of the fused trainer. Fused multiply-adds are written out in them: the flag that forbids the compiler
# to make its own stays on.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  set_source_files_properties(src/fused/kernels_avx2.cpp PROPERTIES COMPILE_OPTIONS "-mavx2;-mfma")
  set_source_files_properties(src/fused/kernels_avx512.cpp PROPERTIES COMPILE_OPTIONS "-mavx512f;-mfma;-mprefer-vector-width=512")
endif()
