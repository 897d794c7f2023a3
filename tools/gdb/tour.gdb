# What gdb should know about the tour, read by `make debug`.

set pagination off
set confirm off
# A guest is a process of its own beside the hypervisor, and runs with it.
set schedule-multiple on
set print inferior-events off
# A machine may print for seconds before it answers.
set remotetimeout 30
# The debugged machine is no child of gdb: there is no program to start.
set startup-with-shell off
# Also of a guest that has no file to tell it.
python gdb.execute("set architecture i386:x86-64", to_string=True)

# gdb asks for a description of the registers when it connects, but not when a
# guest appears later. `unset tdesc filename` has it ask again. A guest that has
# no file is taken for one like the first.
# A debugger that comes anew finds the guest there, and stays at the thread that
# has stopped.
python
class Guests:
    def __init__(self):
        self.known = {1}

    def meet(self):
        present = {i.num for i in gdb.inferiors() if i.pid != 0}
        files = {i.num: i.progspace.filename for i in gdb.inferiors()}
        for number in sorted(present - self.known):
            self.known.add(number)
            commands = ["unset tdesc filename"]
            if files[number] is None and files.get(2) is not None:
                commands.append("file %s" % files[2])
            self.visit(number, commands)

    def visit(self, number, commands):
        thread = gdb.selected_thread()
        if gdb.selected_inferior().num != number:
            try:
                gdb.execute("inferior %d" % number, to_string=True)
            except gdb.error:
                pass  # it shows where the thread is, by the wrong description
        for command in commands:
            gdb.execute(command, to_string=True)
        if thread is not None and thread.is_valid():
            thread.switch()

# gdb tells the kernel which thread it looks at when it asks for something of
# that thread, such as a byte of memory, and not for `monitor`.
def tell_thread():
    try:
        gdb.selected_inferior().read_memory(0, 1)
    except gdb.error:
        pass  # it has been told

guests = Guests()
end
define hook-stop
    python guests.meet()
end
define hook-monitor
    python tell_thread()
end

define vmcs
    if $argc == 0
        monitor vmcs
    else
        monitor vmcs $arg0
    end
end
document vmcs
vmcs [FIELD]: the current VMCS, or the fields whose name has FIELD in it.
end

define ept
    if $argc == 0
        monitor ept
    else
        eval "monitor ept %#lx", (unsigned long)($arg0)
    end
end
document ept
ept [GPA]: what the EPT maps, or the way it translates one guest-physical
address, which may be an expression without blanks.
end

define walk
    eval "monitor walk %#lx", (unsigned long)($arg0)
end
document walk
walk GVA: the guest's own paging, then EPT, for one address of the guest, which
may be an expression without blanks.
end
