// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

/**
 * What tells the attachments of one network apart.
 *
 * @cni 1.1.0 SPEC "Attachment parameters"
 */
public record AttachmentKey(String containerId, String ifname) {}
