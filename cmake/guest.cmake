# The target portunus_gnumach: a real Mach kernel and our guest program for it, in the folder gnumach/ of the build.
# It is not part of `all`: it needs Debian packages from the network the first time, and those who run on GNU Mach only
# (impl/sut/gnumach) build it when they need it.
set(image "${PROJECT_BINARY_DIR}/gnumach")

add_custom_target(portunus_gnumach
  COMMAND sh "${PROJECT_SOURCE_DIR}/impl/mach/gnumach/kernel/fetch.sh" "${image}/packages" "${image}/kernel"
  COMMAND ${CMAKE_COMMAND} -S "${PROJECT_SOURCE_DIR}" -B "${image}/build" -G Ninja
    --toolchain "${PROJECT_SOURCE_DIR}/cmake/gnumach.cmake"
    -DCMAKE_C_COMPILER=${CMAKE_C_COMPILER} -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER} -DCMAKE_ASM_COMPILER=${CMAKE_C_COMPILER}
    -DPORTUNUS_WERROR=${PORTUNUS_WERROR} -DPORTUNUS_FAULTS=${PORTUNUS_FAULTS} "-DPORTUNUS_GNUMACH_PACKAGES=${image}/packages"
  COMMAND ${CMAKE_COMMAND} --build "${image}/build" --target guest layer_guest
  # In one move: another process may be booting it.
  COMMAND ${CMAKE_OBJCOPY} --strip-debug "${image}/build/impl/sut/gnumach/guest/guest" "${image}/guest.new"
  COMMAND ${CMAKE_COMMAND} -E rename "${image}/guest.new" "${image}/guest"
  # An image of its own: the tests of the layer beneath (props/impl/gnumach).
  COMMAND ${CMAKE_COMMAND} -E make_directory "${image}/layer"
  COMMAND ${CMAKE_COMMAND} -E copy_if_different "${image}/kernel" "${image}/layer/kernel"
  COMMAND ${CMAKE_OBJCOPY} --strip-debug "${image}/build/props/impl/gnumach/layer_guest" "${image}/layer/guest.new"
  COMMAND ${CMAKE_COMMAND} -E rename "${image}/layer/guest.new" "${image}/layer/guest"
  VERBATIM)
