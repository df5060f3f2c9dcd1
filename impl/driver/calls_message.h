// The calls on Mach that send and receive messages.
#pragma once

#include "impl/driver/call.h"

namespace portunus::driver {

// The functions of the same names. Each has a rule of its own for which numbers are within limits.
void message_send(Call& call);
bool message_send_fits(const Call& call);

void message_send_rights(Call& call);
bool message_send_rights_fits(const Call& call);

void message_receive(Call& call);
bool message_receive_fits(const Call& call);

}  // namespace portunus::driver
