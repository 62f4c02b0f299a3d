// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.tuning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A regular expression over the key of a setting, of those that allow-lists are written with:
 * characters, {@code . [a-z] [^a] \d \w \s \.}, groups, {@code | * + ? {n,m} ^ $}. Anything else is
 * refused, so that no line means something else than for the reference (RE2 syntax).
 */
final class KeyPattern {
    private static final int REPEAT_MAX = 1000;

    /**
     * A part: the places of the text where it can end, of those where it can begin. All ways are
     * followed at once, so that no key makes it slow.
     */
    private interface Part {
        boolean[] ends(String text, boolean[] begins);
    }

    private interface Chars {
        boolean has(char c);
    }

    private final String source;
    private int place;
    private Part whole;

    private KeyPattern(String source) {
        this.source = source;
    }

    /**
     * Understands a pattern.
     *
     * @throws IllegalArgumentException with what is not understood
     */
    static KeyPattern parse(String source) {
        KeyPattern pattern = new KeyPattern(source);
        pattern.whole = pattern.alternatives();
        if (pattern.more()) {
            throw pattern.unknown("a ) without (");
        }
        return pattern;
    }

    /** Whether it matches anywhere in the text. */
    boolean isFoundIn(String text) {
        boolean[] anywhere = new boolean[text.length() + 1];
        Arrays.fill(anywhere, true);
        return any(whole.ends(text, anywhere));
    }

    private static boolean any(boolean[] places) {
        for (boolean place : places) {
            if (place) {
                return true;
            }
        }
        return false;
    }

    /** Adds places, and tells whether there was a new one. */
    private static boolean add(boolean[] all, boolean[] more) {
        boolean grown = false;
        for (int i = 0; i < all.length; i++) {
            grown |= more[i] && !all[i];
            all[i] |= more[i];
        }
        return grown;
    }

    private IllegalArgumentException unknown(String what) {
        return new IllegalArgumentException(what + " at character " + (place + 1));
    }

    private boolean more() {
        return place < source.length();
    }

    private boolean take(char c) {
        boolean there = more() && source.charAt(place) == c;
        place += there ? 1 : 0;
        return there;
    }

    private char next() {
        if (!more()) {
            throw unknown("the pattern ends too early");
        }
        return source.charAt(place++);
    }

    private Part alternatives() {
        List<Part> all = new ArrayList<>();
        do {
            all.add(sequence());
        } while (take('|'));
        return (text, begins) -> {
            boolean[] ends = new boolean[begins.length];
            all.forEach(part -> add(ends, part.ends(text, begins)));
            return ends;
        };
    }

    private Part sequence() {
        List<Part> parts = new ArrayList<>();
        while (more() && source.charAt(place) != '|' && source.charAt(place) != ')') {
            parts.add(repeated(atom()));
        }
        return (text, begins) -> {
            boolean[] places = begins;
            for (Part part : parts) {
                places = part.ends(text, places);
            }
            return places;
        };
    }

    private Part atom() {
        char c = next();
        return switch (c) {
            case '(' -> group();
            case '[' -> one(set());
            case '.' -> one(any -> true);
            case '^' -> (text, begins) -> only(begins, 0);
            case '$' -> (text, begins) -> only(begins, text.length());
            case '\\' -> one(escaped());
            case '*', '+', '?' -> throw unknown("nothing to repeat");
            default -> one(other -> other == c);
        };
    }

    private Part group() {
        if (take('?') && !take(':')) {
            throw unknown("a kind of group that is not supported");
        }
        Part inner = alternatives();
        if (!take(')')) {
            throw unknown("a ) is missing");
        }
        return inner;
    }

    private static Part one(Chars chars) {
        return (text, begins) -> {
            boolean[] ends = new boolean[begins.length];
            for (int i = 0; i < text.length(); i++) {
                ends[i + 1] = begins[i] && chars.has(text.charAt(i));
            }
            return ends;
        };
    }

    private static boolean[] only(boolean[] begins, int place) {
        boolean[] ends = new boolean[begins.length];
        ends[place] = begins[place];
        return ends;
    }

    private Chars escaped() {
        char c = next();
        return switch (c) {
            case 'd' -> KeyPattern::isDigit;
            case 'D' -> other -> !isDigit(other);
            case 'w' -> KeyPattern::isWord;
            case 'W' -> other -> !isWord(other);
            case 's' -> KeyPattern::isBlank;
            case 'S' -> other -> !isBlank(other);
            default -> {
                if (isWord(c) && c != '_') {
                    throw unknown("\\" + c + " is not supported");
                }
                yield other -> other == c;
            }
        };
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWord(char c) {
        return isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c >= '\t' && c <= '\r' && c != 0x0b;
    }

    private Chars set() {
        boolean negated = take('^');
        List<Chars> parts = new ArrayList<>();
        do {
            char from = next();
            if (from == '[' && more() && source.charAt(place) == ':') {
                throw unknown("[: :] is not supported");
            }
            if (from == '\\') {
                parts.add(escaped());
            } else if (more() && source.charAt(place) == '-' && !source.startsWith("-]", place)) {
                place++;
                char to = next();
                if (to == '\\' || to < from) {
                    throw unknown("no range of characters");
                }
                parts.add(c -> c >= from && c <= to);
            } else {
                parts.add(c -> c == from);
            }
        } while (!take(']'));
        return c -> {
            for (Chars part : parts) {
                if (part.has(c)) {
                    return !negated;
                }
            }
            return negated;
        };
    }

    private Part repeated(Part part) {
        int min = 1;
        int max = 1;
        if (take('*')) {
            min = 0;
            max = Integer.MAX_VALUE;
        } else if (take('+')) {
            max = Integer.MAX_VALUE;
        } else if (take('?')) {
            min = 0;
        } else if (take('{')) {
            min = number();
            max = take(',') ? source.startsWith("}", place) ? Integer.MAX_VALUE : number() : min;
            if (!take('}') || max < min) {
                throw unknown("no count of repetitions");
            }
        } else {
            return part;
        }
        // As few as can be is as good: only whether it matches is asked.
        take('?');
        if (more() && "*+?{".indexOf(source.charAt(place)) >= 0) {
            throw unknown("a repetition of a repetition");
        }
        return between(part, min, max);
    }

    private int number() {
        int value = 0;
        int digits = 0;
        while (more() && isDigit(source.charAt(place)) && value <= REPEAT_MAX) {
            value = value * 10 + next() - '0';
            digits++;
        }
        if (digits == 0 || value > REPEAT_MAX) {
            throw unknown("no count of repetitions up to " + REPEAT_MAX);
        }
        return value;
    }

    private static Part between(Part part, int min, int max) {
        return (text, begins) -> {
            boolean[] places = begins;
            for (int i = 0; i < min; i++) {
                places = part.ends(text, places);
            }
            boolean[] ends = places.clone();
            for (int i = min; i < max; i++) {
                places = part.ends(text, places);
                if (!add(ends, places)) {
                    break;
                }
            }
            return ends;
        };
    }
}
