// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.plugin;

import dev.culvert.cni.spec.CniErrorCode;
import dev.culvert.cni.spec.CniException;
import dev.culvert.json.JsonException;
import dev.culvert.sys.ConflictException;
import dev.culvert.sys.Errno;
import dev.culvert.sys.ErrnoException;

/** From what was thrown to the error object; the only place where one becomes the other. */
final class Translation {
    private static final int MAX_SUPPRESSED = 16;

    private Translation() {}

    static CniException of(RuntimeException thrown, String plugin) {
        CniException error = switch (thrown) {
            case CniException cni -> cni;
            case JsonException json ->
                new CniException(CniErrorCode.DECODING_FAILURE, json.getMessage());
            case ErrnoException errno ->
                new CniException(code(errno), errno.getMessage(), cure(errno));
            case ConflictException conflict ->
                new CniException(code(conflict.kind()), conflict.getMessage(), conflict.cure());
            default ->
                new CniException(
                        CniErrorCode.INTERNAL,
                        "bug in plugin " + plugin + ": " + name(thrown) + ": "
                                + thrown.getMessage(),
                        "please report it with the output under CULVERT_DEBUG=1");
        };
        return withSuppressed(error, thrown);
    }

    /** The errors of undoing, which must not hide the first one, nor be lost. */
    private static CniException withSuppressed(CniException error, RuntimeException thrown) {
        StringBuilder more = new StringBuilder();
        int shown = 0;
        for (Throwable suppressed : thrown.getSuppressed()) {
            if (shown++ < MAX_SUPPRESSED) {
                more.append(more.isEmpty() ? "" : "; ").append(suppressed.getMessage());
            }
        }
        return more.isEmpty() ? error : error.withDetails(more.toString());
    }

    private static CniErrorCode code(ConflictException.Kind kind) {
        return switch (kind) {
            case DIFFERS -> CniErrorCode.OBJECT_DIFFERS;
            case EXISTS -> CniErrorCode.ALREADY_ATTACHED;
            case FULL -> CniErrorCode.LIMIT_REACHED;
            case PORT_TAKEN -> CniErrorCode.HOST_PORT_TAKEN;
        };
    }

    private static CniErrorCode code(ErrnoException e) {
        if (e.errno() == Errno.ENOENT && e.operation().equals("open")) {
            return CniErrorCode.IO_FAILURE;
        }
        if (e.isUnsupported()) {
            return CniErrorCode.KERNEL_LACKS;
        }
        return switch (e.errno()) {
            case EAGAIN, EBUSY, ENOBUFS, ENOMEM, ENFILE, EMFILE, EINTR, ETIMEDOUT ->
                CniErrorCode.TRY_AGAIN_LATER;
            case EPERM, EACCES -> CniErrorCode.NO_PERMISSION;
            case EROFS,
                    ENOSPC,
                    EDQUOT,
                    EIO,
                    EFBIG,
                    ENAMETOOLONG,
                    ENOTDIR,
                    EISDIR,
                    ELOOP,
                    EMLINK,
                    ENOTEMPTY,
                    ESTALE -> CniErrorCode.IO_FAILURE;
            default -> CniErrorCode.INTERNAL;
        };
    }

    private static String cure(ErrnoException e) {
        return switch (code(e)) {
            case NO_PERMISSION ->
                "no permission: run as root, or with CAP_NET_ADMIN and CAP_SYS_ADMIN";
            case KERNEL_LACKS -> "the kernel lacks it: load the module, or run Linux 5.4 or later";
            default -> "";
        };
    }

    private static String name(RuntimeException e) {
        String name = e.getClass().getName();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** A stack trace for CULVERT_DEBUG. */
    static String trace(Throwable thrown) {
        StringBuilder out = new StringBuilder(thrown.getClass().getName())
                .append(": ")
                .append(thrown.getMessage())
                .append('\n');
        for (StackTraceElement element : thrown.getStackTrace()) {
            out.append("    at ").append(element).append('\n');
        }
        return out.toString();
    }
}
