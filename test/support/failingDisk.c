/*
 * Loaded before the C library: makes a database's disk fail as a test says. COCHART_DISK_FAULT names a file that holds
 * "<call> <errno> <from> <count>": of the calls of that kind on a database file since the file last changed, those from
 * the n-th on fail, so many of them (0: all). An empty file or none: nothing fails.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct timespec changed;
static off_t size = -1;
static char call[16];
static int error, from, count, seen;

static int is_database(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return strstr(path, ".db") != NULL;
}

static int fails(const char *kind, int fd) {
  const char *plan = getenv("COCHART_DISK_FAULT");
  struct stat now;
  int answer = 0;
  if (!plan || !is_database(fd)) return 0;
  pthread_mutex_lock(&lock);
  if (stat(plan, &now) != 0) now.st_size = 0;
  if (now.st_size != size || now.st_mtim.tv_sec != changed.tv_sec || now.st_mtim.tv_nsec != changed.tv_nsec) {
    FILE *file = now.st_size > 0 ? fopen(plan, "r") : NULL;
    size = now.st_size;
    changed = now.st_mtim;
    seen = 0;
    call[0] = 0;
    if (file) {
      if (fscanf(file, "%15s %d %d %d", call, &error, &from, &count) != 4) call[0] = 0;
      fclose(file);
    }
  }
  if (strcmp(kind, call) == 0) {
    seen++;
    if (seen >= from && (count == 0 || seen < from + count)) answer = error;
  }
  pthread_mutex_unlock(&lock);
  return answer;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAIL_OR(kind, fd)                \
  int fault = fails(kind, fd);           \
  if (fault) { errno = fault; return -1; }

int fsync(int fd) { FAIL_OR("fsync", fd) return NEXT(fsync)(fd); }
int fdatasync(int fd) { FAIL_OR("fsync", fd) return NEXT(fdatasync)(fd); }
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
  FAIL_OR("write", fd) return NEXT(pwrite64)(fd, bytes, length, at);
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
  FAIL_OR("write", fd) return NEXT(pwrite)(fd, bytes, length, at);
}
ssize_t write(int fd, const void *bytes, size_t length) {
  FAIL_OR("write", fd) return NEXT(write)(fd, bytes, length);
}
int ftruncate64(int fd, off64_t length) { FAIL_OR("write", fd) return NEXT(ftruncate64)(fd, length); }
