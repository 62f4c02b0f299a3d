/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a program and looks around at the very moment at which it has ended, as a runtime would.
 *
 *   watcher NETNS FOLDER PROGRAM [ARGUMENT...]
 *
 * Environment and standard input are the program's. Writes one line each to standard output:
 *
 *   code N             its exit code, or the negated signal that ended it
 *   micros N           from its start to its end
 *   eof BOOL           whether its standard output and error were both at their end when it had ended
 *   host NAME...       the links in the watcher's network namespace at that moment
 *   container NAME...  the links in NETNS at that moment
 *   files NAME...      the files in FOLDER at that moment, "-" for none and for no folder
 *   last N             microseconds from its end to that of the last process that it left
 *   output             what it wrote to standard output follows
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_OUTPUT = 1 << 20 };

static char output[MAX_OUTPUT];
static size_t output_length;

static void die(const char *what)
{
    perror(what);
    exit(70);
}

static long long micros(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

/* Takes what is there; answers 1 at the end of the stream, 0 if more may come. */
static int drain(int fd, int keep)
{
    char lost[4096];
    for (;;) {
        int kept = keep && output_length < sizeof output;
        ssize_t length = kept ? read(fd, output + output_length, sizeof output - output_length)
                              : read(fd, lost, sizeof lost);
        if (length == 0) {
            return 1;
        }
        if (length < 0) {
            if (errno == EINTR) {
                continue;
            }
            return 0;
        }
        if (kept) {
            output_length += (size_t) length;
        } else {
            fwrite(lost, 1, (size_t) length, stderr);
        }
    }
}

/* The names in /proc/net/dev of this thread's namespace. */
static void print_links(const char *title)
{
    char line[512];
    FILE *file = fopen("/proc/thread-self/net/dev", "re");
    if (file == NULL) {
        die("/proc/thread-self/net/dev");
    }
    printf("%s", title);
    while (fgets(line, sizeof line, file) != NULL) {
        char *end = strchr(line, ':');
        if (end != NULL) {
            *end = 0;
            printf(" %s", line + strspn(line, " "));
        }
    }
    printf("\n");
    fclose(file);
}

static void print_files(const char *folder)
{
    int count = 0;
    DIR *dir = opendir(folder);
    printf("files");
    if (dir != NULL) {
        for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
            if (entry->d_name[0] != '.') {
                printf(" %s", entry->d_name);
                count++;
            }
        }
        closedir(dir);
    }
    printf(count == 0 ? " -\n" : "\n");
}

static pid_t start(char **command, int out, int err)
{
    pid_t program = fork();
    if (program < 0) {
        die("fork");
    }
    if (program == 0) {
        dup2(out, 1);
        dup2(err, 2);
        execv(command[0], command);
        _exit(127);
    }
    close(out);
    close(err);
    return program;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fputs("usage: watcher NETNS FOLDER PROGRAM [ARGUMENT...]\n", stderr);
        return 64;
    }
    /* Opened before, so that no time is lost afterwards. */
    int netns = open(argv[1], O_RDONLY | O_CLOEXEC);
    int out[2];
    int err[2];
    if (netns < 0 || pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0) {
        die(argv[1]);
    }
    fcntl(out[0], F_SETFL, O_NONBLOCK);
    fcntl(err[0], F_SETFL, O_NONBLOCK);
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);

    long long begin = micros();
    pid_t program = start(argv + 3, out[1], err[1]);
    int pidfd = (int) syscall(SYS_pidfd_open, program, 0);
    if (pidfd < 0) {
        die("pidfd_open");
    }
    struct pollfd wait_for[3] = {{out[0], POLLIN, 0}, {err[0], POLLIN, 0}, {pidfd, POLLIN, 0}};
    for (;;) {
        if (poll(wait_for, 3, -1) < 0 && errno != EINTR) {
            die("poll");
        }
        if (wait_for[2].revents != 0) {
            break;
        }
        for (int i = 0; i < 2; i++) {
            if (wait_for[i].revents != 0 && drain(wait_for[i].fd, i == 0)) {
                wait_for[i].fd = -1;
            }
        }
    }
    long long end = micros();
    int eof = drain(out[0], 1) & drain(err[0], 0);

    print_links("host");
    if (setns(netns, CLONE_NEWNET) < 0) {
        die("setns");
    }
    print_links("container");
    print_files(argv[2]);

    int status;
    if (waitpid(program, &status, 0) < 0) {
        die("waitpid");
    }
    long long last = end;
    for (int ignored; waitpid(-1, &ignored, 0) > 0;) {
        last = micros();
    }
    printf("code %d\nmicros %lld\neof %s\nlast %lld\noutput\n",
            WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), end - begin, eof ? "true" : "false",
            last - end);
    fwrite(output, 1, output_length, stdout);
    return 0;
}
