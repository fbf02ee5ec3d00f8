# The script of mote_embed_files.
string(REPLACE "|" ";" FILES "${FILES}")
file(WRITE "${OUT}" "// Made by cmake/embed_files.cmake.\n#include \"embedded_file.h\"\n\nnamespace mote::exporter {\n\n"
                    "std::span<const EmbeddedFile> ${FUNCTION}() {\n  static constexpr EmbeddedFile kAll[] = {\n")
foreach(file IN LISTS FILES)
  file(RELATIVE_PATH path "${ROOT}" "${file}")
  file(READ "${file}" content)
  file(APPEND "${OUT}" "{\"${path}\", R\"~mote~(${content})~mote~\"},\n")
endforeach()
file(APPEND "${OUT}" "  };\n  return kAll;\n}\n\n}  // namespace mote::exporter\n")
