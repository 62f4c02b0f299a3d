// SPDX-License-Identifier: Apache-2.0
/** What the reference plugins left of an attachment, found and removed. */
package dev.culvert.host.legacy;
