// The first code that runs: before the C library, before the .NET runtime, and around its start.
//
//   init_entry   the entry point of the binary. Signals wait from here on (a TERM that comes before anybody listens is not lost,
//                and no second start is needed to have it so), and variables that are meant for other programs are out of sight.
//   prepare      a constructor, with the C library at hand: `init exec` is carried out here, in a tenth of the time that a runtime takes.
//   main         is the runtime's; where it cannot start it says nothing, so we do.
#define _GNU_SOURCE
#include "start.h"
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

// Jumps to _start of the C library with the stack and the registers that the kernel made; see "Process Initialization" in the psABI.
#if defined(__x86_64__)
__asm__(".globl init_entry\n"
        ".type init_entry, @function\n"
        "init_entry:\n"
        "  endbr64\n"
        "  xor %ebp, %ebp\n"
        "  mov %rsp, %r12\n"
        "  mov %rdx, %r13\n"
        "  mov %rsp, %rdi\n"
        "  and $-16, %rsp\n"
        "  call init_before\n"
        "  mov %r12, %rsp\n"
        "  mov %r13, %rdx\n"
        "  jmp _start\n");
#elif defined(__aarch64__)
__asm__(".globl init_entry\n"
        ".type init_entry, %function\n"
        "init_entry:\n"
        "  mov x19, x0\n"
        "  mov x0, sp\n"
        "  bl init_before\n"
        "  mov x0, x19\n"
        "  b _start\n");
#else
#error "x86-64 and arm64 only"
#endif

static int argument_count;
static char **arguments;
static const char *environment;
static int environment_count;
static uint64_t inherited_mask;
static volatile sig_atomic_t has_started;

// Variables that the runtime, its libraries and the C library read. Images set them for their programs, and each can end us or change us:
// DOTNET_DbgEnableMiniDump, DOTNET_GCHeapHardLimit, GLIBC_TUNABLES=glibc.malloc.hugetlb=2... Programs get them as they are.
static const char hidden[][12] = {"DOTNET_", "COMPlus_", "CORECLR_", "ASPNETCORE_", "GLIBC_", "MALLOC_", "LD_", "GCONV_", "LOCPATH"};

// All but what a fault of our own raises, what cannot be blocked, the C library's own (32, 33), and the runtime's (34).
static const uint64_t waiting = ~(1ull << (SIGILL - 1) | 1ull << (SIGTRAP - 1) | 1ull << (SIGABRT - 1) | 1ull << (SIGBUS - 1) | 1ull << (SIGFPE - 1) |
                                  1ull << (SIGSEGV - 1) | 1ull << (SIGSYS - 1) | 1ull << (SIGKILL - 1) | 1ull << (SIGSTOP - 1) | 7ull << (32 - 1));

static int is_hidden(const char *variable)
{
  for (unsigned i = 0; i < sizeof hidden / sizeof *hidden; i++) {
    unsigned at = 0;
    while (hidden[i][at] && hidden[i][at] == variable[at])
      at++;
    if (!hidden[i][at])
      return 1;
  }
  return 0;
}

static long system_call(long number, long a, long b, long c, long d)
{
#if defined(__x86_64__)
  register long r10 __asm__("r10") = d;
  __asm__ volatile("syscall" : "+a"(number) : "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
  return number;
#else
  register long x8 __asm__("x8") = number, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c, x3 __asm__("x3") = d;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
  return x0;
#endif
}

// Nothing of the C library works yet: no call into it, nothing that needs relocations or thread-local storage.
__attribute__((used, visibility("hidden"))) void init_before(long *stack)
{
  system_call(SYS_rt_sigprocmask, SIG_BLOCK, (long)&waiting, (long)&inherited_mask, sizeof waiting);
  argument_count = (int)stack[0];
  arguments = (char **)(stack + 1);
  char **variables = arguments + argument_count + 1;
  environment = *variables;
  for (; *variables; variables++, environment_count++)
    if (is_hidden(*variables))
      *variables = ""; // without a `=`, so no variable; the string itself stays where it is
}

const char *init_environment(int *count)
{
  *count = environment_count;
  return environment;
}

char **init_arguments(int *count)
{
  *count = argument_count;
  return arguments;
}

uint64_t init_inherited_mask(void)
{
  return inherited_mask;
}

// Signal 34 is the runtime's, which stops its own threads by it and calls whoever had the signal before. One that comes from outside is
// sent on to ourselves as a signal that can wait in the queue like all others, with 34 as its value.
static void pass_on(int number, siginfo_t *info, void *context)
{
  (void)context;
  int saved = errno;
  if (info->si_pid != getpid())
    sigqueue(getpid(), number + 1, (union sigval){.sival_int = number});
  errno = saved;
}

static void say(const char *text)
{
  if (write(2, text, strlen(text)) < 0)
    return; // no stderr: there is no other place
}

// In kB: what we need with HTTP too. With less than half of it the runtime does not even start.
static const unsigned long long least_addresses = 200000;

static void *no_work(void *argument)
{
  return argument;
}

static void say_why_not(void)
{
  static int is_said;
  if (is_said++)
    return;
  char line[512];
  struct rlimit addresses;
  pthread_t thread;
  int error;
  if (getrlimit(RLIMIT_AS, &addresses) == 0 && addresses.rlim_cur / 1024 < least_addresses)
    snprintf(line, sizeof line, "init: cannot start: the limit of address space is %llu kB, and %llu are needed; raise it (ulimit -v, limit_as)\n",
             (unsigned long long)addresses.rlim_cur / 1024, least_addresses);
  else if ((error = pthread_create(&thread, NULL, no_work, NULL)) != 0)
    snprintf(line, sizeof line, "init: cannot start: no thread can be made (%s); %s\n", strerror(error),
             error == EAGAIN ? "raise the limit of processes (ulimit -u, --pids-limit) or of memory" : "a seccomp filter refuses it: allow clone and clone3");
  else
    snprintf(line, sizeof line,
             "init: cannot start: the .NET runtime failed; likely a seccomp filter that refuses a usual system call, or too little memory "
             "(--memory, vm.overcommit_memory)\n");
  say(line);
}

static void on_fault(int number)
{
  if (!has_started)
    say_why_not();
  signal(number, SIG_DFL); // what caused it comes again, or is raised again by abort(3)
}

__attribute__((constructor)) static void prepare(void)
{
  const char *slash = argument_count > 1 ? strrchr(arguments[0], '/') : NULL;
  if (argument_count > 1 && strcmp(slash ? slash + 1 : arguments[0], "init") == 0 && strcmp(arguments[1], "exec") == 0)
    init_exec(argument_count - 2, arguments + 2);

  mallopt(M_ARENA_MAX, 1); // each further one takes 64 MB of addresses, and threads of ours allocate little there
  struct rlimit addresses;
  char range[24];
  if (getrlimit(RLIMIT_AS, &addresses) == 0 && addresses.rlim_cur < 8ull << 30) {
    snprintf(range, sizeof range, "%llX", (unsigned long long)addresses.rlim_cur / 4 & ~((4ull << 20) - 1));
    setenv("DOTNET_GCRegionRange", range, 1); // for the runtime alone: programs get what the kernel gave us
  }
  struct sigaction action = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO | SA_RESTART};
  sigaction(SIGRTMIN, &action, NULL);
}

int __real_main(int count, char **words);

int __wrap_main(int count, char **words)
{
  for (int i = 0; i < 3; i++)
    signal((int[]){SIGABRT, SIGSEGV, SIGTRAP}[i], on_fault);
  int status = __real_main(count, words);
  if (!has_started)
    say_why_not();
  return status;
}

void init_has_started(void)
{
  has_started = 1;
  signal(SIGABRT, SIG_DFL);
  signal(SIGTRAP, SIG_DFL);
}
