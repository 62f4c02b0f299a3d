// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.plugin;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.cni.spec.CniNames;
import dev.culvert.cni.spec.CniResult;
import dev.culvert.cni.spec.CniVersion;
import dev.culvert.json.Field;
import dev.culvert.json.Fields;
import dev.culvert.json.Json;
import dev.culvert.json.JsonException;
import dev.culvert.json.JsonNull;
import dev.culvert.json.JsonObject;
import dev.culvert.json.JsonString;
import dev.culvert.os.FileId;
import dev.culvert.os.Program;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;
import dev.culvert.sys.Libc;

import java.util.List;
import java.util.Optional;

/**
 * A plugin that is another program: found in CNI_PATH, run with our input and our environment.
 *
 * @cni 1.1.0 SPEC "Plugin delegation"
 */
public final class Delegate {
    private static final int MAX_SHOWN = 2000;

    private final String type;
    private final String file;

    private Delegate(String type, String file) {
        this.type = type;
        this.file = file;
    }

    /**
     * The first regular file of that name in the folders, symbolic links followed. Folders that are
     * not there, or that we may not look into, are passed over. Whether the file may be executed
     * shows when it is.
     *
     * @throws CniException INVALID_NETWORK_CONFIG if the name is empty or could be a path
     * @throws ErrnoException if it cannot be told whether a folder has it
     */
    public static Optional<Delegate> find(Libc libc, String type, List<String> folders) {
        if (type.isEmpty()) {
            throw new CniException(CniErrorCode.INVALID_NETWORK_CONFIG, "no plugin name provided");
        }
        CniNames.checkPluginType("type", type);
        for (String folder : folders) {
            String file = folder.endsWith("/") ? folder + type : folder + "/" + type;
            Optional<FileId> found = look(libc, file);
            if (found.isPresent() && found.get().isRegular()) {
                return Optional.of(new Delegate(type, file));
            }
        }
        return Optional.empty();
    }

    private static Optional<FileId> look(Libc libc, String file) {
        try {
            return FileId.find(libc, file);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.EACCES) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The same, where there is no other way. */
    public static Delegate require(Libc libc, String type, List<String> folders) {
        Optional<Delegate> found = find(libc, type, folders);
        if (found.isEmpty()) {
            throw new CniException(
                    CniErrorCode.DELEGATE_FAILED,
                    "failed to find plugin \"" + type + "\" in path [" + String.join(" ", folders)
                            + "]",
                    folders.isEmpty() ? "CNI_PATH is empty" : "put it into one of these folders");
        }
        return found.get();
    }

    /** Its path. */
    public String file() {
        return file;
    }

    /**
     * Runs the program for ADD and reads its result, which has the configuration's version unless
     * it says another one.
     *
     * @throws CniException the error that the program printed, or DELEGATE_FAILED
     */
    public CniResult add(Request request) {
        String output = run(request, Verb.ADD);
        try {
            Json json = Json.parse(output);
            JsonObject object = json == JsonNull.NULL
                    ? JsonObject.EMPTY
                    : new Field("", json).object().object();
            Fields fields = Fields.of(object);
            return CniResult.decode(fields, version(fields, request.conf().version()));
        } catch (JsonException e) {
            throw failed("failed to unmarshal raw result: " + e.getMessage(), output);
        } catch (CniException e) {
            throw failed(e.msg(), output);
        }
    }

    private static CniVersion version(Fields fields, CniVersion configured) {
        Optional<Field> own = fields.find("cniVersion");
        if (own.isPresent()
                && own.get().json() instanceof JsonString text
                && !text.value().isEmpty()) {
            Optional<CniVersion> known = CniVersion.find(text.value());
            if (known.isEmpty()) {
                throw new CniException(
                        CniErrorCode.DECODING_FAILURE,
                        "unsupported CNI result version \"" + text.value() + "\"");
            }
            return known.get();
        }
        return configured;
    }

    /**
     * Runs the program for a verb without a result.
     *
     * @throws CniException the error that the program printed, or DELEGATE_FAILED
     */
    public void call(Request request, Verb verb) {
        run(request, verb);
    }

    private String run(Request request, Verb verb) {
        Program.Exit exit;
        try {
            exit = Program.run(request.libc(), file, request.environmentFor(verb), request.stdin());
        } catch (ErrnoException e) {
            throw new CniException(CniErrorCode.DELEGATE_FAILED, e.getMessage());
        }
        if (!exit.isSuccess()) {
            throw error(exit);
        }
        if (!exit.stderr().isEmpty()) {
            request.complain(exit.stderr());
        }
        return exit.stdout();
    }

    private CniException error(Program.Exit exit) {
        if (exit.stdout().isEmpty()) {
            return exit.stderr().isEmpty()
                    ? failed("netplugin failed with no error message: " + exit.describe(), "")
                    : failed(
                            "netplugin failed: \"" + shown(exit.stderr().trim()) + "\": "
                                    + exit.describe(),
                            "");
        }
        try {
            CniException error = CniException.decode(
                    new Field("", Json.parse(exit.stdout())).object().object());
            if (error.code() != 0 || !error.msg().isEmpty()) {
                return error;
            }
            return failed(
                    "netplugin failed but its error object has neither code nor msg",
                    exit.stdout());
        } catch (JsonException e) {
            return failed(
                    "netplugin failed but error parsing its diagnostic message \""
                            + shown(exit.stdout()) + "\": " + e.getMessage(),
                    exit.describe());
        }
    }

    private CniException failed(String what, String details) {
        return new CniException(
                CniErrorCode.DELEGATE_FAILED, "plugin " + type + ": " + what, shown(details));
    }

    private static String shown(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
    }
}
