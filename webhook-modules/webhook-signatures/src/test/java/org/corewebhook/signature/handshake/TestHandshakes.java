package org.corewebhook.signature.handshake;

import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.corewebhook.Secret;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.spi.Handshake;
import org.jspecify.annotations.Nullable;

/** Handshakes whose sender signs with the header {@code X-Signed: yes}, and what they are asked. */
final class TestHandshakes {

    static final String SNS_TOPIC = "arn:aws:sns:us-west-2:123456789012:MyTopic";
    static final String SNS_QUERY = "?Action=ConfirmSubscription&TopicArn=" + SNS_TOPIC + "&Token=2336412f37";
    static final String SNS_URL = "https://sns.us-west-2.amazonaws.com/" + SNS_QUERY;

    /** The URLs that were visited. */
    final List<URI> visited = new ArrayList<>();

    /** Returns the handshake of a scheme with the secret {@code zoomsecret}. */
    Handshake of(String scheme, Map<String, String> parameters) {
        return Objects.requireNonNull(maybe(scheme, parameters), scheme);
    }

    @Nullable
    Handshake maybe(String scheme, Map<String, String> parameters) {
        HandshakeContext context = new HandshakeContext(
                List.of(Secret.of("zoomsecret")), parameters, TestHandshakes::isSigned, Clock.systemUTC());
        return Handshakes.forScheme(scheme, context, url -> {
            visited.add(url);
            return 200;
        });
    }

    static boolean isSigned(WebhookRequest request) {
        return "yes".equals(request.headers().first("X-Signed"));
    }

    /** Returns a request without a body. */
    static WebhookRequest ask(String method, String pathAndQuery, String... headers) {
        WebhookRequest.Builder request = WebhookRequest.builder(method, pathAndQuery);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request.build();
    }

    static WebhookRequest post(String body, String... headers) {
        WebhookRequest.Builder request = WebhookRequest.post("/webhook/a").body(body);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request.build();
    }

    static WebhookRequest signed(String body, String... headers) {
        WebhookRequest.Builder request = WebhookRequest.post("/webhook/a").body(body);
        request.header("X-Signed", "yes");
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request.build();
    }

    /** Returns status, type and body of an answer, or {@code none}. */
    static String text(@Nullable WebhookResponse answer) {
        return answer == null
                ? "none"
                : answer.status() + " " + answer.headers().first("Content-Type") + " " + answer.text();
    }
}
