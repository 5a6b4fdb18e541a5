/* A disk that fails when it is told to, and a machine that stops: loaded before libc (LD_PRELOAD) into the process under test.

   FAULTS names a file that holds `struct control`, shared with the test; FAULTS_UNDER is the folder whose calls count. The
   call with the number `at` fails with `error`, or (error < 0) the process is killed before it. With `stays`, all later calls
   that need room fail too, and the first of them writes half of what it was given: a disk that is full. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static struct control { int64_t calls, at, error, stays; } *control;
static const char *under;

__attribute__((constructor)) static void begin(void) {
    const char *name = getenv("FAULTS");
    int file = name ? open(name, O_RDWR) : -1;
    if (file < 0) return;
    under = getenv("FAULTS_UNDER");
    void *shared = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (under && shared != MAP_FAILED) control = shared;
}

static int is_meant(const char *path) { return control && !strncmp(path, under, strlen(under)); }

static int is_meant_file(int file) {
    char link[64], path[PATH_MAX];
    if (!control) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_meant(path);
}

/* Count a call; return 0 when it may go on, 1 when it fails, 2 when it fails after half of it. */
static int fails(int needs_room) {
    int64_t number = __atomic_add_fetch(&control->calls, 1, __ATOMIC_SEQ_CST);
    if (!control->at || number < control->at) return 0;
    if (control->error < 0 && number == control->at) kill(getpid(), SIGKILL);
    if (number > control->at && !(control->stays && needs_room)) return 0;
    errno = (int)control->error;
    return control->stays && number == control->at ? 2 : 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define WRITES(name, given, passed)                                                                            \
    ssize_t name given {                                                                                       \
        int failure = is_meant_file(file) ? fails(1) : 0;                                                      \
        if (failure == 2 && count > 1) { count /= 2; return REAL(name) passed; }                               \
        return failure ? -1 : REAL(name) passed;                                                               \
    }
WRITES(write, (int file, const void *data, size_t count), (file, data, count))
WRITES(pwrite, (int file, const void *data, size_t count, off_t place), (file, data, count, place))
WRITES(pwrite64, (int file, const void *data, size_t count, off64_t place), (file, data, count, place))

#define CALL(name, given, passed, meant, needs_room) \
    int name given { return (meant) && fails(needs_room) ? -1 : REAL(name) passed; }
CALL(fsync, (int file), (file), is_meant_file(file), 0)
CALL(syncfs, (int file), (file), is_meant_file(file), 0)
CALL(fdatasync, (int file), (file), is_meant_file(file), 0)
CALL(ftruncate, (int file, off_t size), (file, size), is_meant_file(file), 0)
CALL(ftruncate64, (int file, off64_t size), (file, size), is_meant_file(file), 0)
CALL(rename, (const char *from, const char *to), (from, to), is_meant(to), 0)
CALL(renameat, (int a, const char *from, int b, const char *to), (a, from, b, to), is_meant(to), 0)
CALL(unlink, (const char *path), (path), is_meant(path), 0)
CALL(unlinkat, (int a, const char *path, int flags), (a, path, flags), is_meant(path) || is_meant_file(a), 0)
CALL(rmdir, (const char *path), (path), is_meant(path), 0)
CALL(mkdir, (const char *path, mode_t mode), (path, mode), is_meant(path), 1)

#define OPENS(name)                                                                                            \
    int name(const char *path, int flags, ...) {                                                               \
        va_list rest;                                                                                          \
        va_start(rest, flags);                                                                                 \
        mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;                                              \
        va_end(rest);                                                                                          \
        if (flags & O_CREAT && is_meant(path) && access(path, F_OK) && fails(1)) return -1;                    \
        return REAL(name)(path, flags, mode);                                                                  \
    }
OPENS(open)
OPENS(open64)
