// SPDX-License-Identifier: Apache-2.0
//
// A program whose time, memory and output are known beforehand. The environment says what it does.
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static long number(const char *name) {
    const char *value = getenv(name);
    return value ? atol(value) : 0;
}

static void pass(long millis) {
    struct timespec t = {millis / 1000, millis % 1000 * 1000000L};
    nanosleep(&t, NULL);
}

// Every page is written, and given back before the end: a peak is what once was.
static void use(long megabytes) {
    size_t size = megabytes << 20;
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(memory, 1, size);
    munmap(memory, size);
}

static void copy_input(void) {
    char text[256];
    ssize_t size = read(0, text, sizeof text);
    fwrite(text, 1, size > 0 ? size : 0, stdout);
}

int main(void) {
    const char *fails = getenv("FAILS_AT"), *command = getenv("CNI_COMMAND");
    if (number("MEGABYTES")) {
        use(number("MEGABYTES"));
    }
    if (getenv("COPY")) {
        copy_input();
    }
    if (getenv("WORD")) {
        printf("%s", getenv("WORD"));
        fflush(stdout);
    }
    // A child that outlives us: with our stdout, or without any of our streams.
    if (number("HOLD_MILLIS") && fork() == 0) {
        pass(number("HOLD_MILLIS"));
        _exit(0);
    }
    if (number("LATE_MILLIS") && fork() == 0) {
        close(0);
        close(1);
        close(2);
        pass(number("LATE_MILLIS"));
        _exit(0);
    }
    pass(number("MILLIS"));
    if (number("SIGNAL")) {
        kill(getpid(), number("SIGNAL"));
    }
    return fails && command && !strcmp(fails, command) ? 3 : (int) number("STATUS");
}
