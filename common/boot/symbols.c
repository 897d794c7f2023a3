#include "boot/symbols.h"
#include "lib/elf.h"
#include "memory/physical.h"

static struct {
	const Elf64_Sym *symbols;
	u64 count;
	const char *names;
	u64 names_size;
} table;

void symbols_init(const struct multiboot2_tag_elf_sections *tag)
{
	if (tag == NULL) {
		return;
	}
	const Elf64_Shdr *sections = (const void *)tag->sections;

	for (u32 i = 0; i < tag->num; i++) {
		const Elf64_Shdr *section = &sections[i];

		if (section->sh_type == SHT_SYMTAB &&
		    section->sh_link < tag->num && section->sh_addr != 0) {
			const Elf64_Shdr *names = &sections[section->sh_link];

			table.symbols = phys_to_virt(section->sh_addr);
			table.count = section->sh_size / sizeof(Elf64_Sym);
			table.names = phys_to_virt(names->sh_addr);
			table.names_size = names->sh_size;
		}
	}
}

const char *symbols_find(u64 address, u64 *offset)
{
	const Elf64_Sym *best = NULL;

	for (u64 i = 0; i < table.count; i++) {
		const Elf64_Sym *symbol = &table.symbols[i];
		u8 type = ELF_ST_TYPE(symbol->st_info);

		if ((type == STT_FUNC || type == STT_NOTYPE) &&
		    symbol->st_shndx != SHN_UNDEF &&
		    symbol->st_value <= address &&
		    symbol->st_name < table.names_size &&
		    (best == NULL || symbol->st_value > best->st_value)) {
			best = symbol;
		}
	}
	if (best == NULL || address - best->st_value > MIB(1)) {
		return NULL;
	}
	*offset = address - best->st_value;
	return table.names + best->st_name;
}
