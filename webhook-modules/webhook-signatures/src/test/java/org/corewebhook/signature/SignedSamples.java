package org.corewebhook.signature;

import static org.corewebhook.signature.TestSigner.base64;
import static org.corewebhook.signature.TestSigner.base64Url;
import static org.corewebhook.signature.TestSigner.hex;
import static org.corewebhook.signature.TestSigner.hmac;
import static org.corewebhook.signature.TestSigner.sha256;
import static org.corewebhook.signature.TestSigner.sign;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.corewebhook.Secret;
import org.corewebhook.signature.scheme.SenderCertificate;
import org.corewebhook.testkit.TestClock;

/** For every scheme a request that its sender could have sent, signed with the JDK only. */
final class SignedSamples {

    static final String URL = "https://hooks.example.com/in/a?x=1";
    static final Instant NOW = TestClock.START;
    static final String SECONDS = String.valueOf(NOW.getEpochSecond());
    static final String MILLIS = String.valueOf(NOW.toEpochMilli());
    static final String RFC3339 = NOW.toString();

    private static final byte[] BODY =
            "{\"id\":\"evt_1\",\"note\":\"h\u00e9llo  \",\"amount\":10.0}".getBytes(StandardCharsets.UTF_8);
    private static final String SECRET = "a-secret-of-the-endpoint";
    private static final String SECRET64 = base64(SECRET.getBytes(StandardCharsets.UTF_8));
    private static final String SECRET_HEX = hex(SECRET.getBytes(StandardCharsets.UTF_8));
    private static final KeyPair ED = keys("Ed25519");
    private static final KeyPair EC = keys("EC");
    private static final KeyPair RSA = keys("RSA");
    private static final Map<String, Sample> ALL = new TreeMap<>();

    static {
        bodyOnly();
        timed();
        urls();
        inBody();
        asymmetric();
        tokens();
    }

    private SignedSamples() {}

    /**
     * A signed request.
     *
     * @param signedText parts of the body, headers or URL in which no byte may change; null for all of the body
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Sample(
            String scheme,
            String key,
            boolean publicKey,
            Map<String, String> parameters,
            Map<String, String> headers,
            byte[] body,
            String signedText) {

        SignatureVerifierBuilder verifier(TestClock clock) {
            SignatureVerifierBuilder builder = SignatureVerifier.builder(scheme).clock(clock);
            parameters.forEach(builder::parameter);
            if (scheme.equals("fal")) {
                builder.servers(TestServers.keys(ED.getPublic()));
            } else if (key == null) {
                builder.servers(
                        TestServers.certificate(new SenderCertificate(RSA.getPublic(), Instant.MIN, Instant.MAX)));
            } else if (publicKey) {
                builder.publicKey(key);
            } else {
                builder.secret(Secret.of(key));
            }
            return builder;
        }
    }

    static List<String> schemes() {
        return List.copyOf(ALL.keySet());
    }

    static Sample of(String scheme) {
        return ALL.get(scheme);
    }

    private static void bodyOnly() {
        String hex256 = hex(hmac("HmacSHA256", SECRET, BODY));
        String b64 = base64(hmac("HmacSHA256", SECRET, BODY));
        String hex1 = hex(hmac("HmacSHA1", SECRET, BODY));
        secret("github", "X-Hub-Signature-256", "sha256=" + hex256);
        secret("github-sha1", "X-Hub-Signature", "sha1=" + hex1);
        secret("bitbucket", "X-Hub-Signature", "sha256=" + hex256);
        secret("gitea", "X-Gitea-Signature", hex256);
        secret("forgejo", "X-Forgejo-Signature", hex256);
        secret("gogs", "X-Gogs-Signature", hex256);
        secret("shopify", "X-Shopify-Hmac-Sha256", b64);
        secret("x", "x-twitter-webhooks-signature", "sha256=" + b64);
        secret("meta", "X-Hub-Signature-256", "sha256=" + hex256);
        secret("dropbox", "X-Dropbox-Signature", hex256);
        secret("line", "x-line-signature", b64);
        secret("razorpay", "X-Razorpay-Signature", hex256);
        secret("vercel", "x-vercel-signature", hex1);
        secret("woocommerce", "X-WC-Webhook-Signature", b64);
        secret("typeform", "Typeform-Signature", "sha256=" + b64);
        secret("xero", "x-xero-signature", b64);
        secret("heroku", "Heroku-Webhook-Hmac-SHA256", b64);
        secret("docusign", "X-DocuSign-Signature-2", b64);
        secret("pagerduty", "X-PagerDuty-Signature", "v1=" + hex256);
        secret("intercom", "X-Hub-Signature", "sha1=" + hex1);
        secret("websub", "X-Hub-Signature", "sha256=" + hex256);
        secret("hubspot-v1", "X-HubSpot-Signature", hex(sha256(SECRET, BODY)));
        put("microsoft-teams", SECRET64, BODY, "Authorization", "HMAC " + b64);
        put("adyen-header", SECRET_HEX, BODY, "HmacSignature", b64);
    }

    private static void timed() {
        String dotted = hex(hmac("HmacSHA256", SECRET, SECONDS, ".", BODY));
        String v0 = hex(hmac("HmacSHA256", SECRET, "v0:", SECONDS, ":", BODY));
        secret("stripe", "Stripe-Signature", "t=" + SECONDS + ",v1=" + dotted);
        secret("mux", "mux-signature", "t=" + SECONDS + ",v1=" + dotted);
        byte[] millis = hmac("HmacSHA256", SECRET, MILLIS, ".", BODY);
        secret("workos", "WorkOS-Signature", "t=" + MILLIS + ", v1=" + hex(millis));
        secret("sanity", "sanity-webhook-signature", "t=" + MILLIS + ",v1=" + base64Url(millis));
        String colon = hex(hmac("HmacSHA256", SECRET, SECONDS, ":", BODY));
        secret("paddle", "Paddle-Signature", "ts=" + SECONDS + ";h1=" + colon);
        secret("slack", "X-Slack-Signature", "v0=" + v0, "X-Slack-Request-Timestamp", SECONDS);
        secret("zoom", "x-zm-signature", "v0=" + v0, "x-zm-request-timestamp", SECONDS);
        secret("customer-io", "X-CIO-Signature", v0, "X-CIO-Timestamp", SECONDS);
        secret(
                "twitch",
                "Twitch-Eventsub-Message-Signature",
                "sha256=" + hex(hmac("HmacSHA256", SECRET, "m1", RFC3339, BODY)),
                "Twitch-Eventsub-Message-Timestamp",
                RFC3339,
                "Twitch-Eventsub-Message-Id",
                "m1");
        secret(
                "webflow",
                "x-webflow-signature",
                hex(hmac("HmacSHA256", SECRET, MILLIS, ":", BODY)),
                "x-webflow-timestamp",
                MILLIS);
        secret(
                "zendesk",
                "X-Zendesk-Webhook-Signature",
                base64(hmac("HmacSHA256", SECRET, RFC3339, BODY)),
                "X-Zendesk-Webhook-Signature-Timestamp",
                RFC3339);
        secret(
                "box",
                "BOX-SIGNATURE-SECONDARY",
                base64(hmac("HmacSHA256", SECRET, BODY, RFC3339)),
                "BOX-DELIVERY-TIMESTAMP",
                RFC3339);
        String standard = "v1," + base64(hmac("HmacSHA256", SECRET, "msg_1.", SECONDS, ".", BODY));
        for (String name : List.of("standard-webhooks", "gitlab-signed", "svix")) {
            String prefix = name.equals("svix") ? "svix-" : "webhook-";
            put(
                    name,
                    "whsec_" + SECRET64,
                    BODY,
                    prefix + "signature",
                    standard,
                    prefix + "id",
                    "msg_1",
                    prefix + "timestamp",
                    SECONDS);
        }
        byte[] linear =
                ("{\"action\":\"create\",\"webhookTimestamp\":" + MILLIS + "}").getBytes(StandardCharsets.UTF_8);
        put("linear", SECRET, linear, "Linear-Signature", hex(hmac("HmacSHA256", SECRET, linear)));
    }

    private static void urls() {
        secret("square", "x-square-hmacsha256-signature", base64(hmac("HmacSHA256", SECRET, URL, BODY)));
        secret("trello", "X-Trello-Webhook", base64(hmac("HmacSHA1", SECRET, BODY, URL)));
        secret("hubspot-v2", "X-HubSpot-Signature", hex(sha256(SECRET, "POST", URL, BODY)));
        secret(
                "hubspot-v3",
                "X-HubSpot-Signature-v3",
                base64(hmac("HmacSHA256", SECRET, "POST", URL, BODY, MILLIS)),
                "X-HubSpot-Request-Timestamp",
                MILLIS);
        put(
                "twilio",
                SECRET,
                "To=%201555&From=abc".getBytes(StandardCharsets.UTF_8),
                "X-Twilio-Signature",
                base64(hmac("HmacSHA1", SECRET, URL, "FromabcTo 1555")),
                "Content-Type",
                "application/x-www-form-urlencoded");
        String names = "x-contentful-signed-headers,x-contentful-timestamp";
        String head = "POST\n/in/a?x%253D1\nx-contentful-signed-headers:" + names + ";x-contentful-timestamp:" + MILLIS;
        secret(
                "contentful",
                "x-contentful-signature",
                hex(hmac("HmacSHA256", SECRET, head, "\n", BODY)),
                "x-contentful-signed-headers",
                names,
                "x-contentful-timestamp",
                MILLIS);
    }

    private static void inBody() {
        String token = "token-of-mailgun";
        String mailgun = "{\"signature\":{\"timestamp\":\"" + SECONDS + "\",\"token\":\"" + token
                + "\",\"signature\":\"" + hex(hmac("HmacSHA256", SECRET, SECONDS, token)) + "\"}}";
        add("mailgun", SECRET, false, Map.of(), mailgun.getBytes(StandardCharsets.UTF_8), token);
        String signed = "8:9:Shop:Ref:100:EUR:CAPTURE:true";
        String adyen = "{\"notificationItems\":[{\"NotificationRequestItem\":{\"pspReference\":\"8\","
                + "\"originalReference\":\"9\",\"merchantAccountCode\":\"Shop\",\"merchantReference\":\"Ref\","
                + "\"amount\":{\"value\":100,\"currency\":\"EUR\"},\"eventCode\":\"CAPTURE\",\"success\":\"true\","
                + "\"additionalData\":{\"hmacSignature\":\"" + base64(hmac("HmacSHA256", SECRET, signed)) + "\"}}}]}";
        add("adyen", SECRET_HEX, false, Map.of(), adyen.getBytes(StandardCharsets.UTF_8), "CAPTURE");
        String graph = "{\"value\":[{\"id\":\"1\",\"clientState\":\"" + SECRET + "\"}]}";
        add("microsoft-graph", SECRET, false, Map.of(), graph.getBytes(StandardCharsets.UTF_8), SECRET);
        String topic = "arn:aws:sns:us-east-1:1:orders";
        String canonical = "Message\nHello\nMessageId\nm-1\nTimestamp\n" + RFC3339 + "\nTopicArn\n" + topic
                + "\nType\nNotification\n";
        String sns = "{\"Type\":\"Notification\",\"MessageId\":\"m-1\",\"TopicArn\":\"" + topic
                + "\",\"Message\":\"Hello\",\"Timestamp\":\"" + RFC3339
                + "\",\"SignatureVersion\":\"2\",\"Signature\":\""
                + base64(sign("SHA256withRSA", RSA.getPrivate(), canonical))
                + "\",\"SigningCertURL\":\"https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem\"}";
        add("aws-sns", null, false, Map.of("topic_arn", topic), sns.getBytes(StandardCharsets.UTF_8), "Hello");
    }

    private static void asymmetric() {
        String discord = hex(sign("Ed25519", ED.getPrivate(), SECONDS, BODY));
        publicKey("discord", ED, "X-Signature-Ed25519", discord, "X-Signature-Timestamp", SECONDS);
        String v1a = "v1a," + base64(sign("Ed25519", ED.getPrivate(), "msg_1.", SECONDS, ".", BODY));
        publicKey(
                "standard-webhooks-v1a",
                ED,
                "webhook-signature",
                v1a,
                "webhook-id",
                "msg_1",
                "webhook-timestamp",
                SECONDS);
        String prefix = "X-Twilio-Email-Event-Webhook-";
        publicKey(
                "sendgrid",
                EC,
                prefix + "Signature",
                base64(sign("SHA256withECDSA", EC.getPrivate(), SECONDS, BODY)),
                prefix + "Timestamp",
                SECONDS);
        CRC32 crc = new CRC32();
        crc.update(BODY);
        String payPal = "t-1|" + RFC3339 + "|WH-1|" + crc.getValue();
        add(
                "paypal",
                null,
                false,
                Map.of("webhook_id", "WH-1"),
                BODY,
                null,
                "paypal-transmission-id",
                "t-1",
                "paypal-transmission-time",
                RFC3339,
                "paypal-transmission-sig",
                base64(sign("SHA256withRSA", RSA.getPrivate(), payPal)),
                "paypal-cert-url",
                "https://api.paypal.com/v1/notifications/certs/CERT-1",
                "paypal-auth-algo",
                "SHA256withRSA");
        String fal = "r-1\nu-1\n" + SECONDS + "\n" + hex(sha256(BODY));
        add(
                "fal",
                null,
                false,
                Map.of(),
                BODY,
                null,
                "x-fal-webhook-request-id",
                "r-1",
                "x-fal-webhook-user-id",
                "u-1",
                "x-fal-webhook-timestamp",
                SECONDS,
                "x-fal-webhook-signature",
                hex(sign("Ed25519", ED.getPrivate(), fal)));
        String head = base64Url("{\"alg\":\"HS256\"}".getBytes(StandardCharsets.UTF_8));
        String claims = base64Url(
                ("{\"request_body_sha256\":\"" + base64(sha256(BODY)) + "\"}").getBytes(StandardCharsets.UTF_8));
        secret(
                "fusionauth",
                "X-FusionAuth-Signature-JWT",
                head + "." + claims + "." + base64Url(hmac("HmacSHA256", SECRET, head, ".", claims)));
        String digest = "sha-512=:" + base64(sha512(BODY)) + ":";
        String covered = "(\"@method\" \"@target-uri\" \"content-digest\");created=" + SECONDS + ";keyid=\"k\"";
        String base = "\"@method\": POST\n\"@target-uri\": " + URL + "\n\"content-digest\": " + digest
                + "\n\"@signature-params\": " + covered;
        add(
                "http-message-signatures",
                SECRET64,
                false,
                Map.of("algorithm", "hmac-sha256"),
                BODY,
                null,
                "Content-Digest",
                digest,
                "Signature-Input",
                "sig1=" + covered,
                "Signature",
                "sig1=:" + base64(hmac("HmacSHA256", SECRET, base)) + ":");
    }

    private static void tokens() {
        secret("gitlab", "X-Gitlab-Token", SECRET);
        secret("okta", "Authorization", SECRET);
        secret("cloudevents", "Authorization", "Bearer " + SECRET);
        add("azure-event-grid", SECRET, false, Map.of("header", "X-Key"), BODY, null, "X-Key", SECRET);
    }

    private static void secret(String scheme, String... headers) {
        put(scheme, SECRET, BODY, headers);
    }

    private static void put(String scheme, String key, byte[] body, String... headers) {
        add(scheme, key, false, Map.of(), body, null, headers);
    }

    private static void publicKey(String scheme, KeyPair pair, String... headers) {
        String key = Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
        add(scheme, key, true, Map.of(), BODY, null, headers);
    }

    private static void add(
            String scheme,
            String key,
            boolean publicKey,
            Map<String, String> parameters,
            byte[] body,
            String signedText,
            String... headers) {
        Map<String, String> map = new TreeMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            map.put(headers[i], headers[i + 1]);
        }
        ALL.put(scheme, new Sample(scheme, key, publicKey, parameters, map, body, signedText));
    }

    private static byte[] sha512(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-512").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair keys(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("EC")) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            } else if (algorithm.equals("RSA")) {
                generator.initialize(2048);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
