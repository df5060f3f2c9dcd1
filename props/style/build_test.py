"""The rooms that must build elsewhere do: 32 bits without a libc, and WebAssembly. Needs g++-multilib, clang and wasi-libc."""

import re
import subprocess
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import rooms

ROOT = Path(__file__).resolve().parents[2]
INCLUDES = [f"-I{ROOT}", f"-I{ROOT}/impl/mach/include", f"-I{ROOT}/impl/cf/include"]
WARNINGS = ["-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Wnon-virtual-dtor", "-Werror"]
COMMON = ["-std=c++20", "-O1", "-c", *INCLUDES, *WARNINGS]

COMPILERS = ("clang++-19", "g++-12")
FREESTANDING = ["-m32", "-nostdlib", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics", "-fno-stack-protector"]
# Templates of the standard library are compiled in rather than taken from it, and the kernel's headers for
# <cerrno> are the machine's own.
FREESTANDING += ["-D_GLIBCXX_EXTERN_TEMPLATE=0", "-idirafter", "/usr/include/x86_64-linux-gnu"]
WASM = ["--target=wasm32-wasi", "-fno-exceptions"]

# What the guest provides: the seam, Mach, memory, and the compiler's own helpers.
PROVIDED = re.compile(
    r"portunus::seam::.*|mach_\w+|vm_deallocate|mem(cpy|move|set|cmp|chr)|bcmp|strlen|"
    r"operator (new|delete)(\[\])?\(.*\)|std::__throw_\w+\(.*\)|__u?(div|mod|divmod)di[34]|_GLOBAL_OFFSET_TABLE_"
)


def sources(folders: list[str]) -> list[str]:
    return [
        path
        for path in rooms.source_files(ROOT)
        if path.endswith(".cc") and any(rooms.room_of(path).folder == folder for folder in folders)
    ]


def freestanding_sources() -> list[str]:
    return sources([room.folder for room in rooms.ROOMS if room.freestanding])


def compile_all(command: list[str], files: list[str], out: Path) -> tuple[list[Path], str]:
    """The objects, and what the compiler said."""
    objects = [out / (file.replace("/", "_") + ".o") for file in files]

    def compile_one(file: str, target: Path) -> str:
        done = subprocess.run([*command, file, "-o", target], cwd=ROOT, capture_output=True, text=True, check=False)
        return done.stderr if done.returncode != 0 else ""

    with ThreadPoolExecutor(2) as pool:
        return objects, "".join(pool.map(compile_one, files, objects))


def undefined(objects: list[Path], out: Path) -> list[str]:
    """The symbols that the objects, linked together, need from elsewhere."""
    whole = out / "whole.o"
    subprocess.run(["ld", "-m", "elf_i386", "-r", *objects, "-o", whole], check=True)
    listed = subprocess.run(["nm", "-C", "-u", whole], capture_output=True, text=True, check=True).stdout
    return [line.strip().removeprefix("U ").strip() for line in listed.splitlines()]


class BuildTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.out = Path(temporary.name)

    def write(self, text: str) -> str:
        path = self.out / "sample.cc"
        path.write_text(text)
        return str(path)

    def not_provided(self, compiler: str, files: list[str]) -> list[str]:
        objects, errors = compile_all([compiler, *COMMON, *FREESTANDING], files, self.out)
        self.assertEqual("", errors)
        return [symbol for symbol in undefined(objects, self.out) if not PROVIDED.fullmatch(symbol)]


class Freestanding(BuildTest):
    def test_vocabulary_driver_and_cf_need_only_what_a_guest_provides(self):
        files = freestanding_sources()
        self.assertGreater(len(files), 10)
        for compiler in COMPILERS:
            with self.subTest(compiler):
                self.assertEqual([], self.not_provided(compiler, files))

    def test_a_libc_call_is_found(self):
        sample = self.write('extern "C" int puts(const char*);\nvoid f() { puts("x"); }\n')
        for compiler in COMPILERS:
            self.assertEqual(["puts"], self.not_provided(compiler, [sample]))

    def test_an_exception_is_found(self):
        sample = self.write("void f() { throw 1; }\n")
        for compiler in COMPILERS:
            self.assertIn("error", compile_all([compiler, *COMMON, *FREESTANDING], [sample], self.out)[1])


class WebAssembly(BuildTest):
    COMPILER = ["clang++-19", *COMMON, *WASM]

    def test_the_model_compiles(self):
        files = sources(list(rooms.MODEL))
        self.assertGreater(len(files), 10)
        self.assertEqual("", compile_all(self.COMPILER, files, self.out)[1])

    def test_a_header_of_the_host_is_found(self):
        sample = self.write("#include <sys/ptrace.h>\n")
        self.assertIn("error", compile_all(self.COMPILER, [sample], self.out)[1])


if __name__ == "__main__":
    unittest.main()
