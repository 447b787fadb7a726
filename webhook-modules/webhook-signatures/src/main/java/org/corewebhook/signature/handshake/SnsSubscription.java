package org.corewebhook.signature.handshake;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.corewebhook.ErrorKind;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.spi.Handshake;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Amazon SNS: a signed POST of the type {@code SubscriptionConfirmation}; to confirm, its {@code SubscribeURL} is
 * visited (docs.aws.amazon.com, SNS, "HTTP/HTTPS subscription confirmation JSON format").
 *
 * <p>Everybody with an AWS account can have SNS sign such a message for a topic of their own: only the topics that are
 * configured are confirmed, and only at SNS itself. Those of other topics go on as events, for a person to judge.
 *
 * @param topicArns the topics whose subscription is confirmed
 */
record SnsSubscription(Set<String> topicArns, Predicate<WebhookRequest> verified, UrlVisitor visitor)
        implements Handshake {

    private static final Logger log = LoggerFactory.getLogger(SnsSubscription.class);

    private static final String TYPE = "SubscriptionConfirmation";
    private static final Pattern HOST = Pattern.compile("sns\\.[a-z0-9-]{1,40}\\.amazonaws\\.com(?:\\.cn)?");
    private static final Duration RETRY_AFTER = Duration.ofSeconds(20);

    @Override
    public @Nullable WebhookResponse answer(WebhookRequest request) {
        JsonNode message = JsonBody.with(TYPE, request);
        if (!TYPE.equals(JsonBody.text(message, "Type")) || !verified.test(request)) {
            return null;
        }
        String topic = JsonBody.text(message, "TopicArn");
        if (topic == null || !topicArns.contains(topic)) {
            log.info("A subscription is not confirmed: its topic is none of the parameter topic_arn");
            return null;
        }
        URI url = subscribeUrl(JsonBody.text(message, "SubscribeURL"));
        return url == null ? Challenge.malformed() : confirm(topic, url);
    }

    /** Tells whether this is a host of Amazon SNS, in lower case. */
    static boolean isSns(String host) {
        return HOST.matcher(host).matches();
    }

    private WebhookResponse confirm(String topic, URI url) {
        try {
            int status = visitor.visit(url);
            if (status == 200) {
                log.info("Confirmed the subscription to {}", topic);
                return WebhookResponse.json(200, "{\"message\":\"200 OK\"}");
            }
            log.warn("SNS answered {} to the confirmation of the subscription to {}", status, topic);
        } catch (IOException e) {
            log.warn("The subscription to {} could not be confirmed, SNS sends it again", topic, e);
        }
        return WebhookResponse.problem(ErrorKind.UNAVAILABLE, "The confirmation failed, retry later", RETRY_AFTER);
    }

    /** Returns the URL if it is one of SNS itself, or null. */
    private static @Nullable URI subscribeUrl(@Nullable String text) {
        if (text == null || text.length() > 2048) {
            return null;
        }
        try {
            URI url = new URI(text);
            boolean trusted = "https".equals(url.getScheme())
                    && url.getHost() != null
                    && isSns(url.getHost())
                    && url.getRawUserInfo() == null
                    && (url.getPort() == -1 || url.getPort() == 443)
                    && "/".equals(url.getRawPath())
                    && url.getRawQuery() != null
                    && url.getRawQuery().startsWith("Action=ConfirmSubscription&");
            return trusted ? url : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
