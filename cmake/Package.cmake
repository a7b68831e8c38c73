# cmake --install, and a Debian package by `cpack`: the program, its companion, the Telegram library, the unit.
include(GNUInstallDirs)
# A package holds no tests, so it does not wait for them to be built.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)

install(TARGETS streamrecorder streamrecorder-media RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES tools/telegram/node_modules/@prebuilt-tdlib/linux-x64-glibc/libtdjson.so DESTINATION lib/streamrecorder)
# What the simulated Telegram of `demo` speaks.
install(FILES tools/telegram/node_modules/@mtcute/tl/api-schema.json tools/telegram/node_modules/@mtcute/tl/mtp-schema.json
        DESTINATION share/streamrecorder/schema)
install(FILES packaging/config.yaml ${CMAKE_BINARY_DIR}/texts/config.schema.json DESTINATION share/streamrecorder)
install(FILES README.md README.ru.md CHANGELOG.md config.example.yaml DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md" PATTERN "*.yml")
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(FILES packaging/streamrecorder.service DESTINATION lib/systemd/system)
install(FILES packaging/streamrecorder.sysusers DESTINATION lib/sysusers.d RENAME streamrecorder.conf)

# Made by the program itself, so they are never behind it.
set(texts ${CMAKE_BINARY_DIR}/texts)
add_custom_command(OUTPUT ${texts}/streamrecorder.1.gz
  COMMAND ${CMAKE_COMMAND} -E make_directory ${texts}
  COMMAND streamrecorder man > ${texts}/streamrecorder.1
  COMMAND streamrecorder completion bash > ${texts}/streamrecorder.bash
  COMMAND streamrecorder completion zsh > ${texts}/_streamrecorder
  COMMAND streamrecorder completion fish > ${texts}/streamrecorder.fish
  COMMAND streamrecorder config schema > ${texts}/config.schema.json
  COMMAND gzip -9 -n -f ${texts}/streamrecorder.1
  DEPENDS streamrecorder VERBATIM)
add_custom_target(texts ALL DEPENDS ${texts}/streamrecorder.1.gz)
install(FILES ${texts}/streamrecorder.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${texts}/streamrecorder.bash DESTINATION share/bash-completion/completions RENAME streamrecorder)
install(FILES ${texts}/_streamrecorder DESTINATION share/zsh/vendor-completions)
install(FILES ${texts}/streamrecorder.fish DESTINATION share/fish/vendor_completions.d)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME streamrecorder)
set(CPACK_PACKAGE_CONTACT "Stream Recorder <streamrecorder@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "records live streams and posts them to Telegram")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION video)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, ca-certificates, tzdata")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ffmpeg, yt-dlp")
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  "${CMAKE_SOURCE_DIR}/packaging/postinst;${CMAKE_SOURCE_DIR}/packaging/prerm;${CMAKE_SOURCE_DIR}/packaging/postrm")
include(CPack)
