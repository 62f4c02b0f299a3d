// SPDX-License-Identifier: Apache-2.0
/**
 * Ordered, exact JSON values: text to values and back, and a typed way to read configurations.
 *
 * <p>This room knows nothing but JSON. Start reading at {@link dev.culvert.json.Json};
 * configurations are read through {@link dev.culvert.json.Fields}, which names the place of every
 * wrong value.
 */
package dev.culvert.json;
