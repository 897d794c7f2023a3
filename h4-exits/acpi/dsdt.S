/* The byte code that iasl makes of dsdt.asl. */
	.section .rodata
	.balign	16
	.global dsdt_aml, dsdt_aml_size
dsdt_aml:
	.incbin	"build/asl/h4-exits/acpi/dsdt.aml"
1:	.balign	4
dsdt_aml_size:
	.long	1b - dsdt_aml

	.section .note.GNU-stack, "", @progbits
