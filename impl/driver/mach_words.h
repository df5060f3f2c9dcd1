// The constants of <mach/mach.h> and the words of the vocabulary that stand for them.
#pragma once

#include <mach/mach.h>

#include "model/vocabulary/value.h"

namespace portunus::driver {

// Of a kern_return_t or mach_msg_return_t; `other` for codes that the vocabulary does not have.
Value kern_return_value(kern_return_t code);
// Of the type bits of a name.
Value rights_value(mach_port_type_t bits);

// Of a disposition; null for none, `other` for what is no script's to give.
Value disposition_value(mach_msg_type_name_t disposition);

mach_port_right_t mach_right(Right right);
// `disposition` may be null: 0.
mach_msg_type_name_t mach_disposition(Value disposition);
mach_msg_id_t mach_notification(Notification notification);

}  // namespace portunus::driver
