// SPDX-License-Identifier: Apache-2.0
/**
 * What the test runs of all modules came to: counts, skips with their reasons, times, and what is
 * left on the machine.
 */
package dev.culvert.testreport;
