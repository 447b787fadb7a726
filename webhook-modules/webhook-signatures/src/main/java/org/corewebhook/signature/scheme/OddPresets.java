package org.corewebhook.signature.scheme;

import java.security.PublicKey;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.corewebhook.signature.key.SignatureAlgorithm;
import org.corewebhook.signature.key.SignatureEncoding;
import org.corewebhook.signature.key.VerificationKey;
import org.jspecify.annotations.Nullable;

/** The senders whose scheme takes settings, code, or keys that are fetched. */
final class OddPresets {

    private static final String ALGORITHM = "algorithm";
    private static final String HEADER = "header";
    private static final String PREFIX = "prefix";
    private static final String QUERY = "query";

    private OddPresets() {}

    static List<Preset> all() {
        return List.of(
                plain(new TwilioScheme()),
                plain(new AdyenScheme()),
                plain(new GraphScheme()),
                plain(new ContentfulScheme()),
                new Preset("aws-sns", Set.of("topic_arn"), Set.of(), OddPresets::sns),
                new Preset("paypal", Set.of("webhook_id"), Set.of(), OddPresets::payPal),
                new Preset("fal", Set.of(), Set.of(), OddPresets::fal),
                new Preset("fusionauth", Set.of(), Set.of(ALGORITHM), OddPresets::fusionAuth),
                new Preset("websub", Set.of(), Set.of(ALGORITHM), OddPresets::webSub),
                new Preset(
                        "http-message-signatures",
                        Set.of(ALGORITHM),
                        Set.of("components", "label", "tag"),
                        OddPresets::messageSignatures),
                token("gitlab", "X-Gitlab-Token", "", "X-Gitlab-Event-UUID"),
                token("okta", "Authorization", "", null),
                token("azure-event-grid", "", "", null),
                token("cloudevents", "Authorization", "Bearer ", "ce-id"));
    }

    private static Preset plain(SignatureScheme scheme) {
        return new Preset(scheme.name(), Set.of(), Set.of(), parts -> scheme);
    }

    private static SignatureScheme sns(Preset.Parts parts) {
        Set<String> topics = new LinkedHashSet<>(
                Arrays.asList(parts.parameter("topic_arn", "").strip().split("[,\\s]+", -1)));
        return new SnsScheme(topics, parts.servers().get(), parts.clock());
    }

    /** PayPal: the CRC-32 of the body is signed (developer.paypal.com, "Integrate webhooks"). */
    private static SignatureScheme payPal(Preset.Parts parts) {
        String webhookId = parts.parameter("webhook_id", "");
        if (webhookId.indexOf('{') >= 0 || webhookId.indexOf('|') >= 0) {
            throw new IllegalArgumentException("The parameter webhook_id must be the id as PayPal shows it");
        }
        SenderServers servers = parts.servers().get();
        SenderKeys keys = request -> payPalKey(request, servers, parts.clock());
        return declared(
                        "paypal",
                        SchemeKey.publicKey(SignatureAlgorithm.RSA_SHA256),
                        SignaturePlace.header("paypal-transmission-sig", SignatureEncoding.BASE64),
                        "{id}|{timestamp}|" + webhookId + "|{body_crc32}")
                .id(Place.header("paypal-transmission-id"))
                .timestamp(
                        new TimestampPlace(Place.header("paypal-transmission-time"), TimestampPlace.Unit.RFC3339),
                        java.time.Duration.ZERO)
                .senderKeys(keys)
                .build();
    }

    private static VerificationKey payPalKey(SignedRequest request, SenderServers servers, Clock clock)
            throws UnprovenException {
        if (!request.required("paypal-auth-algo").equals("SHA256withRSA")) {
            throw new UnprovenException(SignatureFailure.MALFORMED, "paypal-auth-algo is not SHA256withRSA");
        }
        java.net.URI url = SenderUrls.certificateUrl(
                request.required("paypal-cert-url"), SenderUrls::isPayPal, "/v1/notifications/certs/", "");
        return SenderUrls.keyOf(servers.certificate(url), SignatureAlgorithm.RSA_SHA256, clock);
    }

    /** fal.ai: signed with one of the keys that it publishes (docs.fal.ai, "Verifying your webhook"). */
    private static SignatureScheme fal(Preset.Parts parts) {
        SenderServers servers = parts.servers().get();
        SenderKeys keys = request -> anyOf(servers.ed25519Keys(SenderUrls.FAL_KEYS));
        return declared(
                        "fal",
                        SchemeKey.publicKey(SignatureAlgorithm.ED25519),
                        SignaturePlace.header("x-fal-webhook-signature", SignatureEncoding.HEX),
                        "{id}\n{header:x-fal-webhook-user-id}\n{timestamp}\n{body_sha256}")
                .id(Place.header("x-fal-webhook-request-id"))
                .timestamp(
                        new TimestampPlace(Place.header("x-fal-webhook-timestamp"), TimestampPlace.Unit.SECONDS),
                        java.time.Duration.ofMinutes(5))
                .senderKeys(keys)
                .build();
    }

    private static VerificationKey anyOf(List<PublicKey> publicKeys) {
        List<VerificationKey> keys =
                publicKeys.stream().map(SignatureAlgorithm.ED25519::publicKey).toList();
        return (content, signatures) -> {
            boolean found = false;
            for (VerificationKey key : keys) {
                found |= key.verifies(content, signatures); // no early exit: all keys, always
            }
            return found;
        };
    }

    private static SignatureScheme fusionAuth(Preset.Parts parts) {
        String name = parts.parameter(ALGORITHM, "HS256");
        SignatureAlgorithm algorithm = JwtBodyScheme.ALGORITHMS.get(name);
        if (algorithm == null) {
            throw new IllegalArgumentException("The parameter algorithm must be one of "
                    + String.join(
                            ", ",
                            JwtBodyScheme.ALGORITHMS.keySet().stream().sorted().toList()));
        }
        return new JwtBodyScheme(name, algorithm, parts.clock());
    }

    /**
     * WebSub (W3C, 7.1.2): the hub says with which hash it signs; here one is configured and the others are refused.
     */
    private static SignatureScheme webSub(Preset.Parts parts) {
        Map<String, SignatureAlgorithm> algorithms = Map.of(
                "sha1", SignatureAlgorithm.HMAC_SHA1,
                "sha256", SignatureAlgorithm.HMAC_SHA256,
                "sha384", SignatureAlgorithm.HMAC_SHA384,
                "sha512", SignatureAlgorithm.HMAC_SHA512);
        String name = parts.parameter(ALGORITHM, "sha256");
        SignatureAlgorithm algorithm = algorithms.get(name);
        if (algorithm == null) {
            throw new IllegalArgumentException("The parameter algorithm must be sha1, sha256, sha384 or sha512");
        }
        SignaturePlace place =
                SignaturePlace.header("X-Hub-Signature", SignatureEncoding.HEX).after(name + "=");
        return declared("websub", SchemeKey.text(algorithm), place, "{body}").build();
    }

    private static SignatureScheme messageSignatures(Preset.Parts parts) {
        return new HttpMessageSignatureScheme(
                parts.parameter(ALGORITHM, ""),
                parts.parameter("components", "content-digest"),
                parts.parameters().get("label"),
                parts.parameters().get("tag"),
                parts.clock());
    }

    /** A secret that is sent as it is, in a header or in the query; where it is may be configured. */
    private static Preset token(String name, String header, String prefix, @Nullable String idHeader) {
        return new Preset(name, Set.of(), Set.of(HEADER, PREFIX, QUERY), parts -> {
            String query = parts.parameter(QUERY, "");
            String named = parts.parameter(HEADER, query.isEmpty() ? header : "");
            if (named.isBlank() == query.isBlank()) {
                throw new IllegalArgumentException(
                        "The scheme " + name + " needs the parameter header or query: where the secret is sent");
            }
            Place place = query.isEmpty() ? Place.header(named) : Place.query(query);
            String before = parts.parameter(PREFIX, query.isEmpty() && named.equals(header) ? prefix : "");
            SignaturePlace signature = new SignaturePlace(List.of(place), before, null, SignatureEncoding.TEXT);
            DeclaredScheme.Builder builder = declared(name, SchemeKey.text(SignatureAlgorithm.TOKEN), signature, "");
            return (idHeader == null ? builder : builder.id(Place.header(idHeader))).build();
        });
    }

    private static DeclaredScheme.Builder declared(String name, SchemeKey key, SignaturePlace place, String signed) {
        return DeclaredScheme.builder(name, key, place, SignedTemplate.parse(signed));
    }
}
