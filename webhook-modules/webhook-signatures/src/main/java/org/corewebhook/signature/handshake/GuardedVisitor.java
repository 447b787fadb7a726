package org.corewebhook.signature.handshake;

import java.io.IOException;
import java.net.URI;
import java.util.function.Predicate;
import org.corewebhook.signature.remote.RemoteClient;
import org.corewebhook.signature.remote.RemoteException;
import org.corewebhook.signature.remote.RemotePolicy;

/** Visits URLs on hosts that a list allows, at public addresses only. Thread-safe. */
final class GuardedVisitor implements UrlVisitor {

    /** Visits Amazon SNS; one for all endpoints, so that all together wait for few answers at once. */
    static final UrlVisitor AMAZON_SNS = new GuardedVisitor(SnsSubscription::isSns);

    private final RemoteClient client;

    GuardedVisitor(Predicate<String> hosts) {
        this.client = RemoteClient.builder(RemotePolicy.senderUrls(hosts)).build();
    }

    @Override
    public int visit(URI url) throws IOException {
        try {
            return client.get(url).status();
        } catch (RemoteException e) {
            throw new IOException(e);
        }
    }
}
