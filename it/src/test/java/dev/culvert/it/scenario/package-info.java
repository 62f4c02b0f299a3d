// SPDX-License-Identifier: Apache-2.0
/**
 * Every situation twice: the plugin as classes on this JVM and as the native binary, which have to
 * say the same.
 *
 * <p>Start reading at {@link dev.culvert.it.scenario.Refusal}, which is what every case of bad
 * input goes through. {@link dev.culvert.it.scenario.World} is where a
 * {@link dev.culvert.it.scenario.Call} is made, {@link dev.culvert.it.scenario.Stage} what is there
 * before.
 */
package dev.culvert.it.scenario;
