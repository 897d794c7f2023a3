/* The byte code that iasl makes of dsdt.asl. */
	.section .rodata
	.balign	16
	.global dsdt_aml, dsdt_aml_end
dsdt_aml:
	.incbin	"build/asl/h4-exits/acpi/dsdt.aml"
dsdt_aml_end:

	.section .note.GNU-stack, "", @progbits
