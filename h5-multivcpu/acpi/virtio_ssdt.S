/* The byte code that iasl makes of virtio_ssdt.asl. */
	.section .rodata
	.balign	16
	.global virtio_ssdt_aml, virtio_ssdt_aml_size
virtio_ssdt_aml:
	.incbin	"build/asl/h5-multivcpu/acpi/virtio_ssdt.aml"
1:
	.if	1b - virtio_ssdt_aml > 512	/* VIRTIO_SSDT_SIZE_MAX */
	.error	"the table is longer than a copy of it may be"
	.endif
	.balign	4
virtio_ssdt_aml_size:
	.long	1b - virtio_ssdt_aml

	.section .note.GNU-stack, "", @progbits
