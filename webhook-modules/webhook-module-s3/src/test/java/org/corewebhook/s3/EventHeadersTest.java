package org.corewebhook.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Map;
import org.corewebhook.Headers;
import org.corewebhook.WebhookEvent;
import org.corewebhook.testkit.Events;
import org.junit.jupiter.api.Test;

class EventHeadersTest {

    @Test
    void holdsTheEventIdOnlyUnlessAskedForMore() {
        WebhookEvent event = event("X-Event", "push");

        assertThat(EventHeaders.metadata(event, false)).isEqualTo(Map.of("webhook_event_id", event.id()));
    }

    @Test
    void writesNamesInLowerCaseWithUnderscoresAndJoinsDuplicates() {
        WebhookEvent event = event(
                "X-GitHub-Event", "push", "x_github_event", "again", "Webhook-Event-Id", "theirs", "X-Empty", " ");

        assertThat(EventHeaders.metadata(event, true))
                .isEqualTo(Map.of("webhook_event_id", event.id(), "x_github_event", "push, again"));
    }

    @Test
    void neverHoldsCredentials() {
        WebhookEvent event = event(
                "Authorization", "Bearer s",
                "Proxy-Authorization", "Basic s",
                "Cookie", "session=s",
                "X-Api-Key", "s",
                "X-Gitlab-Token", "s",
                "X-Hub-Signature-256", "sha256=1");

        assertThat(EventHeaders.metadata(event, true)).containsOnlyKeys("webhook_event_id", "x_hub_signature_256");
        assertThat(EventHeaders.withoutCredentials(event).toMap()).containsOnlyKeys("x-hub-signature-256");
    }

    @Test
    void encodesWhatAHeaderCannotCarry() {
        Map<String, String> metadata =
                EventHeaders.metadata(event("X-Name", "J\u00f6rg \u6f22", "X-Spaces", "a  b", "X-Tab", "a\tb"), true);

        assertThat(decoded(metadata.get("x_name"))).isEqualTo("J\u00f6rg \u6f22");
        assertThat(decoded(metadata.get("x_spaces"))).isEqualTo("a  b");
        assertThat(decoded(metadata.get("x_tab"))).isEqualTo("a\tb");
    }

    @Test
    void cutsLongValues() {
        Map<String, String> metadata =
                EventHeaders.metadata(event("X-Long", "a".repeat(1025), "X-Pair", "\ud83d\ude00".repeat(100)), true);

        assertThat(metadata.get("x_long")).isEqualTo("a".repeat(1024));
        assertThat(decoded(metadata.get("x_pair"))).isEqualTo("\ud83d\ude00".repeat(100));
    }

    @Test
    void neverCutsACharacterInTwo() {
        String value = "a".repeat(1023) + "\ud83d\ude00";

        assertThat(decoded(EventHeaders.metadata(event("X-Long", "\u00e9" + value.substring(1)), true)
                        .get("x_long")))
                .isEqualTo("\u00e9" + "a".repeat(1022));
    }

    @Test
    void leavesOutWhatDoesNotFitInTwoKilobytes() {
        WebhookEvent event =
                event("X-A", "a".repeat(1024), "X-B", "b".repeat(1024), "X-C", "c".repeat(800), "X-D", "small");

        Map<String, String> metadata = EventHeaders.metadata(event, true);

        assertThat(metadata).containsOnlyKeys("webhook_event_id", "x_a", "x_c", "x_d");
        assertThat(metadata.entrySet().stream()
                        .mapToInt(entry ->
                                entry.getKey().length() + entry.getValue().length())
                        .sum())
                .isLessThanOrEqualTo(2048);
    }

    private static WebhookEvent event(String... headers) {
        return Events.event(Headers.of(headers), new byte[0]);
    }

    private static String decoded(String word) {
        assertThat(word).startsWith("=?UTF-8?B?").endsWith("?=");
        return new String(Base64.getDecoder().decode(word.substring(10, word.length() - 2)), UTF_8);
    }
}
