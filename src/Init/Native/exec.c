// The child side of a spawn that posix_spawn cannot set up alone: `init exec STEP... -- PATH ARG0 ARG...`, each step `name=value`
// (ExecPlan.cs writes them). The process is fresh, its descriptors, group and signals are right already; it ends in execve. A step that
// fails is said on stderr in Supervisor's words, and the status is 127 (L-040 to L-042).
#define _GNU_SOURCE
#include "start.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { usage_error = 2, found_but_cannot_execute = 126, cannot_execute = 127, most_groups = 65536 }; // NGROUPS_MAX

static const char shell[] = "/bin/sh";

static _Noreturn void end(int status, const char *first, const char *second, const char *third)
{
  dprintf(2, "%s%s%s", first, second, third);
  _exit(status);
}

static const char *name_of(int error)
{
  const char *name = strerrorname_np(error);
  return name ? name : "unknown error";
}

// `couldn't chdir to /nowhere: ENOENT`, and what Supervisor adds to it.
static _Noreturn void fail(const char *what, const char *value, const char *reason)
{
  dprintf(2, "supervisor: couldn't %s%s: %s\nsupervisor: child process was not spawned\n", what, value, reason);
  _exit(cannot_execute);
}

static void check(int result, const char *what, const char *value)
{
  if (result < 0)
    fail(what, value, name_of(errno));
}

static _Noreturn void refuse(const char *word)
{
  end(usage_error, "Error: init exec is for Init itself and does not know '", word, "'\nFor help, use init --help\n");
}

// A number from `*text` on up to `stop`, which is passed over; `unlimited` is the largest.
static unsigned long number(const char **text, char stop, const char *step)
{
  static const char unlimited[] = "unlimited";
  size_t length = strlen(unlimited);
  unsigned long value = RLIM_INFINITY;
  char *after = (char *)*text + length;
  if (strncmp(*text, unlimited, length) != 0) {
    errno = 0;
    value = strtoul(*text, &after, 10);
    if (errno || after == *text)
      refuse(step);
  }
  if (*after != stop)
    refuse(step);
  *text = after + (stop != 0);
  return value;
}

static void set_limit(int kind, const char *value, const char *what, const char *step)
{
  const char *at = value;
  struct rlimit limit;
  limit.rlim_cur = number(&at, ':', step);
  limit.rlim_max = number(&at, 0, step);
  check(setrlimit(kind, &limit), what, value);
}

static void write_oom_score(const char *value)
{
  static const char what[] = "set oom_score_adj to ";
  int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  check(file, what, value);
  check(write(file, value, strlen(value)) < 0 ? -1 : 0, what, value);
  close(file);
}

// `UID:GID:GROUP,GROUP`, or nothing to be done where that is who we are.
static void become(const char *value, const char *step)
{
  const char *at = value;
  uid_t uid = (uid_t)number(&at, ':', step);
  gid_t gid = (gid_t)number(&at, ':', step);
  char name[24];
  snprintf(name, sizeof name, "%u", uid);
  if (getuid() == uid && getgid() == gid)
    return;
  gid_t *groups = malloc(most_groups * sizeof *groups);
  size_t count = 0;
  while (*at && count < most_groups)
    groups[count++] = (gid_t)number(&at, strchr(at, ',') ? ',' : 0, step);
  if (getuid() != 0)
    fail("setuid to ", name, "Can't drop privilege as nonroot user");
  if (setgroups(count, groups) < 0)
    fail("setuid to ", name, "Could not set groups of effective user");
  if (setgid(gid) < 0)
    fail("setuid to ", name, "Could not set group id of effective user");
  if (setuid(uid) < 0) {
    char reason[64];
    snprintf(reason, sizeof reason, "Could not set user id: %s", name_of(errno));
    fail("setuid to ", name, reason);
  }
  free(groups);
}

// Does one step, and notes two that are for the end.
static void carry(const char *step, int *as_shell, const char **address_space)
{
  static const struct {
    const char *name, *what;
    int kind;
  } limits[] = {
      {"limit_nofile=", "set limit_nofile to ", RLIMIT_NOFILE},
      {"limit_nproc=", "set limit_nproc to ", RLIMIT_NPROC},
      {"limit_core=", "set limit_core to ", RLIMIT_CORE},
      {"mark=", "set the mark of stop_tree to ", RLIMIT_RTTIME},
  };
  const char *value = strchr(step, '=');
  if (!value)
    refuse(step);
  value++;
  size_t length = (size_t)(value - step);
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
    if (strncmp(step, limits[i].name, length) == 0) {
      set_limit(limits[i].kind, value, limits[i].what, step);
      return;
    }
  if (strcmp(step, "as=shell") == 0)
    *as_shell = 1;
  else if (strcmp(step, "tty=1") == 0)
    ioctl(0, TIOCSCTTY, 0); // not a terminal, or somebody else's: then there is none to take
  else if (strncmp(step, "nice=", length) == 0)
    check(setpriority(PRIO_PROCESS, 0, atoi(value)), "set nice to ", value);
  else if (strncmp(step, "oom_score_adj=", length) == 0)
    write_oom_score(value);
  else if (strncmp(step, "limit_as=", length) == 0)
    *address_space = value;
  else if (strcmp(step, "no_new_privs=1") == 0)
    check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "set no_new_privs to ", value);
  else if (strncmp(step, "user=", length) == 0)
    become(value, step);
  else if (strncmp(step, "cwd=", length) == 0)
    check(chdir(value), "chdir to ", value);
  else if (strncmp(step, "umask=", length) == 0)
    umask((mode_t)number(&value, 0, step));
  else
    refuse(step);
}

// All strings of the environment, also those that are hidden from the C library.
static char **whole_environment(void)
{
  int count;
  const char *next = init_environment(&count);
  char **all = malloc(((size_t)count + 1) * sizeof *all);
  if (!all)
    fail("exec", "", name_of(errno));
  for (int i = 0; i < count; i++, next += strlen(next) + 1)
    all[i] = (char *)next;
  all[count] = NULL;
  return all;
}

void init_exec(int count, char **words)
{
  int next = 0, as_shell = 0;
  const char *address_space = NULL;
  for (; next < count && strcmp(words[next], "--") != 0; next++)
    carry(words[next], &as_shell, &address_space);
  if (next + 2 >= count)
    refuse(count > 0 ? words[count - 1] : "");
  const char *path = words[next + 1];
  char **arguments = words + next + 2;
  char **environment = whole_environment();
  char **with_shell = malloc((size_t)(count + 2) * sizeof *with_shell);

  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  if (address_space) // last: we may be larger than that already
    set_limit(RLIMIT_AS, address_space, "set limit_as to ", address_space);
  execve(path, arguments, environment);
  if (!as_shell)
    fail("exec ", arguments[0], name_of(errno));
  if (errno == ENOEXEC && with_shell) { // what execvp does with a script that has no `#!` line
    with_shell[0] = (char *)shell;
    with_shell[1] = (char *)path;
    memcpy(with_shell + 2, arguments + 1, (size_t)(count - next - 2) * sizeof *arguments); // with the NULL at their end
    execve(shell, with_shell, environment);
  }
  dprintf(2, "init: %s: %s\n", arguments[0], strerror(errno));
  _exit(errno == ENOENT ? cannot_execute : found_but_cannot_execute);
}
