/*
 * Gives the local sockets of a Linux process (LD_PRELOAD) the behavior of XNU, as far as a library can. It finds code
 * that relies on Linux. It proves nothing about macOS.
 *
 * - A socket pair holds 8 KiB in each direction, and a request for more is ignored. (XNU would grant it; with less,
 *   more code paths run.)
 * - shutdown(SHUT_RD) discards what is queued, so FIONREAD is 0 afterwards.
 * - After the peer closed its end with unread bytes in it, reading returns the end of the stream and writing fails
 *   with EPIPE. Linux reports ECONNRESET to both.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* Linux doubles the value, to account for its overhead. */
static const int half_of_8_kib = 4096;

static int is_local(int fd) {
  struct sockaddr_un address;
  socklen_t length = sizeof address;
  int saved = errno;
  int result = getsockname(fd, (struct sockaddr *)&address, &length);
  errno = saved;
  return result == 0 && address.sun_family == AF_UNIX;
}

static ssize_t read_result(int fd, ssize_t result) {
  return result == -1 && errno == ECONNRESET && is_local(fd) ? 0 : result;
}

static ssize_t write_result(int fd, ssize_t result) {
  if (result == -1 && errno == ECONNRESET && is_local(fd)) errno = EPIPE;
  return result;
}

int socketpair(int domain, int type, int protocol, int fds[2]) {
  int result = REAL(socketpair)(domain, type, protocol, fds);
  for (int i = 0; result == 0 && i < 2; i++)
    REAL(setsockopt)(fds[i], SOL_SOCKET, SO_SNDBUF, &half_of_8_kib, sizeof half_of_8_kib);
  return result;
}

int setsockopt(int fd, int level, int option, const void *value, socklen_t length) {
  if (level == SOL_SOCKET && option == SO_SNDBUF && is_local(fd)) return 0;
  return REAL(setsockopt)(fd, level, option, value, length);
}

int shutdown(int fd, int how) {
  int result = REAL(shutdown)(fd, how);
  char discarded[4096];
  if (result == 0 && how != SHUT_WR && is_local(fd))
    while (REAL(recv)(fd, discarded, sizeof discarded, MSG_DONTWAIT) > 0);
  return result;
}

ssize_t read(int fd, void *into, size_t size) { return read_result(fd, REAL(read)(fd, into, size)); }

ssize_t readv(int fd, const struct iovec *parts, int count) {
  return read_result(fd, REAL(readv)(fd, parts, count));
}

ssize_t recv(int fd, void *into, size_t size, int flags) {
  return read_result(fd, REAL(recv)(fd, into, size, flags));
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags) {
  return read_result(fd, REAL(recvmsg)(fd, message, flags));
}

ssize_t write(int fd, const void *from, size_t size) {
  return write_result(fd, REAL(write)(fd, from, size));
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  return write_result(fd, REAL(writev)(fd, parts, count));
}

ssize_t send(int fd, const void *from, size_t size, int flags) {
  return write_result(fd, REAL(send)(fd, from, size, flags));
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  return write_result(fd, REAL(sendmsg)(fd, message, flags));
}
