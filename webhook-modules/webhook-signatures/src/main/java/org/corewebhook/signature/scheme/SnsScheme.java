package org.corewebhook.signature.scheme;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.corewebhook.signature.key.SignatureAlgorithm;
import org.corewebhook.signature.key.SignatureEncoding;
import org.corewebhook.signature.key.SignedContent;
import org.corewebhook.signature.key.VerificationKey;
import org.corewebhook.spi.ReceiptId;
import org.jspecify.annotations.Nullable;

/**
 * Amazon SNS: signed with the certificate that the message names (docs.aws.amazon.com, SNS, "Verifying the signatures
 * of Amazon SNS messages"). Everybody with an AWS account can have SNS sign, so topics are listed. Thread-safe.
 */
final class SnsScheme implements SignatureScheme {

    private static final Duration TOLERANCE = Duration.ofHours(1);
    private static final String ANY = "*";

    private static final List<String> NOTIFICATION =
            List.of("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type");
    private static final List<String> CONFIRMATION =
            List.of("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type");
    private static final Map<String, List<String>> SIGNED_FIELDS = Map.of(
            "Notification", NOTIFICATION,
            "SubscriptionConfirmation", CONFIRMATION,
            "UnsubscribeConfirmation", CONFIRMATION);

    private final Set<String> topics;
    private final SenderServers servers;
    private final Clock clock;

    SnsScheme(Set<String> topics, SenderServers servers, Clock clock) {
        this.topics = Set.copyOf(topics);
        this.servers = servers;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "aws-sns";
    }

    @Override
    public @Nullable SchemeKey key() {
        return null;
    }

    @Override
    public Duration tolerance() {
        return TOLERANCE;
    }

    @Override
    public List<Proof> proofs(SignedRequest request) throws UnprovenException {
        JsonNode message = request.json();
        List<String> fields = SIGNED_FIELDS.get(text(message, "Type"));
        if (fields == null) {
            throw malformed("Type");
        }
        if (!topics.contains(ANY) && !topics.contains(text(message, "TopicArn"))) {
            throw new UnprovenException(
                    SignatureFailure.WRONG_SIGNATURE, "The topic is none of the parameter topic_arn");
        }
        byte[] signature = SignatureEncoding.BASE64.decode(text(message, "Signature"));
        if (signature == null) {
            throw malformed("Signature");
        }
        SignedContent content = SignedContent.of(canonical(message, fields));
        Instant time = time(text(message, "Timestamp"));
        return List.of(new Proof(List.of(content), List.of(signature), time, key(message)));
    }

    private static String canonical(JsonNode message, List<String> fields) throws UnprovenException {
        StringBuilder canonical = new StringBuilder(256);
        for (String field : fields) {
            if (!field.equals("Subject") || message.hasNonNull(field)) {
                canonical
                        .append(field)
                        .append('\n')
                        .append(text(message, field))
                        .append('\n');
            }
        }
        return canonical.toString();
    }

    private VerificationKey key(JsonNode message) throws UnprovenException {
        SignatureAlgorithm algorithm = switch (text(message, "SignatureVersion")) {
            case "1" -> SignatureAlgorithm.RSA_SHA1;
            case "2" -> SignatureAlgorithm.RSA_SHA256;
            default -> throw malformed("SignatureVersion");
        };
        String url = text(message, "SigningCertURL");
        return SenderUrls.keyOf(
                servers.certificate(
                        SenderUrls.certificateUrl(url, SenderUrls::isSns, "/SimpleNotificationService-", ".pem")),
                algorithm,
                clock);
    }

    private static Instant time(String text) throws UnprovenException {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw malformed("Timestamp");
        }
    }

    private static String text(JsonNode message, String field) throws UnprovenException {
        JsonNode value = message.path(field);
        if (!value.isTextual()) {
            throw malformed(field);
        }
        return value.textValue();
    }

    private static UnprovenException malformed(String field) {
        return new UnprovenException(
                SignatureFailure.MALFORMED, "The field " + field + " is missing or not understood");
    }

    @Override
    public @Nullable ReceiptId id(SignedRequest request) {
        try {
            return new ReceiptId(text(request.json(), "MessageId"), true);
        } catch (UnprovenException e) {
            return null; // not a proven request, so there is nothing to remember
        }
    }
}
