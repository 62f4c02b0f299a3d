// SPDX-License-Identifier: Apache-2.0
package dev.culvert.plugins.tuning;

import dev.culvert.host.Mark;
import dev.culvert.host.Site;
import dev.culvert.host.Trace;
import dev.culvert.host.Valid;
import dev.culvert.os.Files;
import dev.culvert.sys.ErrnoException;
import dev.culvert.wire.link.Link;

import java.util.List;
import java.util.Optional;

/**
 * The attributes that the interface had before. A device that goes back to this host shall be as it
 * came; where it is gone, or its namespace, nothing but the file is left.
 */
record RestoreTrace(String dataDir) implements Trace {
    @Override
    public List<String> describe(Mark mark) {
        return List.of("ip -n CONTAINER link set " + mark.ifname() + " as "
                + new Backup(dataDir, mark.containerId(), mark.ifname()).path() + " says");
    }

    /** What cannot be restored is no reason to keep the container: the file stays then. */
    @Override
    public void remove(Site site, Mark mark) {
        Files files = new Files(site.libc());
        Backup backup = new Backup(dataDir, mark.containerId(), mark.ifname());
        Optional<Attributes> before = backup.find(files);
        if (before.isPresent() && site.hasContainer()) {
            Optional<Link> link = TuneLink.find(site, mark.ifname());
            try {
                link.ifPresent(found -> TuneLink.set(site, found, before.get()));
            } catch (ErrnoException refused) {
                return;
            }
        }
        files.removeReplaced(backup.path());
    }

    /** A file's name does not tell its network. */
    @Override
    public void sweep(Site site, Valid valid) {}
}
