// SPDX-License-Identifier: Apache-2.0
/**
 * All plugins as one program: the native binary's main, what it does when people run it, and its
 * build.
 *
 * <p>This room knows names and folders, and nothing of what a plugin does. Start reading at
 * {@link dev.culvert.binary.Culvert}; {@link dev.culvert.plugins.nat.NativeBuild} translates it.
 */
package dev.culvert.binary;
