/* A QEMU plugin that counts executed instructions between the guest addresses begin= and end=, a line a region, and,
   with classes=1, memory accesses, taken branches and mnemonics. It needs nothing of the guest. Options:
   begin=0x..,end=0x..,out=FILE[,classes=1]. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qemu_plugin.h"

enum { MNEMONIC_BYTES = 24, MNEMONICS_MAX = 1024 };

struct counts {
  uint64_t instructions, loads, stores, taken;
};

struct mnemonic {
  char name[MNEMONIC_BYTES];
  uint64_t all, at_begin, inside;
};

__attribute__((visibility("default"))) int qemu_plugin_version = 1;
static struct counts now, at_begin;
static bool in_region, want_classes, is_riscv;
static uint64_t begin_address = UINT64_MAX, end_address = UINT64_MAX, fall_through;
static struct mnemonic mnemonics[MNEMONICS_MAX];
static int mnemonic_count;
static FILE* out;

static void on_begin(unsigned cpu, void* data) {
  (void)cpu;
  (void)data;
  in_region = true;
  at_begin = now;
  for (int i = 0; i < mnemonic_count; i++) mnemonics[i].at_begin = mnemonics[i].all;
}

static void print_counts(const char* what, const struct counts* to, const struct counts* from) {
  fprintf(out, "%s %llu %llu %llu %llu\n", what, (unsigned long long)(to->instructions - from->instructions),
          (unsigned long long)(to->loads - from->loads), (unsigned long long)(to->stores - from->stores),
          (unsigned long long)(to->taken - from->taken));
}

static void on_end(unsigned cpu, void* data) {
  (void)cpu;
  (void)data;
  if (!in_region) return;
  in_region = false;
  print_counts("region", &now, &at_begin);
  for (int i = 0; i < mnemonic_count; i++) mnemonics[i].inside += mnemonics[i].all - mnemonics[i].at_begin;
}

/* A callback, because QEMU 7.2's inline counting of memory accesses mixes up loads and stores. */
static void on_memory(unsigned cpu, uint32_t info, uint64_t address, void* data) {
  (void)cpu;
  (void)address;
  (void)data;
  if (qemu_plugin_mem_is_store(info)) {
    now.stores++;
  } else {
    now.loads++;
  }
}

struct block {
  uint64_t begin, end;
};

/* A block that does not follow the one before it was branched to. */
static void on_block(unsigned cpu, void* data) {
  (void)cpu;
  const struct block* block = data;
  if (block->begin != fall_through) now.taken++;
  fall_through = block->end;
}

/* QEMU's disassembler does not know the vector extension; its instructions are named by their leading bits. */
static void name_by_encoding(const struct qemu_plugin_insn* instruction, char* name) {
  const unsigned char* bytes = qemu_plugin_insn_data(instruction);
  snprintf(name, MNEMONIC_BYTES, "%02x%02x", bytes[1], bytes[0]);
}

static struct mnemonic* mnemonic_of(const struct qemu_plugin_insn* instruction) {
  char name[MNEMONIC_BYTES];
  char* text = qemu_plugin_insn_disas(instruction);
  const char* word = text;
  if (is_riscv) { /* there the encoding stands first */
    word += strcspn(word, " \t");
    word += strspn(word, " \t");
  }
  snprintf(name, sizeof name, "%.*s", (int)strcspn(word, " \t"), word);
  free(text);
  if (name[0] == '.' || strncmp(name, "ldc", 3) == 0 || strncmp(name, "stc", 3) == 0 || strncmp(name, "cdp", 3) == 0 ||
      strncmp(name, "mcr", 3) == 0 || strncmp(name, "mrc", 3) == 0) {
    name_by_encoding(instruction, name);
  }
  for (int i = 0; i < mnemonic_count; i++) {
    if (strcmp(mnemonics[i].name, name) == 0) return &mnemonics[i];
  }
  if (mnemonic_count == MNEMONICS_MAX) return &mnemonics[MNEMONICS_MAX - 1];
  memcpy(mnemonics[mnemonic_count].name, name, sizeof name);
  return &mnemonics[mnemonic_count++];
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb* tb) {
  (void)id;
  const size_t count = qemu_plugin_tb_n_insns(tb);
  const struct qemu_plugin_insn* last = qemu_plugin_tb_get_insn(tb, count - 1);
  struct block* block = want_classes ? malloc(sizeof *block) : NULL; /* lives as long as the translation, to the end */
  if (block != NULL) {
    block->begin = qemu_plugin_tb_vaddr(tb);
    block->end = qemu_plugin_insn_vaddr(last) + qemu_plugin_insn_size(last);
    qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block, QEMU_PLUGIN_CB_NO_REGS, block);
  }
  for (size_t i = 0; i < count; i++) {
    struct qemu_plugin_insn* instruction = qemu_plugin_tb_get_insn(tb, i);
    const uint64_t at = qemu_plugin_insn_vaddr(instruction);
    if (at == begin_address)
      qemu_plugin_register_vcpu_insn_exec_cb(instruction, on_begin, QEMU_PLUGIN_CB_NO_REGS, NULL);
    if (at == end_address) qemu_plugin_register_vcpu_insn_exec_cb(instruction, on_end, QEMU_PLUGIN_CB_NO_REGS, NULL);
    qemu_plugin_register_vcpu_insn_exec_inline(instruction, QEMU_PLUGIN_INLINE_ADD_U64, &now.instructions, 1);
    if (!want_classes) continue;
    qemu_plugin_register_vcpu_insn_exec_inline(instruction, QEMU_PLUGIN_INLINE_ADD_U64, &mnemonic_of(instruction)->all,
                                               1);
    qemu_plugin_register_vcpu_mem_cb(instruction, on_memory, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_RW, NULL);
  }
}

static void on_exit_of_guest(qemu_plugin_id_t id, void* data) {
  (void)id;
  (void)data;
  const struct counts nothing = {0, 0, 0, 0};
  print_counts("total", &now, &nothing);
  for (int i = 0; i < mnemonic_count; i++) {
    if (mnemonics[i].inside != 0)
      fprintf(out, "mnemonic %s %llu\n", mnemonics[i].name, (unsigned long long)mnemonics[i].inside);
  }
  fclose(out);
}

static bool take_option(const char* option) {
  const char* value = strchr(option, '=');
  if (value == NULL) return false;
  const size_t length = (size_t)(value - option);
  value++;
  if (strncmp(option, "begin", length) == 0) {
    begin_address = strtoull(value, NULL, 0) & ~1ULL;
  } else if (strncmp(option, "end", length) == 0) {
    end_address = strtoull(value, NULL, 0) & ~1ULL;
  } else if (strncmp(option, "classes", length) == 0) {
    want_classes = strcmp(value, "1") == 0 || strcmp(value, "on") == 0;
  } else if (strncmp(option, "out", length) == 0) {
    out = fopen(value, "w");
  } else {
    return false;
  }
  return true;
}

/* `info` begins with the name of the guest's architecture. */
__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id, const void* info, int count,
                                                               char** options);
int qemu_plugin_install(qemu_plugin_id_t id, const void* info, int count, char** options) {
  is_riscv = strncmp(*(const char* const*)info, "riscv", 5) == 0;
  for (int i = 0; i < count; i++) {
    if (!take_option(options[i])) return -1;
  }
  if (out == NULL) return -1;
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
  qemu_plugin_register_atexit_cb(id, on_exit_of_guest, NULL);
  return 0;
}
