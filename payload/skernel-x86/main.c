/*
 * skernel-x86: the guest that the stages run.
 *
 * A kernel like the hypervisor itself, over the same common/. It boots under
 * GRUB on a bare machine and under h3 and later stages as a guest; what it
 * does is said by its command line. Without any words there it looks around
 * and is done.
 */
#include "actions.h"
#include "boot/cmdline.h"
#include "boot/kernel.h"
#include "cpu/instructions.h"
#include "cpu/registers.h"
#include "lib/printk.h"
#include "lib/string.h"
#include "memory/frames.h"

static void print_cpu(void)
{
	struct cpuid vendor = cpuid(CPUID_VENDOR, 0);
	u32 features = cpuid(CPUID_FEATURES, 0).ecx;
	char name[13] = "";

	memcpy(name, &vendor.ebx, 4);
	memcpy(name + 4, &vendor.edx, 4);
	memcpy(name + 8, &vendor.ecx, 4);
	printk("skernel-x86: CPU %s, %s VT-x, %s a hypervisor\n", name,
	       (features & CPUID_FEATURES_ECX_VMX) != 0 ? "with" : "without",
	       (features & CPUID_FEATURES_ECX_HYPERVISOR) != 0 ? "under"
							       : "not under");
}

enum kernel_status kmain(const struct boot_info *boot)
{
	enum kernel_status status;

	printk("skernel-x86: hello, loaded by %s\n", boot->loader);
	printk("skernel-x86: command line \"%s\"\n", boot->cmdline);
	if (!kernel_options_known(actions_words)) {
		return KERNEL_USAGE;
	}
	print_cpu();
	printk("skernel-x86: %lu KiB of memory are free\n",
	       frames_free_count() * FRAME_SIZE / 1024);
	status = actions_run(boot);
	printk("skernel-x86: %s\n",
	       status == KERNEL_SUCCESS ? "done" : "failed");
	return status;
}
