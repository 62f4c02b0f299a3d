// SPDX-License-Identifier: Apache-2.0
package dev.culvert.lab;

/** A rectangle of characters for boxes, lines and text; lines that meet are joined. */
final class Canvas {
    private static final int NORTH = 1;
    private static final int EAST = 2;
    private static final int SOUTH = 4;
    private static final int WEST = 8;

    /** What a cell looks like whose arms point in these directions. */
    private static final String UNICODE =
            " \u2575\u2576\u2514\u2577\u2502\u250c\u251c\u2574\u2518\u2500\u2534"
                    + "\u2510\u2524\u252c\u253c";

    private static final String ASCII = " |-+||++-+-+++++";

    private final int width;
    private final char[][] texts;
    private final int[][] arms;

    Canvas(int width, int height) {
        this.width = width;
        texts = new char[height][width];
        arms = new int[height][width];
    }

    /** A frame whose corners are in the rows and columns given. */
    void box(int left, int top, int right, int bottom) {
        horizontal(top, left, right);
        horizontal(bottom, left, right);
        vertical(left, top, bottom);
        vertical(right, top, bottom);
    }

    private void horizontal(int row, int left, int right) {
        for (int column = left; column <= right; column++) {
            arms[row][column] |= (column > left ? WEST : 0) | (column < right ? EAST : 0);
        }
    }

    /** A line between two rows of a column, both included. */
    void vertical(int column, int top, int bottom) {
        for (int row = top; row <= bottom; row++) {
            arms[row][column] |= (row > top ? NORTH : 0) | (row < bottom ? SOUTH : 0);
        }
    }

    /** Text from a cell on; what is beyond the right edge is left out. */
    void text(int column, int row, String text) {
        for (int i = 0; i < text.length() && column + i < width; i++) {
            texts[row][column + i] = text.charAt(i);
        }
    }

    /** The rows, without spaces at their ends, each with a newline. */
    String draw(boolean unicode) {
        String lines = unicode ? UNICODE : ASCII;
        StringBuilder out = new StringBuilder();
        for (int row = 0; row < texts.length; row++) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < width; column++) {
                char text = texts[row][column];
                line.append(text != 0 ? text : lines.charAt(arms[row][column]));
            }
            out.append(line.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }
}
