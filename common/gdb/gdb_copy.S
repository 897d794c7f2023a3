/*
 * u64 gdb_copy(void *to, const void *from, u64 size)
 *
 * Copies bytes and returns how many are left: 0, unless a fault came at
 * gdb_copy_access, whose handler goes on at gdb_copy_end. RCX then counts
 * those that were not copied.
 */
	.text
	.global gdb_copy, gdb_copy_access, gdb_copy_end
	.type gdb_copy, @function
gdb_copy:
	mov	%rdx, %rcx
gdb_copy_access:
	rep movsb
gdb_copy_end:
	mov	%rcx, %rax
	ret
	.size gdb_copy, . - gdb_copy

	.section .note.GNU-stack, "", @progbits
