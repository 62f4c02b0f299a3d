// SPDX-License-Identifier: Apache-2.0
/** UTF-8 and SHA-512, which TeaVM's library lacks or does slowly; what every room may use. */
package dev.culvert.base;
