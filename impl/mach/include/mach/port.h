/* Names, rights and what can be asked of them: Darwin's names, types, values and layouts. */
#ifndef PORTUNUS_MACH_PORT_H
#define PORTUNUS_MACH_PORT_H

#include <mach/boolean.h>
#include <mach/vm_types.h>

typedef natural_t mach_port_name_t;
typedef mach_port_name_t* mach_port_name_array_t;
/* In user space a port is only ever seen by its name. */
typedef mach_port_name_t mach_port_t;
typedef mach_port_t* mach_port_array_t;

#define MACH_PORT_NULL ((mach_port_t)0)
#define MACH_PORT_DEAD ((mach_port_name_t)~0)
#define MACH_PORT_VALID(name) (((name) != MACH_PORT_NULL) && ((name) != MACH_PORT_DEAD))

/* A name is an index into the space's table and a generation, which changes when the index is used again. */
#define MACH_PORT_INDEX(name) ((name) >> 8)
#define MACH_PORT_GEN(name) (((name) & 0xff) << 24)
#define MACH_PORT_MAKE(index, gen) (((index) << 8) | (gen) >> 24)

typedef natural_t mach_port_right_t;
#define MACH_PORT_RIGHT_SEND ((mach_port_right_t)0)
#define MACH_PORT_RIGHT_RECEIVE ((mach_port_right_t)1)
#define MACH_PORT_RIGHT_SEND_ONCE ((mach_port_right_t)2)
#define MACH_PORT_RIGHT_PORT_SET ((mach_port_right_t)3)
#define MACH_PORT_RIGHT_DEAD_NAME ((mach_port_right_t)4)
#define MACH_PORT_RIGHT_LABELH ((mach_port_right_t)5)
#define MACH_PORT_RIGHT_NUMBER ((mach_port_right_t)6)

typedef natural_t mach_port_type_t;
typedef mach_port_type_t* mach_port_type_array_t;
#define MACH_PORT_TYPE(right) \
  ((mach_port_type_t)(((mach_port_type_t)1) << ((right) + ((mach_port_right_t)16))))
#define MACH_PORT_TYPE_NONE ((mach_port_type_t)0)
#define MACH_PORT_TYPE_SEND MACH_PORT_TYPE(MACH_PORT_RIGHT_SEND)
#define MACH_PORT_TYPE_RECEIVE MACH_PORT_TYPE(MACH_PORT_RIGHT_RECEIVE)
#define MACH_PORT_TYPE_SEND_ONCE MACH_PORT_TYPE(MACH_PORT_RIGHT_SEND_ONCE)
#define MACH_PORT_TYPE_PORT_SET MACH_PORT_TYPE(MACH_PORT_RIGHT_PORT_SET)
#define MACH_PORT_TYPE_DEAD_NAME MACH_PORT_TYPE(MACH_PORT_RIGHT_DEAD_NAME)
#define MACH_PORT_TYPE_LABELH MACH_PORT_TYPE(MACH_PORT_RIGHT_LABELH)
#define MACH_PORT_TYPE_SEND_RECEIVE (MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_RECEIVE)
#define MACH_PORT_TYPE_SEND_RIGHTS (MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_SEND_ONCE)
#define MACH_PORT_TYPE_PORT_RIGHTS (MACH_PORT_TYPE_SEND_RIGHTS | MACH_PORT_TYPE_RECEIVE)
#define MACH_PORT_TYPE_PORT_OR_DEAD (MACH_PORT_TYPE_PORT_RIGHTS | MACH_PORT_TYPE_DEAD_NAME)
#define MACH_PORT_TYPE_ALL_RIGHTS (MACH_PORT_TYPE_PORT_OR_DEAD | MACH_PORT_TYPE_PORT_SET)
/* A dead-name (or send-possible) request is registered for the name. */
#define MACH_PORT_TYPE_DNREQUEST ((mach_port_type_t)0x80000000U)
#define MACH_PORT_TYPE_SPREQUEST ((mach_port_type_t)0x40000000U)
#define MACH_PORT_TYPE_SPREQUEST_DELAYED ((mach_port_type_t)0x20000000U)

typedef natural_t mach_port_urefs_t;
typedef integer_t mach_port_delta_t;
typedef natural_t mach_port_seqno_t;
typedef natural_t mach_port_mscount_t;
typedef natural_t mach_port_msgcount_t;
typedef natural_t mach_port_rights_t;
typedef unsigned int mach_port_srights_t;
typedef uintptr_t mach_port_context_t;

#define MACH_PORT_QLIMIT_ZERO ((mach_port_msgcount_t)0)
#define MACH_PORT_QLIMIT_BASIC ((mach_port_msgcount_t)5)
#define MACH_PORT_QLIMIT_SMALL ((mach_port_msgcount_t)16)
#define MACH_PORT_QLIMIT_LARGE ((mach_port_msgcount_t)1024)
#define MACH_PORT_QLIMIT_MIN MACH_PORT_QLIMIT_ZERO
#define MACH_PORT_QLIMIT_DEFAULT MACH_PORT_QLIMIT_BASIC
#define MACH_PORT_QLIMIT_MAX MACH_PORT_QLIMIT_LARGE

typedef struct mach_port_status {
  mach_port_rights_t mps_pset;     /* whether the port is a member of a set */
  mach_port_seqno_t mps_seqno;     /* the number that the next message taken off gets */
  mach_port_mscount_t mps_mscount; /* send rights made */
  mach_port_msgcount_t mps_qlimit;
  mach_port_msgcount_t mps_msgcount; /* messages queued */
  mach_port_rights_t mps_sorights;   /* how many send-once rights there are */
  boolean_t mps_srights;             /* whether there are send rights */
  boolean_t mps_pdrequest;           /* whether a port-destroyed request is registered */
  boolean_t mps_nsrequest;           /* whether a no-senders request is registered */
  natural_t mps_flags;
} mach_port_status_t;
#define MACH_PORT_STATUS_FLAG_TEMPOWNER 0x01
#define MACH_PORT_STATUS_FLAG_GUARDED 0x02
#define MACH_PORT_STATUS_FLAG_STRICT_GUARD 0x04
#define MACH_PORT_STATUS_FLAG_IMP_DONATION 0x08

typedef struct mach_port_limits {
  mach_port_msgcount_t mpl_qlimit;
} mach_port_limits_t;

typedef struct mach_port_info_ext {
  mach_port_status_t mpie_status;
  mach_port_msgcount_t mpie_boost_cnt;
  uint32_t reserved[6];
} mach_port_info_ext_t;

typedef integer_t* mach_port_info_t;
typedef int mach_port_flavor_t;
#define MACH_PORT_LIMITS_INFO 1     /* mach_port_limits_t */
#define MACH_PORT_RECEIVE_STATUS 2  /* mach_port_status_t */
#define MACH_PORT_DNREQUESTS_SIZE 3 /* one word: slots for requests on names of the port */
#define MACH_PORT_TEMPOWNER 4       /* no words; only to be set */
#define MACH_PORT_IMPORTANCE_RECEIVER 5
#define MACH_PORT_DENAP_RECEIVER 6
#define MACH_PORT_INFO_EXT 7 /* mach_port_info_ext_t */
#define MACH_PORT_DNREQUESTS_SIZE_COUNT 1
#define MACH_PORT_INFO_EXT_COUNT ((natural_t)(sizeof(mach_port_info_ext_t) / sizeof(natural_t)))
#define MACH_PORT_LIMITS_INFO_COUNT ((natural_t)(sizeof(mach_port_limits_t) / sizeof(natural_t)))
#define MACH_PORT_RECEIVE_STATUS_COUNT ((natural_t)(sizeof(mach_port_status_t) / sizeof(natural_t)))

/* What mach_port_construct makes beside the receive right. */
#define MPO_CONTEXT_AS_GUARD 0x01
#define MPO_QLIMIT 0x02
#define MPO_TEMPOWNER 0x04
#define MPO_IMPORTANCE_RECEIVER 0x08
#define MPO_INSERT_SEND_RIGHT 0x10
#define MPO_STRICT 0x20
#define MPO_DENAP_RECEIVER 0x40
#define MPO_IMMOVABLE_RECEIVE 0x80
#define MPO_FILTER_MSG 0x100
#define MPO_TG_BLOCK_TRACKING 0x200

typedef struct mach_port_options {
  uint32_t flags;         /* MPO_ */
  mach_port_limits_t mpl; /* with MPO_QLIMIT */
  union {
    uint64_t reserved[2];
    mach_port_name_t work_interval_port;
  };
} mach_port_options_t;
typedef mach_port_options_t* mach_port_options_ptr_t;

#endif
