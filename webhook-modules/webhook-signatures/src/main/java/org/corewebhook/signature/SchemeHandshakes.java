package org.corewebhook.signature;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.corewebhook.Secret;
import org.corewebhook.signature.handshake.HandshakeContext;
import org.corewebhook.signature.handshake.Handshakes;
import org.corewebhook.signature.handshake.UrlVisitor;
import org.corewebhook.signature.remote.RemoteClient;
import org.corewebhook.signature.remote.RemoteException;
import org.corewebhook.signature.remote.RemotePolicy;
import org.corewebhook.spi.Handshake;
import org.jspecify.annotations.Nullable;

/** Connects the handshake of a scheme with its verifier. */
final class SchemeHandshakes {

    private static final Pattern SNS_HOST = Pattern.compile("sns\\.[a-z0-9-]{1,40}\\.amazonaws\\.com(?:\\.cn)?");

    private static final RemoteClient SNS = RemoteClient.builder(
                    RemotePolicy.senderUrls(host -> SNS_HOST.matcher(host).matches()))
            .build();
    private static final UrlVisitor SNS_VISITOR = SchemeHandshakes::visit;

    private SchemeHandshakes() {}

    /** Returns the handshake, or null if the scheme has none. */
    static @Nullable Handshake of(
            String scheme,
            List<Secret> secrets,
            Map<String, String> parameters,
            SignatureVerifier verifier,
            Clock clock) {
        HandshakeContext context = new HandshakeContext(
                secrets, parameters, request -> verifier.verify(request).verified(), clock);
        return Handshakes.forScheme(scheme, context, SNS_VISITOR);
    }

    private static int visit(URI url) throws IOException {
        try {
            return SNS.get(url).status();
        } catch (RemoteException e) {
            throw new IOException("The confirmation could not be sent", e);
        }
    }
}
