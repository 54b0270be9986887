/* reader BYTES_PER_READ COMMAND...: what a program in C can do. Runs the command with a socket pair as its fd 2, reads
   that to its end and throws it away. The command stands ready when it has written to its stdout, and goes when it
   gets a byte. Prints the milliseconds from the go to the end, and the bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int err[2], in[2], out[2];
  if (argc < 3) return 2;
  size_t size = strtoul(argv[1], NULL, 10);
  char *buffer = malloc(size), ready;
  if (!buffer || socketpair(AF_UNIX, SOCK_STREAM, 0, err) || pipe(in) || pipe(out)) return 1;
  int queue = 1048576;
  setsockopt(err[1], SOL_SOCKET, SO_SNDBUF, &queue, sizeof queue);
  pid_t child = fork();
  if (child == 0) {
    dup2(in[0], 0), dup2(out[1], 1), dup2(err[1], 2);
    close(in[1]), close(out[0]), close(err[0]);
    execvp(argv[2], argv + 2);
    _exit(127);
  }
  close(in[0]), close(out[1]), close(err[1]);
  if (child < 0 || read(out[0], &ready, 1) != 1) return 1;
  struct timespec from, to;
  clock_gettime(CLOCK_MONOTONIC, &from);
  if (write(in[1], "!", 1) != 1) return 1;
  long long total = 0;
  for (ssize_t count; (count = read(err[0], buffer, size)) > 0;) total += count;
  int status;
  waitpid(child, &status, 0);
  clock_gettime(CLOCK_MONOTONIC, &to);
  double ms = (to.tv_sec - from.tv_sec) * 1e3 + (to.tv_nsec - from.tv_nsec) / 1e6;
  printf("{\"duration\":%.3f,\"bytes\":%lld}\n", ms, total);
  return status;
}
