// SPDX-License-Identifier: Apache-2.0
/** The portmap plugin: host ports that lead to a container. */
package dev.culvert.plugins.portmap;
