// SPDX-License-Identifier: Apache-2.0
/** The macvlan plugin. */
package dev.culvert.plugins.macvlan;
