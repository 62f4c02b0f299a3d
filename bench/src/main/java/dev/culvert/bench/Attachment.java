// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.nio.file.Path;

/**
 * One container id and ifname. In a job for many calls {@code {}} stands for the number of the
 * call.
 */
record Attachment(String containerId, Path netns, String ifname) {}
