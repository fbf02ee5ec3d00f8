# mote_embed_files(OUT FUNCTION ROOT file…): writes OUT, a C++ source that defines
#   std::span<const EmbeddedFile> mote::exporter::FUNCTION()
# with the text of each file under its path below ROOT, in the order given. Made when a file changes. Files: absolute paths.
function(mote_embed_files out function root)
  list(JOIN ARGN "|" files)
  add_custom_command(OUTPUT "${out}"
    COMMAND ${CMAKE_COMMAND} "-DOUT=${out}" "-DFUNCTION=${function}" "-DROOT=${root}" "-DFILES=${files}"
            -P "${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake"
    DEPENDS ${ARGN} "${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake"
    COMMENT "Embedding ${function}" VERBATIM)
endfunction()
