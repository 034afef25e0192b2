/* A disk that is slow or cannot be written, for one program: put before it with LD_PRELOAD.
 *
 * SICK_FOLDER is where the disk is sick, SICK_FILE holds what ails it: "slow MS" (each fsync takes so
 * long), "readonly" (nothing can be written), or nothing.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* 0: well. -1: cannot be written. Else: how long an fsync takes, in ms. */
static long ailment(void) {
  const char *name = getenv("SICK_FILE");
  char text[32] = "";
  if (name == NULL) return 0;
  int fd = (int)syscall(SYS_openat, AT_FDCWD, name, O_RDONLY, 0);
  if (fd < 0) return 0;
  ssize_t length = syscall(SYS_read, fd, text, sizeof text - 1);
  syscall(SYS_close, fd);
  if (length <= 0) return 0;
  if (strncmp(text, "readonly", 8) == 0) return -1;
  if (strncmp(text, "slow ", 5) == 0) return atol(text + 5);
  return 0;
}

static int is_sick(int fd) {
  const char *folder = getenv("SICK_FOLDER");
  char link[64], path[4096];
  if (folder == NULL) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return strncmp(path, folder, strlen(folder)) == 0;
}

static int cannot_write(int fd) {
  if (!is_sick(fd) || ailment() != -1) return 0;
  errno = EROFS;
  return 1;
}

static void wait_for_disk(int fd) {
  if (!is_sick(fd)) return;
  long ms = ailment();
  if (ms <= 0) return;
  struct timespec span = {ms / 1000, (ms % 1000) * 1000000L};
  nanosleep(&span, NULL);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int fsync(int fd) {
  if (cannot_write(fd)) return -1;
  wait_for_disk(fd);
  return REAL(fsync)(fd);
}

int fdatasync(int fd) {
  if (cannot_write(fd)) return -1;
  wait_for_disk(fd);
  return REAL(fdatasync)(fd);
}

ssize_t write(int fd, const void *bytes, size_t count) {
  return cannot_write(fd) ? -1 : REAL(write)(fd, bytes, count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  return cannot_write(fd) ? -1 : REAL(pwrite)(fd, bytes, count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  return cannot_write(fd) ? -1 : REAL(pwrite64)(fd, bytes, count, at);
}

int ftruncate(int fd, off_t length) {
  return cannot_write(fd) ? -1 : REAL(ftruncate)(fd, length);
}

int ftruncate64(int fd, off64_t length) {
  return cannot_write(fd) ? -1 : REAL(ftruncate64)(fd, length);
}
