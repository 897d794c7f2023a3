#include "memory/guest_rights.h"
#include "cpu/registers.h"

/* SDM: "Protection Keys": two bits for each key. */
#define KEY_SHIFT	   59
#define KEY_MASK	   0xfu
#define KEY_ACCESS_DISABLE 1u
#define KEY_WRITE_DISABLE  2u

/* What the entries of one translation say together. */
struct rights {
	bool user; /* a user-mode address, else a supervisor-mode one */
	bool writable;
	bool executable;
	u32 key_denies; /* KEY_ bits; 0 without protection keys */
};

static bool is_system(enum guest_access access)
{
	return access == GUEST_SYSTEM_READ || access == GUEST_SYSTEM_WRITE;
}

static bool is_user(const struct guest_paging_state *paging,
		    enum guest_access access)
{
	return paging->cpl == 3 && !is_system(access);
}

static u32 key_bits(const struct guest_paging_state *paging, u64 leaf,
		    bool user)
{
	unsigned int key = leaf >> KEY_SHIFT & KEY_MASK;

	if ((paging->efer & EFER_LMA) == 0 ||
	    (paging->cr4 & (user ? CR4_PKE : CR4_PKS)) == 0) {
		return 0;
	}
	return (user ? paging->pkru : paging->pkrs) >> 2 * key &
	       (KEY_ACCESS_DISABLE | KEY_WRITE_DISABLE);
}

static struct rights rights_of(const struct guest_paging_state *paging,
			       const struct guest_translation *found)
{
	bool user = (found->all & PAGE_USER) != 0;

	/* XD is reserved without NXE, so that an entry with it is no page. */
	return (struct rights){
		.user = user,
		.writable = (found->all & PAGE_WRITE) != 0,
		.executable = (found->any & PAGE_XD) == 0,
		.key_denies =
			key_bits(paging, found->entry[found->level - 1], user),
	};
}

/* Is it a write that R/W = 0, or a key's WD, would stop? */
static bool is_stoppable(const struct guest_paging_state *paging,
			 enum guest_access access)
{
	return guest_rights_is_write(access) &&
	       (is_user(paging, access) || (paging->cr0 & CR0_WP) != 0);
}

static bool key_forbids(const struct guest_paging_state *paging,
			struct rights rights, enum guest_access access)
{
	if (access == GUEST_FETCH) {
		return false;
	}
	return (rights.key_denies & KEY_ACCESS_DISABLE) != 0 ||
	       ((rights.key_denies & KEY_WRITE_DISABLE) != 0 &&
		is_stoppable(paging, access));
}

/* SMEP and SMAP: the supervisor keeps off the user's pages. */
static bool is_kept_off(const struct guest_paging_state *paging,
			enum guest_access access)
{
	if (access == GUEST_FETCH) {
		return (paging->cr4 & CR4_SMEP) != 0;
	}
	return (paging->cr4 & CR4_SMAP) != 0 &&
	       (is_system(access) || (paging->rflags & RFLAGS_AC) == 0);
}

/* SDM: "Determination of Access Rights", but for protection keys. */
static bool is_forbidden(const struct guest_paging_state *paging,
			 struct rights rights, enum guest_access access)
{
	bool user = is_user(paging, access);

	if (user && !rights.user) {
		return true;
	}
	if (!user && rights.user && is_kept_off(paging, access)) {
		return true;
	}
	return access == GUEST_FETCH
		       ? !rights.executable
		       : !rights.writable && is_stoppable(paging, access);
}

u32 guest_rights_access_bits(const struct guest_paging_state *paging,
			     enum guest_access access)
{
	bool tells_fetches = (paging->cr4 & CR4_SMEP) != 0 ||
			     ((paging->cr4 & CR4_PAE) != 0 &&
			      (paging->efer & EFER_NXE) != 0);

	return (u32)((guest_rights_is_write(access) ? PF_WR : 0) |
		     (is_user(paging, access) ? PF_US : 0) |
		     (access == GUEST_FETCH && tells_fetches ? PF_ID : 0));
}

u32 guest_rights_violation(const struct guest_paging_state *paging,
			   const struct guest_translation *found,
			   enum guest_access access)
{
	struct rights rights = rights_of(paging, found);

	if (key_forbids(paging, rights, access)) {
		return PF_P | PF_PK;
	}
	return is_forbidden(paging, rights, access) ? PF_P : 0;
}
