# The settings that every target of ours has.
function(portunus_settings name)
  target_include_directories(${name} PUBLIC "${PROJECT_SOURCE_DIR}")
  target_compile_options(${name} PRIVATE -Wall -Wextra -Wshadow -Wconversion
    $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>)
  if(PORTUNUS_WERROR)
    target_compile_options(${name} PRIVATE -Werror)
  endif()
  if(PORTUNUS_FAULTS)
    target_compile_definitions(${name} PUBLIC PORTUNUS_FAULTS)
  endif()
  if(PORTUNUS_SANITIZE)
    target_compile_options(${name} PRIVATE -fsanitize=${PORTUNUS_SANITIZE} -fno-sanitize-recover=all)
    target_link_options(${name} PRIVATE -fsanitize=${PORTUNUS_SANITIZE})
  endif()
endfunction()

# portunus_room(NAME SOURCES … [DEPENDS …]): one static library for a room of the house.
# Sources include by paths from the project's root; the table of who may include whom is a test.
function(portunus_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ROOM_SOURCES})
  target_link_libraries(${name} PUBLIC ${ROOM_DEPENDS})
  portunus_settings(${name})
endfunction()

# portunus_test(NAME SOURCES … [DEPENDS …]): a doctest executable, one ctest test.
function(portunus_test name)
  if(NOT PORTUNUS_TESTS)
    return()
  endif()
  cmake_parse_arguments(TEST "" "" "SOURCES;DEPENDS" ${ARGN})
  find_package(doctest REQUIRED)
  add_executable(${name} ${TEST_SOURCES})
  target_link_libraries(${name} PRIVATE ${TEST_DEPENDS} doctest::doctest)
  portunus_settings(${name})
  add_test(NAME ${name} COMMAND ${name})
endfunction()

# portunus_property_test(NAME SOURCES … [DEPENDS …]): the same, for tests that use RapidCheck.
function(portunus_property_test name)
  if(NOT PORTUNUS_RAPIDCHECK)
    return()
  endif()
  cmake_parse_arguments(TEST "" "" "SOURCES;DEPENDS" ${ARGN})
  find_package(rapidcheck REQUIRED)
  portunus_test(${name} SOURCES ${TEST_SOURCES} DEPENDS ${TEST_DEPENDS} rapidcheck)
endfunction()
