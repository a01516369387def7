// System calls that a seccomp filter answers with EPERM because it does not know them, as Docker's did before 20.10.10. The C library has an
// older way for each, which it takes only for ENOSYS. The linker leads its calls here (--wrap).
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

struct clone_args;

// Not in every C library: where it is not, nothing calls the function below.
__attribute__((weak)) int __real___clone3(struct clone_args *arguments, size_t size, int (*function)(void *), void *argument);

// Threads and posix_spawn.
int __wrap___clone3(struct clone_args *arguments, size_t size, int (*function)(void *), void *argument)
{
  int result = __real___clone3(arguments, size, function, argument);
  if (result < 0 && errno == EPERM)
    errno = ENOSYS;
  return result;
}

int __real_statx(int directory, const char *path, int flags, unsigned mask, struct statx *status);

int __wrap_statx(int directory, const char *path, int flags, unsigned mask, struct statx *status)
{
  if (__real_statx(directory, path, flags, mask, status) == 0)
    return 0;
  struct stat old;
  if (errno != EPERM || fstatat(directory, path, &old, flags & (AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT)) < 0)
    return -1;
  memset(status, 0, sizeof *status);
  status->stx_mask = STATX_BASIC_STATS;
  status->stx_blksize = (unsigned)old.st_blksize;
  status->stx_nlink = (unsigned)old.st_nlink;
  status->stx_uid = old.st_uid;
  status->stx_gid = old.st_gid;
  status->stx_mode = (unsigned short)old.st_mode;
  status->stx_ino = old.st_ino;
  status->stx_size = (unsigned long long)old.st_size;
  status->stx_blocks = (unsigned long long)old.st_blocks;
  status->stx_rdev_major = major(old.st_rdev);
  status->stx_rdev_minor = minor(old.st_rdev);
  status->stx_dev_major = major(old.st_dev);
  status->stx_dev_minor = minor(old.st_dev);
  status->stx_mtime.tv_sec = old.st_mtim.tv_sec;
  status->stx_mtime.tv_nsec = (unsigned)old.st_mtim.tv_nsec;
  return 0;
}
