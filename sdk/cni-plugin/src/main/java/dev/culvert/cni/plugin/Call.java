// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.plugin;

import dev.culvert.sys.Libc;

/** What a process got from its caller. */
record Call(Libc libc, Verb verb, Environment environment, String stdin, CallLog log) {}
