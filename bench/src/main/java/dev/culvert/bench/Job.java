// SPDX-License-Identifier: Apache-2.0
package dev.culvert.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A program to start. In the values of the environment {@code {}} stands for the number of the
 * call.
 *
 * @param input the file that becomes stdin
 * @param environment all of it: nothing is inherited
 */
record Job(Path program, Path input, Map<String, String> environment) {
    List<String> words() {
        List<String> words = new ArrayList<>(List.of(program.toString(), input.toString()));
        environment.forEach((name, value) -> words.add(name + "=" + value));
        return words;
    }
}
