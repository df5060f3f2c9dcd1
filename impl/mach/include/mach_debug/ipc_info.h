/* A task's names, as mach_port_space_info tells them. */
#ifndef PORTUNUS_MACH_DEBUG_IPC_INFO_H
#define PORTUNUS_MACH_DEBUG_IPC_INFO_H

#include <mach/port.h>

typedef struct ipc_info_space {
  natural_t iis_genno_mask; /* which bits of a name are its generation */
  natural_t iis_table_size; /* slots for names */
  natural_t iis_table_next; /* slots after the table has grown */
  natural_t iis_tree_size;  /* there has been no tree for a long time: always 0 */
  natural_t iis_tree_small;
  natural_t iis_tree_hash;
} ipc_info_space_t;

typedef struct ipc_info_name {
  mach_port_name_t iin_name;
  integer_t iin_collision;
  mach_port_type_t iin_type;
  mach_port_urefs_t iin_urefs;
  natural_t iin_object; /* the same for all names of one object */
  natural_t iin_next;   /* the request registered for the name, or 0 */
  natural_t iin_hash;
} ipc_info_name_t;
typedef ipc_info_name_t* ipc_info_name_array_t;

typedef struct ipc_info_tree_name {
  ipc_info_name_t iitn_name;
  mach_port_name_t iitn_lchild;
  mach_port_name_t iitn_rchild;
} ipc_info_tree_name_t;
typedef ipc_info_tree_name_t* ipc_info_tree_name_array_t;

#endif
