// The lists of a task's names and of a set's members (facts mach-xnu 4, 5), and the memory they come in.
#include <doctest/doctest.h>

#include <algorithm>

#include "props/impl/mach/task.h"

namespace portunus::props {
namespace {

constexpr kern_return_t OK = KERN_SUCCESS;
constexpr kern_return_t IR = KERN_INVALID_RIGHT;
constexpr kern_return_t IN = KERN_INVALID_NAME;

Name task() {
  return mach_task_self();
}

std::size_t memory() {
  return hosted::World::current()->accounting().memory;
}

template <class T>
std::vector<T> take_array(T* array, mach_msg_type_number_t count) {
  std::vector<T> list(array, array + count);
  CHECK(vm_deallocate(task(), reinterpret_cast<vm_address_t>(array), count * sizeof(T)) == OK);
  return list;
}

struct Members {
  kern_return_t code;
  std::vector<Name> names;
};
Members members(Name set) {
  mach_port_name_array_t array = nullptr;
  mach_msg_type_number_t count = 0;
  const kern_return_t code = mach_port_get_set_status(task(), set, &array, &count);
  return {code, take_array(array, count)};
}

}  // namespace

TEST_CASE("a set's status by kind of name") {
  struct Row {
    Kind kind;
    kern_return_t code;
  };
  static constexpr Row rows[] = {{Kind::P, OK},  {Kind::R, IR},       {Kind::RS1, IR},  {Kind::O, IR},
                                 {Kind::D1, IR}, {Kind::unknown, IN}, {Kind::null, IR}, {Kind::dead, IR}};
  for (const Row& row : rows) {
    CAPTURE(to_string(row.kind));
    in_world([&] {
      const Members found = members(make(row.kind).name);
      CHECK(found.code == row.code);
      CHECK(found.names.empty());
      CHECK(memory() == 0);
    });
  }
}

TEST_CASE("a set's members are told in order; one that ends or moves is no member any more") {
  in_world([] {
    const Name set = port_set();
    const Name a = receive_right();
    const Name b = receive_right();
    const Name c = receive_right();
    for (const Name port : {c, a, b}) REQUIRE(mach_port_insert_member(task(), port, set) == OK);
    CHECK(members(set).names == std::vector<Name>{a, b, c});
    REQUIRE(mach_port_destroy(task(), b) == OK);
    move_receive_away(a);
    CHECK(members(set).names == std::vector<Name>{c});
    CHECK(memory() == 0);
  });
}

TEST_CASE("every name is told once, in order, with its type as mach_port_type tells it") {
  in_world([] {
    const Name dying = make(Kind::untouched_S2).name;
    std::vector<Name> made = {task(), make(Kind::RS3).name, make(Kind::P).name, make(Kind::D2).name, dying};
    mach_port_name_array_t names = nullptr;
    mach_port_type_array_t types = nullptr;
    mach_msg_type_number_t names_count = 0;
    mach_msg_type_number_t types_count = 0;
    REQUIRE(mach_port_names(task(), &names, &names_count, &types, &types_count) == OK);
    CHECK(names_count == types_count);
    const std::vector<Name> told = take_array(names, names_count);
    const std::vector<mach_port_type_t> told_types = take_array(types, types_count);
    CHECK(std::is_sorted(told.begin(), told.end()));
    CHECK(told.size() == hosted::World::current()->accounting().names);
    for (const Name name : made) {
      const auto place = std::find(told.begin(), told.end(), name);
      REQUIRE(place != told.end());
      mach_port_type_t type = 0;
      REQUIRE(mach_port_type(task(), name, &type) == OK);
      CHECK(told_types[static_cast<std::size_t>(place - told.begin())] == type);
    }
    CHECK(describe(dying) == "D2");
    CHECK(memory() == 0);
  });
}

TEST_CASE("the space's description: a line for each name, the same object under each of its names") {
  in_world([] {
    const Name port = make(Kind::RS3).name;
    const Name once = send_once(port);
    const Name dead = make(Kind::D2).name;
    ipc_info_space_t space = {};
    ipc_info_name_array_t table = nullptr;
    ipc_info_tree_name_array_t tree = nullptr;
    mach_msg_type_number_t table_count = 0;
    mach_msg_type_number_t tree_count = 99;
    REQUIRE(mach_port_space_info(task(), &space, &table, &table_count, &tree, &tree_count) == OK);
    CHECK(tree_count == 0);
    CHECK(space.iis_table_size >= table_count);
    CHECK(space.iis_genno_mask == 0xff);
    const std::vector<ipc_info_name_t> lines = take_array(table, table_count);
    CHECK(lines.size() == 4);
    const auto line = [&](Name name) {
      return *std::find_if(lines.begin(), lines.end(),
                           [&](const ipc_info_name_t& info) { return info.iin_name == name; });
    };
    CHECK(line(port).iin_type == MACH_PORT_TYPE_SEND_RECEIVE);
    CHECK(line(port).iin_urefs == 3);
    CHECK(line(once).iin_type == MACH_PORT_TYPE_SEND_ONCE);
    CHECK(line(once).iin_object == line(port).iin_object);
    CHECK(line(task()).iin_object != line(port).iin_object);
    CHECK(line(dead).iin_object == 0);
    CHECK(memory() == 0);
  });
}

TEST_CASE("memory is given in whole zeroed pages, and taken back in any pieces") {
  in_world([] {
    vm_address_t address = 1;
    CHECK(vm_allocate(task(), &address, 0, VM_FLAGS_ANYWHERE) == OK);
    CHECK(address == 0);
    REQUIRE(vm_allocate(task(), &address, 1, VM_FLAGS_ANYWHERE) == OK);
    const std::size_t page = memory();
    CHECK(*reinterpret_cast<const char*>(address) == 0);
    REQUIRE(vm_deallocate(task(), address, 1) == OK);
    CHECK(memory() == 0);

    REQUIRE(vm_allocate(task(), &address, 5 * page, VM_FLAGS_ANYWHERE) == OK);
    CHECK(memory() == 5 * page);
    CHECK(vm_deallocate(task(), address + 2 * page + 1, 1) == OK);
    CHECK(memory() == 4 * page);
    CHECK(vm_deallocate(task(), address + 2 * page, page) == OK);  // nobody's
    CHECK(memory() == 4 * page);
    CHECK(vm_deallocate(task(), address + page, 3 * page) == OK);
    CHECK(memory() == 2 * page);
    CHECK(vm_deallocate(task(), address, 5 * page) == OK);
    CHECK(memory() == 0);
    CHECK(vm_deallocate(task(), ~vm_address_t{0}, 2) == KERN_INVALID_ARGUMENT);
  });
}

TEST_CASE("memory can be asked for at its place, where nobody has any") {
  in_world([] {
    vm_address_t address = 0;
    REQUIRE(vm_allocate(task(), &address, 1, VM_FLAGS_ANYWHERE) == OK);
    vm_address_t same = address + 5;
    CHECK(vm_allocate(task(), &same, 1, VM_FLAGS_FIXED) == KERN_NO_SPACE);
    REQUIRE(vm_deallocate(task(), address, 1) == OK);
    CHECK(vm_allocate(task(), &same, 1, VM_FLAGS_FIXED) == OK);
    CHECK(same == address);
    CHECK(vm_allocate(MACH_PORT_NULL, &same, 1, VM_FLAGS_ANYWHERE) == MACH_SEND_INVALID_DEST);
  });
}

}  // namespace portunus::props
