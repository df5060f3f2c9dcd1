/* Where the kernel enters the guest, and the kernel's traps. Source: facts gnumach 4, 5, 8. */
	.text

/* The bootstrap task's first thread: esp points at argc, argv[], 0, envp[], 0. It moves to a stack of its own
   in a slot like every thread's (thread.h), whose Thread, at the top, is zeroed. */
	.globl	_start
_start:
	xorl	%ebp, %ebp
	movl	%esp, %eax
	movl	$portunus_boot_stack + 2 * PORTUNUS_STACK_SIZE - 1024, %esp
	pushl	$0
	pushl	$0
	pushl	$0
	pushl	%eax
	call	portunus_start
	hlt

/* Every other thread: uesp points at the function and its argument. The function does not return. */
	.globl	portunus_thread_entry
portunus_thread_entry:
	xorl	%ebp, %ebp
	popl	%eax
	pushl	$0
	jmp	*%eax

	.bss
	.balign	2 * PORTUNUS_STACK_SIZE
	.globl	portunus_boot_stack
portunus_boot_stack:
	.skip	2 * PORTUNUS_STACK_SIZE
	.text

/* A trap takes its arguments from the stack as a C function does, so each is one. */
#define TRAP(name, number)			\
	.globl	name				; \
	.type	name, @function			; \
name:	movl	$number, %eax			; \
	lcall	$7, $0				; \
	ret					; \
	.size	name, . - name

TRAP(kernel_mach_msg, -25)
TRAP(kernel_reply_port, -26)
TRAP(kernel_thread_self, -27)
TRAP(kernel_task_self, -28)
TRAP(kernel_host_self, -29)
TRAP(kernel_print, -30)
TRAP(kernel_switch, -59)
TRAP(kernel_thread_switch, -61)
TRAP(kernel_insert_right, -74)

	.section .note.GNU-stack, "", @progbits
