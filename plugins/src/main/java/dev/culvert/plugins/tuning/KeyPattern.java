// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.tuning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A regular expression over the key of a setting, of those that allow-lists are written with:
 * characters, {@code . [a-z] [^a] \d \w \s \.}, groups, {@code | * + ? {n,m} ^ $}. Anything else is
 * refused, so that no line means something else than for the reference (RE2 syntax).
 *
 * <p>A part tells the places of a text where it can end, of those where it can begin. All ways are
 * followed at once, so that no key makes it slow.
 */
final class KeyPattern {
    private static final int REPEAT_MAX = 1000;

    // Ranges of characters, first and last of each.
    private static final String DIGITS = "09";
    private static final String NO_DIGITS = "\0/:\uffff";
    private static final String WORDS = "09AZ__az";
    private static final String NO_WORDS = "\0/:@[^``{\uffff";
    private static final String BLANKS = "\t\n\f\r  ";
    private static final String NO_BLANKS = "\0\b\u000b\u000b\u000e\u001f!\uffff";

    private enum Kind {
        ONE,
        BEGIN,
        END,
        SEQUENCE,
        EITHER,
        REPEAT
    }

    /**
     * A part of the pattern.
     *
     * @param parts of a sequence, a choice or a repetition
     * @param ranges of one character: first and last of each range that it may be in
     * @param negated whether it is in none of them
     * @param min repetitions
     * @param max repetitions
     */
    private record Part(
            Kind kind, List<Part> parts, String ranges, boolean negated, int min, int max) {
        static Part of(Kind kind, List<Part> parts) {
            return new Part(kind, parts, "", false, 0, 0);
        }

        static Part one(String ranges, boolean negated) {
            return new Part(Kind.ONE, List.of(), ranges, negated, 0, 0);
        }

        boolean[] ends(String text, boolean[] begins) {
            return switch (kind) {
                case ONE -> afterOne(text, begins);
                case BEGIN -> only(begins, 0);
                case END -> only(begins, text.length());
                case SEQUENCE -> {
                    boolean[] places = begins;
                    for (Part part : parts) {
                        places = part.ends(text, places);
                    }
                    yield places;
                }
                case EITHER -> {
                    boolean[] ends = new boolean[begins.length];
                    for (Part part : parts) {
                        add(ends, part.ends(text, begins));
                    }
                    yield ends;
                }
                case REPEAT -> afterRepeats(text, begins);
            };
        }

        private boolean[] afterOne(String text, boolean[] begins) {
            boolean[] ends = new boolean[begins.length];
            for (int i = 0; i < text.length(); i++) {
                ends[i + 1] = begins[i] && isOne(text.charAt(i));
            }
            return ends;
        }

        private boolean isOne(char c) {
            for (int i = 0; i < ranges.length(); i += 2) {
                if (c >= ranges.charAt(i) && c <= ranges.charAt(i + 1)) {
                    return !negated;
                }
            }
            return negated;
        }

        private static boolean[] only(boolean[] begins, int place) {
            boolean[] ends = new boolean[begins.length];
            ends[place] = begins[place];
            return ends;
        }

        private boolean[] afterRepeats(String text, boolean[] begins) {
            Part part = parts.get(0);
            boolean[] places = begins;
            for (int i = 0; i < min; i++) {
                places = part.ends(text, places);
            }
            boolean[] ends = places.clone();
            boolean grown = true;
            for (int i = min; i < max && grown; i++) {
                places = part.ends(text, places);
                grown = add(ends, places);
            }
            return ends;
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
    }

    private final String source;
    private int place;
    private Part whole = Part.of(Kind.SEQUENCE, List.of());

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
        for (boolean end : whole.ends(text, anywhere)) {
            if (end) {
                return true;
            }
        }
        return false;
    }

    private IllegalArgumentException unknown(String what) {
        return new IllegalArgumentException(what + " at character " + (place + 1));
    }

    private boolean more() {
        return place < source.length();
    }

    private boolean isNext(char c) {
        return more() && source.charAt(place) == c;
    }

    private boolean take(char c) {
        boolean there = isNext(c);
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
        return Part.of(Kind.EITHER, all);
    }

    private Part sequence() {
        List<Part> parts = new ArrayList<>();
        while (more() && !isNext('|') && !isNext(')')) {
            parts.add(repeated(atom()));
        }
        return Part.of(Kind.SEQUENCE, parts);
    }

    private Part atom() {
        char c = next();
        return switch (c) {
            case '(' -> group();
            case '[' -> set();
            case '.' -> Part.one("", true);
            case '^' -> Part.of(Kind.BEGIN, List.of());
            case '$' -> Part.of(Kind.END, List.of());
            case '\\' -> Part.one(escaped(), false);
            case '*', '+', '?' -> throw unknown("nothing to repeat");
            default -> Part.one(range(c, c), false);
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

    private static String range(char from, char to) {
        return "" + from + to;
    }

    private static boolean isLetterOrDigit(char c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private String escaped() {
        char c = next();
        return switch (c) {
            case 'd' -> DIGITS;
            case 'D' -> NO_DIGITS;
            case 'w' -> WORDS;
            case 'W' -> NO_WORDS;
            case 's' -> BLANKS;
            case 'S' -> NO_BLANKS;
            default -> {
                if (isLetterOrDigit(c)) {
                    throw unknown("\\" + c + " is not supported");
                }
                yield range(c, c);
            }
        };
    }

    private Part set() {
        boolean negated = take('^');
        StringBuilder ranges = new StringBuilder();
        do {
            ranges.append(member());
        } while (!take(']'));
        return Part.one(ranges.toString(), negated);
    }

    private String member() {
        char from = next();
        if (from == '[' && isNext(':')) {
            throw unknown("[: :] is not supported");
        }
        if (from == '\\') {
            return escaped();
        }
        if (!isNext('-') || source.startsWith("-]", place)) {
            return range(from, from);
        }
        place++;
        char to = next();
        if (to == '\\' || to < from) {
            throw unknown("no range of characters");
        }
        return range(from, to);
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
            max = take(',') ? isNext('}') ? Integer.MAX_VALUE : number() : min;
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
        return new Part(Kind.REPEAT, List.of(part), "", false, min, max);
    }

    private int number() {
        int value = 0;
        int digits = 0;
        while (more()
                && source.charAt(place) >= '0'
                && source.charAt(place) <= '9'
                && value <= REPEAT_MAX) {
            value = value * 10 + next() - '0';
            digits++;
        }
        if (digits == 0 || value > REPEAT_MAX) {
            throw unknown("no count of repetitions up to " + REPEAT_MAX);
        }
        return value;
    }
}
