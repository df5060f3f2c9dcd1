// Darwin's values and layouts, checked when this file is compiled. layout_c_test.c includes the same list as
// C.
#include "props/impl/mach/layout.h"

#include <doctest/doctest.h>

extern "C" int layout_checked_as_c(void);

TEST_CASE("the headers serve C as they serve C++") {
  CHECK(layout_checked_as_c() == 1);
}
