#include "model/clause/clause.h"

#include <algorithm>

namespace portunus::model {
namespace {

using enum Strength;

constexpr Clause kClauses[] = {
    {ClauseId::create_rights, "create.rights",
     "CFMachPortCreate allocates a receive right and makes one send right under the same name; the object "
     "owns both.",
     pinned, "", "1a 1b"},
    {ClauseId::create_allocates_first, "create.allocates-first",
     "The instance is allocated from the given allocator before the context's retain is called, and nothing "
     "else comes from that allocator.",
     pinned, "", "f09"},
    {ClauseId::create_retains_once, "create.retains-once",
     "Creation calls the context's retain exactly once, with the client's info.", pinned, "", "1a 1e"},
    {ClauseId::create_returns_new, "create.returns-new",
     "A new object is returned with shouldFreeInfo false, and the info that it keeps is what retain "
     "returned, or the client's own where there is no retain.",
     promised, "", "1a 1d 1e"},
    {ClauseId::create_allocation_fails, "create.allocation-fails",
     "When the instance cannot be allocated the result is NULL with shouldFreeInfo true, nothing is "
     "retained, and the port is gone again or the name untouched.",
     promised, "", "1h"},
    {ClauseId::create_registry_lock, "create.registry-lock",
     "A retain at creation that calls CFMachPortCreate, CFMachPortCreateWithPort or CFMachPortInvalidate "
     "crashes.",
     pinned, "retain-under-registry-lock: locked", "facts cfmachport 1"},
    {ClauseId::create_nested_same_name, "create.nested-same-name",
     "When the context's retain has wrapped the same name meanwhile, the new object is given up: its info is "
     "released, its memory freed, and the registered object returned with shouldFreeInfo true.",
     pinned, "retain-under-registry-lock: rescanned", "design, intended"},
    {ClauseId::create_death_during, "create.death-during",
     "When the port dies before creation ends the result is NULL.", pinned, "", "facts cfmachport 2"},
    {ClauseId::wrap_refuses, "wrap.refuses-no-port",
     "CFMachPortCreateWithPort gives NULL with shouldFreeInfo true, and retains nothing, for a dead name, "
     "MACH_PORT_NULL, MACH_PORT_DEAD and an unknown name.",
     pinned, "", "2e 2f"},
    {ClauseId::wrap_refuses_port_set, "wrap.refuses-port-set",
     "CFMachPortCreateWithPort gives NULL with shouldFreeInfo true for a port set.", pinned, "",
     "facts cfmachport 2"},
    {ClauseId::wrap_port_set_log, "wrap.port-set-log",
     "CFMachPortCreateWithPort logs an error for a port set.", incidental, "", "facts cfmachport 2"},
    {ClauseId::wrap_same_object, "wrap.same-object",
     "While an object for a name is registered and the name has a right, CFMachPortCreateWithPort returns "
     "it, retained once more, with shouldFreeInfo true; the new callout and context are ignored and nothing "
     "is retained.",
     promised, "", "3a 3b f20"},
    {ClauseId::context_fields, "context.fields",
     "CFMachPortGetContext gives the version and copyDescription as the client gave them, before and after "
     "invalidation.",
     pinned, "", "1a 1c 1i"},
    {ClauseId::context_info, "context.info",
     "CFMachPortGetContext gives the kept info until the invalidation, and NULL once it is released.", pinned,
     "", "5b 6l"},
    {ClauseId::context_info_during, "context.info-during-invalidation",
     "During the invalidation callback CFMachPortGetContext gives the kept info, or NULL.", pinned,
     "info-during-invalidation", "5b 7g"},
    {ClauseId::context_sentinels, "context.sentinels",
     "CFMachPortGetContext shows two fixed values for retain and release whenever a context was given, and "
     "NULL otherwise.",
     incidental, "", "1a 1c 1d"},
    {ClauseId::port_name, "port.name", "CFMachPortGetPort gives the port's name in every state.", pinned, "",
     "5b"},
    {ClauseId::port_valid, "port.valid",
     "CFMachPortIsValid is true exactly while the object is Ready and its name denotes a port right.", pinned,
     "", "5b 7e"},
    {ClauseId::port_callback, "port.callback",
     "CFMachPortGetInvalidationCallBack gives the callback last stored, in every state.", pinned, "",
     "7a 7b"},
    {ClauseId::port_queued, "port.queued",
     "CFMachPortGetQueuedMessageCount gives the number of messages in the port's queue, of an invalid port "
     "too, and 0 where the name has no receive right.",
     pinned, "", "facts cfmachport 7"},
    {ClauseId::object_type, "object.type",
     "CFGetTypeID gives CFMachPortGetTypeID's number for a port, in every state, and for no other object.",
     promised, "", "4a"},
    {ClauseId::equal_same, "equal.same",
     "CFEqual of an object and itself is true, and of objects of two types, or of two run loops, false.",
     promised, "", "4a"},
    {ClauseId::equal_ports, "equal.ports",
     "Two ports are equal exactly if they have the same name, whatever their states.", pinned, "", "4a"},
    {ClauseId::equal_sources, "equal.sources",
     "Two sources are equal exactly if their ports are equal, their orders are the same, and both are valid "
     "or both invalid.",
     pinned, "", "f05c f06"},
    {ClauseId::equal_hash, "equal.hash",
     "Ports of the same name, and the sources of such ports, have the same hash in every state.", pinned, "",
     "4a"},
    {ClauseId::equal_hash_differs, "equal.hash-differs",
     "Ports of two names, and their sources, have two hashes: a port's hash is its name.", incidental, "",
     "4a"},
    {ClauseId::describe_text, "describe.text",
     "CFCopyDescription gives a text for every object in every state.", pinned, "", "4a"},
    {ClauseId::describe_info, "describe.info",
     "The description of a port, or of its source, calls the context's copyDescription once with the info "
     "that CFMachPortGetContext shows, and not when that is NULL.",
     pinned, "", "4a f14"},
    {ClauseId::describe_held, "describe.held",
     "A port or source that is invalidated and released by its own copyDescription is freed after the "
     "description.",
     pinned, "held-during-description: retained", "design, intended"},
    {ClauseId::invalidate_once, "invalidate.once",
     "CFMachPortInvalidate of a port that is not Ready does nothing and does not wait.", pinned, "", "6c 6l"},
    {ClauseId::invalidate_begins, "invalidate.begins",
     "Invalidation takes the object out of the registry, cancels its death watch and forgets its source "
     "before anything else.",
     pinned, "", "3c 5b"},
    {ClauseId::invalidate_callback, "invalidate.callback",
     "The invalidation callback, if one is set, is called once, on the invalidating thread, with the real "
     "info.",
     promised, "", "5b 5o"},
    {ClauseId::invalidate_source, "invalidate.source-after-callback",
     "The port's source is invalidated after the invalidation callback and before the info is released: it "
     "is valid and in its modes during the callback, and nowhere during the release.",
     pinned, "", "5d 5e"},
    {ClauseId::invalidate_release, "invalidate.release-last",
     "The context's release is called with the kept info after the source is invalid, once, and only if it "
     "is set.",
     pinned, "", "5b 1d"},
    {ClauseId::invalidate_null_info, "invalidate.null-info",
     "Whether the context's release is called at invalidation when the kept info is NULL.", pinned,
     "release-of-null-info", "facts cfmachport 1"},
    {ClauseId::invalidate_ends, "invalidate.ends",
     "After the release the object is Invalid, and freed if nobody holds it any more.", pinned, "", "5b 6d2"},
    {ClauseId::set_stores, "set.stores",
     "CFMachPortSetInvalidationCallBack on a Ready port stores the callback, or clears it; the last one "
     "wins.",
     promised, "", "7a"},
    {ClauseId::set_clears, "set.clears",
     "CFMachPortSetInvalidationCallBack with NULL clears the callback in every state and calls nothing.",
     pinned, "", "7b 7g"},
    {ClauseId::set_immediate, "set.immediate",
     "On a port that is not Ready and has no callback, CFMachPortSetInvalidationCallBack calls the new one "
     "at once, on the caller's thread, each time, and does not store it.",
     promised, "", "7b 7f 7j"},
    {ClauseId::set_thwarted, "set.thwarted",
     "On a port that is not Ready and has a callback, another one is neither stored nor called.", pinned, "",
     "f74"},
    {ClauseId::set_thwarted_log, "set.thwarted-log", "A thwarted callback is logged as a warning.",
     incidental, "", "f74"},
    {ClauseId::set_send_rights_log, "set.send-rights-log",
     "Setting a callback on a name without a send right logs an error first.", incidental, "", "2a 7d"},
    {ClauseId::source_new, "source.new",
     "CFMachPortCreateRunLoopSource makes a source from the given allocator the first time; the source "
     "retains the port, and the port the source.",
     pinned, "", "5c 14a"},
    {ClauseId::source_same, "source.same",
     "As long as the port's source is valid CFMachPortCreateRunLoopSource gives it each time, retained once "
     "more; a later order or allocator is ignored.",
     pinned, "", "facts cfmachport 8"},
    {ClauseId::source_refused, "source.refused",
     "CFMachPortCreateRunLoopSource gives NULL for a port that is not valid.", pinned, "", "5b 6l"},
    {ClauseId::source_allocation_fails, "source.allocation-fails",
     "CFMachPortCreateRunLoopSource gives NULL when the source cannot be allocated.", pinned, "",
     "facts cfmachport 8"},
    {ClauseId::source_valid, "source.valid",
     "A port's source is valid until its own invalidation or the port's makes it invalid.", pinned, "", "5c"},
    {ClauseId::source_invalidated, "source.invalidated",
     "CFRunLoopSourceInvalidate takes the source out of all modes of all run loops; the port stays valid and "
     "keeps the source.",
     pinned, "", "8b"},
    {ClauseId::source_replaced, "source.replaced",
     "After that CFMachPortCreateRunLoopSource drops the invalid source and makes a new one, with the order "
     "and the allocator of the call.",
     pinned, "", "8b"},
    {ClauseId::source_order, "source.order",
     "CFRunLoopSourceGetOrder gives the order that the source was made with.", pinned, "", "8b"},
    {ClauseId::mode_add, "mode.add",
     "Adding a source to a mode makes it contained there; adding it again, or one equal to a source already "
     "there, changes nothing.",
     pinned, "", "5e f05c f06"},
    {ClauseId::mode_add_invalid, "mode.add-invalid", "Adding an invalid source is ignored.", pinned, "",
     "facts cfmachport 12"},
    {ClauseId::mode_remove, "mode.remove",
     "Removing a source takes it, or the source equal to it, out of the mode; removing an absent one does "
     "nothing.",
     pinned, "", "f05c 12g"},
    {ClauseId::mode_contains, "mode.contains",
     "CFRunLoopContainsSource tells whether the mode contains the source or one equal to it.", pinned, "",
     "5d f05c"},
    {ClauseId::mode_receive_right_log, "mode.receive-right-log",
     "Adding a source of a port without a receive right logs an error, once in a process.", incidental,
     "no-receive-right-log", "2c 2d"},
    {ClauseId::mode_thread_ends, "mode.thread-ends",
     "When a thread has ended its run loop goes: the sources in it leave it, and stay valid.", pinned, "",
     "facts cfmachport 12"},
    {ClauseId::mode_declared, "mode.declared",
     "A mode that is declared common gets every common item of the run loop.", promised, "",
     "facts cfmachport 12"},
    {ClauseId::run_empty, "run.empty", "A run in a mode without sources ends at once with Finished.", pinned,
     "", "12c"},
    {ClauseId::run_common, "run.common-modes", "The common modes as a whole cannot be run: Finished.", pinned,
     "", "12c"},
    {ClauseId::run_common_log, "run.common-modes-log",
     "Running the common modes as a whole logs an error, once in a process.", incidental, "common-modes-log",
     "12c"},
    {ClauseId::run_receive, "run.receive",
     "A pass receives one message of a ready port whose source is in the mode; messages of a port come in "
     "order.",
     promised, "", "12a 12d 12e"},
    {ClauseId::run_main_queue, "run.main-queue",
     "The main run loop serves the main queue in its common modes, but not in a run nested inside a "
     "main-queue block; it counts as a handled source.",
     pinned, "", "9a f11"},
    {ClauseId::run_waits, "run.waits", "A run with nothing to handle waits until its time is over.", promised,
     "", "12d"},
    {ClauseId::run_handled, "run.handled",
     "A run that returns after a handled source ends with HandledSource after the pass that handled one.",
     promised, "", "12a"},
    {ClauseId::run_timed_out, "run.timed-out",
     "A run whose time is over ends with TimedOut after the pass; with no time at all that is the first "
     "pass.",
     promised, "", "12a 12d"},
    {ClauseId::run_emptied, "run.emptied",
     "A run whose mode is empty at the end of a pass ends with Finished.", pinned, "", "6b 12g"},
    {ClauseId::run_stop, "run.stop",
     "CFRunLoopStop stops the innermost run of that loop, which wakes up where it sleeps; where the loop "
     "does "
     "not run it does nothing.",
     promised, "", "facts cfmachport 11"},
    {ClauseId::run_stopped, "run.stopped",
     "A stopped run ends with Stopped after the pass, unless it returns after a source that this pass "
     "handled, "
     "or its time is over.",
     promised, "", "facts cfmachport 11"},
    {ClauseId::run_wake_up, "run.wake-up",
     "CFRunLoopWakeUp ends the sleep of a run: the pass ends without a handled source, and what has become "
     "of "
     "the mode meanwhile is seen.",
     promised, "", "facts cfmachport 5 and 11"},
    {ClauseId::run_waiting, "run.waiting",
     "CFRunLoopIsWaiting is true while a run of the loop sleeps, and false in its callbacks and outside a "
     "run.",
     promised, "", "facts cfmachport 11; Apple's reference"},
    {ClauseId::run_mode, "run.mode",
     "CFRunLoopCopyCurrentMode gives the mode of the loop's innermost run, and NULL where it does not run.",
     promised, "", "facts cfmachport 11; Apple's reference"},
    {ClauseId::run_loop, "run.loop",
     "CFRunLoopGetCurrent gives the calling thread's own run loop, and CFRunLoopGetMain the main thread's.",
     promised, "", "Apple's reference"},
    {ClauseId::deliver_retain, "deliver.retain",
     "Delivery calls the context's retain, if set, with the kept info before the message callout.", pinned,
     "", "12a 6n"},
    {ClauseId::deliver_message, "deliver.message",
     "The message callout gets the port, the message with its size without trailer, and the info that retain "
     "returned, or the kept one where there is no retain.",
     promised, "", "12a 1e f03"},
    {ClauseId::deliver_release, "deliver.release",
     "After the message callout the context's release is called with the retained info, if both retain and "
     "release are set.",
     pinned, "", "12a f03"},
    {ClauseId::deliver_invalidated, "deliver.invalidated",
     "What happens when the port is invalidated inside delivery's own retain.", pinned,
     "invalidated-during-delivery", "f76"},
    {ClauseId::deliver_source_gone, "deliver.source-gone",
     "A message whose source has left the mode or been invalidated since it was received is lost, and does "
     "not "
     "count as handled.",
     pinned, "", "facts cfmachport 11"},
    {ClauseId::deliver_source_gone_log, "deliver.source-gone-log", "Such a message is logged as an error.",
     incidental, "source-gone-log", "facts cfmachport 11"},
    {ClauseId::deliver_not_ready, "deliver.not-ready",
     "A message received for a port that is not Ready is dropped without a callback, and counts as handled.",
     pinned, "", "f70"},
    {ClauseId::deliver_no_callout, "deliver.no-callout", "A message for a NULL callout crashes.", incidental,
     "", "facts cfmachport 1"},
    {ClauseId::deliver_ends, "deliver.ends",
     "The source is retained during delivery: source and port are freed after the context's release at the "
     "earliest.",
     pinned, "", "6d2 f76"},
    {ClauseId::death_notice, "death.notice",
     "The dead-name notification of a watched port is consumed, and the user reference that came with it "
     "given back.",
     pinned, "", "9a 10b"},
    {ClauseId::death_sweep, "death.sweep",
     "A death sweeps the registry: every registered object whose name is dead or missing is taken out, in "
     "the order of registration, and a block for it sent to the main queue.",
     pinned, "sweep-of-unreferenced", "10f 10b f25"},
    {ClauseId::death_cancelled, "death.cancelled",
     "The death of a port that was invalidated before starts nothing.", pinned, "", "f74"},
    {ClauseId::death_block, "death.block",
     "The block of a swept object invalidates it on the main thread, in the order of an invalidation by "
     "hand.",
     pinned, "", "9a f75"},
    {ClauseId::watch_cancelled, "watch.cancelled", "A cancelled watch ends in the background.", pinned, "",
     "5b"},
    {ClauseId::watch_request, "watch.request", "A watched name shows a dead-name request.", incidental, "",
     "1a 2a"},
    {ClauseId::release_counts, "release.counts", "CFRetain and CFRelease change the retain count by one.",
     promised, "", "14a"},
    {ClauseId::release_port, "release.port",
     "A port is freed when its last reference goes; a Ready port is held by the registry.", pinned, "",
     "5b 11a"},
    {ClauseId::release_source, "release.source",
     "When the last reference to a source goes the source's port is released first, then the source is "
     "freed.",
     pinned, "", "5p"},
    {ClauseId::release_rights, "release.rights",
     "The rights of a port made by CFMachPortCreate are dropped after its last release and after its watch's "
     "cancellation.",
     pinned, "owned-rights", "1b 3e 10f"},
    {ClauseId::count_retain, "count.retain",
     "The retain count counts the client's references, the registry's, and one for each living source of a "
     "port.",
     incidental, "", "14a"},
    {ClauseId::mach_allocate, "mach.allocate",
     "mach_port_allocate makes a receive right, a port set or a dead name with one user reference.", pinned,
     "", "facts mach-xnu 1"},
    {ClauseId::mach_insert_right, "mach.insert-right",
     "mach_port_insert_right under the right's own name adds a user reference to the send right.", pinned, "",
     "facts mach-xnu 1"},
    {ClauseId::mach_mod_refs, "mach.mod-refs",
     "mach_port_mod_refs changes user references, or drops the right, or says which argument is wrong.",
     pinned, "", "facts mach-xnu 2"},
    {ClauseId::mach_deallocate, "mach.deallocate",
     "mach_port_deallocate drops one user reference of a send right or a dead name.", pinned, "",
     "facts mach-xnu 2"},
    {ClauseId::mach_destroy, "mach.destroy", "mach_port_destroy drops all rights of a name.", pinned, "",
     "facts mach-xnu 2"},
    {ClauseId::mach_type, "mach.type", "mach_port_type tells the rights of a name.", pinned, "",
     "facts mach-xnu 2"},
    {ClauseId::mach_get_refs, "mach.get-refs",
     "mach_port_get_refs tells the user references of one right of a name.", pinned, "", "facts mach-xnu 2"},
    {ClauseId::mach_send, "mach.send",
     "A message is queued if the destination's right and disposition allow it.", pinned, "",
     "facts mach-xnu 6"},
    {ClauseId::mach_send_full, "mach.send-full",
     "A send with a timeout to a full queue times out, and the sender gets the destination's right back as a "
     "send right.",
     pinned, "", "facts mach-xnu 6"},
    {ClauseId::mach_allocate_name, "mach.allocate-name",
     "mach_port_allocate_name gives the right the very name that was asked for, or says that it is taken.",
     pinned, "", "facts mach-xnu 1"},
    {ClauseId::mach_insert_under_name, "mach.insert-under-name",
     "Under another name than its own a right goes where nothing is; a right that was taken and cannot go "
     "there is lost.",
     pinned, "", "facts mach-xnu 1"},
    {ClauseId::mach_extract_right, "mach.extract-right",
     "mach_port_extract_right takes a right as a message would, and gives its name.", pinned, "",
     "facts mach-xnu 1"},
    {ClauseId::mach_insert_member, "mach.insert-member",
     "mach_port_insert_member adds a port to a set, beside the sets it is in.", pinned, "",
     "facts mach-xnu 4"},
    {ClauseId::mach_extract_member, "mach.extract-member",
     "mach_port_extract_member takes a port out of one set.", pinned, "", "facts mach-xnu 4"},
    {ClauseId::mach_move_member, "mach.move-member",
     "mach_port_move_member leaves a port in the given set alone, or in none.", pinned, "",
     "facts mach-xnu 4"},
    {ClauseId::mach_set_status, "mach.set-status", "mach_port_get_set_status gives the members of a set.",
     pinned, "", "facts mach-xnu 4"},
    {ClauseId::mach_attributes, "mach.attributes",
     "mach_port_get_attributes tells what a port counts, and which requests it has.", pinned, "",
     "facts mach-xnu 7 and 8"},
    {ClauseId::mach_queue_limit, "mach.queue-limit",
     "mach_port_set_attributes sets the queue's limit; messages beyond it stay.", pinned, "",
     "facts mach-xnu 7"},
    {ClauseId::mach_counts, "mach.counts",
     "mach_port_set_mscount and mach_port_set_seqno set what they name.", pinned, "", "facts mach-xnu 7"},
    {ClauseId::mach_request_name, "mach.request-name",
     "A name has one request, for its death or for room in its queue; another replaces it and gives the old "
     "right back.",
     pinned, "", "facts mach-xnu 3"},
    {ClauseId::mach_request_no_senders, "mach.request-no-senders",
     "A no-senders request is told at once when there are no senders and sync does not exceed the make-send "
     "count; else it waits.",
     pinned, "", "facts mach-xnu 3"},
    {ClauseId::mach_request_port_destroyed, "mach.request-port-destroyed",
     "A port has one port-destroyed request; a second one fails.", pinned, "", "facts mach-xnu 3"},
    {ClauseId::mach_request_refused, "mach.request-refused",
     "A request that cannot be made says why; the right to notify is lost with it, and tells so.", pinned, "",
     "facts mach-xnu 3"},
    {ClauseId::mach_notify_dead_name, "mach.notify-dead-name",
     "When its port dies a name that was asked about is told of, with a user reference for the notification.",
     pinned, "", "facts mach-xnu 3"},
    {ClauseId::mach_notify_port_deleted, "mach.notify-port-deleted",
     "When a name that was asked about goes, its end is told.", pinned, "", "facts mach-xnu 3"},
    {ClauseId::mach_notify_send_possible, "mach.notify-send-possible",
     "Whoever waited to be told is told once when a reception makes room.", pinned, "", "facts mach-xnu 3"},
    {ClauseId::mach_notify_no_senders, "mach.notify-no-senders",
     "When the last send right is gone the receiver is told once, with the make-send count.", pinned, "",
     "facts mach-xnu 3"},
    {ClauseId::mach_notify_port_destroyed, "mach.notify-port-destroyed",
     "Instead of dying, the receive right goes to whoever asked for it; the queue stays.", pinned, "",
     "facts mach-xnu 3"},
    {ClauseId::mach_notify_send_once, "mach.notify-send-once",
     "A send-once right that ends unused tells its port.", pinned, "", "facts mach-xnu 3"},
    {ClauseId::mach_send_reply, "mach.send-reply",
     "The reply right is taken after the destination has been found, and must be there.", pinned, "",
     "facts mach-xnu 6"},
    {ClauseId::mach_send_body, "mach.send-body",
     "A right in the body is taken last; where it cannot be, what was taken before is lost.", pinned, "",
     "facts mach-xnu 6"},
    {ClauseId::mach_send_circle, "mach.send-circle",
     "A receive right sent where nobody could receive it any more is lost, and the send succeeds.", pinned,
     "", "facts mach-xnu 6"},
    {ClauseId::mach_send_waits, "mach.send-waits",
     "A send with time waits for room; a reception, or a higher limit, gives it to who has waited longest.",
     pinned, "", "facts mach-xnu 6"},
    {ClauseId::mach_send_port_dies, "mach.send-port-dies",
     "When the port dies a send that waits for room succeeds, and the message is lost.", pinned, "",
     "facts mach-xnu 6"},
    {ClauseId::mach_receive, "mach.receive",
     "A message of the port, or of a member of the set, is taken off in its queue's order.", pinned, "",
     "facts mach-xnu 6"},
    {ClauseId::mach_receive_name, "mach.receive-name",
     "Only receive rights and port sets can be received from.", pinned, "", "facts mach-xnu 6"},
    {ClauseId::mach_receive_empty, "mach.receive-empty",
     "A reception that finds nothing waits for as long as it may, and times out.", pinned, "",
     "facts mach-xnu 6"},
    {ClauseId::mach_receive_reply, "mach.receive-reply",
     "The reply right arrives under the name that the task has for its port, a send-once right always under "
     "a new one; that of a dead port as MACH_PORT_DEAD.",
     pinned, "", "facts mach-xnu 5 and 6"},
    {ClauseId::mach_receive_body, "mach.receive-body", "So does a right in the body.", pinned, "",
     "facts mach-xnu 5 and 6"},
    {ClauseId::mach_receive_seqno, "mach.receive-seqno",
     "Messages that are taken off a port are numbered from 0; a moved receive right begins anew.", pinned, "",
     "facts mach-xnu 8"},
    {ClauseId::mach_receive_too_large, "mach.receive-too-large",
     "A message that the buffer has no room for is taken off and lost.", pinned, "", "facts mach-xnu 6"},
    {ClauseId::mach_receive_large, "mach.receive-large",
     "With MACH_RCV_LARGE it stays, and its size is told.", pinned, "", "facts mach-xnu 6"},
    {ClauseId::mach_receive_changed, "mach.receive-changed",
     "A reception that waits ends when the receive right or the set goes.", pinned, "", "facts mach-xnu 6"},
    {ClauseId::mach_references_pegged, "mach.references-pegged",
     "User references stop at 65535 and stay there: only a change by -65535 is still felt.", pinned, "",
     "facts mach-xnu 2", Kernel::xnu},
    {ClauseId::mach_references_overflow, "mach.references-overflow",
     "A change that would take user references beyond their limit (65534 of a send right, 65535 of a dead "
     "name) fails with KERN_UREFS_OVERFLOW and leaves them as they were.",
     pinned, "", "facts gnumach 7; recorded there", Kernel::gnumach},
    {ClauseId::mach_reserved_names, "mach.reserved-names",
     "MACH_PORT_NULL and MACH_PORT_DEAD are unknown names: mach_port_type, mach_port_get_refs, "
     "mach_port_mod_refs, mach_port_deallocate, mach_port_destroy, requests and attributes give "
     "KERN_INVALID_NAME.",
     pinned, "", "facts mach; recorded there", Kernel::gnumach},
    {ClauseId::mach_deallocate_port_set, "mach.deallocate-port-set",
     "mach_port_deallocate of a port set gives KERN_INVALID_RIGHT and leaves the set.", pinned, "",
     "recorded there", Kernel::gnumach},
    {ClauseId::mach_insert_no_right, "mach.insert-no-right",
     "mach_port_insert_right of MACH_PORT_NULL or MACH_PORT_DEAD gives KERN_INVALID_CAPABILITY, unless the "
     "name is one of them too; a send right made of a dead name is KERN_INVALID_RIGHT.",
     pinned, "", "recorded there", Kernel::gnumach},
    {ClauseId::mach_request_by_message, "mach.request-by-message",
     "The right to notify is sent to the kernel: one that cannot be taken gives MACH_SEND_INVALID_RIGHT, one "
     "that is "
     "no send-once right MIG_BAD_ARGUMENTS; and there is no send-possible notification.",
     pinned, "", "recorded there", Kernel::gnumach},
    {ClauseId::mach_send_reply_first, "mach.send-reply-first",
     "A reply right that cannot be taken is seen before a destination that cannot be.", pinned, "",
     "recorded there", Kernel::gnumach},
    {ClauseId::mach_request_dead_name, "mach.request-dead-name",
     "A name that is dead already: with sync other than 0 the notification is sent at once, else "
     "KERN_INVALID_ARGUMENT; "
     "there is nothing to cancel either.",
     pinned, "", "facts mach; recorded there", Kernel::gnumach},
    {ClauseId::mach_request_destroyed_again, "mach.request-destroyed-again",
     "Another port-destroyed request replaces the first, and gives its right back.", pinned, "",
     "recorded there", Kernel::gnumach},
    {ClauseId::mach_send_dead_once, "mach.send-dead-once",
     "A send-once right whose port has died sends nothing any more, though nobody has looked at it.", pinned,
     "", "recorded there", Kernel::gnumach},
    {ClauseId::mach_send_lost, "mach.send-lost",
     "Of a message that is lost the destination's right ends before the reply right.", pinned, "",
     "recorded there", Kernel::gnumach},
    {ClauseId::mach_send_again, "mach.send-again",
     "A send that waits for room tries again from time to time, and others may come first.", pinned, "",
     "recorded there", Kernel::gnumach},
    {ClauseId::mach_destroyed_dead_name, "mach.destroyed-dead-name",
     "When a port-destroyed notification takes the receive right alone, the send right under its name "
     "becomes a dead "
     "name, which nobody is told of.",
     pinned, "", "recorded there", Kernel::gnumach},
    {ClauseId::mach_queue_limit_small, "mach.queue-limit-small",
     "A queue's limit is 16 at most; beyond that KERN_INVALID_VALUE.", pinned, "",
     "facts mach; recorded there", Kernel::gnumach},
    {ClauseId::mach_receive_died, "mach.receive-died",
     "A reception that waits is told MACH_RCV_PORT_DIED when the receive right or the set goes.", pinned, "",
     "facts mach; recorded there", Kernel::gnumach},
    {ClauseId::mach_receive_small, "mach.receive-small",
     "A buffer that has no room for a header makes a message too large as any other would.", pinned, "",
     "recorded there", Kernel::gnumach},
    {ClauseId::quiescent, "settle.quiescent", "The system is quiescent only when no background work is left.",
     pinned, "", "design"},
};

constexpr bool ids_are_places() {
  int place = 0;
  for (const Clause& row : kClauses)
    if (static_cast<int>(row.id) != place++) return false;
  return place == clause_count;
}
static_assert(ids_are_places(), "the table stands in the order of the ids");

}  // namespace

std::span<const Clause> clauses() {
  return kClauses;
}

const Clause& clause(ClauseId id) {
  return kClauses[static_cast<std::size_t>(id)];
}

std::optional<ClauseId> find_clause(std::string_view name) {
  const auto* row = std::ranges::find(kClauses, name, &Clause::name);
  return row == std::end(kClauses) ? std::nullopt : std::optional(row->id);
}

std::string_view name(Strength strength) {
  switch (strength) {
    case promised:
      return "promised";
    case pinned:
      return "pinned";
    case incidental:
      return "incidental";
  }
  return {};
}

}  // namespace portunus::model
