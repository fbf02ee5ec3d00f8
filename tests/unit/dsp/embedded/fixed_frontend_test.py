#!/usr/bin/env python3
"""The fixed-point front end on one emulated core: every frame has the bits of the host; on a Cortex-M0 a frame of the
MFCC of MLPerf Tiny takes at most as many instructions as promised.

  fixed_frontend_test.py CORE PRINTER RUNTIME_FOLDER WORK_FOLDER
"""
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
RISCV_CPU = "rv32,a=off,f=off,d=off,v=off,h=off,s=off,u=off,mmu=off"
# core: compiler, its flags, emulator, its machine, flash, ram. An M3 runs Armv6-M; the M0's own machine is too small.
CORES = {
    "cortex-m0": ("arm-none-eabi-gcc", ["-mcpu=cortex-m0", "-mthumb"], "qemu-system-arm", ["-M", "mps2-an385"],
                  0x0, 0x20000000),
    "cortex-m4": ("arm-none-eabi-gcc", ["-mcpu=cortex-m4", "-mthumb"], "qemu-system-arm", ["-M", "mps2-an386"],
                  0x0, 0x20000000),
    "rv32imc": ("riscv64-unknown-elf-gcc", ["-march=rv32imc", "-mabi=ilp32", "-mcmodel=medany", "--specs=picolibc.specs"],
                "qemu-system-riscv32", ["-M", "virt", "-bios", "none", "-cpu", RISCV_CPU], 0x80000000, 0x80400000),
}
# Of 16 kHz audio: 30 ms windows, FFT 512; 40 ms windows, FFT 1024; powers; log mels alone.
FRONT_ENDS = [("30", "magnitude", "mfcc"), ("40", "magnitude", "mfcc"), ("30", "power", "mfcc"),
              ("30", "magnitude", "log_mel")]
FRAMES_A_SECOND = 50
MOST_INSTRUCTIONS_A_SECOND = 3_000_000
# Under -icount shift=10 an instruction takes 1024 ns, and SysTick counts at 25 MHz.
TICKS_AN_INSTRUCTION = 25.6


def build(core, runtime, folder, portable):
    compiler, flags, _, _, flash, ram = CORES[core]
    image = folder / "firmware.elf"
    sources = sorted((runtime / "src" / "dsp").glob("mote_fixed_*.c")) + [runtime / "src/dsp/mote_stream_buffers.c"]
    subprocess.run([compiler, *flags, "-O2", "-std=c11", "-ffreestanding", "-ffp-contract=off", "-ffunction-sections",
                    *(["-DMOTE_PORTABLE"] if portable else []), "-nostartfiles", "-Wl,--gc-sections",
                    f"-Wl,--defsym=flash={flash},--defsym=ram={ram}", f"-I{runtime / 'include'}", f"-I{runtime / 'src'}",
                    f"-I{folder}", "-T", HERE / "firmware.ld", HERE / "firmware.c", *sources, "-o", image], check=True)
    return image


def run(core, image):
    _, _, emulator, machine, _, _ = CORES[core]
    answer = subprocess.run([emulator, *machine, "-display", "none", "-monitor", "none", "-serial", "null",
                             "-semihosting-config", "enable=on,target=native", "-icount", "shift=10,sleep=off",
                             "-kernel", image], capture_output=True, text=True, timeout=120)
    lines = [line for line in (answer.stderr + answer.stdout).splitlines() if line.isdigit()]
    return answer.returncode, int(lines[-1]) / TICKS_AN_INSTRUCTION if lines else 0


def main():
    core, printer, runtime, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), pathlib.Path(sys.argv[4])
    missing = [tool for tool in (CORES[core][0], CORES[core][2]) if not shutil.which(tool)]
    if missing:
        print("skipped: missing", *missing)
        return 77
    failed = 0
    folder.mkdir(parents=True, exist_ok=True)
    for number, front_end in enumerate(FRONT_ENDS):
        tables = subprocess.run([printer, *front_end], capture_output=True, text=True, check=True).stdout
        (folder / "tables.h").write_text(tables)
        for portable in (False, True) if core == "cortex-m0" else (True,):
            status, instructions = run(core, build(core, runtime, folder, portable))
            a_second = instructions * FRAMES_A_SECOND
            name = f"{core} {' '.join(front_end)}{' portable' if portable else ''}"
            print(f"{name}: status {status}" + (f", {instructions:.0f} instructions a frame, {a_second / 1e6:.2f} M a "
                                                "second" if instructions else ""))
            failed += status != 0
            if core == "cortex-m0" and number == 0 and not portable and not 0 < a_second <= MOST_INSTRUCTIONS_A_SECOND:
                print(f"wanted at most {MOST_INSTRUCTIONS_A_SECOND} instructions a second")
                failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
