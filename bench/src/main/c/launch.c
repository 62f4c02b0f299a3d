// SPDX-License-Identifier: Apache-2.0
//
// Starts plugins and measures them. A JVM that starts a process takes longer than the process, so the
// driver leaves starting, waiting and reading the clock to this small program and only talks to it.
//
// It reads commands from stdin, one a line, words separated by TAB, and answers each with one JSON object
// a line. `{}` in a word is replaced by the number of the call, from 0.
//
//   netns COUNT PATH                        make network namespaces, bind-mounted at PATH
//   host COUNT PATH                         the same with lo up, as a host has it
//   drop COUNT PATH                         unmount and unlink them
//   enter PATH                              calls from now on run in this network namespace
//   links PATH                              the names of the links in a namespace
//   ping PATH ADDRESS MILLIS                one echo request at a time until an answer or MILLIS
//   flows PATH ADDRESS COUNT LINK SOURCE    datagrams of COUNT new flows from inside a namespace; the first has to
//                                           leave our own namespace by LINK with the address SOURCE
//   call PROGRAM STDIN NAME=VALUE...        one call: time, status, output
//   peak PROGRAM STDIN NAME=VALUE...        one call under ptrace: VmHWM at exit (its time means nothing)
//   many COUNT WIDTH PROGRAM STDIN NAME=VALUE...   COUNT calls, WIDTH at a time
//   pairs MILLIS PROGRAM STDIN NAME=VALUE...       ADD and DEL, one after another, until MILLIS are over
//
// A call ends when the process is reaped and both stdout and stderr are at their end. What it leaves
// running is adopted by us (we are the subreaper) and waited for after the clock of the call has
// stopped: "lateNs" counts from the start of the call to the end of the last of them.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/if_ether.h>
#include <netinet/ip_icmp.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_WORDS = 64, MAX_WIDTH = 256, MAX_OUTPUT = 1 << 16, CALL_MILLIS = 60000, LATE_MILLIS = 10000 };

struct job {
    const char *program, *input;
    char **environment; // templates, NULL at the end
};

struct stream {
    int fd; // -1: at its end
    size_t size;
    char *text;
};

struct call {
    pid_t pid; // 0: the slot is free
    int number, status, timed_out;
    long long started, ns;
    struct stream out, err;
};

static long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

// ---- answers

static void print_string(const char *name, const char *text, size_t size) {
    printf("\"%s\":\"", name);
    for (size_t i = 0; i < size; i++) {
        unsigned char c = text[i];
        if (c == '"' || c == '\\') {
            printf("\\%c", c);
        } else if (c < 0x20 || c > 0x7e) {
            printf("\\u%04x", c); // bytes as Latin-1: good enough for messages
        } else {
            putchar(c);
        }
    }
    putchar('"');
}

static void answer_error(const char *what, const char *object, int code) {
    char text[1024];
    snprintf(text, sizeof text, "%s %s: %s", what, object, strerror(code));
    printf("{");
    print_string("error", text, strlen(text));
    printf("}\n");
}

static void print_call(const struct call *call) {
    printf("{\"ns\":%lld,\"status\":%d,\"timedOut\":%s,", call->ns, call->status,
            call->timed_out ? "true" : "false");
    print_string("out", call->out.text, call->out.size);
    putchar(',');
    print_string("err", call->err.text, call->err.size);
    putchar('}');
}

// ---- starting

// Copies a template with every {} replaced by the number; the caller frees it.
static char *fill(const char *template, int number) {
    size_t room = strlen(template) * 6 + 1;
    char *text = malloc(room), *to = text;
    while (*template) {
        if (template[0] == '{' && template[1] == '}') {
            to += snprintf(to, room - (to - text), "%d", number);
            template += 2;
        } else {
            *to++ = *template++;
        }
    }
    *to = 0;
    return text;
}

static char **fill_environment(char **templates, int number) {
    static char *environment[MAX_WORDS + 1];
    int i = 0;
    for (; templates[i]; i++) {
        environment[i] = fill(templates[i], number);
    }
    environment[i] = NULL;
    return environment;
}

static void free_environment(char **environment) {
    for (int i = 0; environment[i]; i++) {
        free(environment[i]);
    }
}

// The child starts with no signal blocked, though we block SIGCHLD.
static int spawn(struct call *call, const struct job *job, char **environment, int in, int out, int err) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    char *arguments[] = {(char *) job->program, NULL};
    sigemptyset(&none);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in, 0);
    posix_spawn_file_actions_adddup2(&actions, out, 1);
    posix_spawn_file_actions_adddup2(&actions, err, 2);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    call->started = now();
    int code = posix_spawn(&call->pid, job->program, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return code;
}

static void open_stream(struct stream *stream, int fd) {
    stream->fd = fd;
    stream->size = 0;
    stream->text = malloc(MAX_OUTPUT);
}

static void release(struct call *call) {
    free(call->out.text);
    free(call->err.text);
    memset(call, 0, sizeof *call);
}

// Starts one call; answers an error number when there is nothing to wait for.
static int start(struct call *call, const struct job *job, int number) {
    int out[2], err[2];
    char *input = fill(job->input, number);
    int in = open(input, O_RDONLY | O_CLOEXEC);
    free(input);
    if (in < 0) {
        return errno;
    }
    if (pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0) {
        return errno;
    }
    memset(call, 0, sizeof *call);
    call->number = number;
    char **environment = fill_environment(job->environment, number);
    int code = spawn(call, job, environment, in, out[1], err[1]);
    free_environment(environment);
    close(in);
    close(out[1]);
    close(err[1]);
    if (code) {
        close(out[0]);
        close(err[0]);
        call->pid = 0;
        return code;
    }
    open_stream(&call->out, out[0]);
    open_stream(&call->err, err[0]);
    return 0;
}

// ---- waiting

// Reads once; at the end of the stream closes it. What is beyond MAX_OUTPUT is dropped.
static void drain(struct stream *stream) {
    char spill[4096];
    int full = stream->size == MAX_OUTPUT;
    ssize_t count = full ? read(stream->fd, spill, sizeof spill)
            : read(stream->fd, stream->text + stream->size, MAX_OUTPUT - stream->size);
    if (count > 0) {
        stream->size += full ? 0 : count;
    } else if (count == 0 || errno != EINTR) {
        close(stream->fd);
        stream->fd = -1;
    }
}

static int expired(const struct call *call) {
    return now() - call->started > CALL_MILLIS * 1000000LL;
}

// Until a child ends or the deadline. The signal is blocked, so one that came before we wait stays pending.
static void await_child(long long deadline) {
    sigset_t child;
    long long rest = deadline - now();
    struct timespec t = {rest / 1000000000LL, rest % 1000000000LL};
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    if (rest > 0) {
        sigtimedwait(&child, NULL, &t);
    }
}

static void finish(struct call *call) {
    int status;
    while (waitpid(call->pid, &status, WNOHANG) == 0) {
        await_child(call->started + CALL_MILLIS * 1000000LL);
        if (expired(call)) {
            kill(call->pid, SIGKILL);
            call->timed_out = 1;
        }
    }
    call->ns = now() - call->started;
    call->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Its descendants may hold the streams, so they are given up as well.
static void give_up(struct call *call) {
    kill(call->pid, SIGKILL);
    call->timed_out = 1;
    for (int i = 0; i < 2; i++) {
        struct stream *stream = i ? &call->err : &call->out;
        if (stream->fd >= 0) {
            close(stream->fd);
            stream->fd = -1;
        }
    }
}

// Waits for something to read from any of the calls; answers how many have ended and been reaped.
static int step(struct call *calls, int width) {
    static struct pollfd polls[2 * MAX_WIDTH];
    static struct stream *streams[2 * MAX_WIDTH];
    int count = 0, ended = 0;
    for (int i = 0; i < width; i++) {
        struct stream *both[] = {&calls[i].out, &calls[i].err};
        for (int j = 0; calls[i].pid && j < 2; j++) {
            if (both[j]->fd >= 0) {
                polls[count] = (struct pollfd) {both[j]->fd, POLLIN, 0};
                streams[count++] = both[j];
            }
        }
    }
    poll(polls, count, 1000);
    for (int i = 0; i < count; i++) {
        if (polls[i].revents) {
            drain(streams[i]);
        }
    }
    for (int i = 0; i < width; i++) {
        struct call *call = &calls[i];
        if (call->pid && !call->timed_out && expired(call)) {
            give_up(call);
        }
        if (call->pid && call->out.fd < 0 && call->err.fd < 0) {
            finish(call);
            call->pid = 0;
            ended++;
        }
    }
    return ended;
}

// Reaps everything that is left until nothing is, or LATE_MILLIS are over; answers 1 if something stays.
static int wait_for_late_work(void) {
    long long deadline = now() + LATE_MILLIS * 1000000LL;
    for (;;) {
        pid_t pid = waitpid(-1, NULL, WNOHANG | __WALL);
        if (pid < 0) {
            return 0;
        }
        if (pid == 0 && now() >= deadline) {
            return 1;
        }
        if (pid == 0) {
            await_child(deadline);
        }
    }
}

// As an init does, so that a long run does not collect zombies.
static void reap_what_ended(void) {
    while (waitpid(-1, NULL, WNOHANG | __WALL) > 0) {
    }
}

// The driver says nothing while it waits for an answer, unless it has ended.
static int is_abandoned(void) {
    struct pollfd input = {0, POLLIN, 0};
    return poll(&input, 1, 0) > 0;
}

static int run(struct call *call, const struct job *job, int number) {
    int code = start(call, job, number);
    while (!code && !step(call, 1)) {
    }
    return code;
}

// ---- calls

static void do_call(const struct job *job) {
    struct call call;
    int code = run(&call, job, 0);
    if (code) {
        answer_error("start", job->program, code);
        return;
    }
    int left = wait_for_late_work();
    printf("{\"lateNs\":%lld,\"left\":%d,\"call\":", now() - call.started, left);
    print_call(&call);
    printf("}\n");
    release(&call);
}

static void do_many(const struct job *job, int total, int width) {
    static struct call slots[MAX_WIDTH];
    struct call *done = calloc(total, sizeof *done);
    int begun = 0, code = 0;
    long long started = now();
    for (int ended = 0; ended < total && !code; ) {
        if (is_abandoned()) {
            total = begun;
        }
        for (int i = 0; i < width && begun < total && !code; i++) {
            if (!slots[i].pid) {
                code = start(&slots[i], job, begun);
                begun += !code;
            }
        }
        ended += begun ? step(slots, width) : 0;
        for (int i = 0; i < width; i++) {
            if (!slots[i].pid && slots[i].out.text) {
                done[slots[i].number] = slots[i];
                memset(&slots[i], 0, sizeof slots[i]);
            }
        }
    }
    long long ns = now() - started;
    int left = wait_for_late_work();
    if (code) {
        memset(slots, 0, sizeof slots);
        answer_error("start", job->program, code);
    } else {
        printf("{\"ns\":%lld,\"lateNs\":%lld,\"left\":%d,\"calls\":[", ns, now() - started, left);
        for (int i = 0; i < total; i++) {
            printf(i ? "," : "");
            print_call(&done[i]);
        }
        printf("]}\n");
    }
    for (int i = 0; i < total; i++) {
        release(&done[i]);
    }
    free(done);
}

// One verb of a pair; answers whether to go on. On failure the answer has been printed.
static int run_verb(const struct job *job, const char *verb, int number) {
    struct call call;
    char *environment[MAX_WORDS + 2];
    struct job with = {job->program, job->input, environment};
    int count = 0;
    environment[count++] = (char *) verb;
    for (int i = 0; job->environment[i]; i++) {
        environment[count++] = job->environment[i];
    }
    environment[count] = NULL;
    int code = run(&call, &with, number);
    if (code) {
        answer_error("start", job->program, code);
        return 0;
    }
    int good = call.status == 0;
    if (!good) {
        wait_for_late_work();
        printf("{\"failed\":");
        print_call(&call);
        printf("}\n");
    }
    release(&call);
    return good;
}

static void do_pairs(const struct job *job, int millis) {
    int pairs = 0;
    long long started = now(), deadline = started + millis * 1000000LL;
    while (now() < deadline && !is_abandoned()) {
        if (!run_verb(job, "CNI_COMMAND=ADD", pairs) || !run_verb(job, "CNI_COMMAND=DEL", pairs)) {
            return;
        }
        pairs++;
        reap_what_ended();
    }
    long long ns = now() - started;
    int left = wait_for_late_work();
    printf("{\"pairs\":%d,\"ns\":%lld,\"lateNs\":%lld,\"left\":%d}\n", pairs, ns, now() - started, left);
}

// ---- peak memory

// Kilobytes, or -1. Only the process itself: what it starts is not counted.
static long read_peak(pid_t pid) {
    char path[64], line[256];
    long kilobytes = -1;
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file)) {
        sscanf(line, "VmHWM: %ld", &kilobytes);
    }
    if (file) {
        fclose(file);
    }
    return kilobytes;
}

// Waits at a pipe until it is traced, so that not even its exec happens unseen.
static void become(const struct job *job, int *go, int in, int out, int err) {
    char byte;
    sigset_t none;
    char *arguments[] = {(char *) job->program, NULL};
    close(go[1]);
    if (read(go[0], &byte, 1) == 1) {
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        dup2(in, 0);
        dup2(out, 1);
        dup2(err, 2);
        execve(job->program, arguments, fill_environment(job->environment, 0));
    }
    _exit(127);
}

static void read_file(struct stream *stream, int fd) {
    open_stream(stream, fd);
    ssize_t count = pread(fd, stream->text, MAX_OUTPUT, 0);
    stream->size = count > 0 ? count : 0;
    close(fd);
}

// At PTRACE_EVENT_EXIT the memory is still there. ru_maxrss is no substitute: it starts with what the
// parent had at fork.
static long trace(pid_t pid, int *status) {
    long peak = -1;
    while (waitpid(pid, status, __WALL) == pid && WIFSTOPPED(*status)) {
        int event = *status >> 16, signal = event ? 0 : WSTOPSIG(*status);
        if (event == PTRACE_EVENT_EXIT) {
            peak = read_peak(pid);
        }
        ptrace(PTRACE_CONT, pid, 0, signal);
    }
    return peak;
}

// Files take the output: a traced process must not block on a pipe that nobody reads.
static void do_peak(const struct job *job) {
    struct call call = {0};
    int go[2], status = 0, in = open(job->input, O_RDONLY | O_CLOEXEC);
    int out = memfd_create("out", MFD_CLOEXEC), err = memfd_create("err", MFD_CLOEXEC);
    if (in < 0 || out < 0 || err < 0 || pipe2(go, O_CLOEXEC) < 0) {
        answer_error("open", job->input, errno);
        return;
    }
    call.started = now();
    pid_t pid = fork();
    if (pid == 0) {
        become(job, go, in, out, err);
    }
    int traced = ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL);
    int code = errno;
    if (traced == 0 && write(go[1], "g", 1) != 1) {
        code = errno;
    }
    close(go[1]);
    long peak = trace(pid, &status);
    call.ns = now() - call.started;
    call.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    wait_for_late_work();
    read_file(&call.out, out);
    read_file(&call.err, err);
    close(go[0]);
    close(in);
    if (traced < 0) {
        answer_error("trace", job->program, code);
    } else {
        printf("{\"peakKilobytes\":%ld,\"call\":", peak);
        print_call(&call);
        printf("}\n");
    }
    release(&call);
}

// ---- namespaces

static int raise_loopback(void) {
    struct ifreq request = {0};
    strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int result = ioctl(fd, SIOCSIFFLAGS, &request);
    close(fd);
    return result;
}

static int make_netns(const char *path, int here, int host) {
    int fd = open(path, O_CREAT | O_RDONLY | O_CLOEXEC, 0444);
    if (fd < 0) {
        return errno;
    }
    close(fd);
    int code = unshare(CLONE_NEWNET) < 0 || (host && raise_loopback() < 0)
            || mount("/proc/self/ns/net", path, NULL, MS_BIND, NULL) < 0 ? errno : 0;
    setns(here, CLONE_NEWNET);
    return code;
}

static int drop_netns(const char *path) {
    umount2(path, MNT_DETACH);
    return unlink(path) < 0 ? errno : 0;
}

static void do_namespaces(const char *command, int count, const char *template) {
    int here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    int code = 0, host = !strcmp(command, "host"), drop = !strcmp(command, "drop");
    for (int i = 0; i < count && !code; i++) {
        char *path = fill(template, i);
        code = drop ? drop_netns(path) : make_netns(path, here, host);
        free(path);
    }
    close(here);
    if (code) {
        answer_error(drop ? "drop netns" : "make netns", template, code);
    } else {
        printf("{\"count\":%d}\n", count);
    }
}

// Answers the namespace we were in, or -1.
static int visit(const char *path) {
    int here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int code = fd < 0 || setns(fd, CLONE_NEWNET) < 0 ? errno : 0;
    if (fd >= 0) {
        close(fd);
    }
    if (code) {
        close(here);
        answer_error("enter", path, code);
        return -1;
    }
    return here;
}

static void leave(int here) {
    setns(here, CLONE_NEWNET);
    close(here);
}

static void do_enter(const char *path) {
    int here = visit(path);
    if (here >= 0) {
        close(here);
        printf("{}\n");
    }
}

static void do_links(const char *path) {
    int here = visit(path);
    if (here < 0) {
        return;
    }
    struct if_nameindex *links = if_nameindex();
    leave(here);
    printf("{\"links\":[");
    for (int i = 0; links && links[i].if_index; i++) {
        printf("%s\"%s\"", i ? "," : "", links[i].if_name);
    }
    printf("]}\n");
    if_freenameindex(links);
}

// ---- ping

static unsigned short checksum(const void *data, int size) {
    const unsigned short *words = data;
    unsigned sum = 0;
    for (int i = 0; i < size / 2; i++) {
        sum += words[i];
    }
    sum = (sum >> 16) + (sum & 0xffff);
    return ~(sum + (sum >> 16));
}

// Type, code, checksum, id, sequence: the same header in ICMP and ICMPv6, whose checksum the kernel fills in.
static int send_echo(int fd, const struct sockaddr *to, socklen_t size, int sequence) {
    struct icmphdr echo = {0};
    echo.type = to->sa_family == AF_INET ? ICMP_ECHO : ICMP6_ECHO_REQUEST;
    echo.un.echo.id = htons(0x4355);
    echo.un.echo.sequence = htons(sequence);
    echo.checksum = to->sa_family == AF_INET ? checksum(&echo, sizeof echo) : 0;
    return sendto(fd, &echo, sizeof echo, 0, to, size) < 0 ? errno : 0;
}

static int is_reply(int fd, int family) {
    unsigned char packet[512];
    ssize_t size = recv(fd, packet, sizeof packet, MSG_DONTWAIT);
    int at = family == AF_INET ? 20 : 0, type = family == AF_INET ? ICMP_ECHOREPLY : ICMP6_ECHO_REPLY;
    return size >= at + 8 && packet[at] == type && packet[at + 4] == 0x43 && packet[at + 5] == 0x55;
}

static int ping(int fd, const struct sockaddr *to, socklen_t size, int millis) {
    long long deadline = now() + millis * 1000000LL;
    int code = ETIMEDOUT;
    for (int sequence = 1; now() < deadline; sequence++) {
        int sent = send_echo(fd, to, size, sequence);
        code = sent ? sent : ETIMEDOUT;
        for (long long next = now() + 200 * 1000000LL; now() < next; ) {
            struct pollfd wait = {fd, POLLIN, 0};
            poll(&wait, 1, 20);
            if (wait.revents && is_reply(fd, to->sa_family)) {
                return 0;
            }
        }
    }
    return code;
}

static void do_ping(const char *path, const char *address, int millis) {
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    int is_six = strchr(address, ':') != NULL;
    if (inet_pton(is_six ? AF_INET6 : AF_INET, address,
            is_six ? (void *) &six.sin6_addr : (void *) &four.sin_addr) != 1) {
        answer_error("ping", address, EINVAL);
        return;
    }
    int here = visit(path);
    if (here < 0) {
        return;
    }
    // The socket stays in the namespace it was made in.
    int fd = socket(is_six ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_CLOEXEC, is_six ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
    leave(here);
    long long started = now();
    int code = fd < 0 ? errno : is_six ? ping(fd, (struct sockaddr *) &six, sizeof six, millis)
            : ping(fd, (struct sockaddr *) &four, sizeof four, millis);
    close(fd);
    if (code) {
        answer_error("ping", address, code);
    } else {
        printf("{\"ns\":%lld}\n", now() - started);
    }
}

// ---- flows

// Datagrams that leave by a link, from the network header on; -1 if there is no such link.
static int watch(const char *link) {
    struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
    at.sll_ifindex = if_nametoindex(link);
    int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_ALL));
    if (fd >= 0 && (!at.sll_ifindex || bind(fd, (struct sockaddr *) &at, sizeof at) < 0)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

// A destination port of its own makes each datagram a flow of its own.
static int send_to_port(int fd, struct sockaddr_in *to, int port) {
    to->sin_port = htons(port);
    return sendto(fd, "x", 1, 0, (struct sockaddr *) to, sizeof *to) < 0 ? errno : 0;
}

// The source address of the first UDP datagram to an address that is seen within a second; 0 if none is.
static in_addr_t source_seen(int fd, const struct sockaddr_in *to) {
    unsigned char packet[256];
    struct pollfd wait = {fd, POLLIN, 0};
    while (poll(&wait, 1, 1000) > 0) {
        ssize_t size = recv(fd, packet, sizeof packet, 0);
        if (size >= 28 && packet[9] == IPPROTO_UDP && !memcmp(packet + 16, &to->sin_addr, 4)) {
            in_addr_t source;
            memcpy(&source, packet + 12, sizeof source);
            return source;
        }
    }
    return 0;
}

static void do_flows(const char *path, const char *address, int count, const char *link, const char *source) {
    enum { FIRST_PORT = 1024 };
    struct sockaddr_in to = {.sin_family = AF_INET};
    inet_pton(AF_INET, address, &to.sin_addr);
    int seen = watch(link);
    int here = seen < 0 ? -1 : visit(path);
    if (here < 0) {
        if (seen < 0) {
            answer_error("watch", link, errno);
        } else {
            close(seen);
        }
        return;
    }
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    leave(here);
    int code = send_to_port(fd, &to, FIRST_PORT);
    int wrong = !code && source_seen(seen, &to) != inet_addr(source);
    close(seen);
    long long started = now();
    for (int i = 1; i <= count && !code && !wrong; i++) {
        code = send_to_port(fd, &to, FIRST_PORT + i);
    }
    long long ns = now() - started;
    close(fd);
    if (wrong) {
        printf("{\"error\":\"a datagram to %s did not leave from %s\"}\n", address, source);
    } else if (code) {
        answer_error("send to", address, code);
    } else {
        printf("{\"ns\":%lld}\n", ns);
    }
}

// ---- commands

static int split(char *line, char **words) {
    int count = 0;
    line[strcspn(line, "\n")] = 0;
    for (char *word = strtok(line, "\t"); word && count < MAX_WORDS; word = strtok(NULL, "\t")) {
        words[count++] = word;
    }
    words[count] = NULL;
    return count;
}

static struct job job_of(char **words) {
    return (struct job) {words[0], words[1], words + 2};
}

static int is(const char *word, const char *name, int count, int wanted) {
    return !strcmp(word, name) && count >= wanted;
}

static void obey(char **words, int count) {
    struct job job;
    if (is(words[0], "call", count, 3)) {
        job = job_of(words + 1);
        do_call(&job);
    } else if (is(words[0], "peak", count, 3)) {
        job = job_of(words + 1);
        do_peak(&job);
    } else if (is(words[0], "many", count, 5)) {
        int width = atoi(words[2]);
        job = job_of(words + 3);
        do_many(&job, atoi(words[1]), width < 1 ? 1 : width > MAX_WIDTH ? MAX_WIDTH : width);
    } else if (is(words[0], "pairs", count, 4)) {
        job = job_of(words + 2);
        do_pairs(&job, atoi(words[1]));
    } else if (is(words[0], "netns", count, 3) || is(words[0], "host", count, 3)
            || is(words[0], "drop", count, 3)) {
        do_namespaces(words[0], atoi(words[1]), words[2]);
    } else if (is(words[0], "enter", count, 2)) {
        do_enter(words[1]);
    } else if (is(words[0], "links", count, 2)) {
        do_links(words[1]);
    } else if (is(words[0], "ping", count, 4)) {
        do_ping(words[1], words[2], atoi(words[3]));
    } else if (is(words[0], "flows", count, 6)) {
        do_flows(words[1], words[2], atoi(words[3]), words[4], words[5]);
    } else {
        answer_error("command", words[0], EINVAL);
    }
}

// We end when our input does, after the plugins that run; a signal to the whole group ends only them.
static void outlive(int signal) {
    (void) signal;
}

int main(void) {
    char *line = NULL, *words[MAX_WORDS + 1];
    size_t room = 0;
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, NULL);
    // A handler, since exec would hand an ignored signal down to the plugins.
    signal(SIGINT, outlive);
    signal(SIGTERM, outlive);
    signal(SIGHUP, outlive);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    while (getline(&line, &room, stdin) >= 0) {
        int count = split(line, words);
        if (count) {
            obey(words, count);
        }
        fflush(stdout);
    }
    return 0;
}
