// SPDX-License-Identifier: Apache-2.0
/** The native build: Java to C by TeaVM, the changes to what it wrote, with the reason of each. */
package dev.culvert.binary.build;
