// SPDX-License-Identifier: Apache-2.0
package dev.culvert.cni.spec;

import dev.culvert.json.Field;
import dev.culvert.json.Fields;
import dev.culvert.json.Json;
import dev.culvert.json.JsonException;
import dev.culvert.json.JsonObject;

import java.util.List;
import java.util.Optional;

/**
 * What every plugin's configuration has in common, and the whole object for what is the plugin's
 * own.
 *
 * <p>Common members are read at once; what only some verbs need (prevResult, the valid attachments,
 * runtimeConfig, args, culvert) is read when it is asked for, so that a damaged part stops only the
 * verbs that need it.
 *
 * @cni 1.1.0 SPEC "Plugin configuration objects", "Deriving request configuration"
 */
public final class NetConf {
    private final Fields fields;
    private final String cniVersion;
    private final String name;
    private final String type;
    private final String ipamType;
    private final CniDns dns;

    private NetConf(Fields fields) {
        this.fields = fields;
        this.cniVersion = fields.string("cniVersion", "");
        this.name = fields.string("name", "");
        this.type = fields.string("type", "");
        this.ipamType = fields.object("ipam").string("type", "");
        this.dns = CniDns.decode(fields.object("dns"));
        // The runtime's business, but of a known type like the others.
        Fields capabilities = fields.object("capabilities");
        for (String capability : capabilities.object().members().keySet()) {
            capabilities.bool(capability, false);
        }
    }

    /**
     * Reads a configuration and checks the network's name and the types.
     *
     * @throws CniException DECODING_FAILURE if the text is no JSON object or a common member has
     *     another type; INVALID_NETWORK_CONFIG for a bad name or a type that could be a path
     */
    public static NetConf parse(String text) {
        NetConf conf;
        try {
            conf = new NetConf(new Field("", Json.parse(text)).object());
        } catch (JsonException e) {
            throw new CniException(
                    CniErrorCode.DECODING_FAILURE, "read network configuration: " + e.getMessage());
        }
        CniNames.checkNetworkName(conf.name);
        CniNames.checkPluginType("type", conf.type);
        CniNames.checkPluginType("ipam.type", conf.ipamType);
        return conf;
    }

    /** The members, those of the plugin's own included. */
    public Fields fields() {
        return fields;
    }

    /** The whole object as it came. */
    public JsonObject raw() {
        return fields.object();
    }

    /** The version as written; empty if absent, which means 0.1.0. */
    public String cniVersion() {
        return cniVersion;
    }

    /**
     * The version.
     *
     * @throws CniException INCOMPATIBLE_CNI_VERSION if it is none that we know
     */
    public CniVersion version() {
        Optional<CniVersion> version = CniVersion.find(cniVersion);
        if (version.isEmpty()) {
            throw new CniException(
                    CniErrorCode.INCOMPATIBLE_CNI_VERSION,
                    "incompatible CNI versions",
                    "config is \"" + cniVersion + "\"");
        }
        return version.get();
    }

    /** The network's name; never empty. */
    public String name() {
        return name;
    }

    /** The plugin's file name; may be empty. */
    public String type() {
        return type;
    }

    /** The IPAM plugin's file name; empty if there is no IPAM. */
    public String ipamType() {
        return ipamType;
    }

    /** The members of {@code ipam}; none if it is absent. */
    public Fields ipam() {
        return fields.object("ipam");
    }

    /**
     * The resolver settings; whether a list was given at all, even empty, tells {@link #fields()}.
     */
    public CniDns dns() {
        return dns;
    }

    /** What the runtime supplies for the capabilities. */
    public Fields runtimeConfig() {
        return fields.object("runtimeConfig");
    }

    /** The members of {@code args.cni}. */
    public Fields cniArgs() {
        return fields.object("args").object("cni");
    }

    /** Our own extensions. */
    public CulvertConf culvert() {
        return CulvertConf.decode(fields.object("culvert"));
    }

    /**
     * The attachments that GC keeps; none is valid if the list is absent or {@code null}.
     *
     * @throws CniException INVALID_NETWORK_CONFIG if an entry is not whole
     */
    public List<AttachmentKey> validAttachments() {
        return ValidAttachments.decode(fields);
    }

    /** Whether a previous result is there, readable or not. */
    public boolean hasPrevResult() {
        return fields.has("prevResult");
    }

    /** The members of the previous result, to be passed through; none if it is absent. */
    public Fields prevResultFields() {
        return fields.object("prevResult");
    }

    /**
     * The previous result.
     *
     * @throws CniException DECODING_FAILURE if it is damaged or of a version with another shape
     */
    public Optional<CniResult> prevResult() {
        if (!hasPrevResult()) {
            return Optional.empty();
        }
        try {
            return Optional.of(CniResult.decode(prevResultFields(), version()));
        } catch (JsonException e) {
            throw new CniException(CniErrorCode.DECODING_FAILURE, e.getMessage());
        }
    }

    /** The previous result; a damaged one counts as absent, since DEL must come through without. */
    public Optional<CniResult> readablePrevResult() {
        try {
            return prevResult();
        } catch (CniException _) {
            return Optional.empty();
        }
    }
}
