// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

import dev.culvert.json.Fields;
import dev.culvert.json.Fields.Range;
import dev.culvert.json.JsonObject;

/**
 * An error result: what a plugin prints instead of a result.
 *
 * @cni 1.1.0 SPEC "Error"
 */
public final class CniException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final Range CODES = new Range(Integer.MIN_VALUE, Integer.MAX_VALUE);

    private final int code;
    private final String msg;
    private final String details;

    /** An error without details. */
    public CniException(CniErrorCode code, String msg) {
        this(code, msg, "");
    }

    /** An error; the details hold the cure or a longer text, and may be empty. */
    public CniException(CniErrorCode code, String msg, String details) {
        this(code.number(), msg, details);
    }

    private CniException(int code, String msg, String details) {
        super(details.isEmpty() ? msg : msg + "; " + details);
        this.code = code;
        this.msg = msg;
        this.details = details;
    }

    /** An error with the number that another plugin chose. */
    public static CniException foreign(int code, String msg, String details) {
        return new CniException(code, msg, details);
    }

    /**
     * Reads an error object; absent members are 0 and empty.
     *
     * @throws dev.culvert.json.JsonException if a member has another type
     */
    public static CniException decode(JsonObject object) {
        Fields fields = Fields.of(object);
        return foreign(
                (int) fields.integer("code", 0, CODES),
                fields.string("msg", ""),
                fields.string("details", ""));
    }

    /** The error object for a caller that speaks this version; details are left out when empty. */
    public JsonObject encode(String cniVersion) {
        JsonObject.Builder object = JsonObject.builder()
                .put("cniVersion", cniVersion)
                .put("code", code)
                .put("msg", msg);
        return (details.isEmpty() ? object : object.put("details", details)).build();
    }

    /** This error with more details, in a sentence of their own. */
    public CniException withDetails(String more) {
        CniException error = foreign(code, msg, details.isEmpty() ? more : details + "; " + more);
        error.setStackTrace(getStackTrace());
        return error;
    }

    /** The number, which may be another plugin's own. */
    public int code() {
        return code;
    }

    /** Whether the number is this code's. */
    public boolean is(CniErrorCode other) {
        return code == other.number();
    }

    /** The short message. */
    public String msg() {
        return msg;
    }

    /** The long message; may be empty. */
    public String details() {
        return details;
    }
}
