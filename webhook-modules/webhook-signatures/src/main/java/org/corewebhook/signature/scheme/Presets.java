package org.corewebhook.signature.scheme;

import static org.corewebhook.signature.key.SignatureAlgorithm.ECDSA_P256_SHA256_DER;
import static org.corewebhook.signature.key.SignatureAlgorithm.ED25519;
import static org.corewebhook.signature.key.SignatureAlgorithm.HMAC_SHA1;
import static org.corewebhook.signature.key.SignatureAlgorithm.HMAC_SHA256;
import static org.corewebhook.signature.key.SignatureAlgorithm.SHA256_WITH_SECRET;
import static org.corewebhook.signature.key.SignatureEncoding.BASE64;
import static org.corewebhook.signature.key.SignatureEncoding.BASE64URL;
import static org.corewebhook.signature.key.SignatureEncoding.HEX;
import static org.corewebhook.signature.scheme.SignaturePlace.header;
import static org.corewebhook.signature.scheme.TimestampPlace.Unit.MILLIS;
import static org.corewebhook.signature.scheme.TimestampPlace.Unit.RFC3339;
import static org.corewebhook.signature.scheme.TimestampPlace.Unit.SECONDS;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.corewebhook.signature.key.KeyFormat;
import org.corewebhook.signature.key.SignatureAlgorithm;
import org.corewebhook.signature.key.SignatureEncoding;
import org.jspecify.annotations.Nullable;

/** The senders whose scheme is nothing but data; {@link OddPresets} has the others. The README names the sources. */
public final class Presets {

    private static final String BODY = "{body}";
    private static final Map<String, Preset> ALL = new TreeMap<>();

    static {
        standardWebhooks();
        bodyOnly();
        bodyAndTime();
        bodyAndUrl();
        publicKeys();
        OddPresets.all().forEach(preset -> ALL.put(preset.name(), preset));
    }

    private Presets() {}

    /** Returns the preset of that name, or null. */
    public static @Nullable Preset byName(String name) {
        return ALL.get(name);
    }

    /** Returns all names in order. */
    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /** Tells whether one of the schemes fetches keys from this host. */
    public static boolean isSenderHost(String host) {
        return SenderUrls.isSns(host) || SenderUrls.isPayPal(host) || SenderUrls.isFal(host);
    }

    private static void standardWebhooks() {
        SchemeKey secret = new SchemeKey(HMAC_SHA256, new KeyFormat(KeyFormat.Encoding.BASE64, "whsec_"));
        SchemeKey publicKey = new SchemeKey(ED25519, new KeyFormat(KeyFormat.Encoding.PUBLIC, "whpk_"));
        add(standard("standard-webhooks", secret, "webhook-", "v1"));
        add(standard("standard-webhooks-v1a", publicKey, "webhook-", "v1a"));
        add(standard("gitlab-signed", secret, "webhook-", "v1"));
        add(new FirstPresentScheme(
                "svix",
                standard("svix", secret, "svix-", "v1"),
                "svix-signature",
                standard("svix", secret, "webhook-", "v1")));
    }

    private static DeclaredScheme standard(String name, SchemeKey key, String prefix, String version) {
        return scheme(
                        name,
                        key,
                        header(prefix + "signature", BASE64).fields(' ', ',', version),
                        "{id}.{timestamp}.{body}")
                .id(Place.header(prefix + "id"))
                .timestamp(new TimestampPlace(Place.header(prefix + "timestamp"), SECONDS), seconds(300))
                .build();
    }

    /** The body is signed and nothing else: a request that was overheard can be sent again at any time. */
    private static void bodyOnly() {
        body("github", HMAC_SHA256, header("X-Hub-Signature-256", HEX).after("sha256="), id("X-GitHub-Delivery"));
        body("github-sha1", HMAC_SHA1, header("X-Hub-Signature", HEX).after("sha1="), id("X-GitHub-Delivery"));
        body("bitbucket", HMAC_SHA256, header("X-Hub-Signature", HEX).after("sha256="), id("X-Request-UUID"));
        body("gitea", HMAC_SHA256, header("X-Gitea-Signature", HEX), id("X-Gitea-Delivery"));
        body("forgejo", HMAC_SHA256, header("X-Forgejo-Signature", HEX), id("X-Forgejo-Delivery"));
        body("gogs", HMAC_SHA256, header("X-Gogs-Signature", HEX), id("X-Gogs-Delivery"));
        body("shopify", HMAC_SHA256, header("X-Shopify-Hmac-Sha256", BASE64), id("X-Shopify-Webhook-Id"));
        body(
                "x",
                HMAC_SHA256,
                header("x-twitter-webhooks-signature", BASE64).after("sha256="),
                UnaryOperator.identity());
        body("meta", HMAC_SHA256, header("X-Hub-Signature-256", HEX).after("sha256="), UnaryOperator.identity());
        body("dropbox", HMAC_SHA256, header("X-Dropbox-Signature", HEX), UnaryOperator.identity());
        body("line", HMAC_SHA256, header("x-line-signature", BASE64), UnaryOperator.identity());
        body("razorpay", HMAC_SHA256, header("X-Razorpay-Signature", HEX), id("x-razorpay-event-id"));
        body("vercel", HMAC_SHA1, header("x-vercel-signature", HEX), bodyId("/id"));
        body("woocommerce", HMAC_SHA256, header("X-WC-Webhook-Signature", BASE64), id("X-WC-Webhook-Delivery-ID"));
        body("typeform", HMAC_SHA256, header("Typeform-Signature", BASE64).after("sha256="), bodyId("/event_id"));
        body("xero", HMAC_SHA256, header("x-xero-signature", BASE64), UnaryOperator.identity());
        body("heroku", HMAC_SHA256, header("Heroku-Webhook-Hmac-SHA256", BASE64), bodyId("/id"));
        body("docusign", HMAC_SHA256, headers(BASE64, "X-DocuSign-Signature-", 1, 2, 3, 4), UnaryOperator.identity());
        body(
                "pagerduty",
                HMAC_SHA256,
                header("X-PagerDuty-Signature", HEX).fields(',', '=', "v1"),
                bodyId("/event/id"));
        body("intercom", HMAC_SHA1, header("X-Hub-Signature", HEX).after("sha1="), bodyId("/id"));
        body("hubspot-v1", SHA256_WITH_SECRET, header("X-HubSpot-Signature", HEX), UnaryOperator.identity());
        add(scheme(
                        "microsoft-teams",
                        new SchemeKey(HMAC_SHA256, KeyFormat.BASE64),
                        header("Authorization", BASE64).after("HMAC "),
                        BODY)
                .id(Place.pointer("/id"))
                .build());
        add(scheme("adyen-header", new SchemeKey(HMAC_SHA256, KeyFormat.HEX), header("HmacSignature", BASE64), BODY)
                .build());
        add(text("linear", HMAC_SHA256, header("Linear-Signature", HEX), BODY)
                .timestamp(new TimestampPlace(Place.pointer("/webhookTimestamp"), MILLIS), seconds(60))
                .id(Place.header("Linear-Delivery"))
                .build());
    }

    private static void bodyAndTime() {
        SignaturePlace stripe = header("Stripe-Signature", HEX).fields(',', '=', "v1");
        timed("stripe", stripe, "{timestamp}.{body}", Place.field("t"), SECONDS, 300, bodyId("/id"));
        timed(
                "mux",
                header("mux-signature", HEX).fields(',', '=', "v1"),
                "{timestamp}.{body}",
                Place.field("t"),
                SECONDS,
                300,
                bodyId("/id"));
        timed(
                "workos",
                header("WorkOS-Signature", HEX).fields(',', '=', "v1"),
                "{timestamp}.{body}",
                Place.field("t"),
                MILLIS,
                180,
                bodyId("/id"));
        timed(
                "sanity",
                header("sanity-webhook-signature", BASE64URL).fields(',', '=', "v1"),
                "{timestamp}.{body}",
                Place.field("t"),
                MILLIS,
                0,
                id("idempotency-key"));
        timed(
                "paddle",
                header("Paddle-Signature", HEX).fields(';', '=', "h1"),
                "{timestamp}:{body}",
                Place.field("ts"),
                SECONDS,
                5,
                bodyId("/notification_id"));
        timed(
                "slack",
                header("X-Slack-Signature", HEX).after("v0="),
                "v0:{timestamp}:{body}",
                Place.header("X-Slack-Request-Timestamp"),
                SECONDS,
                300,
                bodyId("/event_id"));
        timed(
                "zoom",
                header("x-zm-signature", HEX).after("v0="),
                "v0:{timestamp}:{body}",
                Place.header("x-zm-request-timestamp"),
                SECONDS,
                300,
                UnaryOperator.identity());
        timed(
                "customer-io",
                header("X-CIO-Signature", HEX),
                "v0:{timestamp}:{body}",
                Place.header("X-CIO-Timestamp"),
                SECONDS,
                300,
                bodyId("/event_id"));
        timed(
                "twitch",
                header("Twitch-Eventsub-Message-Signature", HEX).after("sha256="),
                "{id}{timestamp}{body}",
                Place.header("Twitch-Eventsub-Message-Timestamp"),
                RFC3339,
                600,
                id("Twitch-Eventsub-Message-Id"));
        timed(
                "webflow",
                header("x-webflow-signature", HEX),
                "{timestamp}:{body}",
                Place.header("x-webflow-timestamp"),
                MILLIS,
                300,
                UnaryOperator.identity());
        timed(
                "zendesk",
                header("X-Zendesk-Webhook-Signature", BASE64),
                "{timestamp}{body}",
                Place.header("X-Zendesk-Webhook-Signature-Timestamp"),
                RFC3339,
                300,
                UnaryOperator.identity());
        timed(
                "box",
                new SignaturePlace(
                        List.of(Place.header("BOX-SIGNATURE-PRIMARY"), Place.header("BOX-SIGNATURE-SECONDARY")),
                        "",
                        null,
                        BASE64),
                "{body}{timestamp}",
                Place.header("BOX-DELIVERY-TIMESTAMP"),
                RFC3339,
                600,
                id("BOX-DELIVERY-ID"));
        SignaturePlace mailgun = new SignaturePlace(List.of(Place.pointer("/signature/signature")), "", null, HEX);
        timed(
                "mailgun",
                mailgun,
                "{timestamp}{id}",
                Place.pointer("/signature/timestamp"),
                SECONDS,
                12 * 3600,
                bodyId("/signature/token"));
    }

    private static void bodyAndUrl() {
        add(text("square", HMAC_SHA256, header("x-square-hmacsha256-signature", BASE64), "{url}{body}")
                .id(Place.pointer("/event_id"))
                .build());
        add(text("trello", HMAC_SHA1, header("X-Trello-Webhook", BASE64), "{body}{url}")
                .id(Place.pointer("/action/id"))
                .build());
        add(text("hubspot-v2", SHA256_WITH_SECRET, header("X-HubSpot-Signature", HEX), "{method}{url}{body}")
                .build());
        timed(
                "hubspot-v3",
                header("X-HubSpot-Signature-v3", BASE64),
                "{method}{decoded_url}{body}{timestamp}",
                Place.header("X-HubSpot-Request-Timestamp"),
                MILLIS,
                300,
                UnaryOperator.identity());
    }

    private static void publicKeys() {
        String sendGrid = "X-Twilio-Email-Event-Webhook-";
        add(scheme(
                        "sendgrid",
                        SchemeKey.publicKey(ECDSA_P256_SHA256_DER),
                        header(sendGrid + "Signature", BASE64),
                        "{timestamp}{body}")
                .timestamp(new TimestampPlace(Place.header(sendGrid + "Timestamp"), SECONDS), Duration.ZERO)
                .id(Place.pointer("/0/sg_event_id"))
                .build());
        add(scheme("discord", SchemeKey.publicKey(ED25519), header("X-Signature-Ed25519", HEX), "{timestamp}{body}")
                .timestamp(new TimestampPlace(Place.header("X-Signature-Timestamp"), SECONDS), Duration.ZERO)
                .id(Place.pointer("/id"))
                .build());
    }

    private static void body(
            String name,
            SignatureAlgorithm algorithm,
            SignaturePlace place,
            UnaryOperator<DeclaredScheme.Builder> more) {
        add(more.apply(text(name, algorithm, place, BODY)).build());
    }

    private static void timed(
            String name,
            SignaturePlace place,
            String signed,
            Place timestamp,
            TimestampPlace.Unit unit,
            long toleranceSeconds,
            UnaryOperator<DeclaredScheme.Builder> more) {
        DeclaredScheme.Builder builder = text(name, HMAC_SHA256, place, signed)
                .timestamp(new TimestampPlace(timestamp, unit), seconds(toleranceSeconds));
        add(more.apply(builder).build());
    }

    private static UnaryOperator<DeclaredScheme.Builder> id(String header) {
        return builder -> builder.id(Place.header(header));
    }

    private static UnaryOperator<DeclaredScheme.Builder> bodyId(String pointer) {
        return builder -> builder.id(Place.pointer(pointer));
    }

    private static SignaturePlace headers(SignatureEncoding encoding, String prefix, int... numbers) {
        List<Place> places = java.util.Arrays.stream(numbers)
                .mapToObj(number -> Place.header(prefix + number))
                .toList();
        return new SignaturePlace(places, "", null, encoding);
    }

    private static DeclaredScheme.Builder text(
            String name, SignatureAlgorithm algorithm, SignaturePlace place, String signed) {
        return scheme(name, SchemeKey.text(algorithm), place, signed);
    }

    private static DeclaredScheme.Builder scheme(String name, SchemeKey key, SignaturePlace place, String signed) {
        return DeclaredScheme.builder(name, key, place, SignedTemplate.parse(signed));
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    private static void add(SignatureScheme scheme) {
        Preset preset = new Preset(scheme.name(), java.util.Set.of(), java.util.Set.of(), parts -> scheme);
        ALL.put(scheme.name(), preset);
    }
}
