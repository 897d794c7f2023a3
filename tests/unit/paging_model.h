#pragma once
/*
 * The chapter "Paging" once more, table by table and sentence by sentence, to
 * hold guest_linear.c against. It works on a copy of the guest's first bytes.
 */
#include "cpu/registers.h"
#include "memory/guest_linear.h"
#include <string.h>

#define MODEL_BYTES 0x10000u

struct model_answer {
	bool allowed;
	gpa_t gpa;
	unsigned int vector;
	unsigned int error_code;
};

/* Where one entry is, and what it says. */
struct model_entry {
	gpa_t at;
	u64 value;
};

static inline bool model_bit(u64 value, unsigned int bit)
{
	return (value >> bit & 1) != 0;
}

/* Is any of the bits high .. low set? None are, if high is below low. */
static inline bool model_bits(u64 value, unsigned int high, unsigned int low)
{
	for (unsigned int bit = low; bit <= high; bit++) {
		if (model_bit(value, bit)) {
			return true;
		}
	}
	return false;
}

/* shift: of the linear address's part that indexes this entry's table. */
static inline bool model_is_page(const struct guest_paging_state *p,
				 unsigned int mode, unsigned int shift,
				 u64 value)
{
	if (shift == 12) {
		return true;
	}
	if (mode == 2) {
		return model_bit(p->cr4, 4) && model_bit(value, 7);
	}
	return model_bit(value, 7) &&
	       (shift == 21 || (shift == 30 && mode >= 4 && p->pages_1g));
}

static inline bool model_reserved(const struct guest_paging_state *p,
				  unsigned int mode, unsigned int shift,
				  u64 value)
{
	unsigned int m = p->maxphyaddr;
	bool page = model_is_page(p, mode, shift, value);

	if (mode == 2) {
		/* Bits 21:(M-19) of a PDE of a 4-MByte page, M at most 40. */
		return shift == 22 && page &&
		       model_bits(value, 21, (m < 40 ? m : 40) - 19);
	}
	if (model_bits(value, mode == 3 ? 62 : 51, m) ||
	    (model_bit(value, 63) && !model_bit(p->efer, 11))) {
		return true;
	}
	if (shift > 12 && !page && model_bit(value, 7)) {
		return true;
	}
	return page && model_bits(value, shift - 1, 13);
}

static inline bool model_may(const struct guest_paging_state *p,
			     enum guest_access access,
			     const struct model_entry *entries,
			     unsigned int count, bool *key_disallows)
{
	bool implicit =
		access == GUEST_SYSTEM_READ || access == GUEST_SYSTEM_WRITE;
	bool user_mode = p->cpl == 3 && !implicit;
	bool write = access == GUEST_WRITE || access == GUEST_SYSTEM_WRITE;
	bool user_address = true, rw_in_all = true, xd_in_none = true;
	bool wp = model_bit(p->cr0, 16);
	bool ad = false, wd = false;

	for (unsigned int i = 0; i < count; i++) {
		user_address = user_address && model_bit(entries[i].value, 2);
		rw_in_all = rw_in_all && model_bit(entries[i].value, 1);
		xd_in_none = xd_in_none && !model_bit(entries[i].value, 63);
	}
	if (model_bit(p->efer, 10) &&
	    model_bit(p->cr4, user_address ? 22 : 24)) {
		unsigned int key = entries[count - 1].value >> 59 & 15;
		u32 rights = user_address ? p->pkru : p->pkrs;

		ad = model_bit(rights, 2 * key);
		wd = model_bit(rights, 2 * key + 1);
	}
	*key_disallows = access != GUEST_FETCH &&
			 (ad || (wd && write && (wp || user_mode)));
	if (user_mode) {
		if (!user_address) {
			return false;
		}
		if (access == GUEST_FETCH) {
			return xd_in_none;
		}
		return (write ? rw_in_all : true) && !*key_disallows;
	}
	if (access == GUEST_FETCH) {
		return xd_in_none &&
		       (user_address ? !model_bit(p->cr4, 20) : true);
	}
	if (*key_disallows) {
		return false;
	}
	if (user_address && model_bit(p->cr4, 21) &&
	    !(model_bit(p->rflags, 18) && !implicit)) {
		return false;
	}
	return write && wp ? rw_in_all : true;
}

static inline struct model_answer
model_fault(const struct guest_paging_state *p, enum guest_access access,
	    bool present, bool reserved, bool key)
{
	unsigned int code = 0;

	code |= present ? 1u : 0;
	code |= access == GUEST_WRITE || access == GUEST_SYSTEM_WRITE ? 2u : 0;
	code |= p->cpl == 3 && access <= GUEST_FETCH ? 4u : 0;
	code |= reserved ? 8u : 0;
	if (access == GUEST_FETCH &&
	    (model_bit(p->cr4, 20) ||
	     (model_bit(p->cr4, 5) && model_bit(p->efer, 11)))) {
		code |= 16;
	}
	code |= key ? 32u : 0;
	return (struct model_answer){.vector = 14, .error_code = code};
}

static inline void model_set(u8 *bytes, struct model_entry entry, u64 bits)
{
	if (entry.at < MODEL_BYTES) {
		bytes[entry.at] |= (u8)bits;
	}
}

/* Which mode: 0 none, 2 32-bit, 3 PAE, 4 and 5 levels. */
static inline unsigned int model_mode(const struct guest_paging_state *p)
{
	if (!model_bit(p->cr0, 31)) {
		return 0;
	}
	if (!model_bit(p->cr4, 5)) {
		return 2;
	}
	if (!model_bit(p->efer, 10)) {
		return 3;
	}
	return model_bit(p->cr4, 12) ? 5 : 4;
}

static inline gpa_t model_page(unsigned int mode, unsigned int shift, u64 value,
			       gva_t gva)
{
	u64 offset = gva & ((1ull << shift) - 1);

	if (mode == 2 && shift == 22) {
		return (value >> 22 << 22) + ((value >> 13 & 0xff) << 32) +
		       offset;
	}
	return ((value & 0xfffffffffffff) >> shift << shift) + offset;
}

/* The copy of the guest's RAM, and what is asked of it. */
struct model {
	u8 *bytes; /* the first MODEL_BYTES; the rest is zero */
	u64 ram;   /* bytes */
	const struct guest_paging_state *paging;
	unsigned int mode;
	gva_t gva;
	enum guest_access access;
};

/* The last of count entries maps a page of 2^shift bytes. */
static inline struct model_answer model_use(const struct model *m,
					    const struct model_entry *entries,
					    unsigned int count,
					    unsigned int shift)
{
	const struct model_entry *page = &entries[count - 1];
	bool key;

	if (!model_may(m->paging, m->access, entries, count, &key)) {
		return model_fault(m->paging, m->access, true, false, key);
	}
	model_set(m->bytes, *page, 0x20);
	if (m->access == GUEST_WRITE || m->access == GUEST_SYSTEM_WRITE) {
		model_set(m->bytes, *page, 0x40);
	}
	return (struct model_answer){
		.allowed = true,
		.gpa = model_page(m->mode, shift, page->value, m->gva),
	};
}

/* From the table of level down. */
static inline struct model_answer model_walk(const struct model *m, gpa_t table,
					     unsigned int level)
{
	unsigned int size = m->mode == 2 ? 4 : 8;
	unsigned int bits = m->mode == 2 ? 10 : 9;
	struct model_entry entries[5];
	unsigned int count = 0;

	for (;; level--) {
		unsigned int shift = 12 + bits * (level - 1);
		u64 index = (m->gva >> shift) % (1u << bits);
		struct model_entry *e = &entries[count++];

		e->at = table + index * size;
		e->value = 0;
		if (e->at < MODEL_BYTES) {
			memcpy(&e->value, m->bytes + e->at, size);
		}
		if (e->at < m->ram && !model_bit(e->value, 0)) {
			return model_fault(m->paging, m->access, false, false,
					   false);
		}
		if (e->at >= m->ram ||
		    model_reserved(m->paging, m->mode, shift, e->value)) {
			return model_fault(m->paging, m->access, true, true,
					   false);
		}
		if (model_is_page(m->paging, m->mode, shift, e->value)) {
			return model_use(m, entries, count, shift);
		}
		model_set(m->bytes, *e, 0x20);
		table = e->value & 0xffffffffff000;
	}
}

static inline struct model_answer model_translate(struct model m)
{
	gpa_t table = m.paging->cr3 & 0xffffffffff000;

	m.mode = model_mode(m.paging);
	if (m.mode <= 3) {
		m.gva &= 0xffffffff;
	} else {
		unsigned int unused = 64 - 12 - 9 * m.mode;
		s64 sign = (s64)(m.gva << unused);

		if ((u64)(sign >> unused) != m.gva) {
			return (struct model_answer){.vector = 13};
		}
	}
	if (m.mode == 0) {
		return (struct model_answer){.allowed = true, .gpa = m.gva};
	}
	if (m.mode == 2) {
		table &= 0xffffffff;
	}
	if (m.mode == 3) {
		table = m.paging->pdpte[m.gva >> 30];
		if (!model_bit(table, 0)) {
			return model_fault(m.paging, m.access, false, false,
					   false);
		}
		table &= 0xffffffffff000;
	}
	return model_walk(&m, table, m.mode == 3 ? 2 : m.mode);
}
