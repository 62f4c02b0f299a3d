/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a program and kills it as it enters its N-th system call, which is then not made. Calls are counted over the
 * whole tree: threads, children, and children that outlive the program.
 *
 *   killer -o FILE [-n N] [-1] PROGRAM [ARGUMENT...]
 *
 * -n N  the call at which to kill, from 1; without it the calls are only counted
 * -1    kill the process that makes the call alone, not the tree
 * -o    where to write one line: "calls=TOTAL killed=YES_OR_NO call=NAME exit=CODE"; TOTAL has the calls that were made,
 *       CODE is the program's exit code or the negated signal that ended it
 *
 * Environment and standard streams are the program's. Ends when every process of the tree has ended.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_TASKS = 4096 };

static pid_t tasks[MAX_TASKS];
static int task_count;
static long calls;
static long kill_at;
static int one;
static int killed;
static int counting;
static long killed_call = -1;

static void die(const char *what)
{
    perror(what);
    exit(70);
}

static int knows(pid_t task)
{
    for (int i = 0; i < task_count; i++) {
        if (tasks[i] == task) {
            return 1;
        }
    }
    return 0;
}

static void add(pid_t task)
{
    if (task_count == MAX_TASKS) {
        fputs("killer: too many tasks\n", stderr);
        exit(70);
    }
    tasks[task_count++] = task;
}

static void forget(pid_t task)
{
    for (int i = 0; i < task_count; i++) {
        if (tasks[i] == task) {
            tasks[i] = tasks[--task_count];
            return;
        }
    }
}

static void kill_now(pid_t caller)
{
    killed = 1;
    if (one) {
        kill(caller, SIGKILL);
        return;
    }
    for (int i = 0; i < task_count; i++) {
        kill(tasks[i], SIGKILL);
    }
}

/* A task stopped at the entry or the exit of a call. */
static void at_call(pid_t task)
{
    struct __ptrace_syscall_info info;
    memset(&info, 0, sizeof info);
    if (ptrace(PTRACE_GET_SYSCALL_INFO, task, (void *) sizeof info, &info) < 0) {
        return;
    }
    if (!counting || info.op != PTRACE_SYSCALL_INFO_ENTRY) {
        return;
    }
    calls++;
    if (kill_at > 0 && calls == kill_at && !killed) {
        killed_call = (long) info.entry.nr;
        kill_now(task);
    }
}

/* Handles a stop and answers the signal to deliver. */
static int at_stop(pid_t task, int status)
{
    int signal = WSTOPSIG(status);
    int event = status >> 16;
    if (signal == (SIGTRAP | 0x80)) {
        at_call(task);
        return 0;
    }
    if (event == PTRACE_EVENT_EXEC) {
        counting = 1;
        return 0;
    }
    if (event != 0) {
        /* A new task reports itself. */
        return 0;
    }
    if (!knows(task)) {
        add(task);
        if (killed && !one) {
            kill(task, SIGKILL);
        }
        /* The stop with which a traced child begins. */
        return signal == SIGSTOP ? 0 : signal;
    }
    return signal;
}

static const char *name_of(long call)
{
    static const struct { long number; const char *name; } names[] = {
#define CALL(name) { SYS_##name, #name },
        CALL(read) CALL(write) CALL(close) CALL(socket) CALL(bind) CALL(sendto) CALL(recvfrom) CALL(sendmsg)
        CALL(recvmsg) CALL(setsockopt) CALL(getsockname) CALL(openat) CALL(ioctl) CALL(fcntl) CALL(flock) CALL(lseek)
        CALL(mmap) CALL(munmap) CALL(mprotect) CALL(brk) CALL(rt_sigaction) CALL(rt_sigprocmask) CALL(clone)
        CALL(execve) CALL(exit_group) CALL(wait4) CALL(pipe2) CALL(setns) CALL(unshare) CALL(prctl) CALL(getdents64)
        CALL(readlinkat) CALL(linkat) CALL(renameat) CALL(unlinkat) CALL(mkdirat) CALL(utimensat) CALL(ppoll) CALL(statx)
        CALL(fstatfs) CALL(pread64) CALL(pwrite64) CALL(fchmod) CALL(ftruncate) CALL(futex) CALL(gettid) CALL(getpid)
        CALL(set_tid_address) CALL(clock_gettime) CALL(chdir) CALL(fchown) CALL(fsync) CALL(exit) CALL(readv)
        CALL(writev) CALL(fstat) CALL(uname) CALL(nanosleep) CALL(clock_nanosleep)
#ifdef SYS_open
        CALL(open) CALL(poll) CALL(stat) CALL(fork) CALL(unlink) CALL(link) CALL(rename) CALL(mkdir) CALL(readlink)
        CALL(arch_prctl) CALL(vfork) CALL(rmdir) CALL(newfstatat)
#endif
#undef CALL
    };
    static char number[32];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i].number == call) {
            return names[i].name;
        }
    }
    if (call < 0) {
        return "-";
    }
    snprintf(number, sizeof number, "#%ld", call);
    return number;
}

static int follow(pid_t program)
{
    int exit_code = -1;
    for (;;) {
        int status;
        pid_t task = waitpid(-1, &status, __WALL);
        if (task < 0) {
            if (errno == EINTR) {
                continue;
            }
            return exit_code;
        }
        if (WIFSTOPPED(status)) {
            ptrace(PTRACE_SYSCALL, task, 0, (void *) (long) at_stop(task, status));
            continue;
        }
        forget(task);
        if (task == program) {
            exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
        }
    }
}

static pid_t start(char **command)
{
    pid_t program = fork();
    if (program < 0) {
        die("fork");
    }
    if (program == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        execv(command[0], command);
        _exit(127);
    }
    int status;
    if (waitpid(program, &status, 0) < 0 || !WIFSTOPPED(status)) {
        die("waitpid");
    }
    add(program);
    long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE
            | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
    if (ptrace(PTRACE_SETOPTIONS, program, 0, (void *) options) < 0) {
        die("ptrace");
    }
    ptrace(PTRACE_SYSCALL, program, 0, 0);
    return program;
}

int main(int argc, char **argv)
{
    const char *output = NULL;
    for (int option; (option = getopt(argc, argv, "+n:1o:")) != -1;) {
        switch (option) {
        case 'n': kill_at = atol(optarg); break;
        case '1': one = 1; break;
        case 'o': output = optarg; break;
        default: return 64;
        }
    }
    if (output == NULL || optind == argc) {
        fputs("usage: killer -o FILE [-n N] [-1] PROGRAM [ARGUMENT...]\n", stderr);
        return 64;
    }
    /* The report stays open here alone: the program must not inherit it. */
    FILE *report = fopen(output, "we");
    if (report == NULL) {
        die(output);
    }
    int code = follow(start(argv + optind));
    fprintf(report, "calls=%ld killed=%s call=%s exit=%d\n", calls, killed ? "yes" : "no", name_of(killed_call), code);
    return fclose(report) == 0 ? 0 : 70;
}
