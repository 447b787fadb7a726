package org.corewebhook.signature.handshake;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.corewebhook.Secret;
import org.corewebhook.spi.Handshake;
import org.jspecify.annotations.Nullable;

/** The handshakes of all schemes that have one. Thread-safe. */
public final class Handshakes {

    private static final String VERIFY_TOKEN = "verify_token";
    private static final String TOPIC = "topic";
    private static final String TOPIC_ARN = "topic_arn";
    private static final String ALLOWED_ORIGINS = "allowed_origins";
    private static final String ALLOWED_RATE = "allowed_rate";
    private static final String ALLOW_UNSUBSCRIBE = "allow_unsubscribe";
    private static final Set<String> EVENT_GRID_ORIGIN = Set.of("eventgrid.azure.net");

    private static final Map<String, Set<String>> PARAMETERS = Map.of(
            "meta", Set.of(VERIFY_TOKEN),
            "azure-event-grid", Set.of(TOPIC, ALLOWED_ORIGINS, ALLOWED_RATE),
            "aws-sns", Set.of(TOPIC_ARN),
            "cloudevents", Set.of(ALLOWED_ORIGINS, ALLOWED_RATE),
            "websub", Set.of(TOPIC, ALLOW_UNSUBSCRIBE));

    private Handshakes() {}

    /**
     * Returns what answers the handshakes of this scheme, or null if its sender has none or if the context lacks what
     * the answer needs: Meta's {@code verify_token}, WebSub's {@code topic}, the origins of CloudEvents, a secret.
     *
     * <p>Subscriptions to Amazon SNS are confirmed over https at public addresses of SNS itself, within 5 seconds.
     *
     * @throws IllegalArgumentException if a parameter has a wrong value; the message names it
     */
    public static @Nullable Handshake forScheme(String scheme, HandshakeContext context) {
        return forScheme(scheme, context, GuardedVisitor.AMAZON_SNS);
    }

    /**
     * Returns the same, with a way of your own to visit the URL that confirms a subscription.
     *
     * @param visitor visits the URL that confirms a subscription to Amazon SNS
     * @throws IllegalArgumentException if a parameter has a wrong value; the message names it
     */
    public static @Nullable Handshake forScheme(String scheme, HandshakeContext context, UrlVisitor visitor) {
        return switch (scheme) {
            case "slack" -> new SlackUrlVerification(context.verified());
            case "zoom" -> new ZoomUrlValidation(context.secrets(), context.verified());
            case "meta" -> meta(context.parameters().get(VERIFY_TOKEN));
            case "x" -> challengeResponseCheck(context.secrets());
            case "microsoft-graph" -> new GraphValidation();
            case "azure-event-grid" -> eventGrid(context);
            case "dropbox" -> new DropboxChallenge();
            case "okta" -> new OktaChallenge();
            case "twitch" -> new TwitchChallenge(context.verified());
            case "discord" -> new DiscordPing(context.verified());
            case "trello" -> new TrelloHead();
            case "aws-sns" -> sns(context, visitor);
            case "cloudevents" -> cloudEvents(context, Set.of());
            case "websub" -> webSub(context);
            default -> null;
        };
    }

    /** Returns the names of the parameters that the handshake of this scheme reads. */
    public static Set<String> parameterNames(String scheme) {
        return PARAMETERS.getOrDefault(scheme, Set.of());
    }

    private static @Nullable Handshake meta(@Nullable String verifyToken) {
        return verifyToken == null || verifyToken.isBlank() ? null : new MetaSubscription(Secret.of(verifyToken));
    }

    private static @Nullable Handshake challengeResponseCheck(List<Secret> secrets) {
        return secrets.isEmpty() ? null : new ChallengeResponseCheck(secrets.get(0));
    }

    private static Handshake eventGrid(HandshakeContext context) {
        Handshake ownSchema = new EventGridValidation(context.parameters().get(TOPIC));
        Handshake cloudEventsSchema = cloudEvents(context, EVENT_GRID_ORIGIN);
        return firstOf(ownSchema, cloudEventsSchema);
    }

    private static @Nullable Handshake sns(HandshakeContext context, UrlVisitor visitor) {
        Set<String> topicArns = list(context, TOPIC_ARN);
        return topicArns.isEmpty() ? null : new SnsSubscription(topicArns, context.verified(), visitor);
    }

    private static @Nullable Handshake cloudEvents(HandshakeContext context, Set<String> otherwise) {
        Set<String> configured = list(context, ALLOWED_ORIGINS);
        Set<String> origins = configured.isEmpty() ? otherwise : configured;
        String rate = context.parameters().getOrDefault(ALLOWED_RATE, "*");
        return origins.isEmpty() ? null : new CloudEventsPermission(origins, rate);
    }

    private static @Nullable Handshake webSub(HandshakeContext context) {
        Set<String> topics = list(context, TOPIC);
        String unsubscribe = context.parameters().getOrDefault(ALLOW_UNSUBSCRIBE, "false");
        if (!unsubscribe.equals("true") && !unsubscribe.equals("false")) {
            throw new IllegalArgumentException("allow_unsubscribe must be true or false");
        }
        return topics.isEmpty() ? null : new WebSubIntent(topics, unsubscribe.equals("true"));
    }

    private static Handshake firstOf(@Nullable Handshake... handshakes) {
        List<Handshake> all = new ArrayList<>();
        for (Handshake handshake : handshakes) {
            if (handshake != null) {
                all.add(handshake);
            }
        }
        return Handshake.firstOf(all);
    }

    /** A list is written with commas or blanks between its items. */
    private static Set<String> list(HandshakeContext context, String name) {
        String text = context.parameters().getOrDefault(name, "");
        Set<String> items = new LinkedHashSet<>(Arrays.asList(text.split("[,\\s]+", -1)));
        items.remove("");
        return items;
    }
}
