/* Machine-mode reset of QEMU's 'virt'. A trap ends the run with status 125. */
    .option arch, +zicsr
    .section .vectors, "ax"
    .globl firmware_reset
firmware_reset:
    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop
    la sp, __stack_top
    la t0, trap
    csrw mtvec, t0
    la a0, __data_load
    la a1, __data_start
    la a2, __data_end
1:  bgeu a1, a2, 2f
    lw t0, 0(a0)
    sw t0, 0(a1)
    addi a0, a0, 4
    addi a1, a1, 4
    j 1b
2:  la a1, __bss_start
    la a2, __bss_end
3:  bgeu a1, a2, 4f
    sw zero, 0(a1)
    addi a1, a1, 4
    j 3b
4:  call main
    mv s0, a0
    la a0, end_text
    call semihost_print
    mv a0, s0
    call semihost_exit
    .balign 4
trap:
    la sp, __stack_top
    la a0, fault_text
    call semihost_print
    li a0, 125
    call semihost_exit
    .section .rodata
fault_text: .asciz "FAULT\n"
end_text: .asciz "END\n"
