package org.corewebhook.output;

import java.io.IOException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.corewebhook.WebhookEvent;
import org.corewebhook.spi.DeliveryException;
import org.corewebhook.spi.OutputModule;

/** Writes each event to a file of its own; see {@link SaveToDiskProvider}. */
final class SaveToDisk implements OutputModule {

    private static final int CONCURRENCY = 16;
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_-]{1,100}");

    private final EventFolder folder;
    private final String extension;

    SaveToDisk(EventFolder folder, String extension) {
        this.folder = folder;
        this.extension = extension;
    }

    /** A file that is there already with the same content is this event delivered again, and that is fine. */
    @Override
    public void deliver(WebhookEvent event) throws DeliveryException {
        if (!FILE_NAME.matcher(event.id()).matches()) {
            throw DeliveryException.permanent("The id of the event cannot be the name of a file", null);
        }
        try {
            EventFolder.Saved saved = folder.save(event.id(), extension, event.body());
            if (saved == EventFolder.Saved.OTHER_CONTENT_THERE) {
                throw DeliveryException.permanent(
                        "A file of this name with other content is already in " + folder + ": give each destination a "
                                + "path of its own",
                        null);
            }
        } catch (IOException e) {
            throw DeliveryException.retryable(DiskTrouble.describe(e, folder.toString()), e);
        }
    }

    @Override
    public int concurrency() {
        return CONCURRENCY;
    }

    /** Zero: a local write, not worth a watch. */
    @Override
    public Duration timeout() {
        return Duration.ZERO;
    }
}
