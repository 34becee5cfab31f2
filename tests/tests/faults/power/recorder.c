/* Writes down, in order, what a server writes to its SQLite files, when the disk has it, and which answers left. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { NOTHING, DATABASE, LOG, FILES = 4096, HEAD = 1024 };

/* Which of the two files a descriptor is. */
static unsigned char files[FILES];
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static int recording = -1;
static uint64_t syncs;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int ends(const char *text, const char *ending) {
    size_t length = strlen(text), wanted = strlen(ending);
    return length >= wanted && strcmp(text + length - wanted, ending) == 0;
}

static int file(int fd) { return fd >= 0 && fd < FILES ? files[fd] : NOTHING; }

/* Kind, file, a number, how many bytes follow. */
static void note(char kind, int which, uint64_t number, const void *bytes, uint64_t length) {
    unsigned char head[18];
    head[0] = (unsigned char)kind;
    head[1] = (unsigned char)which;
    memcpy(head + 2, &number, 8);
    memcpy(head + 10, &length, 8);
    struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, length}};
    int kept = errno;
    pthread_mutex_lock(&turn);
    if (recording < 0) {
        const char *path = getenv("RECORDING");
        int (*opening)(const char *, int, ...) = REAL(open64);
        recording = path ? opening(path, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
    }
    if (recording < 0 || REAL(writev)(recording, parts, 2) != (ssize_t)(sizeof head + length)) abort();
    pthread_mutex_unlock(&turn);
    errno = kept;
}

static int opened(int fd, const char *path) {
    if (fd >= 0 && fd < FILES) files[fd] = ends(path, "quartier.db") ? DATABASE : ends(path, "quartier.db-wal") ? LOG : NOTHING;
    return fd;
}

static mode_t mode_of(int flags, va_list more) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; }

#define OPENING(name)                                       \
    int name(const char *path, int flags, ...) {            \
        va_list more;                                       \
        va_start(more, flags);                              \
        mode_t mode = mode_of(flags, more);                 \
        va_end(more);                                       \
        return opened(REAL(name)(path, flags, mode), path); \
    }
OPENING(open)
OPENING(open64)

int close(int fd) {
    if (fd >= 0 && fd < FILES) files[fd] = NOTHING;
    return REAL(close)(fd);
}

static void answer(const void *bytes, size_t length) {
    if (length > 12 && memcmp(bytes, "HTTP/1.1 201", 12) == 0) note('a', NOTHING, 0, bytes, length < HEAD ? length : HEAD);
}

ssize_t write(int fd, const void *bytes, size_t length) {
    if (file(fd)) note('w', file(fd), (uint64_t)lseek(fd, 0, SEEK_CUR), bytes, length);
    else answer(bytes, length);
    return REAL(write)(fd, bytes, length);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
    if (file(fd)) note('w', file(fd), (uint64_t)at, bytes, length);
    return REAL(pwrite)(fd, bytes, length, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
    if (file(fd)) note('w', file(fd), (uint64_t)at, bytes, length);
    return REAL(pwrite64)(fd, bytes, length, at);
}

int ftruncate(int fd, off_t length) {
    if (file(fd)) note('t', file(fd), (uint64_t)length, 0, 0);
    return REAL(ftruncate)(fd, length);
}

int ftruncate64(int fd, off64_t length) {
    if (file(fd)) note('t', file(fd), (uint64_t)length, 0, 0);
    return REAL(ftruncate64)(fd, length);
}

/* What was written before the beginning is on the disk at the end, if it went well. */
static int synced(int fd, int (*sync)(int)) {
    if (!file(fd)) return sync(fd);
    uint64_t number = __atomic_add_fetch(&syncs, 1, __ATOMIC_SEQ_CST);
    note('b', file(fd), number, 0, 0);
    int result = sync(fd);
    if (result == 0) note('s', file(fd), number, 0, 0);
    return result;
}

int fsync(int fd) { return synced(fd, REAL(fsync)); }

int fdatasync(int fd) { return synced(fd, REAL(fdatasync)); }

ssize_t send(int fd, const void *bytes, size_t length, int flags) {
    answer(bytes, length);
    return REAL(send)(fd, bytes, length, flags);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    if (count > 0) answer(parts[0].iov_base, parts[0].iov_len);
    return REAL(writev)(fd, parts, count);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    if (message->msg_iovlen > 0) answer(message->msg_iov[0].iov_base, message->msg_iov[0].iov_len);
    return REAL(sendmsg)(fd, message, flags);
}
