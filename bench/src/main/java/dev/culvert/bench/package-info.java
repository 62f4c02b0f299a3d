// SPDX-License-Identifier: Apache-2.0

/**
 * Measures plugin sets against each other: whole processes, in turn in one run, in namespaces of
 * its own.
 *
 * <p>{@link dev.culvert.bench.Main} reads the options and starts itself again inside new
 * namespaces, {@link dev.culvert.bench.Bench} runs the scenarios,
 * {@link dev.culvert.bench.Launcher} talks to the small C program that starts the plugins and reads
 * the clock. Start reading at {@link dev.culvert.bench.Scenario}.
 */
package dev.culvert.bench;
