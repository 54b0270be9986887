/* What a program in C can do, for comparison.

   reader SIZE COMMAND...     reads the command's fd 2, a socket pair, to its end by reads of SIZE bytes
   relay SIZE FILE COMMAND... also writes what it read to FILE, or to a cat if FILE is "-"
   ping COUNT SPIN            round trips of 64 bytes with cat over socket pairs; polls SPIN µs before it blocks
   tick COUNT MICROSECONDS    writes a line with the monotonic time in ns to fd 2, COUNT times
   watch file|tty COMMAND...  runs the command with fd 2 a file or a terminal; delays of the lines of tick there

   A command of reader and relay is ready when it writes to its stdout, and begins when it gets a byte on its stdin.
   All but tick print a sample in JSON. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>


static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void check(int ok, const char *what) {
  if (!ok) err(1, "%s", what);
}

static pid_t start(char **words, int in, int out, int err) {
  pid_t child = fork();
  check(child >= 0, "fork");
  if (child) return child;
  if (in >= 0) dup2(in, 0);
  if (out >= 0) dup2(out, 1);
  if (err >= 0) dup2(err, 2);
  execvp(words[0], words);
  _exit(127);
}

static void pair(int *ends) {
  check(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), "socketpair");
}

static int succeeded(pid_t child) {
  int status;
  check(waitpid(child, &status, 0) == child, "waitpid");
  return status == 0;
}

static int drain(size_t size, const char *to, char **words) {
  int errors[2], in[2], out[2], sink = -1, cat[2];
  pid_t reader = 0;
  char *buffer = malloc(size);
  pair(errors);
  check(buffer && !pipe2(in, O_CLOEXEC) && !pipe2(out, O_CLOEXEC) && !pipe2(cat, O_CLOEXEC), "pipe");
  int queue = 1048576;
  setsockopt(errors[1], SOL_SOCKET, SO_SNDBUF, &queue, sizeof queue);
  if (to && !strcmp(to, "-")) {
    char *words[] = {"cat", NULL};
    reader = start(words, cat[0], open("/dev/null", O_WRONLY | O_CLOEXEC), -1);
    sink = cat[1];
  } else if (to) {
    check((sink = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) >= 0, to);
    unlink(to);
  }
  pid_t child = start(words, in[0], out[1], errors[1]);
  close(in[0]), close(out[1]), close(errors[1]), close(cat[0]);
  check(read(out[0], buffer, 1) == 1, "the command did not start");
  long long begin = now(), total = 0;
  check(write(in[1], "!", 1) == 1, "write");
  for (ssize_t count; (count = read(errors[0], buffer, size)) > 0; total += count)
    for (ssize_t done = 0; sink >= 0 && done < count;) {
      ssize_t written = write(sink, buffer + done, count - done);
      check(written > 0, "write");
      done += written;
    }
  int ok = succeeded(child);
  close(cat[1]);
  if (reader) ok &= succeeded(reader);
  printf("{\"throughput\":%f}\n", total * 1e3 / (now() - begin));
  return !ok;
}

static void receive(int fd, char *to, size_t size, long long spin) {
  for (size_t done = 0; done < size;) {
    ssize_t count = -1;
    for (long long end = now() + spin; spin && count < 0 && now() < end;)
      count = recv(fd, to + done, size - done, MSG_DONTWAIT);
    if (count < 0) count = read(fd, to + done, size - done);
    check(count > 0, "read");
    done += count;
  }
}

static int ping(int count, long long spin) {
  int in[2], out[2];
  char message[64] = "", *words[] = {"cat", NULL};
  pair(in), pair(out);
  pid_t child = start(words, in[0], out[0], -1);
  close(in[0]), close(out[0]);
  long long begin = 0;
  for (int i = -1000; i < count; i++) {
    if (i == 0) begin = now();
    check(write(in[1], message, sizeof message) == sizeof message, "write");
    receive(out[1], message, sizeof message, spin);
  }
  printf("{\"duration\":%f}\n", (now() - begin) / 1e3 / count);
  close(in[1]);
  return !succeeded(child);
}

static int tick(int count, int microseconds) {
  struct timespec pause = {microseconds / 1000000, microseconds % 1000000 * 1000};
  for (int i = 0; i < count; i++) {
    nanosleep(&pause, NULL);
    if (dprintf(2, "%lld\n", now()) < 0) return 1;
  }
  return 0;
}

static int ascending(const void *a, const void *b) {
  double x = *(double *)a, y = *(double *)b;
  return (x > y) - (x < y);
}

static int watch(int is_tty, char **words) {
  int from, to, changes = inotify_init1(IN_CLOEXEC), status = 0;
  char path[] = "/tmp/rsync-io-bench-XXXXXX", events[4096], *line = NULL;
  if (is_tty) {
    struct termios mode;
    check(!openpty(&from, &to, NULL, NULL, NULL) && !tcgetattr(to, &mode), "openpty");
    cfmakeraw(&mode), tcsetattr(to, TCSANOW, &mode), fcntl(from, F_SETFD, FD_CLOEXEC);
  } else {
    check((to = mkstemp(path)) >= 0 && (from = open(path, O_RDONLY | O_CLOEXEC)) >= 0, path);
    check(inotify_add_watch(changes, path, IN_MODIFY) >= 0, "inotify");
    unlink(path);
  }
  pid_t child = start(words, -1, open("/dev/null", O_WRONLY), to);
  close(to);
  FILE *lines = fdopen(from, "r");
  struct pollfd change = {changes, POLLIN, 0};
  static double delays[100000];
  int count = 0;
  for (int ended = 0; !ended;) {
    if (!is_tty && !poll(&change, 1, 100)) ended = waitpid(child, &status, WNOHANG);
    if (!is_tty && change.revents) (void)!read(changes, events, sizeof events);
    for (size_t size = 0; count < 100000 && getline(&line, &size, lines) > 0;)
      delays[count++] = (now() - atoll(line)) / 1e3;
    if (is_tty) ended = waitpid(child, &status, 0);
    clearerr(lines);
  }
  check(count > 50 && status == 0, "the command failed");
  /* The first 50 lines compile the code of the command. */
  double *warm = delays + 50;
  qsort(warm, count -= 50, sizeof *warm, ascending);
  printf("{\"p50\":%f,\"p99\":%f}\n", warm[count / 2], warm[count * 99 / 100]);
  return 0;
}

int main(int argc, char **argv) {
  const char *name = argc > 2 ? argv[1] : "";
  if (!strcmp(name, "reader")) return drain(strtoul(argv[2], NULL, 10), NULL, argv + 3);
  if (!strcmp(name, "relay")) return drain(strtoul(argv[2], NULL, 10), argv[3], argv + 4);
  if (!strcmp(name, "ping")) return ping(atoi(argv[2]), atoll(argv[3]) * 1000);
  if (!strcmp(name, "tick")) return tick(atoi(argv[2]), atoi(argv[3]));
  if (!strcmp(name, "watch")) return watch(!strcmp(argv[2], "tty"), argv + 3);
  return 2;
}
